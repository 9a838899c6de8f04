/**
 * Whose files the cache believes. What it holds goes into archives, and a digest only says that bytes are those that
 * somebody stored: so nobody but the user who runs may be able to put anything there. For root that is root alone.
 */
import { type BigIntStats, fstatSync } from 'node:fs';

const GROUP_OR_OTHERS_WRITE = 0o022n;

/** The user that files are made as; root in a user namespace is 0 there, and its files look like that too. */
export function ownUser(): number {
  return process.geteuid?.() ?? 0;
}

/** @returns why what this descriptor holds is not believed; undefined where it is */
export function distrust(descriptor: number): string | undefined {
  return distrustStats(fstatSync(descriptor, { bigint: true }));
}

export function distrustStats(stats: Pick<BigIntStats, 'uid' | 'mode'>): string | undefined {
  const { mode } = stats;
  const foreign = ownerOther(stats);
  // With an access control list the group's bits are its mask, so that a foreign writer in the list shows here.
  if (foreign !== undefined || (mode & GROUP_OR_OTHERS_WRITE) === 0n) return foreign;
  return `others can write to it (mode ${(mode & 0o7777n).toString(8).padStart(4, '0')})`;
}

/** @returns who else owns it; undefined where nobody else does */
export function ownerOther({ uid }: Pick<BigIntStats, 'uid'>): string | undefined {
  return uid === BigInt(ownUser())
    ? undefined
    : `it belongs to uid ${uid}, but stillroot runs as uid ${ownUser()}`;
}
