import { capturedDatabase } from '../../../fixtures/packages/read.ts';
import { StillrootError } from '../../../src/errors.ts';
import { REWRITES } from '../../../src/rewrite/registry.ts';
import { contextWith } from '../../rewrite/databases.ts';
import { mutate } from '../mutate.ts';
import type { FuzzTarget } from '../target.ts';

const KINDS = [
  ['rpmdb-sqlite', 'first-rpmdb.sqlite'],
  ['dnf-history', 'first-history.sqlite'],
  ['dnf5-history', 'first-transaction_history.sqlite'],
] as const;

/** Normalizers that open a damaged database with SQLite itself, which takes milliseconds each. */
export const sqliteTarget: FuzzTarget = {
  name: 'sqlite',
  share: 0.5,
  codes: /^source-unreadable$/,
  async corpus() {
    for (const [name] of KINDS) await REWRITES[name]?.prepare?.();
    return KINDS.map(([, file], kind) => Buffer.concat([Buffer.from([kind]), capturedDatabase(file)]));
  },
  change(original, corpus, random) {
    return Buffer.concat([original.subarray(0, 1), mutate(original.subarray(1), corpus, random)]);
  },
  read(bytes) {
    const [name] = KINDS[bytes[0] as number]!;
    const result = REWRITES[name]!.apply(Buffer.from(bytes.subarray(1)), contextWith('usr/lib/x', {}));
    if (result.outcome === 'malformed') throw new StillrootError('source-unreadable', name);
  },
};
