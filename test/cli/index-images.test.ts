import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli index');
const scratch = new Scratch('cli-index');
test.after(() => scratch.remove());
const BASE = ['--base-url', 'https://images.example/2026', '--architecture', 'amd64'];

before(test, async () => {
  mkdirSync(scratch.in('tree', 'etc'), { recursive: true });
  writeFileSync(scratch.in('tree', 'etc', 'file'), 'x');
});

/** A directory with two images. */
async function published(name: string): Promise<string> {
  const directory = scratch.in(name);
  mkdirSync(directory);
  for (const image of ['a.cpio', 'b<i>&.tar.gz']) {
    const { status, stderr } = await run(['pack', scratch.in('tree'), '-o', `${directory}/${image}`]);
    assert.is(status, 0, stderr);
  }
  return directory;
}

test('writes a page and a list, the same ones again, and follows what is added', async () => {
  const directory = await published('twice');
  const read = (): string[] =>
    ['index.html', 'rebuilderd.amd64.json'].map((name) => readFileSync(`${directory}/${name}`, 'utf8'));
  const { status, stdout, stderr } = await run(['index', directory, ...BASE]);
  assert.is(status, 0, stderr);
  assert.match(stdout, /^2 images, 0 rebuilt by others\n/);
  assert.match(stdout, /^wrote rebuilderd\.amd64\.json, index\.html$/m);
  const first = read();
  const again = await run(['index', directory, ...BASE]);
  assert.is(again.status, 2);
  assert.match(again.stderr, /already exists\. Overwrite it with --force if it is an earlier index\.\n$/);
  assert.is((await run(['index', directory, ...BASE, '--force'])).status, 0);
  assert.equal(read(), first);
  copyFileSync(`${directory}/a.cpio`, `${directory}/c.cpio`);
  const manifest = readFileSync(`${directory}/a.cpio.manifest.json`, 'utf8');
  writeFileSync(`${directory}/c.cpio.manifest.json`, manifest.replaceAll('a.cpio', 'c.cpio'));
  assert.is((await run(['index', directory, ...BASE, '--force'])).status, 0);
  assert.match(read().join(), /c\.cpio/);
});

test('a list for an architecture that no image has any more is named and left', async () => {
  const directory = await published('stale');
  assert.is((await run(['index', directory, ...BASE])).status, 0);
  copyFileSync(`${directory}/rebuilderd.amd64.json`, `${directory}/rebuilderd.arm64.json`);
  const { stdout } = await run(['index', directory, ...BASE, '--force']);
  assert.match(stdout, /^rebuilderd\.arm64\.json is stale: no image has this architecture any more/m);
  const json = await run(['index', directory, ...BASE, '--force', '--json']);
  assert.equal((JSON.parse(json.stdout) as { readonly stale: unknown }).stale, ['rebuilderd.arm64.json']);
  assert.ok(readFileSync(`${directory}/rebuilderd.arm64.json`).length > 0);
});

