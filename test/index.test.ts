// What index.ts shows in its comment is run as it stands there, with nothing but what index.ts exports.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as library from '../src/index.ts';
import { newc, newcArchive, tarArchive, ustar } from './support/archive-bytes.ts';
import { runCli } from './support/run-cli.ts';
import { Scratch } from './support/temporary.ts';

const test = suite('index');
const scratch = new Scratch('index');
test.after(() => scratch.remove());

const [comment = ''] =
  /\/\*\*[\s\S]*?\*\//.exec(readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8')) ?? [];
/** Runs of lines that stand further right than text. */
const SNIPPETS = comment
  .split(/\n \*(?: {0,4}\S.*)?(?=\n)/)
  .map((piece) => piece.replace(/^ \* {5}/gm, ''))
  .filter((piece) => piece.includes('await'));

type Snippet = (...values: readonly unknown[]) => Promise<Record<string, unknown>>;

/** @param results names of variables that are wanted of it */
async function runSnippet(
  text: string,
  paths: Readonly<Record<string, string>>,
  results: readonly string[],
): Promise<Record<string, unknown>> {
  let code = text;
  for (const [name, path] of Object.entries(paths)) {
    assert.ok(code.includes(`'${name}'`), `${name} in ${text}`);
    code = code.replace(`'${name}'`, JSON.stringify(path));
  }
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
    ...parts: string[]
  ) => Snippet;
  const names = Object.keys(library);
  const run = new AsyncFunction(...names, `${code}\nreturn { ${results.join(', ')} };`);
  return await run(...Object.values(library));
}

function makeTree(root: string, cache: string): void {
  mkdirSync(`${root}/var/cache/ldconfig`, { recursive: true });
  mkdirSync(`${root}/etc`);
  writeFileSync(`${root}/etc/os-release`, 'ID=debian\n');
  writeFileSync(`${root}/var/cache/ldconfig/aux-cache`, cache);
}

test('there is a snippet for pack, one for diff and one for verify', () => {
  assert.equal(
    SNIPPETS.map((text) => /await (pack|diffSides|verifyFile)\(/.exec(text)?.[1]),
    ['pack', 'diffSides', 'verifyFile'],
  );
});

test('pack: an archive of a tree', async () => {
  const root = scratch.in('rootfs');
  makeTree(root, 'x');
  const output = scratch.in('rootfs.cpio.xz');
  const { result, plan } = await runSnippet(
    SNIPPETS[0] as string,
    { rootfs: root, 'rootfs.cpio.xz': output },
    ['result', 'plan'],
  );
  const { payloadBytes, fileDigest } = result as library.PackResult;
  assert.ok(payloadBytes > 500);
  assert.match(fileDigest, /^[0-9a-f]{64}$/);
  const source = await library.openSource(output);
  const paths = source.tree.entries.map(({ path }) => path);
  source.close();
  assert.ok(paths.includes('etc/os-release') && !paths.includes('var/cache/ldconfig/aux-cache'));
  assert.is((plan as library.Plan).source.name, root);
});

test('verify: the image of a manifest, and another', async () => {
  const root = scratch.in('verified');
  makeTree(root, 'x');
  const [image, other] = [scratch.in('image.cpio.xz'), scratch.in('other.cpio.xz')];
  for (const output of [image, other]) {
    assert.is((await runCli(['pack', root, '-o', output, '--level', '0'])).status, 0);
    writeFileSync(`${root}/etc/more`, '');
  }
  for (const [file, expected] of [
    [image, 'file'],
    [other, 'none'],
  ] as const) {
    const paths = { 'rootfs.cpio.xz.manifest.json': `${image}.manifest.json`, 'image.cpio.xz': file };
    const text = `const { readFileSync } = process.getBuiltinModule('node:fs');\n${SNIPPETS[2]}`;
    assert.is((await runSnippet(text, paths, ['level'])).level, expected);
  }
});

test('diff: causes, a proposal and the proof', async () => {
  const first = scratch.in('first');
  makeTree(first, 'one');
  writeFileSync(`${first}/etc/made`, 'made 2024-01-01 00:00:01\n');
  const second = scratch.in('second.tar');
  writeFileSync(
    second,
    tarArchive(
      ...['etc/', 'var/', 'var/cache/', 'var/cache/ldconfig/'].map((name) =>
        ustar(name, { type: '5', mode: 0o755 }),
      ),
      ustar('etc/os-release', { data: 'ID=debian\n' }),
      ustar('etc/made', { data: 'made 2024-01-01 00:00:02\n' }),
      ustar('var/cache/ldconfig/aux-cache', { data: 'two' }),
    ),
  );
  const { same, clusters, toml, proof } = await runSnippet(
    SNIPPETS[1] as string,
    { first, 'second.tar': second },
    ['same', 'clusters', 'toml', 'proof'],
  );
  assert.is(same, false);
  const causes = (clusters as library.Cluster[]).map(({ cause }) => cause);
  assert.ok(causes.includes('known-rule') && causes.includes('time'), causes.join());
  assert.match(String(toml), /etc\/made/);
  assert.equal(
    (proof as library.Proof).remaining.map(({ path, field }) => [path, field]),
    [],
  );
});

test('diff: what two archives differ in beside their trees', async () => {
  const bytes = [newcArchive(newc('a', { inode: 1 })), newcArchive(newc('a', { inode: 2 }))];
  const layers = await Promise.all(
    bytes.map(async (content, i) => {
      const path = scratch.in(`${i}.cpio`);
      writeFileSync(path, content);
      const reader = new library.ArchiveLayerReader();
      const source = await library.openSource(path, { observe: reader.events });
      source.close();
      const file = library.openArchiveFile(path);
      const layer = reader.finish(file);
      file.close();
      return layer;
    }),
  );
  assert.equal(
    layers.map(({ headers }) => headers.map(({ inode }) => inode)),
    [[1], [2]],
  );
});

test.run();
