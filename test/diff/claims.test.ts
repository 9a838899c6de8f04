// Nothing is reported as the same, or proven equal, beyond what was compared.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BASE } from '../../fixtures/diff/pair.ts';
import { unchanged } from '../../src/diff/compare-layers.ts';
import { type Diff, type DiffOptions, diffSides } from '../../src/diff/diff.ts';
import type { PlanSettings } from '../../src/plan/plan.ts';
import type { Source, Warning } from '../../src/source/source.ts';
import { encodeAccessList, parseAccessList } from '../../src/tree/access-list.ts';
import type { Attributes } from '../../src/tree/attributes.ts';
import type { Entry } from '../../src/tree/entry.ts';
import { Tree } from '../../src/tree/tree.ts';
import { memorySource } from '../support/memory-source.ts';
import { makeSide, pairSource } from './make-side.ts';

const test = suite('claims');

const PING = { path: 'usr/bin/ping', content: 'x', mode: 0o755 };
const CAPABILITY: Attributes = new Map([['security.capability', '\x01\0\0\x02\0\x20'.padEnd(20, '\0')]]);
const NONE: Attributes = new Map();

interface SourceFacts {
  /** Of usr/bin/ping; null for a source that cannot hold any. */
  readonly attributes?: Attributes | null;
  readonly rest?: Partial<Source>;
  readonly fields?: Partial<Entry>;
  readonly root?: Partial<Entry>;
}

function source({ attributes = NONE, rest = {}, fields = {}, root = {} }: SourceFacts): Source {
  const plain = pairSource([...BASE, PING].sort((a, b) => (a.path < b.path ? -1 : 1)));
  const entries = plain.tree.entries.map((entry) =>
    entry.path === PING.path ? { ...entry, ...fields } : entry,
  );
  const byPath = new Map(plain.tree.entries.map((entry) => [entry.path, entry]));
  return {
    name: 'x',
    tree: new Tree({ ...plain.tree.root, ...root }, entries),
    warnings: [],
    open: (entry) => plain.open(byPath.get(entry.path) ?? entry),
    readFile: (entry, limit) => plain.readFile(byPath.get(entry.path) ?? entry, limit),
    close: () => plain.close(),
    ...(attributes === null
      ? {}
      : { attributesOf: ({ path }: Entry) => (path === PING.path ? attributes : NONE) }),
    ...rest,
  };
}

function compare(
  a: SourceFacts,
  b: SourceFacts,
  options: DiffOptions = {},
  settings: Partial<PlanSettings> = {},
): Promise<Diff> {
  return diffSides(makeSide(source(a), { settings }), makeSide(source(b), { settings }), options);
}

const causes = ({ clusters }: Diff): string[] => clusters.map(({ cause }) => cause);

test('two sides that are the same in all', async () => {
  const diff = await compare({ attributes: CAPABILITY }, { attributes: CAPABILITY });
  assert.equal([diff.same, diff.proof.equal, diff.notCompared], [true, true, []]);
});

test('a capability on one side only is a difference, and no proof makes it go away', async () => {
  const diff = await compare({ attributes: CAPABILITY }, {}, { withDigests: true });
  assert.equal([diff.same, diff.proof.equal, causes(diff)], [false, false, ['attributes']]);
  assert.is(diff.proof.digests?.a, diff.proof.digests?.b);
  const [cluster] = diff.clusters;
  assert.match(cluster?.title ?? '', 'file capabilities differ');
  assert.equal(cluster?.example?.lines, [
    '-security.capability permitted 0x2000, inheritable 0x0, effective',
  ]);
});

test('a side that can hold no attributes is named', async () => {
  const diff = await compare({ attributes: CAPABILITY }, { attributes: null });
  assert.equal([diff.same, causes(diff)], [false, ['attributes']]);
  assert.match(diff.clusters[0]?.title ?? '', 'which side B cannot store');
});

test('group bits of a file with an access list are its mask, not a umask', async () => {
  const list = encodeAccessList(
    parseAccessList('user::rwx,user:5:r-x,group::r-x,mask::rwx,other::r-x') ?? [],
  );
  const withList = {
    attributes: new Map([['system.posix_acl_access', list]]),
    fields: { mode: PING.mode | 0o020 },
  };
  const diff = await compare(withList, {});
  assert.equal(causes(diff), ['attributes']);
  assert.is(diff.clusters[0]?.title, 'access control lists differ');
  // Where other bits differ too, or only these and no list, it is as before.
  assert.ok(causes(await compare({ ...withList, fields: { mode: 0o777 } }, {})).includes('umask'));
  assert.equal(causes(await compare({ fields: withList.fields }, {})), ['umask']);
});

