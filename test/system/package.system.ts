// The package as published: the examples of src/library/README.md run from it in a JavaScript and in a TypeScript project.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeTree } from '../library/small-tree.ts';
import { before } from '../support/before.ts';
import { testWhere } from '../support/requires.ts';
import { type PackReport, pack } from '../support/run-cli.ts';
import { type CommandResult, runCommand, succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('package');
const scratch = new Scratch('package');
const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
/** What the package is built from. */
const COPIED = [
  ...[
    'src',
    '.ci',
    'README.md',
    'LICENSE',
    'package.json',
    'package-lock.json',
    'bench',
    'fixtures/README.md',
  ],
  ...['tsconfig.json', 'tsconfig.build.json', 'tsconfig.single-file.json'],
];
const project = scratch.in('project');
let tarball = '';
const installed = `${project}/node_modules/stillroot`;
test.after(() => scratch.remove());

/** Blocks of code of the page, without what is around them. */
const section = readFileSync(`${CHECKOUT}src/library/README.md`, 'utf8');
const EXAMPLES = [...section.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);

before(test, async () => {
  // Built in a copy: other tests run what is built in the checkout.
  const copy = scratch.in('checkout');
  for (const name of COPIED) cpSync(`${CHECKOUT}${name}`, `${copy}/${name}`, { recursive: true });
  symlinkSync(`${CHECKOUT}node_modules`, `${copy}/node_modules`);
  const command = ['npm', 'pack', '--silent', '--pack-destination', scratch.path];
  await succeed(command, { cwd: copy, timeout: 240_000 });
  tarball = readdirSync(scratch.path).find((name) => name.endsWith('.tgz')) ?? '';
  mkdirSync(installed, { recursive: true });
  await succeed(['tar', '-xzf', scratch.in(tarball), '-C', installed, '--strip-components=1']);
  // Above the project: the package's dependencies are found there, but nothing else from the checkout.
  symlinkSync(`${CHECKOUT}node_modules`, scratch.in('node_modules'));
  writeFileSync(`${project}/package.json`, '{ "name": "project", "private": true, "type": "module" }\n');
  for (const name of ['rootfs', 'first', 'second']) makeTree(`${project}/${name}`);
  writeFileSync(`${project}/second/etc/made`, 'made 2024-01-01 00:00:02\n');
});

/** A copy of the project for each test: outputs must not be there yet. */
function copy(name: string): string {
  cpSync(project, scratch.in(name), { recursive: true, verbatimSymlinks: true });
  return scratch.in(name);
}

async function run(directory: string, file: string): Promise<string> {
  return await succeed([process.execPath, file], { cwd: directory });
}

test('the page of the library has an example of four lines for pack and one for diff', () => {
  assert.equal(
    EXAMPLES.map((code) => [/await (\w+)\(/.exec(code)?.[1], code.trimEnd().split('\n').length]),
    [
      ['pack', 4],
      ['diff', 4],
    ],
  );
});

test('it holds what is exported, the command, and nothing that is not built', () => {
  const { exports, bin } = JSON.parse(readFileSync(`${installed}/package.json`, 'utf8')) as {
    exports: Record<string, string | { types: string; default: string }>;
    bin: Record<string, string>;
  };
  const files = Object.values(exports).flatMap((each) =>
    typeof each === 'string' ? [each] : Object.values(each),
  );
  for (const file of [...files, ...Object.values(bin)].filter((each) => !each.includes('*'))) {
    assert.ok(existsSync(`${installed}/${file}`), file);
  }
  const all = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  assert.equal(
    all.filter((name) => /(?<!\.d)\.ts$/.test(name)),
    [],
  );
  const count = all.filter((name) => /\.\w+$|LICENSE$/.test(name)).length;
  assert.ok(count < 70, `${count} files`);
  assert.is(all.filter((name) => name.endsWith('.js')).length, 11);
  assert.equal(all.filter((name) => name.endsWith('.d.ts')).sort(), [
    'dist/lib/index.d.ts',
    'dist/lib/internals.d.ts',
  ]);
});

test('what its README links to is in it', () => {
  const links = [...readFileSync(`${installed}/README.md`, 'utf8').matchAll(/\]\(([^)#]+)/g)].map(
    ([, link = '']) => link,
  );
  const files = links.filter((link) => !/^[a-z]+:/.test(link));
  assert.ok(files.length > 5);
  for (const file of files) assert.ok(existsSync(`${installed}/${file}`), file);
});

/** Why a version of Node, from the registry, cannot be had. */
async function lackingNode(version: string): Promise<string | undefined> {
  const { status, stderr } = await withNode(version, 'true');
  return status === 0 ? undefined : `Node ${version} could not be prepared: ${stderr}`;
}

/** Runs a shell script in the scratch directory, with that Node and its npm. */
async function withNode(version: string, script: string): Promise<CommandResult> {
  const command = ['npm', 'exec', '--yes', `--package=node@${version}`, '-c', script];
  // Without what npm has set for this test.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD/.test(name)),
  );
  return await runCommand(command, { cwd: scratch.path, env, timeout: 300_000 });
}

testWhere(test, await lackingNode('22'), 'installed globally with the npm of Node 22', async () => {
  const prefix = scratch.in('global');
  const packing = `${prefix}/bin/stillroot pack ${project}/first -o ${prefix}/a.cpio.xz --json --no-cache`;
  const script = `node --version && npm install -g --prefix ${prefix} ./${tarball} >&2 && ${packing}`;
  const { status, stdout, stderr } = await withNode('22', script);
  assert.is(status, 0, stderr);
  const [, used = '', json = ''] = /^v(\d+)[.\d]*\n([\s\S]*)$/.exec(stdout.toString()) ?? [];
  assert.is(used, '22');
  const { digests } = JSON.parse(json) as PackReport;
  assert.equal(digests, (await pack(`${project}/first`, scratch.in('here.cpio.xz'))).digests);
  assert.not.match(stderr, /npm warn/, stderr);
});

const withoutNode20 = await lackingNode('20');
testWhere(test, withoutNode20, 'an old Node is told by the installed command what is needed', async () => {
  const { status, stdout, stderr } = await withNode('20', `node ${installed}/dist/lib/bin.js pack x`);
  assert.equal([status, stdout.toString()], [2, '']);
  assert.match(
    stderr,
    /^stillroot needs Node\.js 22\.20\+ or 24\.12\+ \(you have 20\.\d+\.\d+\)\. .*executable.*\n$/,
  );
});

testWhere(test, withoutNode20, 'npm install of an old Node, in a checkout, says what to do', async () => {
  const copy = scratch.in('old');
  mkdirSync(`${copy}/.ci`, { recursive: true });
  for (const name of ['.npmrc', '.ci/checkout.mjs']) cpSync(`${CHECKOUT}${name}`, `${copy}/${name}`);
  // Only what matters here, of some hundred packages.
  const { scripts, engines, dependencies } = JSON.parse(readFileSync(`${CHECKOUT}package.json`, 'utf8')) as {
    scripts: Record<string, string>;
    engines: Record<string, string>;
    dependencies: Record<string, string>;
  };
  const { prepublish } = scripts;
  const lzma = { '@napi-rs/lzma': dependencies['@napi-rs/lzma'] };
  const description = { name: 'checkout', engines, scripts: { prepublish }, dependencies: lzma };
  writeFileSync(`${copy}/package.json`, JSON.stringify(description));
  const { status, stderr } = await withNode('20', `unset npm_config_user_agent; cd ${copy} && npm install`);
  assert.is.not(status, 0);
  assert.match(
    stderr,
    /only installed in part: .* too old \(you have 20\.\d+\.\d+\)\.\nRun "npm run setup"/,
    stderr,
  );
});

test('the examples run in a JavaScript project', async () => {
  const directory = copy('javascript');
  for (const [i, code] of EXAMPLES.entries()) writeFileSync(`${directory}/example-${i}.js`, code);
  const packed = await run(directory, 'example-0.js');
  assert.match(packed, /^[0-9a-f]{64}$/m);
  assert.ok(
    existsSync(`${directory}/rootfs.cpio.xz`) && existsSync(`${directory}/rootfs.cpio.xz.manifest.json`),
  );
  assert.match(await run(directory, 'example-1.js'), 'etc/made');
  const command = [process.execPath, `${installed}/dist/lib/bin.js`, 'verify'];
  await succeed([...command, 'rootfs.cpio.xz.manifest.json', 'rootfs.cpio.xz'], { cwd: directory });
});

/** What a user of the types may rely on; the lines with an expected error must be refused. */
const TYPED = `
import { check, finalize, list, packages, reproduce, StillrootError, verify } from 'stillroot';
import type { Manifest, PackDocument, PackOptions } from 'stillroot';
import { openSource } from 'stillroot/internals';
import { pack as packAgain, readManifest } from 'stillroot';

const options: PackOptions = {
  source: 'rootfs',
  output: 'again.cpio.xz',
  epoch: 1_700_000_000,
  level: 3,
  mtime: 'clamp',
  policies: { 'machine-id': 'uninitialized' },
  mapUid: { 1000: 0 },
  skip: ['common/tmp'],
  limits: { entries: 1000 },
  signal: new AbortController().signal,
  onProgress: (done, total) => void (done / total),
  onWarning: ({ code, path, message }) => void [code, path, message],
};
const packed: PackDocument = await packAgain(options);
const digest: string = packed.digests.file;
const manifest: Manifest = readManifest('again.cpio.xz.manifest.json');
const same: boolean = (await verify({ manifest: 'again.cpio.xz.manifest.json', file: 'again.cpio.xz' })).same;
const paths: string[] = (await list({ archive: 'again.cpio.xz' })).entries.map(({ path }) => path);
const rules: string[] = (await check({ source: 'first' })).changes.map(({ rule }) => rule);
const reproduced = await reproduce({ manifest: 'again.cpio.xz.manifest.json', source: 'rootfs' });
const names: string[] = (await packages({ source: 'rootfs' })).packages.map(({ name }) => name);
const operations: number = (await finalize({ root: 'second', dryRun: true })).operations;
const source = await openSource('rootfs');
source.close();
try {
  // @ts-expect-error unknown option
  await packAgain({ source: 'rootfs', output: 'b.cpio', levle: 3 });
} catch (error) {
  if (!(error instanceof StillrootError) || error.code !== 'usage') throw error;
}
// @ts-expect-error no such way
const wrong: PackOptions = { source: 'rootfs', output: 'c.cpio', mtime: 'never' };
// @ts-expect-error a number is wanted
const late: PackOptions = { source: 'rootfs', output: 'c.cpio', epoch: new Date() };
// @ts-expect-error the output is missing
const missing: PackOptions = { source: 'rootfs' };
console.log(digest === manifest.image.digest.slice('sha256:'.length), same, reproduced.same, paths.length > 0);
console.log([rules, names, operations, wrong, late, missing].length);
`;

test('the examples and every call are typed in a TypeScript project, and run', async () => {
  const directory = copy('typescript');
  for (const [i, code] of EXAMPLES.entries()) writeFileSync(`${directory}/example-${i}.ts`, code);
  writeFileSync(`${directory}/typed.ts`, TYPED);
  const compilerOptions = {
    ...{ target: 'es2024', module: 'nodenext', strict: true, exactOptionalPropertyTypes: true },
    ...{ noEmit: true, types: ['node'], skipLibCheck: false },
  };
  writeFileSync(`${directory}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const { status, stdout } = await runCommand([`${CHECKOUT}node_modules/.bin/tsc`, '--noEmit'], {
    cwd: directory,
  });
  assert.is(status, 0, stdout.toString());
  assert.match(await run(directory, 'example-0.ts'), /^[0-9a-f]{64}$/m);
  assert.match(await run(directory, 'example-1.ts'), 'etc/made');
  assert.match(await run(directory, 'typed.ts'), /^true true true true$/m);
});

test.run();
