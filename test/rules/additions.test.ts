import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Decisions } from '../../src/rules/decide.ts';
import { decide } from '../../src/rules/decide.ts';
import type { AddedEntry, Rule } from '../../src/rules/rule.ts';
import type { Tree } from '../../src/tree/tree.ts';
import { makeTree, rule } from './make-tree.ts';

const test = suite('additions');

function run(tree: Tree, ...rules: Rule[]): Decisions {
  return decide(tree, rules, { policy: () => undefined });
}

const file: AddedEntry = { type: 'file', content: 'abc', mode: 0o600 };
const directory: AddedEntry = { type: 'directory', mode: 0o700 };

function add(path: string, entry: AddedEntry = file, more: Partial<Rule> = {}): Rule {
  return rule(path, { do: 'add', entry }, more);
}

const paths = (decisions: Decisions): string[] => decisions.additions.map(({ path }) => path);

test('adds where the path is free and the parent a directory', () => {
  const one = add('etc/x');
  const decisions = run(makeTree('etc/', 'file'), one, add('top'), add('none/x'), add('file/x'));
  assert.equal(paths(decisions), ['etc/x', 'top']);
  const [first] = decisions.additions;
  assert.is(first?.rule, one);
  assert.equal(
    [first?.entry.type, first?.entry.size, first?.entry.mode, first?.entry.uid],
    ['file', 3, 0o600, 0],
  );
});

test('leaves what exists, also a symlink that leads nowhere', () => {
  assert.equal(paths(run(makeTree('etc/x', 'etc/y -> nowhere'), add('etc/x'), add('etc/y'))), []);
});

test('what is not added for want of a directory is reported', () => {
  const decisions = run(
    makeTree('etc/x'),
    add('none/a'),
    add('etc/b'),
    add('etc/x'),
    add('d', directory),
    add('d/c'),
  );
  assert.equal(paths(decisions), ['etc/b', 'd', 'd/c']);
  assert.equal(
    decisions.reports.map(({ path, note }) => [path, note?.slice(0, 9)]),
    [['none/a', 'not added']],
  );
});

test('symlinks among the parents are followed', () => {
  const tree = makeTree('lib -> usr/lib', 'usr/lib/a');
  assert.equal(paths(run(tree, add('lib/x'))), ['usr/lib/x']);
  assert.equal(paths(run(tree, add('lib/a'))), []);
  assert.equal(paths(run(makeTree('a -> b', 'b -> a'), add('a/x'))), []);
});

test('a dropped parent takes no additions, a restored one does', () => {
  const tree = makeTree('etc/a');
  assert.equal(paths(run(tree, rule('etc', 'drop'), add('etc/x'))), []);
  assert.equal(paths(run(tree, rule('etc', 'drop'), rule('etc/a', 'keep'), add('etc/x'))), ['etc/x']);
  // The directory stays, and the later rule still applies to everything in it.
  assert.equal(paths(run(tree, add('etc/x'), rule('etc', 'drop'), rule('etc/a', 'keep'))), []);
});

test('what an earlier rule drops can be added anew, whether it was there or not', () => {
  const rules = [rule('etc/x', 'drop'), add('etc/x')];
  const there = run(makeTree('etc/x'), ...rules);
  assert.equal([...there.dropped.keys()], ['etc/x']);
  assert.equal(paths(there), ['etc/x']);
  assert.equal(paths(run(makeTree('etc/'), ...rules)), ['etc/x']);
});

test('a later rule that drops or keeps the path wins', () => {
  for (const later of ['drop', 'keep'] as const) {
    assert.equal(paths(run(makeTree('etc/'), add('etc/x'), rule('etc/*', later))), []);
  }
  assert.equal(paths(run(makeTree('etc/'), rule('etc/*', 'keep'), add('etc/x'))), ['etc/x']);
});

test('owner and mode are decided as for any entry', () => {
  const owner = rule('etc/*', { do: 'owner', user: 'mail' });
  const mode = rule('etc/*', { do: 'mode', mode: 0o600 });
  const decisions = run(makeTree('etc/'), owner, add('etc/x'), mode);
  // The mode is what the rule that adds has given already.
  assert.equal([...decisions.changes], [['etc/x', { owner: { rule: owner, action: owner.action } }]]);
});

test('later rules for content have their say, earlier ones have not', () => {
  const contentOf = (...rules: Rule[]): unknown => {
    const decisions = run(makeTree('etc/'), ...rules);
    assert.is(decisions.changes.size, 0);
    return decisions.additions.map(({ added }) => added);
  };
  const replace = rule('etc/x', { do: 'replace', content: 'later' });
  assert.equal(contentOf(replace, add('etc/x')), [file]);
  assert.equal(contentOf(add('etc/x'), replace), [{ ...file, content: 'later' }]);
  assert.equal(contentOf(add('etc/x'), rule('etc/x', 'truncate')), [{ ...file, content: '' }]);
  assert.equal(contentOf(add('etc/x'), rule('etc/x', { do: 'rewrite', normalizer: 'gzip' })), [file]);
  assert.equal(contentOf(add('etc/x'), rule('etc/x', { do: 'substitute', replacements: [] })), [file]);
  const link = rule('etc/x', { do: 'link', target: 't' });
  const mode = rule('etc/x', { do: 'mode', mode: 0o640 });
  assert.equal(contentOf(add('etc/x'), link, mode), [{ type: 'symlink', target: 't' }]);
});

test('directories can be added with what goes into them', () => {
  const decisions = run(
    makeTree('etc/'),
    add('etc/d', directory),
    add('etc/d/x'),
    add('etc/e/x'),
    add('etc/e', directory),
  );
  assert.equal(paths(decisions), ['etc/d', 'etc/d/x', 'etc/e']);
});

test('of two rules for a path the later counts', () => {
  const later = add('x', { type: 'symlink', target: 'y' });
  const decisions = run(makeTree(), add('x'), later);
  assert.equal(
    decisions.additions.map((each) => each.rule),
    [later],
  );
  assert.is(decisions.additions[0]?.entry.target, 'y');
  // The later rule makes a file of the directory, so nothing can be in it.
  assert.equal(paths(run(makeTree(), add('d', directory), add('d/x', directory), add('d/x/y'), add('d'))), [
    'd',
  ]);
});

test('conditions are asked about the entry to be', () => {
  const tree = makeTree('etc/');
  assert.equal(paths(run(tree, add('x', file, { when: { exists: 'etc' } }))), ['x']);
  assert.equal(paths(run(tree, add('x', file, { when: { missing: 'etc' } }))), []);
  assert.equal(paths(run(tree, add('x', file, { when: { type: 'directory' } }))), []);
});

test('needs one literal path', () => {
  const wanted =
    /the test: rule test\/rule-\d+ adds an entry and matches 'a\*'\. Use one path without wildcards\./;
  assert.throws(() => run(makeTree(), add('a*')), wanted);
  assert.throws(() => run(makeTree(), rule(['a', 'b'], { do: 'add', entry: file })), /matches 'a', 'b'/);
});

test.run();
