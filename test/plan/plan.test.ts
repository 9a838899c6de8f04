import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import type { Plan, PlanSettings } from '../../src/plan/plan.ts';
import type { PlannedEntry } from '../../src/plan/planned-entry.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { makePlan, SETTINGS } from '../support/make-plan.ts';
import { type MemorySource, memorySource } from '../support/memory-source.ts';
import { byPath, changes, contentOf, rule } from '../support/plan-facts.ts';
import { etc, owners } from './plan-sources.ts';

const test = suite('plan');

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

test('the bytes of all contents are those of the entries', () => {
  for (const rules of [[], EVERY_ACTION]) {
    for (const settings of [{}, { rootEntry: true, init: '/sbin/init' }, { hardLinks: 'copy' as const }]) {
      const plan = makePlan(etc(), rules, settings);
      const sizes = [...plan.entries()].map(({ entry, linkTo }) => (linkTo === null ? entry.size : 0));
      assert.is(
        plan.contentBytes(),
        sizes.reduce((sum, size) => sum + size, 0),
      );
    }
  }
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
  assert.match(warning?.message ?? '', /byte 0: found 1 fields, wanted 9 fields.*left unchanged \(test\/r\)/);
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
