// What the single file consists of; see test/single-file/script.test.ts for what it does.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  makeSingleFile,
  NODE_STAND_INS,
  OLDEST_NODE,
  OWN_PACKAGE_STAND_INS,
  STAND_INS,
} from '../../.ci/build/single-file.ts';
import { makeScript } from '../support/single-file.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('build/single-file');
const scratch = new Scratch('bundle');
const ROOT = new URL('../../', import.meta.url);
const { text, inputs } = await makeSingleFile();

test.after(() => scratch.remove());

test('made twice it is the same, also by another process umask', async () => {
  assert.ok((await makeSingleFile()).text === text);
  const before = process.umask(0o077);
  try {
    const path = await makeScript(scratch);
    assert.ok(readFileSync(path, 'utf8') === text);
    assert.is(statSync(path).mode & 0o7777, 0o755);
    assert.is(await makeScript(scratch), path, 'written over');
  } finally {
    process.umask(before);
  }
});

test('it names no path of this machine', () => {
  for (const place of [ROOT.pathname, scratch.path, process.env.HOME ?? '/root/']) {
    assert.not.ok(text.includes(place), place);
  }
});

test('it holds what stands in for other files, and not these', () => {
  for (const [file, standIn] of Object.entries(STAND_INS)) {
    assert.not.ok(inputs.includes(file), file);
    assert.ok(inputs.includes(standIn), standIn);
  }
  for (const file of Object.values(OWN_PACKAGE_STAND_INS)) assert.ok(inputs.includes(file), file);
  for (const file of Object.values(NODE_STAND_INS)) assert.ok(inputs.includes(file), file);
  assert.equal(
    inputs.filter((input) => /@napi-rs|@sqlite\.org|fs-extra\/|\.node$|\.wasm$/.test(input)),
    [],
  );
});

test('every file in src/single-file stands in for something', () => {
  const used = [STAND_INS, NODE_STAND_INS, OWN_PACKAGE_STAND_INS].flatMap((table) => Object.values(table));
  const files = readdirSync(new URL('src/single-file/', ROOT)).filter((name) => name.endsWith('.ts'));
  assert.equal(files.map((name) => `src/single-file/${name}`).sort(), [...new Set(used)].sort());
});

for (const standIn of new Set(Object.values(STAND_INS))) {
  test(`${standIn} has all that the files it replaces export, and no more`, async () => {
    const replaced = Object.keys(STAND_INS).filter((file) => STAND_INS[file] === standIn);
    const originals = await Promise.all(replaced.map((file) => import(`${ROOT}${file}`)));
    const original = Object.assign({}, ...originals) as Record<string, unknown>;
    const other = (await import(`${ROOT}${standIn}`)) as Record<string, unknown>;
    assert.equal(Object.keys(other).sort(), Object.keys(original).sort());
    for (const name of Object.keys(original)) {
      // What is undefined here and says why there is the one difference in kind.
      if (name !== 'WITHOUT_SQLITE') assert.is(typeof other[name], typeof original[name], name);
    }
  });
}

test('it asks for parts of Node only, and looks for no package', () => {
  const asked = [...text.matchAll(/\b(?:require|import)\(\s*["'`]([^"'`]+)["'`]\s*\)/g)].map(
    ([, name = '']) => name,
  );
  assert.ok(asked.includes('node:fs'));
  assert.equal(
    asked.filter((name) => !isBuiltin(name)),
    [],
  );
  // A module that is asked for by a name in a variable would be missed above; yargs has one, for configuration files.
  const computed = [...text.matchAll(/\b(?:require|import)\(([^"'`)\s][^)]*)\)/g)].map(([call]) => call);
  assert.ok(computed.length < 6, computed.join('\n'));
});

test('it is neither a module nor CommonJS by its syntax, so that any name will do', () => {
  const code = text.split('\n').filter((line) => !line.startsWith('//'));
  assert.is(code[0], '#!/usr/bin/env node');
  assert.equal(
    code.filter((line) => /^(import\s+[^(]|import\{|export\s|await\s)/.test(line)),
    [],
  );
  assert.not.match(text, /\bimport\.meta\b/);
});

test('it carries the licence of everything that is in it', () => {
  const packages = new Set(
    inputs.flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  assert.ok(packages.has('yargs') && packages.has('smol-toml') && packages.has('xxhash-wasm'));
  for (const name of [...packages, 'stillroot']) assert.ok(text.includes(`\n// == ${name}\n`), name);
});

test('its head says what it is', () => {
  const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string };
  const [, head = ''] = text.split('\n');
  assert.ok(head.startsWith(`// stillroot-finalize ${version}: `), head);
  assert.ok(head.includes(`Node ${OLDEST_NODE} or newer`));
});

test.run();
