import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  combineProposals,
  globOf,
  NO_PROPOSAL,
  patternsOf,
  proposalToml,
  proposedRule,
  proposeRules,
  ruleToml,
} from '../../src/diff/proposal.ts';
import { Glob } from '../../src/rules/glob.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
import { readRuleFile } from '../../src/rules/user-file.ts';

const test = suite('proposal');

function readBack(toml: string): Rule[] {
  return readRuleFile(toml, 'rules.toml').rules.map((rule) => ({ ...rule, source: '' }));
}

test('every rule of ours can be written as a user would write it', () => {
  for (const rule of Object.values(TABLES).flat()) {
    // Users name literal paths there; ours may be patterns.
    if ([rule.when?.exists ?? [], rule.when?.missing ?? []].flat().some((path) => /[*?[{]/.test(path)))
      continue;
    // Which choices a report asks about, and which it lists for the user, is a matter of our own rules.
    const { mayBeChosen: _mayBeChosen, toDecide: _toDecide, ...plain } = rule;
    const own: Rule = { ...plain, id: `user/${rule.id.replace('/', '-')}`, source: '' };
    const [read] = readBack(ruleToml(own));
    const type = (each: Rule['when']): unknown => [each?.type ?? []].flat();
    const value = (each: Rule['when']): unknown => [each?.policy?.value ?? []].flat();
    assert.equal(type(read?.when), type(own.when), rule.id);
    assert.equal(value(read?.when), value(own.when), rule.id);
    const { type: _type, policy: _policy, ...when } = own.when ?? {};
    const { type: _other, policy: _another, ...readWhen } = read?.when ?? {};
    assert.equal(readWhen, when, rule.id);
    assert.equal({ ...read, when: undefined }, { ...own, when: undefined }, rule.id);
  }
});

test('any bytes of a path, as a pattern for exactly that path or with ? for what is not text', () => {
  const name = fc.array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(name, (codes) => {
      const path = `d/${codes
        .map((code) => String.fromCharCode(code))
        .join('')
        .replaceAll('/', '_')}x`;
      assert.ok(new Glob(globOf(path)).matches(path));
      const rule = proposedRule('p', [path], { do: 'drop' }, 'Why.');
      const [read] = readBack(ruleToml(rule));
      assert.ok(new Glob(read?.match[0] ?? '').matches(path));
      assert.not(new Glob(globOf(path)).matches(`${path}y`));
    }),
    { numRuns: 500 },
  );
});

test('many files of one ending are one pattern; files without one are named', () => {
  const paths = Array.from({ length: 30 }, (_, i) => `usr/lib/own/${i}/a${i}.pyc`);
  assert.equal(patternsOf(paths), ['usr/lib/own/**/*.pyc']);
  for (const path of paths) assert.ok(new Glob('usr/lib/own/**/*.pyc').matches(path));
  assert.is(patternsOf(paths.slice(0, 5)).length, 5);
  assert.is(patternsOf([...paths, 'usr/lib/own/README']).length, 31);
  assert.equal(patternsOf(paths.map((path, i) => (i === 0 ? 'a.gz' : path))), ['**/*.gz', '**/*.pyc']);
});

test('policies, comments and options have their places', () => {
  const toml = proposalToml(
    { ...NO_PROPOSAL, policies: new Map([['machine-id', 'absent']]), options: { hardLinks: 'copy' } },
    ['Two lines.'],
  );
  assert.is(
    toml,
    '# Two lines.\n# To be used together with: --hard-links copy\n\n[policies]\nmachine-id = "absent"\n',
  );
  assert.equal(
    readRuleFile(toml, 'x').policies.map(({ name, value }) => [name, value]),
    [['machine-id', 'absent']],
  );
  assert.is(proposalToml(NO_PROPOSAL), '');
});

test('proposals are put together; of two rules with one id both stay', () => {
  const first = proposedRule('p', ['a'], { do: 'drop' }, 'One.');
  const second = proposedRule('p', ['a'], { do: 'truncate' }, 'Two.');
  const all = combineProposals([
    proposeRules(first),
    proposeRules(second),
    { ...NO_PROPOSAL, options: { mapUid: new Map([[1, 0]]) } },
    { ...NO_PROPOSAL, options: { mapUid: new Map([[2, 0]]), mtime: 'set' } },
  ]);
  assert.equal(all.rules, [first, { ...second, id: `${first.id}-2` }]);
  assert.equal(combineProposals([all, proposeRules(second)]).rules, all.rules);
  assert.equal(
    [...(all.options.mapUid ?? [])],
    [
      [1, 0],
      [2, 0],
    ],
  );
  assert.is(all.options.mtime, 'set');
});

test.run();
