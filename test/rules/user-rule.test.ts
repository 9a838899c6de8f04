import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRuleFile } from '../../src/rules/user-file.ts';
import { complains, message, rule } from './rule-file.ts';

const test = suite('user-rule');

test('conditions take several paths and sizes', () => {
  const text = (when: string): string =>
    `[[rule]]\nid = "x"\nmatch = "x"\naction = "drop"\nwhy = "y"\nwhen = { ${when} }\n`;
  const read = (when: string): unknown => readRuleFile(text(when), 'r.toml').rules[0]?.when;
  assert.equal(read('exists = ["a", "b/c"], missing = ["d"]'), { exists: ['a', 'b/c'], missing: 'd' });
  assert.equal(read('size = 14'), { size: [14] });
  assert.equal(read('size = [13, 14]'), { size: [13, 14] });
  for (const bad of ['size = []', 'size = -1', 'size = 1.5', 'size = ["1"]', 'size = "1"'])
    assert.throws(() => read(bad), /'size' is not a number of bytes/, bad);
  assert.throws(() => read('exists = ["a", "/b"]'), /'\/b' is not a path/);
});

test('reads every action', () => {
  const actions: readonly [lines: string, action: unknown][] = [
    ['action = "drop"', { do: 'drop' }],
    ['action = "truncate"', { do: 'truncate' }],
    ['action = "keep"', { do: 'keep' }],
    ['action = "report"', { do: 'report' }],
    ['action = "replace"\ncontent = ""', { do: 'replace', content: '' }],
    ['action = "rewrite"\nnormalizer = "pyc"', { do: 'rewrite', normalizer: 'pyc' }],
    [
      `action = "substitute"\nreplacements = { pattern = '^(a=)\\d+', with = '$1\u00e4' }`,
      { do: 'substitute', replacements: [{ pattern: '^(a=)\\d+', with: '$1\xc3\xa4' }] },
    ],
    [
      `action = "substitute"\nreplacements = [{ pattern = 'a', with = '' }, { pattern = 'b', with = 'c' }]`,
      {
        do: 'substitute',
        replacements: [
          { pattern: 'a', with: '' },
          { pattern: 'b', with: 'c' },
        ],
      },
    ],
    ['action = "link"\ntarget = "../é"', { do: 'link', target: '../\xc3\xa9' }],
    ['action = "owner"\nuser = 0', { do: 'owner', user: 0 }],
    [
      'action = "owner"\nuser = "www-data"\ngroup = 4294967294',
      { do: 'owner', user: 'www-data', group: 4294967294 },
    ],
    ['action = "mode"\nmode = "0644"', { do: 'mode', mode: 0o644 }],
    ['action = "mode"\nmode = "4755"', { do: 'mode', mode: 0o4755 }],
    ['action = "mode"\nmode = 0o1777 # sticky', { do: 'mode', mode: 0o1777 }],
    ['action = "add"\ntype = "file"', { do: 'add', entry: { type: 'file', content: '', mode: 0o644 } }],
    [
      'action = "add"\ntype = "file"\ncontent = "c"\nmode = "600"',
      { do: 'add', entry: { type: 'file', content: 'c', mode: 0o600 } },
    ],
    ['action = "add"\ntype = "directory"', { do: 'add', entry: { type: 'directory', mode: 0o755 } }],
    [
      'action = "add"\ntype = "symlink"\ntarget = "t"',
      { do: 'add', entry: { type: 'symlink', target: 't' } },
    ],
  ];
  for (const [lines, action] of actions) {
    assert.equal(readRuleFile(rule(lines), 'f').rules[0]?.action, action, lines);
  }
});

test('conditions on permission bits, on who runs and on accounts', () => {
  const when = (lines: string): unknown =>
    readRuleFile(rule(`action = "drop"\nwhen = { ${lines} }`), 'f').rules[0]?.when;
  assert.equal(when('bits = "2000", privileged = false'), { bits: 0o2000, privileged: false });
  assert.equal(when('bits = 0o4755'), { bits: 0o4755 });
  assert.equal(when('user = "man", group = "shadow"'), { user: 'man', group: 'shadow' });
  assert.match(message(rule('action = "drop"\nwhen = { bits = 2000 }')), /'bits' is a number, but not octal/);
  assert.match(message(rule('action = "drop"\nwhen = { bits = "10000" }')), /mode 010000 is above 07777/);
  assert.match(message(rule('action = "drop"\nwhen = { privileged = "no" }')), /should be true or false/);
  assert.match(message(rule('action = "drop"\nwhen = { group = 5 }')), /'group' is a number/);
});

test('a bad glob is pointed at', () => {
  const unclosed = "glob 'etc/[ab': unclosed bracket at byte 5. Write \\[ for a bracket.";
  complains(rule('action = "drop"\nexcept = ["a", "etc/[ab"]'), '6:21', unclosed);
  complains(rule("action = 'drop'\nexcept = 'etc/[ab'"), '6:15', unclosed);
  complains(rule('action = "drop"\nexcept = "\\u0065tc/[ab"'), '6:10', unclosed);
  complains(
    rule('action = "drop"\nexcept = "é/[b"'),
    '6:13',
    "glob 'é/[b': unclosed bracket at byte 4. Write \\[ for a bracket.",
  );
  complains(rule('action = "drop"\nwhen.target = "a//b"'), '6:18', "glob 'a//b': empty component at byte 3.");
});

