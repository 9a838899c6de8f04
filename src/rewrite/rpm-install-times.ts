import { type RpmHeader, TAG } from '../formats/rpm/package-header.ts';

/** The two times that rpm adds to a header when it installs the package: when, and in which transaction. */
const TIMES = [TAG.INSTALLTIME, TAG.INSTALLTID] as const;

export interface TimePatch {
  /** In the header of the package. */
  readonly offset: number;
  /** 32 bits, big endian. */
  readonly value: number;
}

/**
 * What to write so that installation times are not later than the epoch. Both stand behind the
 * region of the header that signatures and digests cover, and keep their size.
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

/** The header with times not later than the epoch; the same bytes where there is nothing to do. */
export function clampInstallTimes(bytes: Buffer, header: RpmHeader, epoch: number): Buffer {
  const patches = installTimePatches(header, epoch);
  if (patches.length === 0) return bytes;
  const patched = Buffer.from(bytes);
  for (const { offset, value } of patches) patched.writeUInt32BE(value, offset);
  return patched;
}
