import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Decisions } from '../../src/rules/decide.ts';
import { decide } from '../../src/rules/decide.ts';
import { Glob } from '../../src/rules/glob.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { parentOf } from '../../src/tree/path.ts';
import type { Tree } from '../../src/tree/tree.ts';
import { linked, makeEntry, makeTree, rule } from './make-tree.ts';

const test = suite('decide');

function run(tree: Tree, ...rules: Rule[]): Decisions {
  return decide(tree, rules, { policy: () => undefined });
}

const dropped = (decisions: Decisions): string[] => [...decisions.dropped.keys()];
const doOf = (decisions: Decisions, path: string): string | undefined =>
  decisions.changes.get(path)?.content?.action.do;

test('without rules nothing happens', () => {
  const decisions = run(makeTree('a', 'b/c'));
  assert.is(decisions.changes.size + decisions.dropped.size + decisions.restored.size, 0);
  assert.equal([...decisions.additions, ...decisions.reports], []);
});

test('the last rule that matches wins in its slot', () => {
  const tree = makeTree('a', 'b');
  const first = rule('*', 'truncate');
  const second = rule('a', { do: 'replace', content: 'x' });
  const decisions = run(tree, first, second);
  assert.is(doOf(decisions, 'a'), 'replace');
  assert.is(decisions.changes.get('a')?.content?.rule, second);
  assert.is(doOf(decisions, 'b'), 'truncate');
  assert.is(doOf(run(tree, second, first), 'a'), 'truncate');
});

test('slots do not compete', () => {
  const mode = rule('a', { do: 'mode', mode: 0o600 });
  const owner = rule('a', { do: 'owner', user: 'mail' });
  const decision = run(makeTree('a'), mode, owner, rule('a', 'truncate')).changes.get('a');
  assert.is(decision?.content?.action.do, 'truncate');
  assert.is(decision?.mode?.rule, mode);
  assert.is(decision?.owner?.rule, owner);
});

test('keep undoes earlier content, owner and mode, not later ones and no report', () => {
  const rules = [
    rule('a', 'truncate'),
    rule('a', { do: 'owner', user: 5 }),
    rule('a', { do: 'mode', mode: 0o600 }),
    rule('a', 'report'),
    rule('a', 'keep'),
    rule('a', { do: 'mode', mode: 0o640 }),
  ];
  const decisions = run(makeTree('a'), ...rules);
  assert.equal(decisions.changes.get('a'), { mode: { rule: rules[5], action: { do: 'mode', mode: 0o640 } } });
  assert.equal(decisions.reports, [{ rule: rules[3], path: 'a', note: undefined }]);
});

test('a directory is dropped with all below it', () => {
  const decisions = run(makeTree('a/b/c', 'a-b', 'a/d', 'ab'), rule('a', 'drop'));
  assert.equal(dropped(decisions), ['a', 'a/b', 'a/b/c', 'a/d']);
});

test('what is below a dropped directory has no other decision', () => {
  const decisions = run(
    makeTree('a/b'),
    rule('**', { do: 'mode', mode: 0o600 }),
    rule('a/b', 'report'),
    rule('a', 'drop'),
  );
  assert.is(decisions.changes.size, 0);
  assert.equal(decisions.reports, []);
});

test('what a package claims stays in a directory that is dropped because no package claims it', () => {
  const tree = makeTree('a/cache/mine', 'a/cache/other', 'a/cache/sub/other');
  const rules = [rule('**/mine', 'truncate'), rule('a/cache', 'drop', { when: { owned: false } })];
  const claimed = new Set(['a', 'a/cache/mine', 'a/cache/sub']);
  const decisions = decide(tree, rules, { policy: () => undefined, owned: (path) => claimed.has(path) });
  assert.equal(dropped(decisions), ['a/cache/other', 'a/cache/sub/other']);
  assert.is(decisions.restored.get('a/cache'), 'a/cache/mine');
  assert.is(doOf(decisions, 'a/cache/mine'), 'truncate');
  const all = decide(tree, [...rules, rule('a', 'drop')], { policy: () => undefined, owned: () => true });
  assert.is(all.dropped.size, 6);
});

