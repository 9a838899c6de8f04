// Other versions of tools: found if there are two, varied one directory at a time, and skipped with a reason.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { quoteWord } from '../../src/lab/shell.ts';
import {
  calledPrograms,
  findVariants,
  isSupportedNode,
  type Variants,
  versionScript,
} from '../../src/lab/variants.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { dimension, inLab, of, outcome, packer } from './in-lab.ts';

const test = suite('other versions of tools');
const scratch = new Scratch('variants', '/var/tmp');
const tree = scratch.in('tree');
const [first, second, third] = ['first', 'second', 'third'].map((name) => scratch.in(name)) as [
  string,
  string,
  string,
];
const path = `${first}:${second}:${process.env.PATH}`;
const firstOnly = `${first}:${process.env.PATH}`;
const USER = 'told-apart {root} > {out}; : faithful plain';
test.after(() => scratch.remove());

/** A packer that says a version, and writes it into the archive where it leaks it. */
function tool(directory: string, name: string, version: string, isLeaky = false): void {
  const file = `${directory}/${name}`;
  const body = `echo ${isLeaky ? version : 'the same'}`;
  writeFileSync(
    file,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo "${name} ${version}"; else ${body}; fi\n`,
  );
  chmodSync(file, 0o755);
}

/** A Node of another version, which is this one and says otherwise. */
function node(directory: string, version: string): void {
  const file = `${directory}/node`;
  const self = quoteWord(process.execPath);
  writeFileSync(
    file,
    `#!/bin/sh\nif [ "$*" = --version ]; then echo ${version}; else exec ${self} "$@"; fi\n`,
  );
  chmodSync(file, 0o755);
}

before(test, () => {
  for (const directory of [tree, first, second, third]) mkdirSync(directory);
  writeFileSync(`${tree}/file`, 'content');
  for (const [directory, version] of [
    [first, '1.0'],
    [second, '2.0'],
  ] as const) {
    tool(directory, 'told-apart', version, true);
    tool(directory, 'faithful', version);
    tool(directory, 'plain', '1.0');
  }
  symlinkSync(`${first}/faithful`, `${third}/faithful`);
  tool(third, 'plain', '1.0');
});

const packers = [
  packer('told-apart', 'told-apart {root} > {out}', { programs: ['told-apart'] }),
  packer('faithful', 'faithful {root} > {out}', { programs: ['faithful'] }),
  packer('plain', 'plain {root} > {out}', { programs: ['plain'] }),
  packer('of-the-user', USER),
];

function find(rest: { readonly path?: string; readonly directory?: string } = {}): Promise<Variants> {
  return findVariants({ path: rest.path ?? path, packers, directory: rest.directory });
}

function lacking(found: Variants[keyof Variants]): string {
  return 'lacking' in found ? found.lacking : '';
}

test('a second version later in PATH is found, and a second file of the same version is not', async () => {
  const { installed } = await find();
  assert.ok(!('lacking' in installed));
  assert.is(installed.directory, second);
  assert.equal(
    installed.tools.map(({ program, usual, other }) => [program, usual.version, other.version]),
    [
      ['told-apart', 'told-apart 1.0', 'told-apart 2.0'],
      ['faithful', 'faithful 1.0', 'faithful 2.0'],
    ],
  );
  assert.match(lacking((await find({ path: firstOnly })).installed), /in two versions/);
});

test('what the directory of the user does not have, or has in the same version, is said', async () => {
  assert.is(lacking((await find()).named), 'needs --variant-path');
  assert.match(lacking((await find({ directory: third })).named), /says no other version: plain/);
  assert.match(lacking((await find({ directory: tree })).named), /no other tool of these packers/);
  const { named } = await find({ directory: second });
  assert.ok(!('lacking' in named) && named.tools.length === 2);
});

test('programs of a packer of the user are the words of its command, without parts of paths', () => {
  assert.equal(calledPrograms(packer('x', 'a-b {root} | /usr/bin/c ./d e.f > {out}')), ['a-b', 'e.f']);
  assert.equal(calledPrograms(packer('x', '{stillroot} pack {root} -o {out}')), []);
  assert.equal(calledPrograms(packer('x', 'a {root} | b {out}', { programs: ['b'] })), ['b']);
  assert.is(versionScript('busybox', '/bin/busybox'), '/bin/busybox 2>&1 | head -n 1');
});

