import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { prepareRewrites } from '../../src/plan/contents.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { RuleContext } from '../../src/rules/condition.ts';
import { decide } from '../../src/rules/decide.ts';
import { POLICIES } from '../../src/rules/policies.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
import { makePlan } from '../support/make-plan.ts';
import { memorySource } from '../support/memory-source.ts';

const test = suite('prepare-rewrites');
const RULES: readonly Rule[] = ['common', 'rpm', 'dnf'].flatMap((layer) => TABLES[layer] ?? []);
const CONTEXT: RuleContext = {
  owned: undefined,
  policy: (name) => POLICIES.find((policy) => policy.name === name)?.default,
};

async function planOf(files: Readonly<Record<string, string>>): Promise<Plan> {
  const source = memorySource(
    Object.entries(files).map(([path, name]) => [path, capturedDatabase(name).toString('latin1')] as const),
  );
  await prepareRewrites(decide(source.tree, RULES, CONTEXT));
  return makePlan(source, RULES, {}, CONTEXT);
}

function contentsOf(plan: Plan): Map<string, string | undefined> {
  const files = [...plan.entries()].filter(({ entry }) => entry.type === 'file');
  return new Map(
    files.map(({ entry, content }) => [
      entry.path,
      content === null ? undefined : Buffer.from(content()).toString('hex'),
    ]),
  );
}

test('two trees with dnf5 become one: database, log, history and cookie together', async () => {
  const trees = ['first', 'second'].map((run) => ({
    'usr/lib/sysimage/libdnf5/system.toml': `${run}-system.toml`,
    'usr/lib/sysimage/libdnf5/transaction_history.sqlite': `${run}-transaction_history.sqlite`,
    'usr/lib/sysimage/libdnf5/transaction_history.sqlite-wal': `${run}-transaction_history.sqlite-wal`,
    'var/lib/rpm/rpmdb.sqlite': `${run}-dnf5-rpmdb.sqlite`,
  }));
  const [first, second] = await Promise.all(trees.map(planOf));
  assert.ok(first && second);
  const contents = contentsOf(first);
  assert.equal(
    [...contents.keys()],
    [
      'usr/lib/sysimage/libdnf5/system.toml',
      'usr/lib/sysimage/libdnf5/transaction_history.sqlite',
      'var/lib/rpm/rpmdb.sqlite',
    ],
  );
  assert.ok(contents.get('var/lib/rpm/rpmdb.sqlite') !== undefined);
  assert.ok([...contents].every(([path, content]) => content === contentsOf(second).get(path)));
  assert.equal(first.warnings, []);
});

test('a log whose database could not be rewritten stays', async () => {
  const plan = await planOf({
    'var/lib/rpm/rpmdb.sqlite': 'first-Packages.db',
    'var/lib/rpm/rpmdb.sqlite-wal': 'logged-rpmdb.sqlite-wal',
  });
  assert.equal([...contentsOf(plan).keys()], ['var/lib/rpm/rpmdb.sqlite', 'var/lib/rpm/rpmdb.sqlite-wal']);
  assert.ok(plan.warnings.some(({ code }) => code === 'not-rewritten'));
});

test('nothing to prepare', async () => {
  await prepareRewrites(decide(memorySource([['etc/x', 'y']]).tree, RULES, CONTEXT));
});

test.run();
