import { type RpmBlob, RpmHeader, TAG } from '../formats/rpm/package-header.ts';

/** The two times that rpm adds to a header when it installs the package: when, and in which transaction. */
const TIMES = [TAG.INSTALLTIME, TAG.INSTALLTID] as const;

export interface TimePatch {
  /** Offset in the header of the package. */
  readonly offset: number;
  /** 32 bits, big endian. */
  readonly value: number;
}

/**
 * The patches that clamp installation times to the epoch. Both times are outside the region of
 * the header that signatures and digests cover, and keep their size.
 *
 * @throws Damage where a time is not one 32-bit number
 */
export function installTimePatches(header: RpmHeader, epoch: number): TimePatch[] {
  const patches: TimePatch[] = [];
  for (const tag of TIMES) {
    const offset = header.offsetOfNumber(tag);
    if (offset !== undefined && (header.number(tag) as number) > epoch)
      patches.push({ offset, value: epoch });
  }
  return patches;
}

/** The header with times clamped to the epoch; the same bytes where there is nothing to do. */
export function clampInstallTimes(bytes: Buffer, header: RpmHeader, epoch: number): Buffer {
  const patches = installTimePatches(header, epoch);
  if (patches.length === 0) return bytes;
  const patched = Buffer.from(bytes);
  for (const { offset, value } of patches) patched.writeUInt32BE(value, offset);
  return patched;
}

export interface OrderedPackage {
  readonly blob: RpmBlob;
  readonly header: RpmHeader;
  /** From 1. */
  readonly newNumber: number;
}

/**
 * Packages sorted by name, epoch, version, release and architecture, as bytes, and renumbered. rpm numbers
 * them in the order of installation, which depends on the order of repositories, not only on what is
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
