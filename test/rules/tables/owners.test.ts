import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decide } from '../../../src/rules/decide.ts';
import { Glob } from '../../../src/rules/glob.ts';
import { choosePolicies } from '../../../src/rules/policy-choice.ts';
import type { Rule } from '../../../src/rules/rule.ts';
import { DEBIAN_OWNERS } from '../../../src/rules/tables/debian-owners.ts';
import { TABLES } from '../../../src/rules/tables/index.ts';
import { ownerRule } from '../../../src/rules/tables/owners.ts';
import type { Entry } from '../../../src/tree/entry.ts';
import { treeOf } from './cases.ts';

const test = suite('rules/tables/owners');
const OWNER_RULES: readonly Rule[] = Object.values(TABLES)
  .flat()
  .filter(({ id }) => id.includes('/owner-'));
const policies = choosePolicies([], []);
const everybody = { policy: (name: string) => policies.get(name), hasUser: () => true, hasGroup: () => true };

test('a row says whose the path is, and asks for the names that it uses', () => {
  const row = { id: 'x/owner-y', match: ['a'], group: 'shadow', bits: 0o2000, source: 'the test' };
  const { when, action, why } = ownerRule(row);
  assert.equal(when, { privileged: false, group: 'shadow', bits: 0o2000 });
  assert.equal(action, { do: 'owner', user: 0, group: 'shadow' });
  assert.match(why, /root:shadow/);
});

test('every rule of the kind is made of a row', () => {
  assert.ok(OWNER_RULES.length > 50);
  for (const { id, when, action } of OWNER_RULES) {
    assert.is(when?.privileged, false, id);
    if (action.do !== 'owner') throw new Error(`${id} is no ownership rule`);
    assert.is(when?.user ?? 0, action.user, id);
    assert.is(when?.group ?? 0, action.group, id);
  }
});

test('root, or one who does not say, keeps the owners of the tree; unknown names give nothing', () => {
  const tree = treeOf(['etc/shadow@640', 'usr/bin/chage@2755', 'var/cache/man/', 'var/log/journal/@2755']);
  const changes = (context: object): number =>
    decide(tree, DEBIAN_OWNERS, { ...everybody, ...context }).changes.size;
  assert.is(changes({ privileged: false }), 3);
  assert.is(changes({ privileged: true }), 0);
  assert.is(changes({}), 0);
  assert.is(changes({ privileged: false, hasGroup: () => false }), 0);
  assert.is(changes({ privileged: false, hasUser: () => false }), 2);
});

/** Non-root owners of a Debian 12 with 400 packages, bootstrapped by root, but for files that other rules drop. */
const DEBIAN_12 = `
  -rw-r----- root shadow etc/gshadow
  -rw-r----- root shadow etc/shadow
  drwx--x--- root ssl-cert etc/ssl/private
  -rwxr-sr-x root crontab usr/bin/crontab
  -rwxr-sr-x root shadow usr/bin/chage
  -rwxr-sr-x root mail usr/bin/dotlockfile
  -rwxr-sr-x root shadow usr/bin/expiry
  -rwxr-sr-x root plocate usr/bin/plocate
  -rwxr-sr-x root _ssh usr/bin/ssh-agent
  -rwsr-xr-- root messagebus usr/lib/dbus-1.0/dbus-daemon-launch-helper
  drwxrwsr-x root staff usr/local/share/fonts
  -rwxr-sr-x root shadow usr/sbin/unix_chkpwd
  drwx------ _apt root var/cache/apt/archives/partial
  drwxr-xr-x man man var/cache/man
  drwxrwsr-x root staff var/local
  -rw-rw---- root utmp var/log/btmp
  drwxr-sr-x root systemd-journal var/log/journal
  -rw-rw-r-- root utmp var/log/lastlog
  -rw-rw-r-- root utmp var/log/wtmp
  drwxrwsr-x root mail var/mail
  drwx-wx--T root crontab var/spool/cron/crontabs
`;

/** Of the same tree: what belongs to root and looks much the same. */
const ROOTS = `
  -rw-r--r-- root root etc/passwd
  -rwsr-xr-x root root usr/bin/passwd
  -rwxr-xr-x root root usr/bin/wall
  -rwxr-xr-x root root usr/bin/write
  drwxr-xr-x root root usr/games
  drwxr-xr-x root root usr/local
  drwxr-xr-x root root usr/share/polkit-1/rules.d
  drwxr-xr-x root root var/log
  drwxr-xr-x root root var/log/apt
  -rw-r--r-- root root var/log/faillog
  drwxr-xr-x root root var/spool/cron
  drwxrwxrwt root root var/tmp
`;

interface Line {
  readonly user: string;
  readonly group: string;
  readonly path: string;
  readonly mode: number;
  readonly type: 'file' | 'directory';
}

function parseLine(line: string): Line {
  const [letters = '', user = '', group = '', path = ''] = line.trim().split(' ');
  let mode = 0;
  for (const letter of letters.slice(1)) mode = mode * 2 + (/[rwxst]/.test(letter) ? 1 : 0);
  if (/[sS]/.test(letters[3] ?? '')) mode |= 0o4000;
  if (/[sS]/.test(letters[6] ?? '')) mode |= 0o2000;
  if (/[tT]/.test(letters[9] ?? '')) mode |= 0o1000;
  return { user, group, path, mode, type: letters.startsWith('d') ? 'directory' : 'file' };
}

test('a Debian tree that one user made gets the owners of one that root made', () => {
  const lines = `${DEBIAN_12}${ROOTS}`.split('\n').filter((line) => line.trim() !== '');
  const wanted = lines.map(parseLine);
  assert.is(wanted.find(({ path }) => path === 'usr/bin/chage')?.mode, 0o2755);
  const specs = wanted.map(
    ({ path, mode, type }) => `${path}${type === 'directory' ? '/' : ''}@${mode.toString(8)}`,
  );
  const tree = treeOf(specs);
  const names = new Set(wanted.flatMap(({ user, group }) => [user, group]));
  const { changes } = decide(tree, [...(TABLES.common ?? []), ...(TABLES.debian ?? [])], {
    ...everybody,
    privileged: false,
    hasUser: (name) => names.has(name),
    hasGroup: (name) => names.has(name),
  });
  const ownerOf = ({ path }: { path: string }): string => {
    const owner = changes.get(path)?.owner?.action;
    return `${owner?.user || 'root'}:${owner?.group || 'root'} ${path}`;
  };
  const got = wanted.map(ownerOf);
  assert.equal(
    got,
    wanted.map(({ user, group, path }) => `${user}:${group} ${path}`),
  );
});

test('set-user-ID and set-group-ID programs that no rule knows stay with root', () => {
  const entry = treeOf(['usr/bin/own-tool@6755']).get('usr/bin/own-tool') as Entry;
  const matching = OWNER_RULES.filter(({ match }) =>
    match.some((glob) => new Glob(glob).matches(entry.path)),
  );
  assert.equal(matching, []);
});

test.run();
