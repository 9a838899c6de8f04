import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { digestsFromAptLists } from '../../src/packages/apt.ts';
import type { Package } from '../../src/packages/package.ts';
import { symlink } from '../support/entries.ts';
import { loadFrom } from './load.ts';

const test = suite('packages/apt-lists');
const LISTS = 'var/lib/apt/lists';

const BASH: Package = { type: 'deb', name: 'bash', version: '5.2-1', architecture: 'amd64' };
const BASH_I386: Package = { ...BASH, architecture: 'i386' };
const ADDUSER: Package = { type: 'deb', name: 'adduser', version: '3.134', architecture: 'all' };
const LOCAL: Package = { type: 'deb', name: 'local', version: '1', architecture: 'all' };
const INSTALLED = [BASH, BASH_I386, ADDUSER, LOCAL];

const digest = (digit: string): string => digit.repeat(64);

function stanza({ name, version, architecture }: Package, sha256: string): string {
  return `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\nSHA256: ${sha256}\nDescription: x\n`;
}

function digestsIn(files: Readonly<Record<string, string>>): [string, string][] {
  const found = loadFrom((tree, read) => digestsFromAptLists(tree, read, INSTALLED), files);
  return [...found].map(([each, sha256]) => [`${each.name}:${each.architecture}`, sha256[0] as string]);
}

test('by name, version and architecture, in any list', () => {
  const main = [
    stanza({ ...BASH, version: '5.1-1' }, digest('0')),
    stanza(BASH, digest('1')),
    stanza({ ...BASH, name: 'bash-static' }, digest('2')),
    stanza(BASH_I386, digest('3')),
  ].join('\n');
  const security = `${stanza(ADDUSER, digest('A'))}\n`;
  assert.equal(digestsIn({ [`${LISTS}/x_main_Packages`]: main, [`${LISTS}/y_Packages`]: security }), [
    ['bash:amd64', '1'],
    ['bash:i386', '3'],
    ['adduser:all', 'a'],
  ]);
});

test('fields in another order, a list without a newline at the end, and one with nothing in it', () => {
  const odd = `Version: 3.134\nSHA256: ${digest('4')}\nPackage: adduser\nArchitecture: all`;
  assert.equal(digestsIn({ [`${LISTS}/a_Packages`]: `${stanza(BASH, digest('1'))}\n${odd}` }), [
    ['bash:amd64', '1'],
    ['adduser:all', '4'],
  ]);
  assert.equal(digestsIn({ [`${LISTS}/a_Packages`]: '', [`${LISTS}/b_Packages`]: 'Package: ' }), []);
});

test('text that only looks like a package is none', () => {
  const text = `Package: other\nVersion: 5.2-1\nDescription: about\n Package: bash\n  and Package: bash\n`;
  assert.equal(digestsIn({ [`${LISTS}/a_Packages`]: text }), []);
  assert.equal(digestsIn({ [`${LISTS}/a_Packages`]: stanza(BASH, 'none') }), []);
});

test('two archives with other content under one version: neither is believed', () => {
  const files = {
    [`${LISTS}/a_Packages`]: `${stanza(BASH, digest('1'))}\n${stanza(ADDUSER, digest('5'))}`,
    [`${LISTS}/b_Packages`]: `${stanza(BASH, digest('2'))}\n${stanza(ADDUSER, digest('5'))}`,
  };
  assert.equal(digestsIn(files), [['adduser:all', '5']]);
});

test('other files, and a tree without lists', () => {
  assert.equal(digestsIn({ [`${LISTS}/a_Sources`]: stanza(BASH, digest('1')) }), []);
  assert.equal(digestsIn({ 'etc/passwd': '' }), []);
  assert.equal(digestsIn({ [LISTS]: stanza(BASH, digest('1')) }), []);
});

test('a list that is one paragraph is read once', () => {
  // Reading it again at each line would take hours of the processor, which other processes do not count for.
  const before = process.cpuUsage();
  assert.equal(digestsIn({ [`${LISTS}/a_Packages`]: 'Package: bash\n'.repeat(300_000) }), []);
  assert.ok(process.cpuUsage(before).user < 60_000_000);
});

test('lists behind a link', () => {
  const files = { 'srv/lists/a_Packages': stanza(BASH, digest('1')) };
  const found = loadFrom((tree, read) => digestsFromAptLists(tree, read, INSTALLED), files, [
    symlink(LISTS, '/srv/lists'),
  ]);
  assert.is(found.get(BASH), digest('1'));
});

test.run();
