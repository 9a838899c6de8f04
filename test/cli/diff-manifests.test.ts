import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli/diff-manifests');
const scratch = new Scratch('cli-diff-manifests');
const tree = scratch.in('tree');
test.after(() => scratch.remove());

const status = (version: string): string =>
  `Package: thing\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`;

interface Document {
  readonly same: boolean;
  readonly clusters: readonly {
    readonly cause: string;
    readonly rule: string | null;
    readonly paths: string[];
  }[];
  readonly packages: { readonly changes: readonly object[] };
  readonly manifests: {
    readonly level: string;
    readonly settings: readonly object[];
    readonly diff: object | null;
  };
}

async function pack(name: string, ...options: string[]): Promise<string> {
  const image = scratch.in(name);
  const done = await run(['pack', tree, '-o', image, '--level', '0', '-q', ...options]);
  assert.is(done.status, 0, done.stderr);
  return `${image}.manifest.json`;
}

async function diff(...args: string[]): Promise<{ readonly status: number; readonly document: Document }> {
  const done = await run(['diff', ...args, '--json']);
  assert.is(done.stderr, '');
  return { status: done.status, document: JSON.parse(done.stdout) };
}

const causes = ({ clusters }: Document): unknown[] =>
  clusters.map(({ cause, rule, paths }) => [cause, rule, paths.join()]);

let first = '';
let second = '';
before(test, async () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  for (const path of ['var/lib/dpkg/info', 'var/cache/ldconfig', 'usr/lib'])
    mkdirSync(`${tree}/${path}`, { recursive: true });
  writeFileSync(`${tree}/etc/os-release`, 'ID=debian\nVERSION_ID=12\n');
  writeFileSync(`${tree}/etc/mine`, 'one\n');
  writeFileSync(`${tree}/var/lib/dpkg/info/thing.list`, '/.\n/usr\n');
  writeFileSync(`${tree}/var/lib/dpkg/status`, status('1.0'));
  writeFileSync(`${tree}/var/cache/ldconfig/aux-cache`, 'x');
  first = await pack('first.cpio.xz', '--manifest-entries');
  writeFileSync(`${tree}/etc/mine`, 'two\n');
  writeFileSync(`${tree}/etc/more`, '');
  writeFileSync(`${tree}/var/lib/dpkg/status`, status('1.1'));
  chmodSync(`${tree}/usr/lib`, 0o700);
  second = await pack(
    'second.cpio.xz',
    '--manifest-entries',
    ...['--skip', 'common/ldconfig-aux-cache', '--source-date-epoch', '7'],
  );
});

test('two manifests: packages, settings, and entries by what can be said of them', async () => {
  const { status: exit, document } = await diff(first, second);
  assert.is(exit, 1);
  assert.is(document.manifests.level, 'none');
  assert.equal(document.packages.changes, [{ name: 'thing', architecture: 'amd64', a: '1.0', b: '1.1' }]);
  assert.equal(document.manifests.settings, [
    { key: 'epoch', a: 0, b: 7 },
    { key: 'skip', a: [], b: ['common/ldconfig-aux-cache'] },
  ]);
  const found = causes(document);
  assert.equal(
    found.filter((cause) => JSON.stringify(cause).includes('aux-cache')),
    [['rule-not-applied', 'common/ldconfig-aux-cache', 'var/cache/ldconfig/aux-cache']],
  );
  assert.equal(
    found.filter((cause) => !/"(rule-not-applied|file-times)"/.test(JSON.stringify(cause))),
    [
      ['one-side-only', null, 'etc/more'],
      ['unknown', null, 'etc/mine,var/lib/dpkg/status'],
      ['unknown', null, 'usr/lib'],
    ],
  );
  assert.ok(
    document.clusters.some(({ cause, paths }) => cause === 'file-times' && paths.includes('etc/mine')),
  );
});

test('in the other order the sides are the other ones', async () => {
  const { document } = await diff(second, first);
  assert.equal(document.packages.changes, [{ name: 'thing', architecture: 'amd64', a: '1.1', b: '1.0' }]);
  const done = await run(['diff', second, first]);
  assert.match(done.stdout, /only side A has it\n {5}etc\/more\n/);
});

test('one image: exit status 0', async () => {
  const copy = scratch.in('copy.json');
  copyFileSync(first, copy);
  const { status: exit, document } = await diff(first, copy);
  assert.is(exit, 0);
  assert.is(document.same, true);
  assert.equal(document.clusters, []);
});

test('the same archive at another level', async () => {
  const other = await pack(
    'level.cpio',
    '--manifest-entries',
    ...['--skip', 'common/ldconfig-aux-cache', '--source-date-epoch', '7'],
  );
  const { status: exit, document } = await diff(second, other);
  assert.is(exit, 1);
  assert.equal(causes(document), [['compressor', null, '']]);
});

test('without entries it says how to get them', async () => {
  const bare = await pack('bare.cpio.xz');
  const done = await run(['diff', first, bare]);
  assert.is(done.status, 1);
  assert.match(
    done.stdout,
    /not both manifests list their entries\n {3}To list the files, write both manifests with/,
  );
  assert.match(done.stdout, /thing \(amd64\): 1\.0 in A, 1\.1 in B/);
});

test('a tree is packed as the manifest records', async () => {
  const image = second.replace('.manifest.json', '');
  const aside = scratch.in('aside');
  renameSync(image, aside);
  const same = await diff(second, tree);
  assert.equal([same.status, same.document.same, same.document.manifests.diff], [0, true, null]);
  const other = await diff(tree, first);
  assert.is(other.status, 1);
  assert.equal(other.document.packages.changes, [
    { name: 'thing', architecture: 'amd64', a: '1.1', b: '1.0' },
  ]);
  renameSync(aside, image);
});

test('with the image beside the manifest contents are shown', async () => {
  const done = await run(['diff', first, tree]);
  assert.is(done.status, 1);
  assert.match(done.stdout, /packed as the manifest records/);
  assert.match(done.stdout, /-one\n\s+\+two/);
});

test('an archive of the same tree', async () => {
  const { status: exit } = await diff(second.replace('.manifest.json', ''), second);
  assert.is(exit, 0);
});

test('options that a manifest answers are refused, and so is what is no manifest', async () => {
  for (const option of [
    ['--skip', 'x'],
    ['--source-date-epoch', '1'],
    ['--propose', scratch.in('p.toml')],
  ]) {
    const done = await run(['diff', first, second, ...option]);
    assert.is(done.status, 2);
    assert.match(done.stderr, new RegExp(`${option[0]}: does not apply to manifests`));
  }
  const broken = scratch.in('broken.json');
  writeFileSync(broken, readFileSync(first).subarray(0, 500));
  const done = await run(['diff', broken, first]);
  assert.is(done.status, 2);
  assert.match(done.stderr, /broken\.json/);
});

test.run();
