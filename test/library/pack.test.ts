// `pack` as a call does what `stillroot pack` does, without affecting the calling process.
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PackOptions, type PlainWarning, pack } from '../../src/index.ts';
import { rejects } from '../support/rejects.ts';
import { runCliJson } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { makeTree, rejection, timeless } from './small-tree.ts';

const test = suite('library/pack');
const scratch = new Scratch('library-pack');
const tree = makeTree(scratch.in('tree'));
const rules = scratch.in('mine.toml');
writeFileSync(rules, '[[rule]]\nid = "mine"\nmatch = "usr/share"\naction = "drop"\nwhy = "not wanted"\n');
test.after(() => scratch.remove());

let directories = 0;
/** An empty directory for the outputs of one run. */
function empty(): string {
  directories += 1;
  mkdirSync(scratch.in(`out-${directories}`));
  return scratch.in(`out-${directories}`);
}

/** The same by a call and by the command line: documents, archives and manifests. */
async function asTyped(options: Omit<PackOptions, 'source' | 'output'>, args: string[]): Promise<void> {
  const [called, typed] = [empty(), empty()];
  const found = await pack({ source: tree, output: `${called}/a.cpio.xz`, ...options });
  const wanted = await runCliJson(['pack', tree, '-o', `${typed}/a.cpio.xz`, '--no-cache', ...args]);
  const text = JSON.stringify(timeless(found)).replaceAll(called, typed);
  assert.equal(JSON.parse(text), timeless(wanted));
  assert.equal(readdirSync(called), readdirSync(typed));
  for (const name of readdirSync(called)) {
    assert.ok(readFileSync(`${called}/${name}`).equals(readFileSync(`${typed}/${name}`)), name);
  }
}

test('no options: the archive, the manifest and the document of the command line', () => asTyped({}, []));

test('every kind of option is said as it is typed', () =>
  asTyped(
    {
      ...{ level: 0, epoch: 1_700_000_000, mtime: 'set', owner: 'root', hardLinks: 'copy', rootEntry: true },
      ...{ policies: { 'machine-id': 'uninitialized' }, mapUid: { 5: 6, 7: 8 }, mapGid: { 9: 10 } },
      ...{ skip: ['common/tmp'], ruleFiles: [rules], distro: 'debian', init: '/sbin/init' },
      ...{ manifestEntries: true, attest: 'slsa', builderId: 'https://example.org/builder', jobs: 1 },
      ...{ limits: { entries: 1000 }, only: [] },
    },
    [
      ...['--level', '0', '--source-date-epoch', '1700000000', '--mtime', 'set', '--owner', 'root'],
      ...['--hard-links', 'copy', '--root-entry', '--policy', 'machine-id=uninitialized'],
      ...['--map-uid', '5:6', '--map-uid', '7:8', '--map-gid', '9:10', '--skip', 'common/tmp'],
      ...['--rules', rules, '--distro', 'debian', '--init', '/sbin/init', '--manifest-entries'],
      ...['--attest', 'slsa', '--builder-id', 'https://example.org/builder', '-j', '1'],
      ...['--limit', 'entries=1000'],
    ],
  ));

test('no option and no manifest: one file', async () => {
  const out = empty();
  const document = await pack({ source: tree, output: `${out}/a.cpio`, manifest: false });
  assert.equal(readdirSync(out), ['a.cpio']);
  assert.is(document.manifest, undefined);
});

test('nothing of the environment counts', async () => {
  const before = process.env.SOURCE_DATE_EPOCH;
  process.env.SOURCE_DATE_EPOCH = '1500000000';
  try {
    const { epoch } = await pack({ source: tree, output: `${empty()}/a.cpio` });
    assert.is(epoch, 0);
  } finally {
    if (before === undefined) delete process.env.SOURCE_DATE_EPOCH;
    else process.env.SOURCE_DATE_EPOCH = before;
  }
});

test('progress ends at the total, warnings come as they are in the document, and nobody listens for signals', async () => {
  const listeners = new Set<number>();
  const progress: [number, number][] = [];
  const told: PlainWarning[] = [];
  const { warnings } = await pack({
    // An epoch in the future is warned of.
    ...{ source: tree, output: `${empty()}/a.cpio.xz`, level: 0, epoch: 4_000_000_000 },
    onWarning: (warning) => told.push(warning),
    onProgress: (done, total) => {
      progress.push([done, total]);
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) listeners.add(process.listenerCount(name));
    },
  });
  assert.ok(progress.length > 0);
  assert.ok(progress.every(([done, total]) => done <= total && total > 0));
  assert.equal(progress.at(-1)?.[0], progress.at(-1)?.[1]);
  assert.equal([...listeners], [0]);
  assert.ok(warnings.length > 0);
  assert.equal(told, warnings);
});

test('two calls at once', async () => {
  const outputs = [1, 2].map(() => `${empty()}/a.cpio.xz`);
  const [a, b] = await Promise.all(outputs.map((output) => pack({ source: tree, output, level: 1 })));
  assert.equal(a?.digests, b?.digests);
});