test('an action takes its own keys and no others', () => {
  complains(rule('action = "drop"\ncontent = "x"'), '6:1', "action 'drop' does not use 'content'.");
  complains(
    rule('action = "link"\nmode = "644"'),
    '6:1',
    "action 'link' does not use 'mode'. It takes 'target'.",
  );
  complains(rule('action = "replace"'), '5:10', "action 'replace' needs 'content'.");
  complains(rule('action = "owner"'), '5:10', "action 'owner' needs 'user'.");
  complains(rule('action = "mode"'), '5:10', "action 'mode' needs 'mode'.");
  complains(rule('action = "add"'), '5:10', "action 'add' needs 'type'.");
  complains(rule('action = "link"\ntarget = ""'), '6:10', 'a symlink cannot have an empty target.');
  complains(
    rule('action = "link"\ntarget = "a\\u0000"'),
    '6:10',
    'a symlink cannot have a NUL byte in its target.',
  );
  complains(
    rule('action = "add"\ntype = "symlink"\nmode = "644"'),
    '7:1',
    "a symlink to add does not use 'mode'. It takes 'type', 'target'.",
  );
  complains(
    rule('action = "add"\ntype = "socket"'),
    '6:8',
    'cannot add a socket. Known types: file, directory, symlink.',
  );
  complains(
    rule('action = "add"\ntype = "link"'),
    '6:8',
    "unknown type 'link'. Known types: file, directory, symlink.",
  );
  complains(
    rule('action = "add"\ntype = "file"').replace('"x"', '"x*"'),
    '3:9',
    "action 'add' needs one path without wildcards in 'match'.",
  );
  complains(
    rule('action = "add"\ntype = "file"\nexcept = "y"'),
    '7:1',
    "action 'add' does not use 'except'.",
  );
});

test('modes are octal', () => {
  const hint = 'Write "0644" or 0o644.';
  complains(rule('action = "mode"\nmode = 644'), '6:8', `'mode' is a number, but not octal. ${hint}`);
  complains(rule('action = "mode"\nmode = "u=rw"'), '6:8', `'u=rw' is not an octal mode. ${hint}`);
  complains(rule('action = "mode"\nmode = "0988"'), '6:8', `'0988' is not an octal mode. ${hint}`);
  complains(rule('action = "mode"\nmode = 0o10000'), '6:8', `mode 010000 is above 07777. ${hint}`);
  complains(
    rule('action = "mode"\nmode = true'),
    '6:8',
    `'mode' is true or false, but should be octal. ${hint}`,
  );
});

test('owners are numbers or names', () => {
  complains(
    rule('action = "owner"\nuser = -1'),
    '6:8',
    "'user' is -1, but should be a whole number from 0 to 4294967294.",
  );
  complains(
    rule('action = "owner"\ngroup = 1.5'),
    '6:9',
    "'group' is 1.5, but should be a whole number from 0 to 4294967294.",
  );
  complains(rule('action = "owner"\nuser = "a:b"'), '6:8', "'a:b' cannot be the name of a user.");
  complains(
    rule('action = "owner"\nuser = []'),
    '6:8',
    "'user' is an array, but should be a number or a name.",
  );
});

test('conditions are checked', () => {
  const when = (condition: string): string => rule(`action = "drop"\nwhen = { ${condition} }`);
  complains(when('tpye = "file"'), '6:10', "unknown key 'tpye'. Did you mean 'type'?");
  complains(
    when('type = ["file", "dir"]'),
    '6:26',
    "unknown type 'dir'. Known types: file, directory, symlink, character, block, fifo, socket.",
  );
  complains(when('type = "flie"'), '6:17', "unknown type 'flie'. Did you mean 'file'?");
  complains(when('unclaimed = false'), '6:22', "'unclaimed' can only be true. Write 'owned = true' instead.");
  complains(when('owned = "no"'), '6:18', "'owned' is a string, but should be true or false.");
  complains(
    when('exists = "/etc"'),
    '6:19',
    "'/etc' is not a path relative to the root of the tree. Write it like 'etc/machine-id'.",
  );
  complains(
    when('missing = "a/../b"'),
    '6:20',
    "'a/../b' is not a path relative to the root of the tree. Write it like 'etc/machine-id'.",
  );
  complains(when('policy = "x"'), '6:19', "'policy' is a string, but should be a table.");
  complains(when('policy = { name = "x" }'), '6:19', "'value' is missing.");
  complains(rule('action = "drop"\nwhen = "file"'), '6:8', "'when' is a string, but should be a table.");
});

test('replacements are checked where they are, with the position of the key', () => {
  const of = (replacements: string): string => rule(`action = "substitute"\nreplacements = ${replacements}`);
  complains(rule('action = "substitute"'), '5:10', "action 'substitute' needs 'replacements'.");
  complains(of('[]'), '6:16', "'replacements' is empty.");
  complains(of('"a"'), '6:16', "'replacements' is a string, but should be a table or an array of tables.");
  complains(
    of('["a"]'),
    '6:17',
    "an element of 'replacements' is a string, but should be a table or an array of tables.",
  );
  complains(of('{ pattern = "a" }'), '6:16', "'with' is missing.");
  complains(
    of('{ pattern = "a", with = "", by = "" }'),
    '6:44',
    "unknown key 'by'. Known keys: pattern, with.",
  );
  complains(of('{ pattern = "(a", with = "" }'), '6:28', "pattern '(a': a '(' without a ')' at byte 1.");
  complains(
    of('{ pattern = "a", with = "$1" }'),
    '6:40',
    "replacement '$1': '$1', but the pattern has 0 groups at byte 1.",
  );
  complains(
    of('{ pattern = "a", with = "x\\ny" }'),
    '6:40',
    "'with' has an end of a line. Lines are replaced one by one.",
  );
});

test('normalizers are checked where they are known', () => {
  const text = rule('action = "rewrite"\nnormalizer = "pcy"');
  complains(text, '6:14', "unknown normalizer 'pcy'. Did you mean 'pyc'?", { normalizers: ['gzip', 'pyc'] });
  assert.is(readRuleFile(text, 'f').rules.length, 1);
});

test.run();
