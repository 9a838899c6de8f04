import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RuleFileError } from '../../src/rules/rule-file-error.ts';
import { MAX_RULE_FILE, readRuleFile } from '../../src/rules/user-file.ts';
import { complains, message, rule } from './rule-file.ts';

const test = suite('user-file');

test('reads a rule with all that it can have', () => {
  const text = `# mine
[[rule]]
id = "build-log"
match = ["root/build.log", "root/*.tmp"]
except = "root/x.tmp"
action = "replace"
content = "caf\\u00e9\\n"
why = "The build writes it."
when = { type = "file", owned = false, exists = "etc", missing = ["x/y", "a[b]"], unclaimed = true, plain = false, empty = false, target = "/run/**", policy = { name = "p", value = ["a", "b"] } }

[[rule]]
id = "two"
match = "h\\u00e9/*"
action = "drop"
why = "."
[rule.when]
type = ["fifo", "socket"]

[policies]
machine-id = "uninitialized"
`;
  const { rules, policies } = readRuleFile(text, 'my.toml');
  assert.equal(rules, [
    {
      id: 'user/build-log',
      match: ['root/build.log', 'root/*.tmp'],
      except: ['root/x.tmp'],
      when: {
        type: ['file'],
        owned: false,
        empty: false,
        exists: 'etc',
        unclaimed: true,
        plain: false,
        missing: ['x/y', 'a\\[b\\]'],
        target: '/run/**',
        policy: { name: 'p', value: ['a', 'b'] },
      },
      action: { do: 'replace', content: 'caf\xc3\xa9\n' },
      why: 'The build writes it.',
      source: 'my.toml:2',
    },
    {
      id: 'user/two',
      match: ['h\xc3\xa9/*'],
      when: { type: ['fifo', 'socket'] },
      action: { do: 'drop' },
      why: '.',
      source: 'my.toml:11',
    },
  ]);
  assert.equal(policies, [{ name: 'machine-id', value: 'uninitialized', where: 'my.toml:20:14' }]);
});

test('an empty file has no rules', () => {
  assert.equal(readRuleFile('', 'f'), { rules: [], policies: [] });
  assert.equal(readRuleFile('# nothing\n[policies]\n', 'f'), { rules: [], policies: [] });
});

test('errors of syntax show the place', () => {
  assert.match(message('[[rule]]\nid = "a\n'), /^f:2:8: .*\.\n {4}id = "a\n {4} {7}\^$/);
  assert.match(message('a = 1\na = 2\n'), /^f:2:\d+: .*\n {4}a = 2\n *\^$/);
  assert.match(message(`a = ${'['.repeat(100)}`), /^f:1:\d+: /);
});

test('errors of meaning show the place', () => {
  const drop = rule('action = "drop"');
  complains('rules = []', '1:1', "unknown key 'rules'. Did you mean 'rule'?");
  complains('[rule]\nid = "a"', '1:1', "'rule' is a table. Begin each rule with [[rule]].");
  complains('rule = [1]', '1:9', 'a rule is a number. Begin each rule with [[rule]].');
  complains('policies = 1979-05-27', '1:12', "'policies' is a date, but should be a table.");
  complains(
    '[policies]\n  machine-id = true',
    '2:16',
    "'machine-id' is true or false, but should be a string.",
  );
  complains(drop.replace('match', 'mathc'), '3:1', "unknown key 'mathc'. Did you mean 'match'?");
  complains(
    drop.replace('"x"', '3'),
    '3:9',
    "'match' is a number, but should be a string or an array of strings.",
  );
  complains(
    drop.replace('"x"', '["x", 3]'),
    '3:15',
    "an element of 'match' is a number, but should be a string or an array of strings.",
  );
  complains(drop.replace('"x"', '[]'), '3:9', "'match' is empty.");
  complains(drop.replace('match = "x"', ''), '1:1', "'match' is missing.");
  complains(drop.replace('why = "y"', ''), '1:1', "'why' is missing.");
  complains(drop.replace('"y"', '""'), '4:7', "'why' is empty.");
  complains(drop.replace('id = "a"', ''), '1:1', "'id' is missing.");
  complains(
    drop.replace('"a"', '"user/a"'),
    '2:6',
    "'user/a' is not a valid rule id. Use lower-case letters, digits and hyphens, without a slash.",
  );
  complains(drop + drop, '7:6', "two rules have the id 'a'. The first one is on line 1.");
  complains(
    rule('action = "delete"'),
    '5:10',
    "unknown action 'delete'. Known actions: drop, truncate, replace, rewrite, substitute, link, owner, mode, add, keep, report, search.",
  );
  complains(rule(''), '1:1', "'action' is missing.");
});

test('the line is shown without control characters, with its tabs, and not at any length', () => {
  assert.is(message('\tx = 1'), "f:1:2: unknown key 'x'. Known keys: rule, policies.\n    \tx = 1\n    \t^");
  assert.is(
    message('x = 1 # \u009b'),
    "f:1:1: unknown key 'x'. Known keys: rule, policies.\n    x = 1 # ?\n    ^",
  );
  const [, line, caret] = message(`rule = [ ${' '.repeat(500)}1, ${' '.repeat(500)} ]`).split('\n') as [
    string,
    string,
    string,
  ];
  assert.is(line.length, 104);
  assert.is(line[caret.indexOf('^')], '1');
});

test('the size is limited', () => {
  const text = `#${' '.repeat(MAX_RULE_FILE)}`;
  assert.match(message(text), /^f:1:1: more than 1048576 characters of rules\./);
});

test('names of the language are unknown keys', () => {
  assert.match(message('constructor = 1'), /unknown key 'constructor'/);
  assert.match(message('__proto__ = 1'), /__proto__/);
  assert.match(message(rule('action = "toString"')), /unknown action 'toString'/);
  assert.match(message(rule('action = "add"\ntype = "constructor"')), /unknown type 'constructor'/);
});

test('any change of a good file is read or complained about in its place', () => {
  const good = rule('action = "drop"\nwhen = { type = "file" }\nexcept = ["a/*", "b"]');
  const change = fc.record({
    at: fc.nat(good.length),
    length: fc.nat(4),
    text: fc.string({ unit: fc.constantFrom(...'[]{}"\'=,.#\n x1'), maxLength: 3 }),
  });
  const property = fc.property(change, ({ at, length, text }) => {
    const changed = good.slice(0, at) + text + good.slice(at + length);
    try {
      readRuleFile(changed, 'f');
    } catch (error) {
      assert.instance(error, RuleFileError, String(error));
      const { line, column } = error as RuleFileError;
      const lines = changed.split('\n');
      assert.ok(
        line <= lines.length && column <= (lines[line - 1] as string).length + 1,
        `${line}:${column}`,
      );
    }
  });
  fc.assert(property, { numRuns: 3000 });
});

test.run();
