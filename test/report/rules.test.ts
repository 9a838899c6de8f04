import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ruleReference } from '../../src/report/rules.ts';
import { POLICIES } from '../../src/rules/policies.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('rule reference');
const REFERENCE = new URL('../../src/rules/REFERENCE.md', import.meta.url);

test('src/rules/REFERENCE.md is what `npm run reference` writes', async () => {
  const { status, stdout } = await run(['rules', 'list', '--markdown']);
  assert.is(status, 0);
  assert.ok(stdout === readFileSync(REFERENCE, 'utf8'), 'the page is old: run npm run reference');
});

test('every rule has a row in the table of its layer, every policy one in the last table', () => {
  const page = ruleReference(Object.values(TABLES).flat(), POLICIES);
  const sections = new Map(page.split('\n## ').map((section) => [section.split('\n')[0], section]));
  for (const [layer, rules] of Object.entries(TABLES)) {
    for (const { id } of rules) {
      assert.ok(sections.get(layer)?.includes(`\n| \`${id.slice(layer.length + 1)}\` |`), id);
    }
  }
  for (const { name } of POLICIES) assert.ok(sections.get('policies')?.includes(`\n| \`${name}\` |`), name);
});

test('what must be decided has a row with its choices: policies that say otherwise, or an own rule', () => {
  const rules = Object.values(TABLES).flat();
  const page = ruleReference(rules, POLICIES);
  const [list = ''] = page.match(/^## varies, and must be decided by you\n[\s\S]*?(?=^## )/m) ?? [];
  const undecided = rules.filter(({ toDecide }) => toDecide);
  assert.ok(undecided.length > 20);
  for (const { id, action } of undecided) {
    assert.is(action.do, 'report', id);
    assert.ok(list.includes(`| \`${id}\` |\n`), id);
  }
  assert.is(list.split('\n| `').length - 1, undecided.length);
  const [row = ''] = list.match(/^.*`debian\/mariadb-database-report`.*$/m) ?? [];
  assert.match(row, /\| `--policy databases=drop`<br>`--policy databases=keep` \|/);
  assert.match(list.match(/^.*`debian\/usb-rules`.*$/m)?.[0] ?? '', /\| `--rules FILE` \|/);
  assert.match(page, /^\[varies, and must be decided by you\]\(#varies-and-must-be-decided-by-you\) - /m);
  assert.not.match(ruleReference([], POLICIES), /must be decided/);
});

test('`rules show` of what must be decided ends with the choices, and of another rule with its source', async () => {
  const shown = async (id: string): Promise<string> => (await run(['rules', 'show', id])).stdout;
  assert.match(
    await shown('debian/mariadb-database-report'),
    /decided by +--policy databases=drop or --policy databases=keep\s*$/,
  );
  assert.match(await shown('debian/usb-rules'), /decided by +--rules FILE\s*$/);
  assert.not.match(await shown('common/tmp'), /decided by/);
});

test('a table says what it was tried with, and each row that was never tried says so', () => {
  const page = ruleReference(Object.values(TABLES).flat(), POLICIES);
  const sections = new Map(page.split('\n## ').map((section) => [section.split('\n')[0] as string, section]));
  const rows = (layer: string): string[] => sections.get(layer)?.match(/^\| `.*$/gm) ?? [];
  for (const layer of ['nix', 'ubuntu', 'rhel', 'void']) {
    assert.ok(rows(layer).length > 0, layer);
    for (const row of rows(layer)) assert.match(row, /\| documents only, never tried \|$/);
  }
  assert.match(sections.get('xbps') ?? '', /^Tried with xbps 0\.60\.$/m);
  const marked = rows('xbps').filter((row) => row.endsWith('| documents only, never tried |'));
  assert.equal(
    marked.map((row) => row.split('`')[1]),
    ['repository-indexes', 'cache'],
  );
  for (const layer of ['common', 'dpkg', 'debian'])
    assert.not.match(sections.get(layer) ?? '', /never tried/);
});

test('a row has paths, exceptions, action and condition; nothing in it ends a cell', () => {
  const rule: Rule = {
    id: 'user/x',
    match: ['a|b', 'c`d'],
    except: ['e'],
    when: { type: 'file', bits: 0o2000, policy: { name: 'p', value: ['q', 'r'] } },
    action: { do: 'mode', mode: 0o600 },
    why: 'A reason.',
    source: 'rules.toml:1',
  };
  const [row] = ruleReference([rule], []).match(/^\| `x`.*$/m) ?? [];
  assert.is(
    row,
    '| `x` | `a\\|b`<br>`` c`d ``<br>not `e` | `mode 0600`<br>where `type file, bits 02000, policy p=q\\|r` | A reason. | rules.toml:1 |',
  );
});

test('--markdown is for the list alone', async () => {
  for (const argv of [
    ['rules', 'show', 'common/tmp', '--markdown'],
    ['rules', 'list', '--markdown', '--json'],
  ]) {
    const { status, stdout } = await run(argv);
    assert.is(status, 2);
    assert.not.match(stdout, /Rule reference/);
  }
});

test.run();
