import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseManifest } from '../../src/manifest/read-manifest.ts';
import { before } from '../support/before.ts';
import { makeTree, Rebuilds } from './rebuilds.ts';

const test = suite('cli reproduce');
const rebuilds = new Rebuilds('cli-reproduce');
const { scratch, tree, temporary } = rebuilds;
const stillroot = rebuilds.run.bind(rebuilds);
const packed = rebuilds.packed.bind(rebuilds);
const altered = rebuilds.altered.bind(rebuilds);
const place = rebuilds.place.bind(rebuilds);
const RULES = scratch.in('own.toml');
const EARLY = scratch.in('early.cpio');

before(test, async () => {
  writeFileSync(RULES, '[[rule]]\nid = "own"\nmatch = "etc/mine"\naction = "truncate"\nwhy = "Mine."\n');
  makeTree(scratch.in('early/kernel'), 'early');
  await stillroot(['pack', scratch.in('early'), '-o', EARLY, '--no-manifest']);
});
test.after(() => scratch.remove());
test.after.each(() => {
  assert.equal(readdirSync(temporary), []);
});

for (const [name, args, image = 'a.cpio'] of [
  ['defaults', [], 'a.cpio.xz'],
  ['an epoch and a level', ['--source-date-epoch', '1700000000', '--level', '0'], 'a.cpio.xz'],
  ['uncompressed', ['--format', 'cpio'], 'a.cpio.xz'],
  ['rules of the user', ['--rules', RULES]],
  ['policies, skipped and chosen rules', ['--policy', 'machine-id=uninitialized', '--skip', 'common/logs-*']],
  ['owners, links, root', ['--owner', 'root', '--hard-links', 'copy', '--root-entry', '--mtime', 'set']],
  ['ids and init', ['--map-uid', '0:7', '--map-gid', '0:8', '--init', '/etc/file']],
  ['a distribution', ['--distro', 'debian', '--only', 'common/*']],
] as const) {
  test(`the recorded settings are used again: ${name}`, async () => {
    const manifest = await packed([tree, ...args], image);
    // Neither options nor the environment of now.
    const result = await stillroot(['reproduce', manifest, tree], { SOURCE_DATE_EPOCH: '5' });
    assert.is(result.status, 0, result.stderr + result.stdout);
    assert.ok(result.stdout.startsWith(`${image}: reproduced, byte for byte`), result.stdout);
    assert.is(result.stderr, '');
  });
}

test('the user rules come from the manifest, not from the file', async () => {
  const rules = `${place()}/other.toml`;
  writeFileSync(rules, readFileSync(RULES));
  const manifest = await packed([tree, '--rules', rules]);
  writeFileSync(rules, '');
  assert.is((await stillroot(['reproduce', manifest, tree])).status, 0);
  const changed = altered(manifest, ({ settings }) => {
    for (const file of settings.effective.ruleFiles) file.text += '# more\n';
  });
  const result = await stillroot(['reproduce', changed, tree]);
  assert.is(result.status, 2);
  assert.match(result.stderr, /ruleFiles\[0\]\.digest: does not match the text/);
});

test('-o keeps the image and writes its manifest, which is the same', async () => {
  const manifest = await packed([tree]);
  const out = place();
  const { status } = await stillroot(['reproduce', manifest, tree, '-o', `${out}/a.cpio`]);
  assert.is(status, 0);
  assert.equal(readdirSync(out), ['a.cpio', 'a.cpio.manifest.json']);
  assert.is(readFileSync(`${out}/a.cpio.manifest.json`, 'utf8'), readFileSync(manifest, 'utf8'));
  const again = await stillroot(['reproduce', manifest, tree, '-o', `${out}/a.cpio`]);
  assert.is(again.status, 2);
  assert.match(again.stderr, /already exists/);
});

test('without -o nothing is written', async () => {
  const manifest = await packed([tree]);
  const before = readdirSync(`${manifest}/..`.replace(/[^/]*\/\.\.$/, ''));
  await stillroot(['reproduce', manifest, tree]);
  assert.equal(readdirSync(manifest.slice(0, manifest.lastIndexOf('/'))), before);
});

