import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { NO_ID } from '../../src/normalize/owner.ts';
import type { Plan, PlanSettings } from '../../src/plan/plan.ts';
import type { PlannedEntry } from '../../src/plan/planned-entry.ts';
import type { Action, Rule } from '../../src/rules/rule.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { makePlan, SETTINGS } from '../support/make-plan.ts';
import { type MemorySource, memorySource } from '../support/memory-source.ts';
import { byPath, changes, contentOf, rule } from '../support/plan-facts.ts';

const test = suite('plan');

function owners(settings: Partial<PlanSettings['owner']>): Partial<PlanSettings> {
  return { owner: { ...SETTINGS.owner, ...settings } };
}

const SHADOW = 'root:*:20000:0:99999:7:::\n';

function etc(): MemorySource {
  return memorySource([
    ['etc/passwd', 'root:x:0:0::/:\nmail:x:8:8::/:\n'],
    ['etc/group', 'root:x:0:\nstaff:x:50:\n'],
    ['etc/shadow', SHADOW],
    ['etc/machine-id', '0123456789abcdef0123456789abcdef\n'],
    ['etc/hostname', 'builder-17\n'],
    ['etc/resolv.conf', 'nameserver 10.0.0.1\n'],
    ['var/log/dpkg.log', 'a long log\n'],
    ['var/log/apt/term.log', 'another\n'],
    ['var/spool/mail', 'x'],
  ]);
}

const EVERY_ACTION: readonly Rule[] = [
  rule('drop', 'var/log/apt', { do: 'drop' }),
  rule('truncate', 'var/log/*.log', { do: 'truncate' }),
  rule('replace', 'etc/hostname', { do: 'replace', content: 'localhost\n' }),
  rule('rewrite', 'etc/shadow', { do: 'rewrite', normalizer: 'shadow-last-change' }),
  rule('link', 'etc/resolv.conf', { do: 'link', target: '/run/resolv.conf' }),
  rule('owner', 'var/spool/mail', { do: 'owner', user: 'mail', group: 'staff' }),
  rule('mode', 'var/spool/mail', { do: 'mode', mode: 0o600 }),
  rule('add-file', 'etc/added', { do: 'add', entry: { type: 'file', content: 'new\n', mode: 0o640 } }),
  rule('add-directory', 'var/empty', { do: 'add', entry: { type: 'directory', mode: 0o711 } }),
  rule('add-inside', 'var/empty/in', { do: 'add', entry: { type: 'symlink', target: '..' } }),
  rule('report', 'etc/machine-id', { do: 'report' }),
];

test('every action has its effect', () => {
  const plan = makePlan(etc(), EVERY_ACTION);
  const entries = byPath(plan);
  const get = (path: string): PlannedEntry => entries.get(path)!;
  assert.equal(
    [...entries.keys()],
    [
      ...['etc', 'etc/added', 'etc/group', 'etc/hostname', 'etc/machine-id', 'etc/passwd', 'etc/resolv.conf'],
      ...['etc/shadow', 'var', 'var/empty', 'var/empty/in', 'var/log', 'var/log/dpkg.log', 'var/spool'],
      'var/spool/mail',
    ],
  );
  assert.is(get('var/log/dpkg.log').entry.size, 0);
  assert.is(contentOf(plan, 'var/log/dpkg.log'), '');
  assert.is(contentOf(plan, 'etc/hostname'), 'localhost\n');
  assert.is(get('etc/hostname').entry.size, 10);
  // 2001-09-09, the day of the epoch of the settings.
  assert.is(contentOf(plan, 'etc/shadow'), 'root:*:11574:0:99999:7:::\n');
  const link = get('etc/resolv.conf').entry;
  assert.equal([link.type, link.target, link.mode, link.size], ['symlink', '/run/resolv.conf', 0o777, 0]);
  const mail = get('var/spool/mail').entry;
  assert.equal([mail.uid, mail.gid, mail.mode], [8, 50, 0o600]);
  const added = get('etc/added');
  assert.equal([added.entry.mode, added.entry.size, added.origin], [0o640, 4, null]);
  assert.is(Buffer.from(added.content!()).toString(), 'new\n');
  assert.equal([get('var/empty').entry.type, get('var/empty').entry.mode], ['directory', 0o711]);
  assert.equal([get('var/empty/in').entry.type, get('var/empty/in').entry.target], ['symlink', '..']);
  assert.equal(plan.warnings, [
    { code: 'rule-report', path: 'etc/machine-id', message: 'a test (test/report)' },
  ]);
});

