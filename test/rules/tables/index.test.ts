import { readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ATTRIBUTE_POLICIES } from '../../../src/normalize/attributes.ts';
import { Glob } from '../../../src/rules/glob.ts';
import { POLICIES } from '../../../src/rules/policies.ts';
import { isNeeded, isSecret, type Rule } from '../../../src/rules/rule.ts';
import { COMMON, TABLES } from '../../../src/rules/tables/index.ts';
import { decideCase } from './cases.ts';

const test = suite('rules/tables/index');

const ALL: readonly Rule[] = Object.values(TABLES).flat();

test('the layers are in the order in which they apply', () => {
  const managers = ['dpkg', 'rpm', 'pacman', 'apk', 'xbps', 'portage', 'opkg', 'nix', 'dnf', 'zypp'];
  const distros = ['debian', 'ubuntu', 'fedora', 'rhel', 'opensuse', 'arch', 'alpine', 'void'];
  assert.equal(Object.keys(TABLES), ['common', ...managers, ...distros]);
});

test('ids are unique, in kebab-case and begin with their layer', () => {
  for (const [layer, rules] of Object.entries(TABLES)) {
    for (const { id } of rules) assert.match(id, new RegExp(`^${layer}/[a-z0-9]+(-[a-z0-9]+)*$`));
  }
  assert.is(new Set(ALL.map((rule) => rule.id)).size, ALL.length);
});

test('every reason is one sentence that fits a report, every rule has a source', () => {
  for (const { id, why, source } of ALL) {
    assert.match(why, /^[A-Z].*[^.]\.$/, id);
    assert.not.match(why, /[.] [A-Z]/, id);
    assert.ok(why.length <= 120, `${id}: ${why.length} characters`);
    assert.ok(source.length > 3 && !source.endsWith('.'), id);
  }
});

test('every pattern compiles', () => {
  for (const rule of ALL) {
    assert.ok(rule.match.length > 0, rule.id);
    for (const pattern of [...rule.match, ...(rule.except ?? [])]) assert.not.throws(() => new Glob(pattern));
    const target = rule.when?.target;
    if (target !== undefined) assert.not.throws(() => new Glob(target, 'target'));
  }
});

test('only what reports asks whether a glob exists: a tree of which a part was read cannot tell', () => {
  for (const { id, action, when } of ALL) {
    if (action.do === 'report') continue;
    for (const path of [when?.exists ?? [], when?.missing ?? []].flat(2)) {
      assert.is(new Glob(path).literal, path, id);
    }
  }
});

test('what changes or searches content asks for a file: a directory or a link of the same name has none', () => {
  const content = ALL.filter(({ action }) =>
    /^(?:truncate|replace|rewrite|substitute|search)$/.test(action.do),
  );
  assert.ok(content.length > 60);
  for (const { id, when } of content) assert.is(when?.type, 'file', id);
});

test('what has to be made at first boot is reported, under a name that says so', () => {
  const needed = ALL.filter(isNeeded);
  assert.ok(needed.length > 5);
  for (const { id, action } of needed) assert.is(action.do, 'report', id);
});

test('rules only ask for policies and values that exist', () => {
  for (const { id, when } of ALL) {
    if (when?.policy === undefined) continue;
    const { name, value } = when.policy;
    const policy = POLICIES.find((candidate) => candidate.name === name);
    assert.ok(policy, `${id}: policy ${name}`);
    for (const wanted of typeof value === 'string' ? [value] : value) {
      assert.ok(policy.values.includes(wanted), `${id}: ${name}=${wanted}`);
      assert.is.not(wanted, 'keep', `${id}: keep must need no rule`);
    }
  }
});

test('what reports keys and credentials is named so, and nothing else is', () => {
  const secrets = ALL.filter(isSecret);
  assert.ok(secrets.length > 10);
  for (const { id, action } of secrets) assert.ok(['report', 'search'].includes(action.do), id);
  for (const rule of ALL) if (rule.action.do === 'search') assert.ok(isSecret(rule), rule.id);
  const others = ALL.filter((rule) => rule.action.do === 'report' && !isSecret(rule));
  for (const { id, why } of others) assert.not.match(why, /private|password|credential/i, id);
});

/** What becomes of extended attributes is decided by name, in normalize/attributes.ts, and not by rules. */
const WITHOUT_RULES: ReadonlySet<string> = new Set(ATTRIBUTE_POLICIES);

