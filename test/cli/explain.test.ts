import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { explanationDocument } from '../../src/cli/rules.ts';
import { explainReport } from '../../src/report/rules.ts';
import { explain } from '../../src/rules/explain.ts';
import type { Action, Rule } from '../../src/rules/rule.ts';
import type { Mention } from '../../src/rules/script-mentions.ts';
import { makeEntry } from '../support/entries.ts';
import { hardLinked, memorySource } from '../support/memory-source.ts';
import { plainLines } from '../support/plain-report.ts';

const test = suite('cli explain');
const rule = (id: string, match: string, action: Action, more: Partial<Rule> = {}): Rule => ({
  ...{ id: `t/${id}`, match: [match], action, why: `Why ${id}.`, source: 'the test' },
  ...more,
});
const { tree } = memorySource([
  ['a/file', 'x'],
  ['a/\x1b[31m', 'x'],
  ...hardLinked(['l/one', 'l/two'], { size: 3 }),
  makeEntry('d', 'directory'),
]);
const RULES = [
  rule('early', 'a/file', { do: 'truncate' }),
  rule('type', 'a/*', { do: 'drop' }, { when: { type: 'directory' } }),
  rule('but', 'a/*', { do: 'drop' }, { except: ['a/file', 'a/\\x1b*'] }),
  rule('late', 'a/file', { do: 'replace', content: 'y' }),
  rule('mode', 'a/file', { do: 'mode', mode: 0o600 }),
  rule('link', 'l/one', { do: 'truncate' }),
  rule('gone', 'd', { do: 'drop' }),
  rule('add', 'new', { do: 'add', entry: { type: 'directory', mode: 0o755 } }),
];
const explained = (path: string): string[] =>
  plainLines(explainReport(explain(tree, RULES, { policy: () => undefined }, path)));

test('the outcome, and each rule with its verdict and reason', () => {
  const lines = explained('a/file');
  assert.is(lines[0], 'a/file: file, replace with "y" by t/late, mode 0600 by t/mode');
  assert.equal(
    lines.filter((line) => /^ {2}t\//.test(line)),
    [
      '  t/early: truncate (a/file) - overruled by a later rule',
      '  t/type: drop (a/*) - condition type is not met',
      '  t/but: drop (a/*) - excepted by a/file',
      '  t/late: replace with "y" (a/file) - decides',
      '  t/mode: mode 0600 (a/file) - decides',
    ],
  );
  assert.equal(lines.slice(2, 4), ['      Why early.', '      the test']);
});

test('every outcome has a sentence', () => {
  assert.is(explained('d')[0], 'd: directory, dropped by t/gone');
  assert.is(explained('new')[0], 'new: added by t/add');
  assert.is(explained('none')[0], 'none: is not in the tree');
  assert.is(explained('l/one')[0], 'l/one: file, truncate by t/link');
  assert.is(explained('l/two')[0], 'l/two: file, unchanged by any rule');
  assert.is(explained('a')[0], 'a: directory, unchanged by any rule');
});

test('of a path that is not there, no rule overrules another', () => {
  const rules = [rule('one', 'b', { do: 'truncate' }), rule('two', 'b', { do: 'drop' })];
  const lines = plainLines(explainReport(explain(tree, rules, { policy: () => undefined }, 'b')));
  assert.equal(
    lines.filter((line) => /^ {2}t\//.test(line)),
    ['  t/one: truncate (b) - matches such a path', '  t/two: drop (b) - matches such a path'],
  );
});

const MENTION: Mention = {
  script: {
    package: 'apticron',
    name: 'postinst',
    path: 'var/lib/dpkg/info/apticron.postinst',
    isInstall: true,
    text: '',
  },
  ...{ kind: 'path', use: 'writes', line: 56, text: 'ucf \x1b[31m "$tmp" /etc/cron.d/\xff' },
};

test('the line of a script that writes it, escaped, in the report and the document', () => {
  const explanation = explain(tree, RULES, { policy: () => undefined }, 'a');
  const lines = plainLines(explainReport(explanation, [], [], [MENTION]));
  assert.ok(
    lines.includes('  written by apticron\'s postinst, line 56: ucf \\x1b[31m "$tmp" /etc/cron.d/\\xff'),
    lines.join('\n'),
  );
  const { scripts } = explanationDocument(explanation, 'debian', [], [], [MENTION]);
  assert.equal(
    scripts?.map(({ text, ...rest }) => rest),
    [
      {
        ...{ package: 'apticron', script: 'postinst', file: 'var/lib/dpkg/info/apticron.postinst' },
        ...{ line: 56, kind: 'path', use: 'writes' },
      },
    ],
  );
  assert.not(scripts?.[0]?.text.includes('\x1b'));
});

test('as a document', () => {
  const found = explain(tree, RULES, { policy: () => undefined }, 'a/file');
  const document = explanationDocument(found, 'debian');
  assert.equal(
    document.rules.map(({ id, decides }) => `${id} ${decides}`),
    ['t/early ', 't/type ', 't/but ', 't/late content', 't/mode mode'],
  );
});

test.run();