test('what was done is counted by rule and action, with bytes and paths', () => {
  assert.equal(changes(makePlan(etc(), EVERY_ACTION)), [
    'test/add-directory add 1 0 var/empty',
    'test/add-file add 1 4 etc/added',
    'test/add-inside add 1 0 var/empty/in',
    'test/drop drop 2 8 var/log/apt,var/log/apt/term.log',
    'test/link link 1 0 etc/resolv.conf',
    'test/mode mode 1 0 var/spool/mail',
    'test/owner owner 1 0 var/spool/mail',
    'test/replace replace 1 10 etc/hostname',
    'test/rewrite rewrite 1 26 etc/shadow',
    'test/truncate truncate 1 11 var/log/dpkg.log',
  ]);
});

/** The tree as it would be after the archive of the plan was unpacked by root. */
function unpacked(plan: Plan): MemorySource {
  const given = [...byPath(plan).values()].map(({ entry }) => ({ ...entry, links: null }));
  const source = memorySource(given);
  for (const { path, type } of given) {
    if (type === 'file') source.contents.set(path, Buffer.from(contentOf(plan, path)!, 'latin1'));
  }
  return source;
}

test('a second pass over the result changes nothing', () => {
  for (const settings of [
    {},
    { epoch: 0 },
    { mtime: 'set' as const },
    owners({ policy: 'root' }),
    owners({ policy: 'auto', uid: 1000, gid: 1000 }),
    owners({ mapUid: new Map([[8, 108]]) }),
    { init: '/sbin/init' },
  ]) {
    const first = makePlan(etc(), EVERY_ACTION, settings);
    assert.ok(changes(first).length > 5);
    const second = makePlan(unpacked(first), EVERY_ACTION, settings);
    assert.equal(changes(second), [], JSON.stringify(settings));
    for (const path of ['etc/shadow', 'etc/hostname', 'etc/added']) {
      assert.is(contentOf(second, path), contentOf(first, path));
    }
  }
});

test('additions take their place in tree order, before, between and behind', () => {
  const source = memorySource([
    ['b', ''],
    ['d/x', ''],
    ['d-', ''],
  ]);
  const add = (path: string): Rule =>
    rule(`add-${path}`, path, { do: 'add', entry: { type: 'file', content: path, mode: 0o644 } });
  const plan = makePlan(source, [add('z'), add('d/y'), add('d/a'), add('c'), add('a')]);
  assert.equal([...byPath(plan).keys()], ['a', 'b', 'c', 'd', 'd/a', 'd/x', 'd/y', 'd-', 'z']);
});

test('what is dropped and added again is there once', () => {
  const source = memorySource([['etc/x', 'old']]);
  const plan = makePlan(source, [
    rule('drop', 'etc/x', { do: 'drop' }),
    rule('add', 'etc/x', { do: 'add', entry: { type: 'file', content: 'new', mode: 0o600 } }),
  ]);
  assert.equal(
    Array.from(plan.entries(), ({ entry }) => entry.path),
    ['etc', 'etc/x'],
  );
  assert.is(contentOf(plan, 'etc/x'), 'new');
});

test('added entries obey the epoch, the owner policy, the maps and later rules', () => {
  const rules = [
    rule('add', 'new', { do: 'add', entry: { type: 'file', content: '', mode: 0o644 } }),
    rule('mode', 'new', { do: 'mode', mode: 0o4711 }),
    rule('owner', 'new', { do: 'owner', user: 5, group: 6 }),
  ];
  const settings = { ...owners({ mapGid: new Map([[6, 66]]) }), mtime: 'set' as const, epoch: 99 };
  const { entry } = byPath(makePlan(memorySource([]), rules, settings)).get('new')!;
  assert.equal([entry.mode, entry.uid, entry.gid, entry.mtime], [0o4711, 5, 66, 99]);
});

test('/init is added as a symlink where there is none, and only there', () => {
  const source = memorySource([['usr/bin/init', ''], symlink('bin', 'usr/bin')]);
  const plan = makePlan(source, [], { init: '/bin/init' });
  const { entry } = byPath(plan).get('init')!;
  assert.equal([entry.type, entry.target, entry.mode, entry.mtime], ['symlink', '/bin/init', 0o777, 0]);
  assert.ok(plan.hasInit());
  assert.equal(changes(plan), ['option/init add 1 0 init']);
  assert.equal(plan.warnings, []);

  const has = makePlan(memorySource([['init', 'own']]), [], { init: '/bin/init' });
  assert.is(contentOf(has, 'init'), 'own');
  assert.equal(changes(has), []);
  assert.not.ok(makePlan(source).hasInit());
});

