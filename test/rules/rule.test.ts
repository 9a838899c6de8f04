import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Action, type ActionName, appliesTo, SLOT_OF, wouldChange } from '../../src/rules/rule.ts';
import { ENTRY_TYPES } from '../../src/tree/entry.ts';
import { makeEntry } from './make-tree.ts';

const test = suite('rule');

const typesOf = (action: ActionName): string[] => ENTRY_TYPES.filter((type) => appliesTo(action, type));

test('each action has its types', () => {
  for (const action of ['drop', 'keep', 'owner', 'report'] as const)
    assert.equal(typesOf(action), [...ENTRY_TYPES]);
  for (const action of ['truncate', 'replace', 'rewrite', 'substitute'] as const)
    assert.equal(typesOf(action), ['file']);
  assert.equal(typesOf('link'), ['file', 'symlink']);
  assert.equal(typesOf('add'), []);
  assert.equal(
    typesOf('mode'),
    ENTRY_TYPES.filter((type) => type !== 'symlink'),
  );
});

test('what is done to the content is one slot', () => {
  const content = Object.entries(SLOT_OF).filter(([, slot]) => slot === 'content');
  assert.equal(content.map(([action]) => action).sort(), [
    'add',
    'drop',
    'keep',
    'link',
    'replace',
    'rewrite',
    'substitute',
    'truncate',
  ]);
});

test('an action that finds things done changes nothing', () => {
  const file = makeEntry('f', { uid: 5, gid: 6, mode: 0o640 });
  const empty = makeEntry('f', { size: 0 });
  const link = makeEntry('l', { type: 'symlink', target: 'x' });
  const cases: readonly [Action, typeof file, boolean][] = [
    [{ do: 'truncate' }, file, true],
    [{ do: 'truncate' }, empty, false],
    [{ do: 'replace', content: 'a' }, empty, true],
    [{ do: 'replace', content: '' }, empty, false],
    [{ do: 'replace', content: '' }, file, true],
    [{ do: 'rewrite', normalizer: 'gzip' }, file, true],
    [{ do: 'substitute', replacements: [] }, file, true],
    [{ do: 'link', target: 'x' }, link, false],
    [{ do: 'link', target: 'y' }, link, true],
    [{ do: 'link', target: '' }, file, true],
    [{ do: 'mode', mode: 0o640 }, file, false],
    [{ do: 'mode', mode: 0o4640 }, file, true],
    [{ do: 'owner', user: 5 }, file, false],
    [{ do: 'owner', user: 5, group: 5 }, file, true],
    [{ do: 'owner', group: 'games' }, file, true],
    [{ do: 'keep' }, file, false],
    [{ do: 'report' }, file, false],
  ];
  for (const [action, entry, expected] of cases)
    assert.is(wouldChange(action, entry), expected, JSON.stringify(action));
});

test.run();