test('the lab tells what another version makes of it, and holds it against nobody', async () => {
  const dimensions = ['tool/installed-version', 'tool/named-version'].map(dimension);
  const result = await inLab(tree, dimensions, packers, { path });
  const [installed, named] = result.dimensions;
  assert.equal([installed?.status, installed?.reason], ['ran', null]);
  assert.is(
    installed?.seen,
    'told-apart: told-apart 2.0 (control: told-apart 1.0); faithful: faithful 2.0 (control: faithful 1.0)',
  );
  assert.equal([named?.status, named?.reason], ['skipped', 'needs --variant-path']);
  const seen = packers.map(({ id }) => [id, outcome(result, id, 'tool/installed-version')]);
  assert.equal(seen, [
    ['told-apart', 'raw'],
    ['faithful', 'same'],
    ['plain', 'none'],
    ['of-the-user', 'raw'],
  ]);
  const { distinctRaw, splitBy } = of(result, 'told-apart');
  assert.equal([distinctRaw, splitBy], [1, []]);
});

test('a directory of the user varies what is in it, and what has no effect has not passed', async () => {
  const named = dimension('tool/named-version');
  const result = await inLab(tree, [named], packers, { path: firstOnly, directory: second });
  assert.equal([result.dimensions[0]?.status, result.dimensions[0]?.reason], ['ran', null]);
  assert.is(outcome(result, 'told-apart', 'tool/named-version'), 'raw');
  const idle = await inLab(tree, [{ ...named, vary: () => {} }], packers, {
    path: firstOnly,
    directory: second,
  });
  assert.is(idle.dimensions[0]?.status, 'no-effect');
});

test('stillroot runs on another Node, which must not show', async () => {
  const nodes = scratch.in('nodes');
  mkdirSync(nodes);
  const own = [
    packer('still', ': {stillroot}; echo {root} > {out}'),
    packer('shows-its-node', 'echo {stillroot} {root} > {out}'),
    packer('without', 'echo {root} > {out}'),
  ];
  const only = [dimension('tool/node-version')];
  node(nodes, 'v20.20.2');
  const old = await inLab(tree, only, own, { path: `${nodes}:/usr/bin:/bin` });
  assert.is(old.dimensions[0]?.status, 'skipped');
  assert.match(old.dimensions[0]?.reason ?? '', /needs a second Node .*v20\.20\.2/);
  node(nodes, process.version);
  const same = await inLab(tree, only, own, { path: '/nowhere', directory: nodes });
  assert.is(same.dimensions[0]?.status, 'skipped');
  node(nodes, 'v99.1.0');
  const result = await inLab(tree, only, own, { directory: nodes });
  assert.equal([result.dimensions[0]?.status, result.dimensions[0]?.reason], ['ran', null]);
  assert.is(result.dimensions[0]?.seen, `v99.1.0 (control: ${process.version})`);
  assert.equal(
    own.map(({ id }) => outcome(result, id, 'tool/node-version')),
    ['same', 'raw', 'none'],
  );
  assert.equal(of(result, 'shows-its-node').splitBy, ['tool/node-version']);
});

test('what counts as supported is what package.json says', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.is(engines.node, '^22.20 || ^24.12 || >=25');
  const supported = ['v22.20.0', 'v22.30.1', 'v24.12.0', 'v25.0.0', 'v26.1.0'];
  const refused = ['v20.20.2', 'v22.19.9', 'v23.11.0', 'v24.11.1', '', 'node'];
  for (const version of supported) assert.ok(isSupportedNode(version), version);
  for (const version of refused) assert.not(isSupportedNode(version), version);
});

test('a directory that is none is refused before anything runs', async () => {
  const argv = ['bench', tree, '--packers', 'stillroot', '--variant-path', `${tree}/file`];
  const { status, stderr } = await run(argv, { env: { PATH: process.env.PATH } });
  assert.is(status, 2);
  assert.match(stderr, /--variant-path: ".*file" is not a directory/);
});

test.run();