test('an architecture is a plain name: it is part of the name of a file', async () => {
  const directory = await published('architectures');
  const manifest = readFileSync(`${directory}/a.cpio.manifest.json`, 'utf8');
  const before = readdirSync(scratch.path).sort();
  for (const name of ['x/../../outside', '..', 'x\u001b[31m', 'x\0y', 'X', 'a'.repeat(400)]) {
    const document = JSON.parse(manifest);
    document.config.architecture = name;
    writeFileSync(`${directory}/a.cpio.manifest.json`, JSON.stringify(document));
    const { status, stderr } = await run(['index', directory, ...BASE]);
    assert.is(status, 2, name);
    assert.match(stderr, /a\.cpio\.manifest\.json: names the architecture "/);
    assert.not.match(stderr, '\x1b');
  }
  writeFileSync(`${directory}/a.cpio.manifest.json`, manifest);
  for (const name of ['../../outside', '', 'a.b', 'x\x1b']) {
    const { status, stderr } = await run(['index', directory, ...BASE.slice(0, 2), '--architecture', name]);
    assert.is(status, 2, name);
    assert.match(stderr, /--architecture: invalid value/);
  }
  assert.equal(readdirSync(scratch.path).sort(), before);
  assert.not.ok(readdirSync(directory).some((name) => name.startsWith('rebuilderd.')));
});

test('images of the same bytes have sections of their own', async () => {
  const directory = await published('same');
  copyFileSync(`${directory}/a.cpio`, `${directory}/c.cpio`);
  const manifest = readFileSync(`${directory}/a.cpio.manifest.json`, 'utf8');
  writeFileSync(`${directory}/c.cpio.manifest.json`, manifest.replaceAll('a.cpio', 'c.cpio'));
  assert.is((await run(['index', directory, ...BASE])).status, 0);
  const page = readFileSync(`${directory}/index.html`, 'utf8');
  const ids = [...page.matchAll(/ id="(image-[^"]+)"/g)].map(([, id]) => id);
  assert.is(new Set(ids).size, 3);
  for (const id of ids) assert.ok(page.includes(`href="#${id}"`));
});

test('images come in the order of their names', async () => {
  const directory = scratch.in('order');
  mkdirSync(directory);
  assert.is((await run(['pack', scratch.in('tree'), '-o', `${directory}/m0.cpio`])).status, 0);
  const manifest = readFileSync(`${directory}/m0.cpio.manifest.json`, 'utf8');
  const names = ['m0', 'zz', 'b', 'k', 'a', 'x', 'c', 'y', 'd'].map((name) => `${name}.cpio`);
  for (const name of names.slice(1)) {
    copyFileSync(`${directory}/m0.cpio`, `${directory}/${name}`);
    writeFileSync(`${directory}/${name}.manifest.json`, manifest.replaceAll('m0.cpio', name));
  }
  const { stdout } = await run(['index', directory, ...BASE, '--json']);
  const { images } = JSON.parse(stdout) as { readonly images: readonly { readonly name: string }[] };
  assert.equal(
    images.map(({ name }) => name),
    [...names].sort(),
  );
});

test('a page escapes names, and its links lead to the files', async () => {
  const directory = await published('odd');
  assert.is((await run(['index', directory, ...BASE])).status, 0);
  const page = readFileSync(`${directory}/index.html`, 'utf8');
  assert.not.match(page, /<i>/);
  assert.match(page, 'href="./b%3Ci%3E%26.tar.gz"');
  assert.match(page, 'href="./b%3Ci%3E%26.tar.gz.manifest.json"');
});

for (const [what, harm, message] of [
  [
    'without the image',
    (d: string) => rmSync(`${d}/a.cpio`),
    /a\.cpio is not beside it, or has another digest/,
  ],
  ['with another image', (d: string) => writeFileSync(`${d}/a.cpio`, 'x'), /or has another digest/],
  [
    'under another name',
    (d: string) => renameSync(`${d}/a.cpio.manifest.json`, `${d}/c.cpio.manifest.json`),
    /is the manifest of a\.cpio/,
  ],
  [
    'that is none',
    (d: string) => writeFileSync(`${d}/a.cpio.manifest.json`, '{}'),
    /a\.cpio\.manifest\.json/,
  ],
] as const) {
  test(`a manifest ${what} is refused, and nothing is written`, async () => {
    const directory = await published(`refused ${what}`);
    harm(directory);
    const { status, stderr } = await run(['index', directory, ...BASE]);
    assert.is(status, 2);
    assert.match(stderr, message);
    assert.throws(() => readFileSync(`${directory}/index.html`), /ENOENT/);
  });
}

test('a container image that is a directory is refused', async () => {
  const directory = scratch.in('layout');
  mkdirSync(directory);
  assert.is(
    (
      await run([
        'pack',
        scratch.in('tree'),
        '--format',
        'oci',
        '--platform',
        'linux/amd64',
        '-o',
        `${directory}/image`,
      ])
    ).status,
    0,
  );
  const { status, stderr } = await run(['index', directory, ...BASE]);
  assert.is(status, 2);
  assert.match(stderr, /image is a directory, wanted one file.*\.oci\.tar/s);
});

test('says what is missing', async () => {
  const empty = scratch.in('empty');
  mkdirSync(empty);
  for (const [args, message] of [
    [['index'], /DIRECTORY/],
    [['index', empty], /--base-url: is missing/],
    [['index', empty, '--base-url', 'x'], /--base-url: invalid value "x"/],
    [['index', empty, ...BASE], /has no manifest/],
    [['index', scratch.in('none'), ...BASE], /no such directory/],
    [['index', scratch.in('tree', 'etc', 'file'), ...BASE], /is not readable as a directory \(ENOTDIR\)/],
  ] as const) {
    const { status, stderr } = await run([...args]);
    assert.is(status, 2);
    assert.match(stderr, message);
  }
  const directory = await published('unknown');
  const { stderr } = await run(['index', directory, '--base-url', 'https://x.example']);
  assert.match(stderr, /names no architecture.*--architecture amd64/s);
});

test.run();
