import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MANAGERS, managerOf, mkosiTypesText, packageTypes } from '../../src/packages/managers.ts';
import { READERS } from '../../src/packages/readers.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
import { before } from '../support/before.ts';
import { ProgramThread } from '../support/program-thread.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('packages/managers');
const scratch = new Scratch('managers');
const tree = scratch.in('tree');
const added = new ProgramThread(new URL('./added-manager.ts', import.meta.url));

/** Two compiled files, one of which a package claims. */
const CLAIMED = 'usr/lib/python3/__pycache__/claimed.cpython-311.pyc';
const UNCLAIMED = 'usr/lib/python3/__pycache__/unclaimed.cpython-311.pyc';

before(test, () => {
  for (const directory of ['var/lib/fakepm', 'usr/lib/python3/__pycache__', 'etc'])
    mkdirSync(`${tree}/${directory}`, { recursive: true });
  writeFileSync(`${tree}/var/lib/fakepm/list`, `Python 1:3.11 ${CLAIMED}\nother 2\n`);
  writeFileSync(`${tree}/etc/fakepm.conf`, 'https://fake.example/');
  for (const path of [CLAIMED, UNCLAIMED]) writeFileSync(`${tree}/${path}`, 'no bytecode');
});
test.after(async () => {
  await added.close();
  scratch.remove();
});

async function runAdded(...args: string[]): Promise<{ readonly stderr: string; readonly document: unknown }> {
  const { status, stdout, stderr } = await added.run(...args, '--json');
  assert.ok(status === 0 || status === 1, stderr);
  return { stderr, document: JSON.parse(stdout) };
}

test('every row has a reader, a layer of rules, and a type of its own', () => {
  assert.equal(
    MANAGERS.map(({ name }) => name),
    Object.keys(READERS),
  );
  assert.is(new Set(packageTypes()).size, MANAGERS.length);
  for (const { name, type, signs } of MANAGERS) {
    assert.is(managerOf(type).name, name);
    assert.ok(Object.hasOwn(TABLES, name), name);
    assert.ok(signs.length > 0, name);
  }
  assert.is(mkosiTypesText(), '`deb`, `rpm`, `pkg` (pacman) or `apk`');
});

test('a row and a reader are enough: detection, packages and package URLs know a manager that was added', async () => {
  const { document } = await runAdded('packages', tree);
  const { databases, packages } = document as { databases: string[]; packages: Record<string, unknown>[] };
  assert.equal(databases, ['fakepm']);
  assert.equal(
    packages.map(({ type, name, purl }) => [type, name, purl]),
    [
      ['fake', 'Python', 'pkg:fake/python@3.11?arch=all&epoch=1'],
      ['fake', 'other', 'pkg:fake/other@2?arch=all'],
    ],
  );
});

test('the manifest has its packages and repositories, and can be read again', async () => {
  const image = scratch.in('image.cpio');
  await runAdded('pack', tree, '-o', image);
  const manifest = JSON.parse(readFileSync(`${image}.manifest.json`, 'utf8'));
  assert.equal(
    manifest.packages.map(({ type, name }: Record<string, unknown>) => [type, name]),
    [
      ['fakepm', 'Python'],
      ['fakepm', 'other'],
    ],
  );
  assert.equal(manifest.inputs.repositories, [{ type: 'fake', url: 'https://fake.example/' }]);
  await runAdded('verify', `${image}.manifest.json`, image);
  // A program without the row does not know the type.
  assert.is((await run(['verify', `${image}.manifest.json`, image])).status, 2);
});

test('what it owns is kept by rules for what no package owns', async () => {
  const image = scratch.in('owned.cpio');
  await runAdded('pack', tree, '-o', image);
  const { stdout } = await run(['list', image]);
  assert.ok(stdout.includes(CLAIMED), stdout);
  assert.not(stdout.includes(UNCLAIMED), stdout);
});

test('its database is found where a row says that it may be moved to', async () => {
  renameSync(`${tree}/var/lib/fakepm`, `${tree}/usr/lib/fakepm`);
  try {
    const { document } = await runAdded('packages', tree);
    assert.equal((document as { databases: string[] }).databases, ['fakepm']);
  } finally {
    renameSync(`${tree}/usr/lib/fakepm`, `${tree}/var/lib/fakepm`);
  }
});

test('its state is a package database for diff, whose files are not proposed to be changed', async () => {
  const other = scratch.in('other');
  mkdirSync(`${other}/var/lib/fakepm`, { recursive: true });
  mkdirSync(`${other}/etc`, { recursive: true });
  writeFileSync(`${other}/var/lib/fakepm/list`, 'other 2\n');
  writeFileSync(`${other}/var/lib/fakepm/extra`, '');
  const proposal = scratch.in('more.toml');
  await runAdded('diff', tree, other, '--propose', proposal);
  assert.not.match(readFileSync(proposal, 'utf8').replace(/^#.*$/gm, ''), /fakepm/);
});

test.run();
