/** One package as a database of rpm holds it, whatever the kind of database. */
export interface RpmBlob {
  /** The number by which the indexes name the package; also their order of installation. */
  readonly number: number;
  /** Header of the package; see rpm-header.ts. */
  readonly header: Buffer;
  /** Where the header begins in the file; 0 where its bytes are scattered over it. For messages. */
  readonly offset: number;
}
