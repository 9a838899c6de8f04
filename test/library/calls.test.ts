// The other calls: each gives the document that its verb prints.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { imageParts, imageTar, layer, layout } from '../../fixtures/containers/image-bytes.ts';
import {
  check,
  diff,
  extract,
  list,
  type PlainWarning,
  pack,
  packages,
  readManifest,
  reproduce,
  verify,
} from '../../src/index.ts';
import { before } from '../support/before.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { makeTree, rejection, timeless } from './small-tree.ts';

const test = suite('library');
const scratch = new Scratch('library');
const first = makeTree(scratch.in('first'));
const second = makeTree(scratch.in('second'), 'two');
const image = scratch.in('image.cpio.xz');
const manifest = `${image}.manifest.json`;
test.after(() => scratch.remove());

before(test, async () => {
  writeFileSync(`${second}/etc/made`, 'made by another\n');
  mkdirSync(`${first}/var/lib/dpkg`, { recursive: true });
  writeFileSync(
    `${first}/var/lib/dpkg/status`,
    'Package: a\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n',
  );
  mkdirSync(`${first}/var/lib/dpkg/info`);
  writeFileSync(`${first}/var/lib/dpkg/info/a.list`, '/.\n');
  await pack({ source: first, output: image, level: 0, manifestEntries: true });
});

/** The document of a verb, regardless of its status. */
async function typed(...args: string[]): Promise<unknown> {
  return timeless(JSON.parse((await run([...args, '--json'])).stdout));
}

test('check', async () => {
  const told: PlainWarning[] = [];
  const onWarning = (warning: PlainWarning): void => void told.push(warning);
  const found = await check({ source: first, epoch: 5, onWarning });
  assert.ok(found.changes.length > 0);
  assert.equal(timeless(found), await typed('check', first, '--source-date-epoch', '5'));
  assert.equal(told, found.warnings);
});

test('diff: of trees, of archives, with digests, of one file', async () => {
  const found = await diff({ a: first, b: second });
  assert.is(found.same, false);
  assert.equal(timeless(found), await typed('diff', first, second));
  assert.equal(timeless(await diff({ a: image, b: second })), await typed('diff', image, second));
  assert.equal(timeless(await diff({ a: image, b: image })), await typed('diff', image, image));
  const proven = await diff({ a: first, b: second, digests: true, skip: ['common/account-order'] });
  assert.match(proven.proof.digests?.a ?? '', /^[0-9a-f]{64}$/);
});

test('diff: of two images of one file', async () => {
  const several = scratch.in('several.tar');
  const parts = [[['f', '1']], [['f', '2']]].map((files, at) =>
    imageParts([layer(...(files as [string, string][]))], {
      names: [`${at}.0`],
      platform: ['linux', 'amd64'],
    }),
  );
  writeFileSync(several, imageTar(layout(parts)));
  const two = { a: several, b: several };
  const found = await diff({ ...two, image: ['0.0', '1.0'] });
  assert.equal([found.same, found.a.image?.names, found.b.image?.names], [false, ['0.0'], ['1.0']]);
  assert.is((await diff({ ...two, image: '1.0', platform: 'linux/amd64' })).same, true);
  assert.is((await diff({ ...two, image: [false, false] })).same, true);
  await rejects(() => diff({ ...two, image: ['0.0', '1.0', '2.0'] }), 'usage', /^image: was given 3 times/);
});

test('diff: the proposed rules make the two one archive', async () => {
  const other = makeTree(scratch.in('other'));
  writeFileSync(`${other}/etc/made`, 'made 2024-01-01 00:00:01\n');
  const third = makeTree(scratch.in('third'));
  writeFileSync(`${third}/etc/made`, 'made 2024-01-01 00:00:02\n');
  const { proof, proposal } = await diff({ a: other, b: third, digests: true });
  assert.ok(proof.equal && proof.digests?.a === proof.digests?.b);
  const rules = scratch.in('proposed.toml');
  writeFileSync(rules, proposal.rules ?? '');
  const options = { ruleFiles: [rules], manifest: false } as const;
  const a = await pack({ source: other, output: scratch.in('o.cpio'), ...options });
  const b = await pack({ source: third, output: scratch.in('t.cpio'), ...options });
  assert.equal(a.digests, b.digests);
  assert.is(a.digests.payload, proof.digests?.a);
});

test('diff: of manifests, and of a manifest and a tree', async () => {
  const more = scratch.in('more.cpio.xz');
  await pack({ source: second, output: more, level: 0, manifestEntries: true });
  const other = `${more}.manifest.json`;
  const found = await diff({ a: manifest, b: other });
  assert.is(found.manifests?.level, 'none');
  assert.equal(timeless(found), await typed('diff', manifest, other));
  const repacked = await diff({ a: manifest, b: second });
  const wanted = (await typed('diff', manifest, second)) as { manifests: { diff: unknown } };
  assert.ok(repacked.manifests?.diff !== null);
  assert.equal(timeless(repacked.manifests?.diff), timeless(wanted.manifests.diff));
  await rejects(
    () => diff({ a: manifest, b: other, skip: ['x'] }),
    'usage',
    /^skip: does not apply to manifests/,
  );
  await rejects(() => diff({ a: manifest, b: other, digests: true }), 'usage', /^digests: does not apply to/);
});

