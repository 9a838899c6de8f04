// The command line and the library as built by `npm run build`.
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import type { Metafile } from 'esbuild';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WHOLE } from '../../.ci/build/bundles.ts';
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
const { files, metafiles } = await makeProgram();
const outputs = Object.assign({}, ...metafiles.map(({ outputs }) => outputs)) as Metafile['outputs'];
const bin = scratch.in('dist/lib/bin.js');

test.after(() => scratch.remove());

before(test, async () => {
  await writeProgram(scratch.in('dist/lib'));
  cpSync(new URL('package.json', ROOT), scratch.in('package.json'));
  symlinkSync(new URL('node_modules', ROOT), scratch.in('node_modules'));
  writeFileSync(scratch.in('file'), 'content');
});

/** Where each file of code comes from. */
function sourcesOf(name: string): readonly string[] {
  const { inputs = {} } = outputs[`out/${name === WHOLE ? 'stdin.js' : name}`] ?? {};
  return Object.keys(inputs);
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
  assert.equal(
    [...files.keys()].sort(),
    [...Object.keys(ENTRY_POINTS), ...LIBRARY]
      .map((name) => `${name}.js`)
      .concat(WHOLE, NOTICES)
      .sort(),
  );
  const whole = sourcesOf(WHOLE);
  for (const [name, module] of Object.entries(ENTRY_POINTS)) {
    const source = module.replace('..', 'src');
    const isPart = name === 'lab-process';
    assert.ok((isPart ? whole : sourcesOf(`${name}.js`)).includes(source), name);
    // A thread that held the whole program would take as long to start.
    assert.ok((files.get(`${name}.js`) ?? '').length < 120_000, name);
  }
  const { exports } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    exports: Record<string, { default?: string; types?: string }>;
  };
  for (const name of LIBRARY) {
    const { default: code, types } = exports[name === 'index' ? '.' : `./${name}`] ?? {};
    assert.equal([code, types], [`./${OUTPUT}/${name}.js`, `./${OUTPUT}/${name}.d.ts`]);
  }
});

test('the library exports what its sources export, also to CommonJS', async () => {
  for (const name of LIBRARY) {
    const own = (await import(scratch.in(`dist/lib/${name}.js`))) as object;
    const sources = (await import(new URL(`src/${name}.ts`, ROOT).href)) as object;
    assert.equal(Object.keys(own).sort(), Object.keys(sources).sort());
    assert.equal(Object.keys(createRequire(bin)(`./${name}.js`)).sort(), Object.keys(own).sort());
  }
  const [index, internals] = await Promise.all(
    LIBRARY.map((name) => import(scratch.in(`dist/lib/${name}.js`)) as Promise<Record<string, unknown>>),
  );
  assert.is(index?.StillrootError, internals?.StillrootError);
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
  for (const { path } of Object.values(outputs).flatMap(({ imports }) => imports)) {
    if (path === `./${WHOLE}` || isBuiltin(path)) continue;
    assert.ok(path in dependencies || path in optionalDependencies, path);
  }
});

test('the version is printed without the program', async () => {
  const sources = sourcesOf('bin.js');
  assert.ok(sources.includes('src/cli/version.ts'));
  assert.equal(
    sources.filter((source) => /yargs|main\.ts|src\/(source|plan|rewrite|packages|pack|diff)\//.test(source)),
    [],
  );
  const alone = scratch.in('alone.js');
  writeFileSync(alone, files.get('bin.js') ?? '');
  const asked = [['--version'], ['-V'], ['version', '--json'], ['pack', 'x', '--version']];
  for (const args of asked) {
    const { status, text } = await runCli(args, { bin: alone });
    assert.equal([status, text], [0, (await run(args)).stdout]);
  }
  // Here it is asked for nothing of the kind.
  for (const args of [
    ['--help', '--version'],
    ['version', 'x'],
    ['pack', '--', '--version'],
  ])
    assert.is.not((await runCli(args, { bin: alone })).status, 0);
});

test('its compiled code is kept in the cache of the user, but not for a version', async () => {
  const home = scratch.in('home');
  mkdirSync(home);
  const env = { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: '' };
  assert.is((await runCli(['--version'], { bin, env })).status, 0);
  assert.equal(readdirSync(home), []);
  const [first, second] = [await runCli(['hook'], { bin, env }), await runCli(['hook'], { bin, env })];
  assert.equal([second.status, second.text, second.stderr], [0, first.text, '']);
  assert.is(readdirSync(`${home}/.cache/stillroot/code`).length, 1);
});

test('it carries the licence of everything that is in it', () => {
  const notices = files.get(NOTICES) ?? '';
  const packages = new Set(
    Object.values(outputs)
      .flatMap(({ inputs }) => Object.keys(inputs))
      .flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
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
