// A crash of the machine loses what is not synced. Tracks every call of a run, and counts what is not synced.
import { fstatSync, lstatSync, readlinkSync, statSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { withCutFs } from '../support/cut-fs.ts';
import { Scratch } from '../support/temporary.ts';
import { discard, FAST_PLACE, freshDirectory, makeEveryKind, RULES } from './every-kind.ts';
import { finalizeOnce } from './finalize-once.ts';

const test = suite('durable');
const scratch = new Scratch('durable', FAST_PLACE);
test.after(() => scratch.remove());

interface Unsynced {
  /** Inodes of files with bytes, and of directories with names, that a crash may lose -> their place, for messages. */
  readonly lost: Map<bigint, string>;
  /** Syncs so far. */
  syncs: number;
}

/** Says which process works; after a crash none does. */
const MARK = `/${JOURNAL_DIRECTORY}/process`;

/** What has been made, renamed or removed at a place is lost with the directory it is in. */
const PLACE = /^(\/proc\/self\/fd\/\d+)\/([^/]+)$/;

function directoryOf(place: unknown): readonly [inode: bigint, name: string] | undefined {
  const [, directory = '', name = ''] = PLACE.exec(String(place)) ?? [];
  if (directory === '') return undefined;
  return [statSync(directory, { bigint: true }).ino, `${readlinkSync(directory)} (${name})`];
}

function follow(unsynced: Unsynced, name: string, args: readonly unknown[]): void {
  const { lost } = unsynced;
  const isNaming = [
    'mkdirSync',
    'renameSync',
    'symlinkSync',
    'linkSync',
    'unlinkSync',
    'rmdirSync',
    'openSync',
  ];
  if (name === 'fsyncSync') {
    lost.delete(fstatSync(Number(args[0]), { bigint: true }).ino);
    unsynced.syncs += 1;
  } else if (name === 'writeFileSync' || name === 'ftruncateSync') {
    const descriptor = Number(args[0]);
    lost.set(fstatSync(descriptor, { bigint: true }).ino, readlinkSync(`/proc/self/fd/${descriptor}`));
  } else if (isNaming.includes(name)) {
    // What is removed need not be synced any more.
    if (name === 'rmdirSync') lost.delete(lstatSync(args[0] as Buffer, { bigint: true }).ino);
    for (const place of args) {
      const directory = directoryOf(place);
      if (directory !== undefined) lost.set(...directory);
    }
  }
}

interface Losses {
  /** When the seal takes its name, so that the list counts. */
  readonly atCommit: readonly string[];
  /** When the seal goes, and with it the list. */
  readonly atEnd: readonly string[];
  readonly syncs: number;
}

function lossesOf(root: string, beforeCall: (name: string, args: readonly unknown[]) => void): Losses {
  const unsynced: Unsynced = { lost: new Map(), syncs: 0 };
  let [atCommit, atEnd]: string[][] = [['never'], ['never']];
  withCutFs(
    Number.POSITIVE_INFINITY,
    () => finalizeOnce(root, { rules: RULES }),
    (name, args) => {
      beforeCall(name, args);
      const left = [...unsynced.lost.values()].filter((place) => !place.endsWith(MARK));
      // Names that left the journal's directory may come back: they are ignored once the seal is gone.
      const outside = left.filter((place) => !place.includes(`${JOURNAL_DIRECTORY} (`));
      if (name === 'renameSync' && String(args[0]).endsWith('/seal.new')) atCommit = left;
      if (name === 'unlinkSync' && String(args[0]).endsWith('/seal')) atEnd = outside;
      follow(unsynced, name, args);
    },
  );
  return { atCommit: atCommit ?? [], atEnd: atEnd ?? [], syncs: unsynced.syncs };
}

/** As where the journal is on another filesystem than the rest. */
function acrossFilesystems(name: string, args: readonly unknown[]): void {
  const [from, to] = args.map(String);
  const isFromJournal = name === 'renameSync' && /\/(content-\d+|passing)$/.test(from ?? '');
  if (!isFromJournal && !(name === 'linkSync' && /\/passing$/.test(to ?? ''))) return;
  throw Object.assign(new Error('EXDEV'), { code: 'EXDEV' });
}

for (const [what, beforeCall] of [
  ['', () => {}],
  [' where nothing can be renamed into the tree', acrossFilesystems],
] as const) {
  test(`contents are synced before the list counts, and the tree before the list goes${what}`, () => {
    const at = freshDirectory(scratch.path);
    const root = `${at}/root`;
    makeEveryKind(root, `${at}/outside`);
    const { atCommit, atEnd, syncs } = lossesOf(root, beforeCall);
    // The journal's own name is synced right after: without it there is nothing to complete, and nothing has happened.
    assert.equal(
      atCommit.filter((place) => !place.startsWith(`${root} (`)),
      [],
    );
    assert.equal(atEnd, []);
    assert.ok(syncs > 10, `${syncs} syncs`);
    discard(at);
  });
}

test('what is completed is synced too', () => {
  const at = freshDirectory(scratch.path);
  const root = `${at}/root`;
  makeEveryKind(root, `${at}/outside`);
  assert.throws(
    () =>
      lossesOf(root, (name, args) => {
        if (name !== 'unlinkSync' || !String(args[0]).endsWith('/seal')) return;
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      }),
    /EIO/,
  );
  const { atEnd, syncs } = lossesOf(root, () => {});
  assert.equal(atEnd, []);
  assert.ok(syncs > 5, `${syncs} syncs`);
  discard(at);
});

test.run();
