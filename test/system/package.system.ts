// The package as published: the README's examples run from it in a JavaScript and in a TypeScript project.
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
import { runCommand, succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('package');
const scratch = new Scratch('package');
const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
/** What the package is built from. */
const COPIED = [
  ...['src', '.ci', 'README.md', 'LICENSE', 'package.json'],
  ...['tsconfig.json', 'tsconfig.build.json', 'tsconfig.single-file.json'],
];
const project = scratch.in('project');
const installed = `${project}/node_modules/stillroot`;
test.after(() => scratch.remove());

/** Blocks of code of the section, without what is around them. */
const [, section = ''] = /\n## Library\n(.*?)\n## /s.exec(readFileSync(`${CHECKOUT}README.md`, 'utf8')) ?? [];
const EXAMPLES = [...section.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);

before(test, async () => {
  // Built in a copy: other tests run what is built in the checkout.
  const copy = scratch.in('checkout');
  for (const name of COPIED) cpSync(`${CHECKOUT}${name}`, `${copy}/${name}`, { recursive: true });
  symlinkSync(`${CHECKOUT}node_modules`, `${copy}/node_modules`);
  const command = ['npm', 'pack', '--silent', '--pack-destination', scratch.path];
  await succeed(command, { cwd: copy, timeout: 240_000 });
  const [tarball = ''] = readdirSync(scratch.path).filter((name) => name.endsWith('.tgz'));
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

test('the README has an example of four lines for pack and one for diff', () => {
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
  assert.not.ok(existsSync(`${installed}/src`) || existsSync(`${installed}/test`));
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