test('a value that a user wrote is not shown', async () => {
  const of = (value: string): Attributes => new Map([['user.note', `=${value}`]]);
  const diff = await compare({ attributes: of('hush1') }, { attributes: of('hush2') });
  assert.not.match(JSON.stringify(diff.clusters[0]?.example), 'hush');
});

test('fractions of a second count where both sides can hold them, and are else named', async () => {
  const fields = { nanoseconds: 5 };
  const both = await compare({ fields }, {});
  assert.equal([both.same, causes(both)], [false, ['known-rule']]);
  const one = await compare({ fields }, { rest: { hasWholeSeconds: true } });
  assert.equal(one.same, true);
  assert.match(one.notCompared.join(), 'fractions of a second in times: side B has only whole seconds');
});

test('root directories of another mode', async () => {
  const diff = await compare({ root: { mode: 0o700 } }, {});
  assert.equal([diff.same, causes(diff)], [false, ['archive-layer']]);
  const archive = await compare({ root: { mode: 0o700 } }, { rest: { hasRoot: false } });
  assert.ok(archive.same, 'an archive without an entry for it has none');
});

test('sockets: of one side only, and those that were not looked at', async () => {
  const socket: Warning = { code: 'socket', path: 'run/x', message: '' };
  const diff = await compare({ rest: { warnings: [socket] } }, {});
  assert.equal([diff.same, causes(diff), diff.clusters[0]?.paths], [false, ['left-out'], ['run/x']]);
  assert.match(diff.notCompared.join(), 'sockets run/x on side A');
  const mount = { code: 'mount-point', path: 'proc', message: '' };
  assert.match(
    (await compare({ rest: { warnings: [mount] } }, {})).notCompared.join(),
    'what is mounted at proc',
  );
});

test('archives in front of the tree that differ, or that one side alone has: packed again, they still differ', async () => {
  for (const early of [
    { a: 'a', b: 'b' },
    { a: 'a', b: '' },
  ]) {
    const [a, b] = [unchanged(Buffer.from(early.a)), unchanged(Buffer.from(early.b))];
    const diff = await compare({}, {}, { early: { a, b } });
    assert.equal([diff.same, diff.proof.equal, diff.proof.isSameFront], [false, false, false]);
  }
});

test('archives in front of the tree that packing makes the same', async () => {
  const [a, b] = ['a', 'b'].map((found) => ({ found: Buffer.from(found), packed: Buffer.from('c') }));
  const diff = await compare({}, {}, { early: { a: a!, b: b! } });
  assert.equal([diff.same, diff.proof.equal, diff.proof.isSameFront], [false, true, true]);
});

test('made without root: a tree and its archive differ in owners alone, whatever rules drop', async () => {
  const owner = { policy: 'auto', uid: 1000, gid: 1000, mapUid: new Map(), mapGid: new Map() } as const;
  const tree = (uid: number) =>
    pairSource(
      [
        ...BASE,
        { path: 'etc/machine-id', content: 'a' },
        { path: 'var/cache/ldconfig/aux-cache', content: 'x' },
      ]
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map((entry) => ({ ...entry, uid, gid: uid })),
    );
  const settings = { owner };
  const diff = await diffSides(makeSide(tree(1000), { settings }), makeSide(tree(0), { settings }));
  assert.equal(
    diff.clusters.map(({ cause, rule }) => [cause, rule]),
    [['known-rule', 'normalize/owner']],
  );
  assert.match(diff.clusters[0]?.title ?? '', 'built without root, and its files belong to user 1000');
  assert.ok(diff.proof.equal);
});

test('what is being done is told while it is done', async () => {
  const many = memorySource(Array.from({ length: 1100 }, (_, n) => [`f${n}`, '']));
  const steps: (readonly unknown[])[] = [];
  await diffSides(makeSide(many), makeSide(many), { onStep: (...step) => void steps.push(step) });
  assert.equal(steps, [['comparing', 1024, 1100], ['explaining']]);
});

test.run();
