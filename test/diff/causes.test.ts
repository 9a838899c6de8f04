// Real causes, each as two small trees: the cause is named, and the trees are made equal if a rule can do so.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PAIRS } from '../../fixtures/diff/pairs.ts';
import { proposalToml } from '../../src/diff/proposal.ts';
import { REMEDIES } from '../../src/report/diff.ts';
import { readRuleFile } from '../../src/rules/user-file.ts';
import { diffOf } from './make-side.ts';

const test = suite('causes');

for (const { what, a, b, causes, equal, ...options } of PAIRS) {
  test(what, async () => {
    const diff = await diffOf(a, b, options, { withDigests: true });
    assert.not(diff.same);
    const found = diff.clusters.map(({ cause, rule, paths }) => ({ cause, rule, paths }));
    for (const [cause, path, rule] of causes) {
      const cluster = found.find((each) => each.cause === cause && each.paths.includes(path));
      assert.ok(cluster, `${cause} of ${path} among ${JSON.stringify(found)}`);
      if (rule !== undefined) assert.is(cluster?.rule, rule);
    }
    const others = found.filter(
      (each) => !causes.some(([cause]) => cause === each.cause) && each.rule !== 'normalize/mtime',
    );
    assert.equal(others, []);
    for (const { remedy, advice } of diff.clusters) {
      assert.match(advice, /^\S.*\.$/);
      // Every report writes the name of the remedy before it.
      assert.not(advice.toLowerCase().includes(`${REMEDIES[remedy]}:`), advice);
    }
    assert.is(
      diff.proof.equal,
      equal,
      JSON.stringify(diff.proof.remaining.map(({ path, field }) => [path, field])),
    );
    assert.is(diff.proof.remaining.length === 0, equal);
  });

  test(`${what}: the proposal as a file of rules does the same`, async () => {
    const diff = await diffOf(a, b, options);
    const file = readRuleFile(proposalToml(diff.proposal), 'proposed.toml');
    const { hardLinks, mtime, mapUid, mapGid } = diff.proposal.options;
    const again = await diffOf(
      a,
      b,
      {
        ...options,
        rules: file.rules,
        policies: [
          ...(options.policies ?? []),
          ...file.policies.map(({ name, value }) => `${name}=${value}`),
        ],
        settings: {
          ...(hardLinks === undefined ? {} : { hardLinks }),
          ...(mtime === undefined ? {} : { mtime }),
          owner: {
            ...{ policy: 'auto', uid: 0, gid: 0 },
            ...{ mapUid: mapUid ?? new Map(), mapGid: mapGid ?? new Map() },
          },
        },
      },
      { withDigests: true },
    );
    assert.is(again.proof.equal, equal);
    assert.equal(again.proposal.rules, []);
  });
}

test('two equal trees have nothing to explain', async () => {
  const [first] = PAIRS;
  const diff = await diffOf(first?.a ?? [], first?.a ?? []);
  assert.ok(diff.same);
  assert.equal([diff.clusters.length, diff.proof.equal, diff.proof.remaining.length], [0, true, 0]);
});

test.run();
