// Compiled code of the program itself: where Node is told to keep it.
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('code cache');
const scratch = new Scratch('code-cache');
test.after(() => scratch.remove());

const MODULE = new URL('../../src/cache/code-cache.ts', import.meta.url).href;
const OTHER = new URL('../../src/text/format.ts', import.meta.url).href;
const SCRIPT = `
const { getCompileCacheDir } = await import('node:module');
const { realpathSync } = await import('node:fs');
const { keepCompiledCode } = await import('${MODULE}');
keepCompiledCode({ HOME: process.argv[1] });
const place = getCompileCacheDir();
// Something to compile.
await import('${OTHER}');
console.log(place === undefined ? 'nowhere' : realpathSync(place).replace(/\\/[^/]+$/, ''));
`;

/** Where it is kept by a process of its own, which otherwise would keep that of the tests. */
async function place(home: string): Promise<string> {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  return (await succeed([process.execPath, '--input-type=module', '-e', SCRIPT, home], { env })).trim();
}

/** A home whose cache somebody has prepared. */
function home(name: string, prepare: (cache: string) => void): string {
  mkdirSync(scratch.in(`${name}/.cache`), { recursive: true });
  prepare(scratch.in(`${name}/.cache/stillroot`));
  return scratch.in(name);
}

test('in a directory of the cache that only the user can read, beside its blocks', async () => {
  const fresh = home('fresh', () => {});
  const code = `${fresh}/.cache/stillroot/code`;
  assert.is(await place(fresh), code);
  assert.ok(existsSync(`${fresh}/.cache/stillroot/CACHEDIR.TAG`));
  const [version = ''] = readdirSync(code);
  assert.ok(version.startsWith(`v${process.versions.node}-`));
  assert.ok(readdirSync(`${code}/${version}`).length > 0, 'Node has written it at the end');
  assert.is(await place(fresh), code);
});

test('in a home that has no caches yet', async () => {
  mkdirSync(scratch.in('new'));
  assert.is(await place(scratch.in('new')), scratch.in('new/.cache/stillroot/code'));
});

test('nowhere, and without a word, where others could put theirs, or where it cannot be', async () => {
  const shared = home('shared', (cache) => {
    mkdirSync(cache);
    chmodSync(cache, 0o777);
  });
  const sharedPart = home('shared-part', (cache) => mkdirSync(`${cache}/code`, { recursive: true }));
  writeFileSync(`${sharedPart}/.cache/stillroot/CACHEDIR.TAG`, '');
  chmodSync(`${sharedPart}/.cache/stillroot/code`, 0o777);
  const linked = home('linked', (cache) => mkdirSync(cache));
  writeFileSync(`${linked}/.cache/stillroot/CACHEDIR.TAG`, '');
  symlinkSync(scratch.path, `${linked}/.cache/stillroot/code`);
  const file = home('file', (cache) => writeFileSync(cache, ''));
  const other = home('other', (cache) => mkdirSync(`${cache}/theirs`, { recursive: true }));
  for (const each of [shared, sharedPart, linked, file, other, scratch.in('none'), '/proc', '', 'relative'])
    assert.is(await place(each), 'nowhere', each);
});

test.run();
