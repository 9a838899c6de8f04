import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ProcessFacts, privilegesOf, readPrivileges } from '../../src/finalize/privileges.ts';

const test = suite('privileges');
const ALL = '         0          0 4294967295\n';
const statusOf = (uid: number, capabilities: string): string =>
  `Name:\tnode\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapEff:\t${capabilities}\n`;
const facts = (fields: Partial<ProcessFacts>): ProcessFacts => ({
  uid: 0,
  gid: 0,
  groups: [0],
  status: statusOf(0, '000001ffffffffff'),
  maps: '7f00 r-xp /usr/lib/x86_64-linux-gnu/libc.so.6\n',
  uidMap: ALL,
  gidMap: ALL,
  ...fields,
});

test('root gives files to anybody', () => {
  const root = privilegesOf(facts({}));
  assert.not.ok(root.isFaked);
  assert.ok(root.canGive(0, 0) && root.canGive(4_000_000_000, 5));
});

test('root without the capability gives to nobody else', () => {
  const root = privilegesOf(facts({ status: statusOf(0, '000001fffffffffe') }));
  assert.ok(root.canGive(0, 0));
  assert.not.ok(root.canGive(1, 0));
});

test('root in a user namespace gives to those whom it maps', () => {
  const uidMap = '         0       1000          1\n         1     100000      65536\n';
  const root = privilegesOf(facts({ uidMap, gidMap: '         0       1000          1\n' }));
  assert.ok(root.canGive(0, 0) && root.canGive(65536, 0));
  assert.not.ok(root.canGive(65537, 0) || root.canGive(0, 1));
});

test('a user gives to his own groups', () => {
  const user = privilegesOf(
    facts({ uid: 1000, gid: 100, groups: [100, 27], status: statusOf(1000, '0000000000000000') }),
  );
  assert.not.ok(user.isFaked);
  assert.ok(user.canGive(1000, 100) && user.canGive(1000, 27));
  assert.not.ok(user.canGive(0, 0) || user.canGive(1000, 8) || user.canGive(0, 100));
});

test('a faked root: by another id than the kernel knows, or by the library', () => {
  const status = statusOf(1000, '0000000000000000');
  assert.ok(privilegesOf(facts({ status })).isFaked);
  const path = '/usr/lib/x86_64-linux-gnu/libfakeroot/libfakeroot-sysv.so';
  const faked = privilegesOf(facts({ maps: `7f00 r-xp ${path}\n` }));
  assert.ok(faked.isFaked && faked.canGive(7, 8));
  assert.ok(privilegesOf(facts({ maps: '7f00 r-xp /opt/lib/libpseudo.so\n' })).isFaked);
});

test('of this process', () => {
  const { uid, gid, canGive, isFaked } = readPrivileges();
  assert.equal([uid, gid], [process.geteuid?.(), process.getegid?.()]);
  assert.ok(canGive(uid, gid));
  assert.not.ok(isFaked);
});

test.run();
