// The command line and the library as built by `npm run build`.
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LIBRARY, makeProgram, NOTICES, OUTPUT, writeProgram } from '../../.ci/build/program.ts';
import { ENTRY_POINTS } from '../../src/system/entry-points.ts';
import { before } from '../support/before.ts';
import { runCli } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { stepOf } from '../support/thorough.ts';

const test = suite('build/program');
const scratch = new Scratch('program');
const ROOT = new URL('../../', import.meta.url);
const { files, metafile } = await makeProgram();
const bin = scratch.in('dist/lib/bin.js');

test.after(() => scratch.remove());

before(test, async () => {
  await writeProgram(scratch.in('dist/lib'));
  cpSync(new URL('package.json', ROOT), scratch.in('package.json'));
  symlinkSync(new URL('node_modules', ROOT), scratch.in('node_modules'));
  writeFileSync(scratch.in('file'), 'content');
});

/** Named in its output: import statements and calls of import(). */
function importsOf(name: string): { readonly path: string; readonly kind: string }[] {
  return metafile.outputs[`${OUTPUT}/${name}`]?.imports ?? [];
}

/** All that is loaded with a file, without what waits for a call of import(). */
function loadedWith(name: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const { path, kind } of importsOf(name)) {
    if (kind === 'import-statement' && path.startsWith('dist/'))
      loadedWith(path.slice(`${OUTPUT}/`.length), seen);
  }
  return seen;
}

/** The file that holds a source, and where it is one that waits for import(), begins with it. */
function fileOf(source: string): string {
  const found = Object.entries(metafile.outputs).find(([, { inputs }]) => source in inputs);
  return found?.[0].slice(`${OUTPUT}/`.length) ?? '';
}

test('made twice it is the same', async () => {
  const again = await makeProgram();
  assert.equal([...again.files], [...files]);
});

test('it names no path of this machine', () => {
  for (const [name, text] of files) {
    for (const place of [ROOT.pathname, scratch.path]) assert.not.ok(text.includes(place), name);
  }
});

test('what threads and processes start with, and what others import, are files of their names', () => {
  for (const [name, source] of Object.entries(ENTRY_POINTS)) {
    const inputs = Object.keys(metafile.outputs[`${OUTPUT}/${name}.js`]?.inputs ?? {});
    assert.ok(inputs.includes(source.replace('..', 'src')), name);
  }
  const { exports } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    exports: Record<string, { default?: string; types?: string }>;
  };
  for (const name of LIBRARY) {
    const { default: code, types } = exports[name === 'index' ? '.' : `./${name}`] ?? {};
    assert.equal([code, types], [`./${OUTPUT}/${name}.js`, `./${OUTPUT}/${name}.d.ts`]);
    assert.ok(files.has(`${name}.js`));
  }
});

test('it packs, with its threads: the archive of the sources', async () => {
  const tree = scratch.in('tree');
  mkdirSync(tree);
  writeFileSync(`${tree}/file`, 'content '.repeat(1000));
  for (const format of ['cpio.xz', 'cpio.zst', 'cpio.gz', 'tar']) {
    const [own, other] = [scratch.in(`own.${format}`), scratch.in(`other.${format}`)];
    const args = ['--no-cache', '--no-manifest', '--quiet'];
    const { status, stderr } = await runCli(['pack', tree, '-o', own, ...args], { bin });
    assert.is(status, 0, stderr);
    assert.is((await run(['pack', tree, '-o', other, ...args])).status, 0);
    assert.ok(readFileSync(own).equals(readFileSync(other)), format);
  }
});

test('it asks for parts of Node and for what has native parts, of packages that will be there', () => {
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(new URL('package.json', ROOT), 'utf8'),
  ) as Record<'dependencies' | 'optionalDependencies', Record<string, string>>;
  for (const name of files.keys()) {
    for (const { path } of importsOf(name)) {
      if (path.startsWith('dist/') || isBuiltin(path)) continue;
      assert.ok(path in dependencies || path in optionalDependencies, path);
    }
  }
});

test('what a verb does not need is in files that it does not load', () => {
  const sourcesIn = (name: string): string[] =>
    [...loadedWith(name)].flatMap((file) => Object.keys(metafile.outputs[`${OUTPUT}/${file}`]?.inputs ?? {}));
  assert.equal(
    sourcesIn('bin.js').filter((source) => source !== 'src/cli/bin.ts'),
    [],
  );
  const main = sourcesIn(fileOf('src/cli/main.ts'));
  assert.ok(main.includes('src/cli/main.ts'));
  assert.equal(
    main.filter((source) => /yargs|src\/(source|plan|rewrite|packages|pack|diff)\//.test(source)),
    [],
  );
  const pack = sourcesIn(fileOf('src/cli/pack.ts'));
  assert.ok(pack.includes('src/pack/pack.ts'));
  const readers = ['src/formats/tar/tar-parser.ts', 'src/formats/compression.ts'];
  for (const reader of readers) assert.ok(reader in metafile.inputs, reader);
  assert.equal(
    pack.filter((source) => readers.includes(source) || /src\/(diff|extract|lab)\//.test(source)),
    [],
  );
});

test('it carries the licence of everything that is in it', () => {
  const notices = files.get(NOTICES) ?? '';
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap(
      (input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
    ),
  );
  assert.ok(packages.has('yargs') && packages.has('smol-toml'));
  for (const name of [...packages, 'stillroot']) assert.ok(notices.includes(`\n// == ${name}\n`), name);
});

test('it says what the sources say: help of every verb, versions, errors', async () => {
  const verbs = (await run(['--help'])).stdout.matchAll(/^ {2}([a-z]+) {2}/gm);
  const lines = [...verbs].map(([, verb = '']) => [verb, '--help']);
  assert.ok(lines.length > 10);
  const some = lines.filter((_, at) => at % stepOf(1, 4) === 0);
  for (const args of [...some, ['--help'], ['--version', '--json'], ['pakc'], ['pack', '--levle', '3']]) {
    const [own, other] = [await runCli(args, { bin }), await run(args)];
    assert.is(own.text, other.stdout, args.join(' '));
    assert.is(own.stderr, other.stderr, args.join(' '));
    assert.is(own.status, other.status, args.join(' '));
    // Otherwise the replacement for string-width would not be enough.
    assert.match(own.text, /^[\n\x20-\x7e]*$/, args.join(' '));
  }
});

test.run();
