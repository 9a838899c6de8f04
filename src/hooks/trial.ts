/** What came out when a builder was run twice without its hook and twice with it: the end of its page. */
export interface Trial {
  /** Versions of all that took part; clauses. */
  readonly versions: readonly string[];
  /** How the two builds of a pair differed, and what stood in for what could not run; sentences. */
  readonly circumstances: readonly string[];
  /** The commands, in sh. */
  readonly commands: string;
  readonly rows: readonly Digests[];
}

/** First twelve digits of the SHA-256 of one output of two builds; one digest where both are equal. */
export interface Digests {
  readonly of: string;
  readonly without: string;
  readonly with: string;
}

// What several trials have in common.

export const TREE = 'the tree, by GNU tar';
export const PACKED = 'the tree, by stillroot pack';
/** The tree as it lies there: owners, modes, times and content of all entries, without stillroot. */
export const TREE_COMMAND = `tar --sort=name --numeric-owner --xattrs --one-file-system \\
  --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime -cf - . | sha256sum
`;
export const NODE = 'Node 24.21.0';
export const DEBIAN = 'all on Debian 12, as root';
export const TWO_MACHINES =
  'The two builds of a pair ran one after the other, in two directories, under two host names (unshare --uts). The files that some builders copy from the host, /etc/hostname and /etc/resolv.conf, were the same for both.';
/** Of what mmdebstrap makes: without the slash the digests are others. */
export const MIRROR =
  '$MIRROR is an archive of Debian, with a slash at its end; mmdebstrap writes it as it is into etc/apt/sources.list.';
export const TWO_TREES =
  'Two trees of this project, of two bootstraps of the same packages, stood in for the output of a whole build, which was not run.';
