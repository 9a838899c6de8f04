import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sortAccounts } from '../../src/rewrite/sort-accounts.ts';
import { apply, faultAt, lookUpIn, survivesDamage, textAfter } from './damage.ts';

const test = suite('sort-accounts');

const PASSWD = [
  'messagebus:x:100:102::/nonexistent:/usr/sbin/nologin',
  'root:x:0:0:root:/root:/bin/bash',
  '_apt:x:42:65534::/nonexistent:/usr/sbin/nologin',
  'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  'bin:x:2:2:bin:/bin:/usr/sbin/nologin',
  '',
].join('\n');
const GROUP = 'ssl-cert:x:103:\nroot:x:0:\nadm:x:4:syslog,me\n';
const context = (path: string): { path: string; lookUp: ReturnType<typeof lookUpIn> } => ({
  path,
  lookUp: lookUpIn({ 'etc/passwd': { content: PASSWD }, 'etc/group': { content: GROUP } }),
});
const names = (text: string): string[] => text.split('\n').map((line) => line.split(':')[0] as string);

test('passwd and group by number', () => {
  const passwd = textAfter(sortAccounts, PASSWD, context('etc/passwd'));
  assert.equal(names(passwd), ['root', 'bin', '_apt', 'messagebus', 'nobody', '']);
  assert.equal(passwd.split('\n').toSorted(), PASSWD.split('\n').toSorted());
  assert.is(
    textAfter(sortAccounts, GROUP, context('etc/group')),
    'root:x:0:\nadm:x:4:syslog,me\nssl-cert:x:103:\n',
  );
});

test('shadow and gshadow in the order of passwd and group; strangers last, by name', () => {
  const shadow = [
    'z:*:1::::::',
    'bin:*:1::::::',
    'a:*:1::::::',
    'messagebus:!:1::::::',
    'root:*:1::::::',
    '',
  ];
  assert.equal(names(textAfter(sortAccounts, shadow.join('\n'), context('etc/shadow'))), [
    'root',
    'bin',
    'messagebus',
    'a',
    'z',
    '',
  ]);
  const gshadow = 'ssl-cert:!::\nadm:*::me\nroot:*::\n';
  assert.is(textAfter(sortAccounts, gshadow, context('etc/gshadow')), 'root:*::\nadm:*::me\nssl-cert:!::\n');
});

test('without passwd beside it shadow is sorted by name', () => {
  assert.is(
    textAfter(sortAccounts, 'b:*:1::::::\na:*:1::::::\n', { path: 'usr/etc/shadow' }),
    'a:*:1::::::\nb:*:1::::::\n',
  );
});

test('of two names for one number the first stays first', () => {
  const text = 'toor:x:0:0::/root:/bin/sh\nroot:x:0:0::/root:/bin/bash\n';
  assert.is(apply(sortAccounts, text, { path: 'etc/passwd' }).outcome, 'unchanged');
});

test('NIS entries and all behind them keep their place', () => {
  const text = 'b:x:2:\na:x:1:\n+nis:::\nz:x:9:\n-group:::\n+:::\n';
  assert.is(
    textAfter(sortAccounts, text, { path: 'etc/group' }),
    'a:x:1:\nb:x:2:\n+nis:::\nz:x:9:\n-group:::\n+:::\n',
  );
});

test('sorted files, other files and a missing newline at the end', () => {
  assert.is(apply(sortAccounts, 'a:x:1:\nb:x:2:\n', { path: 'etc/group' }).outcome, 'unchanged');
  assert.is(apply(sortAccounts, 'b\na\n', { path: 'etc/subuid' }).outcome, 'unchanged');
  assert.is(textAfter(sortAccounts, 'b:x:2:\na:x:1:', { path: 'etc/group' }), 'a:x:1:\nb:x:2:');
});

test('what is no account is reported where it stands', () => {
  faultAt(sortAccounts, 'root:x:0:\n# comment\n', 10, /1 fields/, { path: 'etc/group' });
  faultAt(sortAccounts, 'root:x:0:\n\nbin:x:1:\n', 10, /1 fields/, { path: 'etc/group' });
  faultAt(sortAccounts, 'root:x:none:\n', 0, /something else than a number/, { path: 'etc/group' });
  const broken = { path: 'etc/shadow', lookUp: lookUpIn({ 'etc/passwd': { content: 'x\n' } }) };
  faultAt(sortAccounts, 'root:*:1::::::\n', 0, /1 fields/, broken);
});

test('any order becomes the same', () => {
  const lines = PASSWD.trimEnd().split('\n');
  const wanted = textAfter(sortAccounts, PASSWD, context('etc/passwd'));
  fc.assert(
    fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
      const text = `${shuffled.join('\n')}\n`;
      assert.is(text === wanted ? text : textAfter(sortAccounts, text, context('etc/passwd')), wanted);
    }),
  );
});

test('damage', () => {
  survivesDamage(sortAccounts, Buffer.from(GROUP), { context: { path: 'etc/group' } });
  survivesDamage(sortAccounts, Buffer.from(PASSWD), { context: { path: 'etc/passwd' } });
});

test.run();