test('every value of every policy but keep has a rule', () => {
  const asked = new Set(
    ALL.flatMap(({ when }) => (when?.policy === undefined ? [] : [when.policy].flatMap(namedValues))),
  );
  const ofRules = POLICIES.filter(({ name }) => !WITHOUT_RULES.has(name));
  const wanted = ofRules.flatMap(({ name, values }) => values.map((value) => `${name}=${value}`));
  assert.equal(
    wanted.filter((name) => !name.endsWith('=keep') && !asked.has(name)),
    [],
  );
});

function namedValues({ name, value }: { name: string; value: string | readonly string[] }): string[] {
  return [value].flat().map((wanted) => `${name}=${wanted}`);
}

test('keep rules have no condition on what a tree holds, or they would not protect', () => {
  for (const { id, action, when } of ALL) {
    if (action.do !== 'keep') continue;
    assert.equal(
      Object.keys(when ?? {}).filter((key) => key !== 'type'),
      [],
      id,
    );
  }
});

test('what every Debian bootstrap leaves is gone or empty, with a package database and without', () => {
  const seed = [
    'etc/machine-id',
    'var/cache/apt/pkgcache.bin',
    'var/cache/apt/srcpkgcache.bin',
    'var/cache/ldconfig/aux-cache',
    'var/lib/dbus/machine-id',
    'var/log/alternatives.log',
    'var/log/apt/eipp.log.xz',
    'var/log/apt/history.log',
    'var/log/apt/term.log',
    'var/log/bootstrap.log',
    'var/log/dpkg.log',
  ];
  for (const database of [{}, { owned: [] }]) {
    const { dropped, changes } = decideCase({ fires: seed, ...database });
    const left = seed.filter(
      (path) => !dropped.has(path) && changes.get(path)?.content?.action.do !== 'truncate',
    );
    assert.equal(left, []);
  }
});

test('what a system needs to boot is never dropped by default', () => {
  const needed = [
    'usr/lib/systemd/systemd',
    'usr/bin/sh -> dash',
    'etc/passwd',
    'etc/shadow',
    'etc/fstab',
    'etc/ld.so.cache',
    'etc/os-release -> ../usr/lib/os-release',
    'boot/vmlinuz-6.1.0-18-amd64',
    'boot/initrd.img-6.1.0-18-amd64',
    'usr/lib/modules/6.1.0-18-amd64/modules.dep',
    'usr/lib/modules/6.1.0-18-amd64/kernel/x.ko',
    'var/lib/dpkg/status',
    'var/lib/dpkg/info/bash.list',
    'usr/lib/sysimage/rpm/rpmdb.sqlite',
    'usr/lib/sysimage/rpm/Packages.db',
    'var/lib/rpm/Packages',
    'usr/lib/sysimage/libdnf5/packages.toml',
    'var/lib/zypp/AutoInstalled',
    'var/lib/pacman/local/bash-5.2-1/desc',
    'lib/apk/db/installed',
    'lib/apk/db/scripts.tar',
    'etc/apk/world',
    'var/db/xbps/pkgdb-0.38.plist',
    'var/db/xbps/.bash-files.plist',
    'var/db/pkg/app-shells/bash-5.2/CONTENTS',
    'var/cache/edb/counter',
    'nix/store/0c-bash/bin/bash',
    'usr/share/doc/bash/copyright',
    'var/log/',
    'var/log/private/',
    'run/lock/',
    'dev/',
    'proc/',
    'sys/',
    'tmp/',
    'init',
  ];
  const { dropped } = decideCase({ fires: needed, owned: [] });
  assert.equal([...dropped.keys()], []);
});

const FOLDER = new URL('../../../src/rules/tables/', import.meta.url);

test('common holds every rule of every theme, in the order of the theme', async () => {
  const themes: [name: string, rules: readonly Rule[]][] = [];
  for (const file of readdirSync(FOLDER)) {
    for (const theme of Object.entries(await import(new URL(file, FOLDER).href))) {
      if (theme[0].startsWith('COMMON_')) themes.push(theme as (typeof themes)[number]);
    }
  }
  assert.ok(themes.length > 10);
  for (const [name, rules] of themes) {
    const from = COMMON.indexOf(rules[0] as Rule);
    assert.equal(COMMON.slice(from, from + rules.length), rules, name);
  }
});

test('rules for all of a directory come before rules for single files in it', () => {
  const ids = COMMON.map((rule) => rule.id);
  const before = (first: string, second: string): void => {
    assert.ok(ids.indexOf(first) < ids.indexOf(second), `${first} before ${second}`);
  };
  before('common/logs-truncate', 'common/logs-unowned');
  before('common/logs-unowned', 'common/login-records');
  before('common/dhcp-state', 'common/dhcp-server-leases');
  before('common/dbus-machine-id', 'common/dbus-machine-id-link');
});

test.run();