test('another tree: status 1, and what differs by the entries of the manifest', async () => {
  const other = place();
  makeTree(other, 'two');
  const manifest = await packed([tree, '--manifest-entries']);
  const { status, stdout } = await stillroot(['reproduce', manifest, other]);
  assert.is(status, 1);
  assert.match(stdout, /^a\.cpio: not reproduced: a different tree\n/);
  assert.match(stdout, /1 entry differs:\n {4}etc\/file: content\n/);
});

test('and by the original beside the manifest', async () => {
  const other = place();
  makeTree(other, 'two');
  const manifest = await packed([tree]);
  const image = manifest.replace('.manifest.json', '');
  const plain = await stillroot(['reproduce', manifest, other]);
  assert.is(plain.status, 1);
  assert.match(plain.stdout, /name the original image with --against/);
  const against = await stillroot([
    'reproduce',
    manifest,
    other,
    '--against',
    image.replace(/[^/]*$/, 'gone'),
  ]);
  assert.match(against.stdout, /etc\/file\n +@ line 1[^\n]*\n +-one\n +\+two\n/);
  // The rebuilt image is no file that a command could be about.
  assert.not.match(against.stdout, /next:|stillroot diff/);
  renameSync(image.replace(/[^/]*$/, 'gone'), image);
  const beside = await stillroot(['reproduce', manifest, other, '--json']);
  const document = JSON.parse(beside.stdout) as {
    level: string;
    diff: { same: boolean; b: { source: string } };
  };
  assert.is(beside.status, 1);
  assert.is(document.level, 'none');
  assert.is(document.diff.same, false);
  assert.is(document.diff.b.source, 'rebuilt image');
  // Another file of that name is not the original.
  writeFileSync(image, 'x');
  assert.is(JSON.parse((await stillroot(['reproduce', manifest, other, '--json'])).stdout).diff, null);
});

test('levels: other bytes of the same archive, another archive of the same tree', async () => {
  const manifest = await packed([tree], 'a.cpio.xz');
  const zero = `sha256:${'0'.repeat(64)}`;
  const payload = altered(manifest, (document) => {
    document.image.digest = zero;
    document.tool.encoder = 'another 1.0';
    for (const block of document.image.blocks) block.digest = zero;
  });
  const first = await stillroot(['reproduce', payload, tree]);
  assert.is(first.status, 1);
  assert.match(first.stdout, /not reproduced: the same archive, compressed differently/);
  assert.match(first.stdout, /encoder: another 1\.0 -> .* \(can change the compressed bytes\)/);
  assert.match(first.stdout, /archive +same/);
  const archive = altered(payload, (document) => {
    document.image.payload.digest = zero;
  });
  const second = await stillroot(['reproduce', archive, tree]);
  assert.is(second.status, 1);
  assert.match(second.stdout, /not reproduced: the same tree, in a different archive/);
});

test('what stood in front of the image has to be named', async () => {
  const manifest = await packed([tree, '--segment', EARLY]);
  const none = await stillroot(['reproduce', manifest, tree]);
  assert.is(none.status, 2);
  assert.match(none.stderr, /early archive of \d+ bytes in front of the image\. Pass it with --segment FILE/);
  const wrong = scratch.in('wrong.cpio');
  await stillroot(['pack', tree, '-o', wrong, '--no-manifest', '--force']);
  const other = await stillroot(['reproduce', manifest, tree, '--segment', wrong]);
  assert.is(other.status, 2);
  assert.match(other.stderr, /has the digest sha256:\w+, wanted sha256:/);
  assert.is((await stillroot(['reproduce', manifest, tree, '--segment', EARLY])).status, 0);
  const plain = await packed([tree]);
  assert.match(
    (await stillroot(['reproduce', plain, tree, '--segment', EARLY])).stderr,
    /was not given when/,
  );
});

test('early archives of a source come with it', async () => {
  const out = place();
  await stillroot(['pack', tree, '-o', `${out}/in.cpio`, '--segment', EARLY]);
  const manifest = await packed([`${out}/in.cpio`]);
  assert.is((await stillroot(['reproduce', manifest, `${out}/in.cpio`])).status, 0);
  const directory = await stillroot(['reproduce', manifest, tree]);
  assert.is(directory.status, 2);
});

const COMMAND = 'mkdir {root}/etc && echo made > {root}/etc/file';

