import type { RpmBlob } from '../formats/rpm/package-header.ts';
import { RpmHeader, TAG } from '../formats/rpm/package-header.ts';

export interface OrderedPackage {
  readonly blob: RpmBlob;
  readonly header: RpmHeader;
  /** From 1. */
  readonly newNumber: number;
}

/**
 * Packages by name, epoch, version, release and architecture, as bytes, and numbered anew. rpm numbers
 * them in the order of installation, which follows the order of repositories and not only what is
 * installed, and leaves gaps where packages were removed.
 *
 * @throws Damage where a header does not follow its format
 */
export function orderPackages(blobs: readonly RpmBlob[]): OrderedPackage[] {
  return blobs
    .map((blob) => {
      const header = new RpmHeader(blob.header, blob.offset);
      return { blob, header, key: keyOf(header) };
    })
    .sort((a, b) => compareKeys(a.key, b.key) || a.blob.number - b.blob.number)
    .map(({ blob, header }, index) => ({ blob, header, newNumber: index + 1 }));
}

type Key = readonly [name: string, epoch: number, version: string, release: string, architecture: string];

function keyOf(header: RpmHeader): Key {
  return [
    header.text(TAG.NAME),
    header.number(TAG.EPOCH) ?? -1,
    header.text(TAG.VERSION),
    header.text(TAG.RELEASE),
    header.text(TAG.ARCH),
  ];
}

function compareKeys(a: Key, b: Key): number {
  for (let part = 0; part < a.length; part += 1) {
    const [left, right] = [a[part] as string | number, b[part] as string | number];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