test('an earlier rule does not save what a later one drops with its directory', () => {
  assert.equal(dropped(run(makeTree('a/b'), rule('a/b', 'keep'), rule('a', 'drop'))), ['a', 'a/b']);
  assert.equal(dropped(run(makeTree('a/b'), rule('a/b', 'truncate'), rule('a', 'drop'))), ['a', 'a/b']);
});

test('a later rule saves it, and the directories above come back', () => {
  const drop = rule('a', 'drop');
  const decisions = run(makeTree('a/b/c', 'a/b/d', 'a/e/f'), drop, rule('a/b/c', 'keep'));
  assert.equal(dropped(decisions), ['a/b/d', 'a/e', 'a/e/f']);
  assert.equal(
    [...decisions.restored],
    [
      ['a/b', 'a/b/c'],
      ['a', 'a/b/c'],
    ],
  );
  assert.ok([...decisions.dropped.values()].every((each) => each === drop));
});

test('any later content rule saves it, even one that then changes nothing', () => {
  const tree = makeTree(makeEntry('a/b', { size: 0 }), 'a/c');
  const decisions = run(tree, rule('a', 'drop'), rule('a/*', 'truncate'));
  assert.equal(dropped(decisions), []);
  assert.equal([...decisions.changes.keys()], ['a/c']);
});

test('owner, mode and report save nothing', () => {
  const rules = [
    rule('a/b', { do: 'mode', mode: 0 }),
    rule('a/b', { do: 'owner', user: 1 }),
    rule('a/b', 'report'),
  ];
  assert.equal(dropped(run(makeTree('a/b'), rule('a', 'drop'), ...rules)), ['a', 'a/b']);
});

test('keeping a directory does not keep what is below it', () => {
  const rules = [rule('a/**', 'drop'), rule('a/b', 'keep')];
  assert.equal(dropped(run(makeTree('a/b/c', 'a/d'), ...rules)), ['a/b/c', 'a/d']);
  const inherited = run(makeTree('a/b/c', 'a/d'), rule('a', 'drop'), rule('a/b', 'keep'));
  assert.equal(dropped(inherited), ['a/b/c', 'a/d']);
});

test('a dropping rule that lost on the directory is not inherited', () => {
  const decisions = run(makeTree('a/b'), rule('a', 'drop'), rule('a', 'keep'));
  assert.equal(dropped(decisions), []);
});

test('each dropped directory counts at its own place in the order', () => {
  const rules = [rule('a', 'drop'), rule('a/b/c', 'keep'), rule('a/b', 'drop')];
  assert.equal(dropped(run(makeTree('a/b/c'), ...rules)), ['a', 'a/b', 'a/b/c']);
  const others = [rule('a/b', 'drop'), rule('a/b/c', 'keep'), rule('a', 'drop')];
  assert.equal(dropped(run(makeTree('a/b/c'), ...others)), ['a', 'a/b', 'a/b/c']);
  const saved = [rule('a', 'drop'), rule('a/b', 'drop'), rule('a/b/c', 'keep')];
  assert.equal(dropped(run(makeTree('a/b/c'), ...saved)), []);
});

test('a directory that comes back has its owner and mode, and no content decision', () => {
  const mode = rule('a', { do: 'mode', mode: 0o700 });
  const decisions = run(makeTree('a/b'), mode, rule('a', 'drop'), rule('a/b', 'keep'));
  assert.equal([...decisions.changes], [['a', { mode: { rule: mode, action: mode.action } }]]);
  const bare = run(makeTree('a/b'), rule('a', 'drop'), rule('a/b', 'keep'));
  assert.is(bare.changes.size, 0);
});