test('diff is ended by its signal while it compares', async () => {
  const [a, b] = ['many-a', 'many-b'].map((name) => makeTree(scratch.in(name), name, 1200));
  const controller = new AbortController();
  const reason = new Error('enough');
  const work = diff({ a: a ?? '', b: b ?? '', signal: controller.signal });
  // The trees are read when diff gives way for the first time.
  setImmediate(() => controller.abort(reason));
  assert.is(await rejection(work), reason);
  const over = { signal: AbortSignal.abort() };
  assert.is(((await rejection(diff({ a: first, b: second, ...over }))) as Error).name, 'AbortError');
});

test('verify, and the manifest itself', async () => {
  const found = await verify({ manifest, file: image });
  assert.ok(found.same && found.level === 'file');
  assert.equal(timeless(found), await typed('verify', manifest, image));
  const other = await verify({ manifest, file: second });
  assert.is(other.same, false);
  assert.equal(timeless(other), await typed('verify', manifest, second));
  assert.equal(readManifest(manifest), JSON.parse(readFileSync(manifest, 'utf8')));
  await rejects(() => readManifest(image), 'manifest-malformed');
});

test('reproduce', async () => {
  const output = scratch.in('again.cpio.xz');
  const found = await reproduce({ manifest, source: first, output, attest: ['test-result', 'link'] });
  assert.ok(found.same);
  assert.ok(readFileSync(output).equals(readFileSync(image)));
  assert.is(found.attestations.length, 2);
  const changed = await reproduce({ manifest, source: second });
  assert.is(changed.same, false);
  const wanted = (await typed('reproduce', manifest, second)) as { diff: unknown };
  assert.equal(timeless({ ...changed, diff: null }), { ...wanted, diff: null });
  assert.equal(timeless(changed.diff), timeless(wanted.diff));
  await rejects(() => reproduce({ manifest, source: first, against: scratch.in('no') }), 'source-missing');
  await rejects(() => reproduce({ manifest, source: first, output }), 'output-exists');
  const large = makeTree(scratch.in('large'), 'one', 300);
  const kept = scratch.in('kept');
  mkdirSync(kept);
  const controller = new AbortController();
  const work = reproduce({
    ...{ manifest, source: large, output: `${kept}/image.cpio.xz`, temporary: kept },
    ...{ signal: controller.signal, onProgress: () => controller.abort() },
  });
  assert.is(((await rejection(work)) as Error).name, 'AbortError');
  assert.equal(readdirSync(kept), []);
});

test('list', async () => {
  const all = await list({ archive: image });
  assert.ok(all.entries.length > 3);
  assert.equal(timeless(all), await typed('list', image));
  const some = await list({ archive: image, patterns: ['etc/*-release'] });
  assert.equal(
    some.entries.map(({ path }) => path),
    ['etc/os-release'],
  );
  assert.equal(timeless(some), await typed('list', image, 'etc/*-release'));
  await rejects(() => list({ archive: image, patterns: ['none'] }), 'usage', /none/);
  await rejects(() => list({ archive: image, limits: { entries: 1 } }), 'archive-limit');
  const over = { signal: AbortSignal.abort() };
  assert.is(((await rejection(list({ archive: image, ...over }))) as Error).name, 'AbortError');
});

test('extract', async () => {
  const [called, line] = [scratch.in('called'), scratch.in('line')];
  const found = await extract({ archive: image, directory: called, patterns: ['etc'] });
  const wanted = JSON.stringify(await typed('extract', image, 'etc', '-C', line)).replaceAll(line, called);
  assert.equal(timeless(found), JSON.parse(wanted));
  assert.equal(readdirSync(called), ['etc']);
  assert.is(readFileSync(`${called}/etc/os-release`, 'utf8'), 'ID=debian\n');
  const again = { archive: image, directory: called, patterns: ['etc/os-release'] };
  await rejects(() => extract(again), 'output-exists');
  await extract({ ...again, force: true });
});

test('extract decompresses into the directory of the call, within the limits of the call', async () => {
  const archive = scratch.in('gzip.cpio.gz');
  const plain = scratch.in('plain.cpio');
  await pack({ source: first, output: plain, manifest: false });
  writeFileSync(archive, gzipSync(readFileSync(plain)));
  const [directory, temporary] = [scratch.in('unpacked'), scratch.in('no-such-directory')];
  await rejects(() => extract({ archive, directory, temporary }), 'output-failed', /^\S+no-such-directory: /);
  await rejects(() => extract({ archive, directory, limits: { entries: 1 } }), 'archive-limit');
  assert.ok(!existsSync(directory));
  await extract({ archive, directory });
  assert.is(readFileSync(`${directory}/etc/os-release`, 'utf8'), 'ID=debian\n');
});

test('a signal that was aborted before: nothing is read or made', async () => {
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  const nothing = scratch.in('nothing');
  const calls = [
    check({ source: nothing, signal }),
    list({ archive: nothing, signal }),
    extract({ archive: nothing, directory: nothing, signal }),
    packages({ source: nothing, signal }),
    verify({ manifest: nothing, file: nothing, signal }),
    diff({ a: nothing, b: nothing, signal }),
    reproduce({ manifest: nothing, source: nothing, signal }),
    pack({ source: nothing, output: nothing, signal }),
  ];
  for (const call of calls) assert.is(await rejection(call), reason);
  assert.ok(!existsSync(nothing));
});

test('packages', async () => {
  const found = await packages({ source: first });
  assert.equal(
    found.packages.map(({ name }) => name),
    ['a'],
  );
  assert.equal(timeless(found), await typed('packages', first));
  const told: PlainWarning[] = [];
  await packages({ source: second, onWarning: (warning) => told.push(warning) });
  assert.equal(
    told.map(({ code }) => code),
    ['package-database-missing'],
  );
});

test.run();
