// What the executable consists of; see test/system/executable.system.ts for what it does.
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WHOLE } from '../../.ci/build/bundles.ts';
import { NODE_VERSION } from '../../.ci/build/executable.ts';
import { makeExecutableProgram, STAND_INS } from '../../.ci/build/executable-program.ts';
import { directories } from '../../src/executable/native-part.ts';
import { ENCODER_VERSION, nativeVersion } from '../../src/formats/zstd/encoder.ts';
import { ENTRY_POINTS } from '../../src/system/entry-points.ts';

const test = suite('build/executable');
const ROOT = new URL('../../', import.meta.url);
const { boot, assets, inputs } = await makeExecutableProgram();

test('made twice it is the same', async () => {
  const again = await makeExecutableProgram();
  assert.is(again.boot, boot);
  assert.equal([...again.assets], [...assets]);
});

test('it names no path of this machine', () => {
  for (const [name, text] of [['boot', boot] as const, ...assets]) {
    assert.not.ok(text.includes(ROOT.pathname), name);
  }
});

test('it holds what stands in for other files, and not these', () => {
  for (const [file, standIn] of Object.entries(STAND_INS)) {
    assert.not.ok(inputs.includes(file), file);
    assert.ok(inputs.includes(standIn), standIn);
  }
  assert.equal(
    inputs.filter((input) => /@napi-rs|zstd-wasm|\.node$|\.wasm$/.test(input)),
    [],
  );
  const files = readdirSync(new URL('src/executable/', ROOT));
  for (const name of files) assert.ok(inputs.includes(`src/executable/${name}`), name);
});

test('a thread needs nothing but its script, and the other files only the whole program', () => {
  for (const [name, text] of [['boot.js', boot] as const, ...assets]) {
    if (!name.endsWith('.js')) continue;
    for (const [, required = ''] of text.matchAll(/\brequire\("([^"]+)"\)/g)) {
      const isThere = isBuiltin(required) || (required === `./${WHOLE}` && !/thread|boot/.test(name));
      assert.ok(isThere, `${name} requires ${required}`);
    }
    assert.not.match(text, /\bimport\(/, name);
  }
  for (const name of Object.keys(ENTRY_POINTS)) assert.ok(assets.has(`${name}.js`), name);
});

test('it carries the licence of everything that is in it', () => {
  const text = assets.get('licences.txt') ?? '';
  for (const name of [
    'stillroot',
    'yargs',
    'pako',
    '@napi-rs/lzma',
    '@napi-rs/xattr',
    '@sqlite.org/sqlite-wasm',
  ]) {
    assert.ok(`\n${text}`.includes(`\n== ${name}\n`), name);
  }
});

test('its Node is the one of the set-up, which contains the pinned release of zstd', () => {
  const { scripts, devDependencies } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    scripts: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  assert.is(devDependencies.node, NODE_VERSION);
  assert.ok(scripts.setup?.includes(`node@${NODE_VERSION} `));
  if (process.versions.node === NODE_VERSION) assert.is(nativeVersion(), ENCODER_VERSION);
});

test('native parts are tried in absolute directories, that of TMPDIR first, each once', () => {
  const env = { TMPDIR: '/var/tmp', HOME: 'relative', XDG_RUNTIME_DIR: '/run/user/1' };
  const found = directories(env);
  assert.equal(found.slice(0, 4), ['/var/tmp', '/tmp', '/dev/shm', '/run/user/1']);
  assert.is(found.length, 5);
});

test.run();
