// /init, which the kernel starts.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeEntry, symlink } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { memorySource } from '../support/memory-source.ts';
import { byPath, changes, contentOf, rule } from '../support/plan-facts.ts';

const test = suite('plan: /init');

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

test.run();