test('the command of a manifest is shown, and run only with --run', async () => {
  const manifest = await packed(['--bootstrap', COMMAND]);
  const shown = await stillroot(['reproduce', manifest]);
  assert.is(shown.status, 2);
  assert.is(shown.stdout, '');
  assert.ok(shown.stderr.includes(`records this command to build the tree: ${COMMAND}`), shown.stderr);
  assert.match(shown.stderr, /If you trust it, add --run/);
  const { status, stdout, stderr } = await stillroot(['reproduce', manifest, '--run']);
  assert.is(status, 0, stderr);
  assert.match(stdout, /reproduced, byte for byte/);
});

test('a command that makes another tree', async () => {
  const manifest = await packed(['--bootstrap', 'date +%N > {root}/file']);
  const { status, stdout } = await stillroot(['reproduce', manifest, '--run']);
  assert.is(status, 1);
  assert.match(stdout, /not reproduced: a different tree/);
  assert.match(stdout, /No versions were pinned: the manifest lists no packages/);
});

test('a command of mine needs no --run', async () => {
  const manifest = await packed(['--bootstrap', COMMAND]);
  const { status } = await stillroot(['reproduce', manifest, '--bootstrap', `sleep 0; ${COMMAND}`]);
  assert.is(status, 0);
});

test('a tree instead of the command', async () => {
  const manifest = await packed(['--bootstrap', COMMAND]);
  const made = place();
  mkdirSync(`${made}/etc`);
  writeFileSync(`${made}/etc/file`, 'made\n');
  assert.is((await stillroot(['reproduce', manifest, made])).status, 0);
});

test('a manifest without a command needs a tree', async () => {
  const manifest = await packed([tree]);
  const { status, stderr } = await stillroot(['reproduce', manifest]);
  assert.is(status, 2);
  assert.match(stderr, /records no command that builds the tree\. Give the tree/);
});

let plain: Promise<string> | undefined;
for (const [args, message] of [
  [['--run'], /--run: applies only if the tree is built/],
  [['--bootstrap', 'x {root}'], /--bootstrap: applies only if the tree is built/],
  [['--allow-builder', 'mmdebstrap'], /--allow-builder: applies only if the tree is built/],
  [['--allow-mirror', 'http://x.example'], /--allow-mirror: applies only with --allow-builder/],
  [['--allow-path', '/srv'], /--allow-path: applies only with --allow-builder/],
  [['-o', '-'], /--output: cannot be -, .* wanted a file/],
  [['--against', '/nonexistent'], /no such file/],
  [['--attest', 'slsa'], /--attest/],
] as const) {
  test(`refused: ${args.join(' ')}`, async () => {
    plain ??= packed([tree]);
    const { status, stderr } = await stillroot(['reproduce', await plain, tree, ...args]);
    assert.is(status, 2);
    assert.match(stderr, message);
  });
}

test('--attest: a link of success only, a test result of both', async () => {
  const manifest = await packed([tree]);
  const image = manifest.replace('.manifest.json', '');
  const good = await stillroot(['reproduce', manifest, tree, '--attest', 'link', '--attest', 'test-result']);
  assert.is(good.status, 0, good.stderr);
  const link = JSON.parse(readFileSync(`${image}.link`, 'utf8')) as { signed: { products: object } };
  const { digest } = parseManifest(readFileSync(manifest, 'utf8'), 'x').image;
  assert.equal(link.signed.products, { 'a.cpio': { sha256: digest.slice(7) } });
  const result = (): { predicate: { result: string } } =>
    JSON.parse(readFileSync(`${image}.test-result.intoto.json`, 'utf8'));
  assert.is(result().predicate.result, 'PASSED');
  const other = place();
  makeTree(other, 'two');
  const exists = await stillroot(['reproduce', manifest, other, '--attest', 'link']);
  assert.match(exists.stderr, /already exists/);
  renameSync(`${image}.link`, `${image}.link.old`);
  const bad = await stillroot([
    'reproduce',
    manifest,
    other,
    '--attest',
    'link',
    '--attest',
    'test-result',
    '-f',
  ]);
  assert.is(bad.status, 1);
  assert.match(bad.stderr, /no link written/);
  assert.not.ok(existsSync(`${image}.link`));
  assert.is(result().predicate.result, 'FAILED');
});

test.run();
