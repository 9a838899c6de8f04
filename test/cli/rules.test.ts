import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { actionText, conditionText } from '../../src/report/rules.ts';
import { POLICIES } from '../../src/rules/policies.ts';
import type { Action, Condition } from '../../src/rules/rule.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { stepOf } from '../support/thorough.ts';

const test = suite('cli rules');
const scratch = new Scratch('cli-rules');
const tree = scratch.in('tree');
const rulesFile = scratch.in('own.toml');

before(test, () => {
  mkdirSync(`${tree}/usr/lib`, { recursive: true });
  mkdirSync(`${tree}/etc`);
  symlinkSync('usr/lib', `${tree}/lib`);
  writeFileSync(`${tree}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  writeFileSync(`${tree}/usr/lib/x`, '');
  writeFileSync(Buffer.from(`${tree}/usr/lib/caf\xe9`, 'latin1'), '');
  writeFileSync(
    rulesFile,
    '[[rule]]\nid = "own"\nmatch = "usr/lib/x"\naction = "drop"\nwhy = "Not needed."\n',
  );
});
test.after(() => scratch.remove());

async function text(...argv: string[]): Promise<string> {
  const { status, stdout, stderr } = await run(['rules', ...argv]);
  assert.is(status, 0, stderr);
  assert.is(stderr, '');
  return stdout;
}

test('list shows every rule and every policy with its default', async () => {
  const listed = await text('list');
  for (const { id } of Object.values(TABLES).flat()) assert.ok(listed.includes(id), id);
  for (const { name, default: standard } of POLICIES) {
    assert.match(listed, new RegExp(`\\n${name} .*${standard}\\*`));
  }
  assert.is(await text(), listed, 'list is what rules does alone');
});

test('list has the user’s rules too', async () => {
  assert.match(await text('list', '--rules', rulesFile), /user\/own +drop +usr\/lib\/x/);
});

test('show: what a rule does, to what, when, why, and who says so', async () => {
  const shown = await text('show', 'common/machine-id-empty');
  for (const label of ['action', 'match', 'when', 'why', 'source']) {
    assert.match(shown, new RegExp(`\\n {2}${label} +\\S`), label);
  }
  assert.match(shown, /^common\/machine-id-empty\n/);
  assert.match(shown, /policy machine-id=empty/);
});

test('show: a policy with its values', async () => {
  assert.match(await text('show', 'machine-id'), /^machine-id \(policy\)\n {2}values +empty\* .*keep/);
});

test('every rule and policy can be shown', async () => {
  const rules = Object.values(TABLES).flat();
  const names = [...rules.map(({ id }) => id), ...POLICIES.map(({ name }) => name)];
  for (let at = 0; at < names.length; at += stepOf(1, 11)) {
    const name = names[at] as string;
    assert.ok((await text('show', name)).startsWith(name));
  }
});

test('explain: what happens to a path, and the rule that decides', async () => {
  const explained = await text('explain', tree, '/etc/machine-id');
  assert.match(explained, /^etc\/machine-id: file, truncate by common\/machine-id-empty\n/);
  assert.match(explained, /common\/machine-id-empty: .* - decides\n/);
  assert.match(explained, /common\/machine-id-absent: .* - condition policy is not met/);
});

test('explain: a path is meant as a user writes it, through symlinks of the tree', async () => {
  for (const path of ['lib/x', '/lib/x', 'usr/lib/x', '/usr/lib/x/']) {
    assert.match(
      await text('explain', tree, path, '--rules', rulesFile),
      /^usr\/lib\/x: file, dropped by user\/own\n/,
    );
  }
});

test('explain: a name that is not UTF-8, as check prints it', async () => {
  assert.match(
    await text('explain', tree, '/lib/caf\\xe9'),
    /^usr\/lib\/caf\\xe9: file, unchanged by any rule\n/,
  );
  assert.match((await run(['rules', '--help'])).stdout, /\\xNN/);
});

test('explain: what is not there, what no rule knows, and the root', async () => {
  assert.match(
    await text('explain', tree, 'no/such'),
    /^no\/such: is not in the tree\n {2}no rule matches\n$/,
  );
  assert.match(await text('explain', tree, 'usr/lib/x'), /^usr\/lib\/x: file, unchanged by any rule\n/);
  assert.match(await text('explain', tree, '/'), /^\/: /);
});

test('every action has words', () => {
  const cases: readonly (readonly [Action, string])[] = [
    [{ do: 'drop' }, 'drop'],
    [{ do: 'keep' }, 'keep'],
    [{ do: 'replace', content: 'a\n"b"' }, 'replace with "a\\x0a\\"b\\""'],
    [{ do: 'rewrite', normalizer: 'n' }, 'rewrite n'],
    [
      {
        do: 'substitute',
        replacements: [
          { pattern: 'a"\x1b', with: '' },
          { pattern: 'b', with: '$0' },
        ],
      },
      'substitute "a\\"\\x1b" with "", substitute "b" with "$0"',
    ],
    [{ do: 'link', target: '/x' }, 'link to /x'],
    [{ do: 'owner', user: 'mail' }, 'owner mail:'],
    [{ do: 'owner', user: 0, group: 5 }, 'owner 0:5'],
    [{ do: 'mode', mode: 0o4755 }, 'mode 04755'],
    [{ do: 'add', entry: { type: 'directory', mode: 0o755 } }, 'add directory'],
  ];
  for (const [action, words] of cases) assert.is(actionText(action), words);
});

test('conditions have words', () => {
  const words = (when: Condition): string =>
    conditionText({ id: 'a/b', match: ['x'], when, action: { do: 'drop' }, why: '', source: '' });
  assert.is(words({ type: 'file', owned: false }), 'type file, owned false');
  assert.is(words({ policy: { name: 'p', value: ['a', 'b'] } }), 'policy p=a|b');
  assert.is(words({ policy: { name: 'p', value: 'a' } }), 'policy p=a');
});

test.run();