test('content actions are for files', () => {
  const tree = makeTree('d/', 'l -> x', makeEntry('p', { type: 'fifo' }), 'f');
  for (const action of [
    { do: 'truncate' },
    { do: 'replace', content: 'x' },
    { do: 'rewrite', normalizer: 'pyc' },
  ] as const) {
    assert.equal([...run(tree, rule('*', action)).changes.keys()], ['f'], action.do);
  }
  // So it is not a later rule either.
  assert.equal(dropped(run(tree, rule('*', 'drop'), rule('*', 'truncate'))), ['d', 'l', 'p']);
});

test('link is for files and symlinks, and reported on a directory', () => {
  const link = rule('*', { do: 'link', target: 'x' });
  const decisions = run(makeTree('d/', 'f', 'l -> y', 'm -> x', makeEntry('p', { type: 'fifo' })), link);
  assert.equal([...decisions.changes.keys()], ['f', 'l']);
  assert.equal(
    decisions.reports.map(({ path, note }) => [path, note]),
    [['d', 'is a directory, which cannot become a symlink without losing its contents']],
  );
  assert.equal(run(makeTree('d/'), link, rule('d', 'keep')).reports, []);
  assert.equal(run(makeTree('d/'), link, rule('d', 'drop')).reports, []);
});

test('what becomes a symlink has no mode, and a symlink has none', () => {
  const mode = rule('*', { do: 'mode', mode: 0o600 });
  const decisions = run(makeTree('f', 'l -> y'), mode, rule('f', { do: 'link', target: 'x' }));
  assert.is(decisions.changes.get('f')?.mode, undefined);
  assert.not(decisions.changes.has('l'));
});

test('what would change nothing is not decided', () => {
  const empty = makeEntry('f', { size: 0, mode: 0o640, uid: 5, gid: 6 });
  const rules = [
    rule('f', { do: 'mode', mode: 0o640 }),
    rule('f', { do: 'owner', user: 5, group: 6 }),
    rule('f', 'truncate'),
  ];
  assert.is(run(makeTree(empty), ...rules).changes.size, 0);
  assert.is(run(makeTree(empty), rule('f', { do: 'replace', content: '' })).changes.size, 0);
  assert.is(run(makeTree('f'), rule('f', { do: 'replace', content: '0123456789' })).changes.size, 1);
  assert.is(run(makeTree(empty), rule('f', { do: 'owner', user: 5, group: 7 })).changes.size, 1);
  assert.is(run(makeTree(empty), rule('f', { do: 'owner', group: 'mail' })).changes.size, 1);
});

test('a no-op that wins hides what it beat', () => {
  const decisions = run(
    makeTree('l -> x'),
    rule('l', { do: 'link', target: 'y' }),
    rule('l', { do: 'link', target: 'x' }),
  );
  assert.is(decisions.changes.size, 0);
});

test('what is decided for one name of an inode is decided for no other', () => {
  const tree = makeTree(...linked('a', 'b', 'c'));
  const truncate = rule('b', 'truncate');
  const replace = rule('c', { do: 'replace', content: 'x' });
  const mode = rule('c', { do: 'mode', mode: 0o600 });
  const decisions = run(tree, replace, truncate, mode);
  assert.not(decisions.changes.has('a'));
  assert.equal(decisions.changes.get('b'), { content: { rule: truncate, action: truncate.action } });
  assert.is(decisions.changes.get('c')?.content?.rule, replace);
  assert.is(decisions.changes.get('c')?.mode?.rule, mode);
});

test('names of one inode are dropped and linked one by one', () => {
  const tree = makeTree(...linked('a', 'b', 'c', 'd'));
  const decisions = run(
    tree,
    rule('b', 'drop'),
    rule('c', { do: 'link', target: 'a' }),
    rule('d', 'truncate'),
  );
  assert.equal(dropped(decisions), ['b']);
  assert.not(decisions.changes.has('a'));
  assert.is(doOf(decisions, 'c'), 'link');
  assert.is(doOf(decisions, 'd'), 'truncate');
  assert.not(decisions.changes.has('b'));
});

test('a dropped name decides nothing for the others', () => {
  const tree = makeTree(...linked('a', 'd/b'));
  assert.is(run(tree, rule('d/b', 'truncate'), rule('d', 'drop')).changes.size, 0);
});