for (const format of ['cpio', 'cpio.xz']) {
  test(`ended by its signal half-way it leaves nothing behind: ${format}`, async () => {
    const large = makeTree(scratch.in(`large-${format}`));
    // Signals get a turn after 64 MiB of an uncompressed archive, and after each block of a compressed one.
    for (let i = 0; i < 3; i++) {
      writeFileSync(`${large}/etc/${i}`, '');
      truncateSync(`${large}/etc/${i}`, 64 * 1024 * 1024);
    }
    const out = empty();
    writeFileSync(`${out}/other`, 'stays');
    const controller = new AbortController();
    const reason = new Error('enough');
    let seen = 0;
    const work = pack({
      ...{ source: large, output: `${out}/a.${format}`, level: 0, jobs: 2, signal: controller.signal },
      onProgress: (done) => {
        seen = done;
        controller.abort(reason);
      },
    });
    assert.is(await rejection(work), reason);
    assert.ok(seen > 0 && seen < 3 * 64 * 1024 * 1024, String(seen));
    assert.equal(readdirSync(out), ['other']);
  });
}

test('ended before it began, and between the plan and the writing', async () => {
  const out = empty();
  const over = AbortSignal.abort(new Error('over'));
  const first = await rejection(pack({ source: tree, output: `${out}/a.cpio`, signal: over }));
  assert.is((first as Error).message, 'over');
  const controller = new AbortController();
  const work = pack({
    ...{ source: tree, output: `${out}/a.cpio`, signal: controller.signal, epoch: 4_000_000_000 },
    onWarning: () => controller.abort(),
  });
  assert.is(((await rejection(work)) as Error).name, 'AbortError');
  assert.equal(readdirSync(out), []);
});

const WRONG: ReadonlyArray<readonly [options: Record<string, unknown>, message: RegExp]> = [
  [{ source: undefined }, /^source: is undefined, wanted the path/],
  [{ source: '' }, /^source: is "", wanted the path/],
  [{ source: Buffer.from('x') }, /^source: is an object, wanted/],
  [{ output: '-' }, /^output: is -, wanted the path of a file/],
  [{ output: 'a.img' }, /\.cpio/],
  [{ levle: 5 }, /^levle: unknown option\. Did you mean 'level'\?/],
  [{ toString: 'x' }, /^toString: unknown option/],
  [{ level: 10 }, /^level: .*"10", wanted a whole number from 0 to 9/],
  [{ level: 1.5 }, /^level: .*"1\.5", wanted a whole number/],
  [{ level: Number.NaN }, /^level: .*"NaN"/],
  [{ level: true }, /^level: is a boolean, wanted a text or a number/],
  [{ epoch: -1 }, /^epoch: .*"-1", wanted seconds since 1970, a whole number from 0/],
  [{ epoch: new Date(0) }, /^epoch: is an object, wanted a text or a number/],
  [{ mtime: 'never' }, /^mtime: .*"never", wanted clamp, set, keep/],
  [{ rootEntry: 'yes' }, /^rootEntry: is a string, wanted true or false/],
  [{ skip: 'common/tmp' }, /^skip: is a string, wanted an array of texts/],
  [{ skip: [null] }, /^skip: is null, wanted a text or a number/],
  [{ policies: ['machine-id=empty'] }, /^policies: is an array, wanted an object/],
  [{ mapUid: { x: 0 } }, /^mapUid: .*"x", wanted a whole number/],
  [{ limits: { entires: 5 } }, /limit/],
  [{ manifest: true }, /^manifest: is a boolean/],
  [{ output: 'a.cpio', format: 'shar' }, /^format: .*"shar"/],
  [{ jobs: 0 }, /^jobs: .*"0", wanted a whole number from 1/],
  [{ onWarning: 'x' }, /^onWarning: is a string, wanted a function/],
  [{ onRecovered: () => {} }, /^onRecovered: unknown option/],
  [{ signal: {} }, /^signal: is not an AbortSignal/],
];
for (const [options, message] of WRONG) {
  test(`a wrong option: ${message.source}`, async () => {
    const all = { source: tree, output: scratch.in('never.cpio.xz'), ...options } as unknown as PackOptions;
    await rejects(() => pack(all), 'usage', message);
    assert.not.ok(readdirSync(scratch.path).includes('never.cpio.xz'));
  });
}

test('other errors have the codes of the command line', async () => {
  await rejects(() => pack({ source: scratch.in('none'), output: `${empty()}/a.cpio` }), 'source-missing');
  const output = `${empty()}/a.cpio`;
  writeFileSync(output, '');
  await rejects(() => pack({ source: tree, output }), 'output-exists');
  await rejects(
    () => pack({ source: tree, output: `${empty()}/a.cpio`, strict: true, epoch: 4e9 }),
    'strict',
  );
  const policies = { nothing: 'x' };
  await rejects(() => pack({ source: tree, output: `${empty()}/a.cpio`, policies }), 'policy-unknown');
});

test.run();