test('/init takes the place of one that a rule drops, and leaves the place to one that a rule adds', () => {
  const drop = rule('drop', 'init', { do: 'drop' });
  const dropped = makePlan(memorySource([['init', 'own']]), [drop]);
  assert.not.ok(dropped.hasInit());
  const again = makePlan(
    memorySource([
      ['init', 'own'],
      ['x', ''],
    ]),
    [drop],
    { init: 'x' },
  );
  assert.is(byPath(again).get('init')?.entry.type, 'symlink');
  const add = rule('add', 'init', { do: 'add', entry: { type: 'symlink', target: 'y' } });
  const added = makePlan(memorySource([]), [add], { init: 'x' });
  assert.is(byPath(added).get('init')?.entry.target, 'y');
});

test('an /init that leads to no file of the archive is warned of, whatever its letters', () => {
  const source = memorySource([
    ['sbin/gone', ''],
    makeEntry('dir', 'directory'),
    [Buffer.from('sbin/größe').toString('latin1'), ''],
  ]);
  const rules = [
    rule('drop', 'sbin/gone', { do: 'drop' }),
    rule('add', 'sbin/made', { do: 'add', entry: { type: 'file', content: '', mode: 0o755 } }),
  ];
  const warned = (init: string): string[] =>
    makePlan(source, rules, { init }).warnings.map(({ path }) => path);
  for (const init of ['/sbin/missing', '/sbin/gone', '/dir', 'dir']) assert.equal(warned(init), [init]);
  for (const init of ['/sbin/größe', '/sbin/made']) assert.equal(warned(init), [], init);
  assert.equal(warned('/sbin/fehlt-ü'), ['/sbin/fehlt-\xc3\xbc'], 'as a byte string');
});

test('the root entry is first, with mode 0755 and owner root', () => {
  const source = memorySource([['a', '']]);
  const tree = source.tree;
  const root = { ...tree.root, mode: 0o700, uid: 1000, gid: 1000, mtime: 2_000_000_000 };
  Object.defineProperty(tree, 'root', { value: root });
  const [first] = makePlan(source, [], { rootEntry: true }).entries();
  const { path, type, mode, uid, gid, mtime } = first!.entry;
  assert.equal([path, type, mode, uid, gid, mtime], ['.', 'directory', 0o755, 0, 0, SETTINGS.epoch]);
  assert.not.ok(byPath(makePlan(source)).has('.'));
});

function ownerOf(fields: { uid: number; gid: number }, settings: Partial<PlanSettings['owner']>): string {
  const source = memorySource([makeEntry('f', 'file', fields)]);
  const { uid, gid } = byPath(makePlan(source, [], owners(settings))).get('f')!.entry;
  return `${uid}:${gid}`;
}

test('owners: auto, keep and root, and maps last', () => {
  const file = { uid: 1000, gid: 100 };
  const me = { uid: 1000, gid: 100 };
  assert.is(ownerOf(file, { policy: 'auto', uid: 0, gid: 0 }), '1000:100');
  assert.is(ownerOf(file, { policy: 'auto', ...me }), '0:0');
  assert.is(ownerOf({ uid: 1001, gid: 100 }, { policy: 'auto', ...me }), '1001:0');
  assert.is(ownerOf(file, { policy: 'keep', ...me }), '1000:100');
  assert.is(ownerOf(file, { policy: 'root' }), '0:0');
  assert.is(
    ownerOf(file, { policy: 'keep', mapUid: new Map([[1000, 0]]), mapGid: new Map([[100, 7]]) }),
    '0:7',
  );
  assert.is(ownerOf(file, { policy: 'root', mapUid: new Map([[0, 9]]) }), '9:0');
});