test('except takes paths out of match', () => {
  const decisions = run(makeTree('a', 'b', 'c'), rule('*', 'drop', { except: ['b', '[c]'] }));
  assert.equal(dropped(decisions), ['a']);
});

test('near misses are left alone', () => {
  const tree = makeTree(
    'etc/machine-id.bak',
    'etc/machine-id2',
    'x/etc/machine-id',
    'etc/Machine-id',
    'var/log',
  );
  const decisions = run(tree, rule('etc/machine-id', 'drop'), rule('var/log/**', 'drop'));
  assert.equal(dropped(decisions), []);
});

test('the last report of a path counts', () => {
  const rules = [rule('a', 'report'), rule('*', 'report')];
  assert.equal(run(makeTree('a'), ...rules).reports, [{ rule: rules[1], path: 'a', note: undefined }]);
});

test('a rule that cannot hold is as if it were not there', () => {
  const context = { policy: (name: string) => (name === 'color' ? 'red' : undefined) };
  const red = rule('a', 'drop', { when: { policy: { name: 'color', value: ['blue', 'red'] } } });
  const blue = rule('b', 'drop', { when: { policy: { name: 'color', value: 'blue' } } });
  const other = rule('c', 'drop', { when: { policy: { name: 'colour', value: 'red' } } });
  assert.equal(dropped(decide(makeTree('a', 'b', 'c'), [red, blue, other], context)), ['a']);
});

test('a bad pattern is an error, wherever it stands', () => {
  assert.throws(() => run(makeTree('a'), rule('a/', 'drop')), /empty component/);
  assert.throws(() => run(makeTree('a'), rule('a', 'drop', { except: ['[b'] })), /unclosed bracket/);
});

/** Dropped and restored paths by the letter of the definition. */
function defined(tree: Tree, rules: readonly Rule[]): { dropped: string[]; restored: string[] } {
  const last = (path: string): number =>
    rules.findLastIndex((each) => each.match.some((pattern) => new Glob(pattern).matches(path)));
  const isDrop = (at: number): boolean => rules[at]?.action.do === 'drop';
  const above = (path: string): string[] => {
    const parents = [];
    for (let up = parentOf(path); up !== ''; up = parentOf(up)) parents.push(up);
    return parents;
  };
  const isDropped = (path: string): boolean => {
    const positions = [path, ...above(path)].map((each) => ({ each, at: last(each) }));
    const counting = positions.filter(({ each, at }) => each === path || isDrop(at)).map(({ at }) => at);
    return isDrop(Math.max(...counting));
  };
  const paths = tree.entries.map((entry) => entry.path);
  const kept = paths.filter((path) => !isDropped(path));
  const needed = new Set(kept.flatMap(above));
  return {
    dropped: paths.filter((path) => isDropped(path) && !needed.has(path)),
    restored: paths.filter((path) => isDropped(path) && needed.has(path)).sort(),
  };
}

test('drops and keeps by its definition, on any tree with any rules', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const path = fc.array(name, { minLength: 4, maxLength: 4 }).map((all) => all.join('/'));
  const part = fc.constantFrom('a', 'b', 'c', '*', '**', '[ab]');
  const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));
  const anyRule = fc
    .tuple(pattern, fc.constantFrom('drop', 'drop', 'keep' as const))
    .map(([match, action]) => rule(match, action as 'drop' | 'keep'));
  const property = fc.property(
    fc.array(path, { minLength: 1, maxLength: 12 }),
    fc.array(anyRule, { maxLength: 6 }),
    (paths, rules) => {
      const tree = makeTree(...paths);
      const decisions = run(tree, ...rules);
      const expected = defined(tree, rules);
      assert.equal(dropped(decisions), expected.dropped);
      assert.equal([...decisions.restored.keys()].sort(), expected.restored);
      for (const [directory, needs] of decisions.restored) assert.ok(needs.startsWith(`${directory}/`));
    },
  );
  fc.assert(property, { numRuns: 1500 });
});

test.run();