test('the id that chown cannot set is refused, unless a policy or map takes it away', () => {
  const file = { uid: NO_ID, gid: 0 };
  assert.throws(
    () => ownerOf(file, { policy: 'keep' }),
    (error: StillrootError) =>
      error.code === 'number-out-of-range' && /^f: uid is 4294967295.*--map-uid/.test(error.message),
  );
  assert.throws(() => ownerOf({ uid: 0, gid: NO_ID }, { policy: 'keep' }), /^f: gid is 4294967295/);
  assert.is(ownerOf(file, { policy: 'root' }), '0:0');
  assert.is(ownerOf(file, { policy: 'keep', mapUid: new Map([[NO_ID, 5]]) }), '5:0');
});

test('an owner rule by name looks in the accounts of the tree; --owner root overrules it', () => {
  const rules = [rule('o', 'var/spool/mail', { do: 'owner', user: 'mail', group: 'staff' })];
  const owner = (settings: Partial<PlanSettings>): string => {
    const { uid, gid } = byPath(makePlan(etc(), rules, settings)).get('var/spool/mail')!.entry;
    return `${uid}:${gid}`;
  };
  assert.is(owner({}), '8:50');
  assert.is(owner(owners({ policy: 'root' })), '0:0');
  assert.is(owner(owners({ mapUid: new Map([[8, 80]]) })), '80:50');
});

test('an account that the tree does not know is an error with the rule and the file', () => {
  const plan = (action: Action): Plan => makePlan(etc(), [rule('o', 'var/spool/mail', action)]);
  for (const [action, said] of [
    [{ do: 'owner', user: 'nobody-here' }, /^rule test\/o: names nobody-here, which etc\/passwd/],
    [{ do: 'owner', group: 'mail' }, /etc\/group of the tree/],
  ] as const) {
    assert.throws(
      () => plan(action),
      (error: StillrootError) => error.code === 'rule-file' && said.test(error.message),
    );
  }
  const none = makePlan(memorySource([['x', '']]), [rule('o', 'x', { do: 'owner', user: 7 })]);
  assert.is(byPath(none).get('x')?.entry.uid, 7, 'numbers need no account file');
  const unasked = [rule('o', 'var/spool/mail', { do: 'owner', user: 'nobody-here' })];
  const root = makePlan(etc(), unasked, owners({ policy: 'root' }));
  assert.is(byPath(root).get('var/spool/mail')?.entry.uid, 0, '--owner root asks for no name');
});

test('a rule that gives an entry the owner it has is no change', () => {
  const source = memorySource([
    ['etc/passwd', 'mail:x:8:8::/:\n'],
    makeEntry('m', 'file', { uid: 8 }),
    makeEntry('n', 'file', { uid: 9 }),
  ]);
  assert.equal(changes(makePlan(source, [rule('o', ['m', 'n'], { do: 'owner', user: 'mail' })])), [
    'test/o owner 1 0 n',
  ]);
});

test('what a policy does to owners is the normalizer’s, what a rule does the rule’s', () => {
  const source = memorySource([makeEntry('m', 'file', { uid: 5 }), makeEntry('n', 'file', { uid: 5 })]);
  const settings = owners({ mapUid: new Map([[5, 6]]) });
  assert.equal(changes(makePlan(source, [rule('o', 'm', { do: 'owner', user: 7 })], settings)), [
    'normalize/owner owner 1 0 n',
    'test/o owner 1 0 m',
  ]);
});

function timeOf(mtime: number, settings: Partial<PlanSettings>): number {
  const source = memorySource([makeEntry('f', 'file', { mtime, nanoseconds: 5 })]);
  return byPath(makePlan(source, [], settings)).get('f')!.entry.mtime;
}

test('times: clamp, set and keep, before 1970 and after 2106', () => {
  const epoch = 1000;
  assert.is(timeOf(999, { epoch, mtime: 'clamp' }), 999);
  assert.is(timeOf(1001, { epoch, mtime: 'clamp' }), 1000);
  assert.is(timeOf(-5, { epoch, mtime: 'clamp' }), 0);
  assert.is(timeOf(2 ** 33, { epoch, mtime: 'clamp' }), 1000);
  assert.is(timeOf(2 ** 33, { epoch: 2 ** 32 - 1, mtime: 'clamp' }), 2 ** 32 - 1);
  for (const mtime of [-5, 0, 999, 2 ** 33]) assert.is(timeOf(mtime, { epoch, mtime: 'set' }), 1000);
  assert.is(timeOf(12_345, { epoch, mtime: 'keep' }), 12_345);
  assert.is(timeOf(2 ** 32 - 1, { epoch, mtime: 'keep' }), 2 ** 32 - 1);
  for (const mtime of [-1, 2 ** 32]) {
    assert.throws(
      () => timeOf(mtime, { epoch, mtime: 'keep' }),
      (error: StillrootError) => error.code === 'number-out-of-range' && /--mtime clamp/.test(error.message),
    );
  }
});

test('fractions of a second are cut off, and that is a change', () => {
  const source = memorySource([makeEntry('f', 'file', { mtime: 5, nanoseconds: 1 })]);
  assert.equal(changes(makePlan(source)), ['normalize/mtime mtime 1 0 f']);
});

test('a file that its normalizer does not know stays as it is, and the user is told', () => {
  const source = memorySource([['etc/shadow', 'not\x1b[31m a shadow file\n']]);
  const plan = makePlan(source, [
    rule('r', 'etc/shadow', { do: 'rewrite', normalizer: 'shadow-last-change' }),
  ]);
  assert.is(contentOf(plan, 'etc/shadow'), 'not\x1b[31m a shadow file\n');
  assert.equal(changes(plan), []);
  const [warning] = plan.warnings;
  assert.is(warning?.code, 'not-rewritten');
  assert.is(warning?.path, 'etc/shadow');
  assert.match(warning?.message ?? '', /byte 0: found 1 fields, wanted 9 fields.*left as it is \(test\/r\)/);
});

test('a file over the limit of its normalizer stays as it is, unread, and the user is told', () => {
  const source = memorySource([makeEntry('etc/shadow', 'file', { size: 2 ** 30 })]);
  const plan = makePlan(source, [
    rule('r', 'etc/shadow', { do: 'rewrite', normalizer: 'shadow-last-change' }),
  ]);
  assert.equal(source.opened, []);
  assert.match(plan.warnings[0]?.message ?? '', /has 1073741824 bytes, more than/);
});

test('a file that already is as a rule wants it is no change', () => {
  const source = memorySource([
    ['etc/hostname', 'localhost\n'],
    ['etc/shadow', 'root:*:1:0:99999:7:::\n'],
    ['var/log/dpkg.log', ''],
  ]);
  assert.equal(
    changes(makePlan(source, EVERY_ACTION)).filter((line) => !line.includes(' add ')),
    [],
  );
});

test('warnings of the source come first', () => {
  const warning = { code: 'socket', path: 's', message: 'left out' };
  const source = memorySource([['etc/machine-id', 'x']], { warnings: [warning] });
  assert.equal(makePlan(source, EVERY_ACTION).warnings[0], warning);
});

test('contents and names as they will be, symlinks followed, without what is dropped or is no file any more', () => {
  const source = memorySource([
    ...[...etc().tree.entries].filter(({ path }) => path.startsWith('etc/')),
    ['var/log/dpkg.log', 'a long log\n'],
    ['var/log/apt/term.log', 'another\n'],
    symlink('etc/name', 'hostname'),
    symlink('log', 'var/log'),
  ]);
  const added = { type: 'file', mode: 0o644, content: 'new' } as const;
  const plan = makePlan(source, [...EVERY_ACTION, rule('more', 'etc/zz', { do: 'add', entry: added })]);
  const text = (path: string, limit = 100): string | undefined => {
    const content = plan.finalContent(path, limit);
    return content === undefined ? undefined : Buffer.from(content).toString();
  };
  assert.equal(
    ['etc/hostname', 'etc/name', 'etc/zz'].map((path) => text(path)),
    [...['localhost\n', 'localhost\n', 'new']],
  );
  assert.is(text('log/dpkg.log'), '');
  for (const path of ['log/apt/term.log', 'etc/resolv.conf', 'etc', 'none', '../..', '']) {
    assert.is(text(path), undefined, path);
  }
  assert.equal([text('etc/zz', 2), text('etc/hostname', 9)], [undefined, undefined]);
  assert.equal(plan.finalNames('log'), ['var/log/dpkg.log']);
  assert.ok(plan.finalNames('etc').includes('etc/zz') && plan.finalNames('etc').includes('etc/hostname'));
  assert.equal(plan.finalNames('etc').toSorted(), plan.finalNames('etc'));
  assert.equal(
    [plan.finalNames('etc/hostname'), plan.finalNames('none'), plan.finalNames('var/log/apt')],
    [[], [], []],
  );
});

test('entries can be taken again and are the same', () => {
  const plan = makePlan(etc(), EVERY_ACTION);
  assert.equal([...plan.entries()], [...plan.entries()]);
});

test.run();
