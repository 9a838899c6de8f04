import { mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readUserRules } from '../../src/cli/rule-files.ts';
import type { StillrootError } from '../../src/errors.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('rule-files');
const scratch = new Scratch('rule-files');
test.after(() => scratch.remove());

const rule = (id: string): string => `[[rule]]\nid = "${id}"\nmatch = "x"\naction = "drop"\nwhy = "y"\n`;

test('files in order, rules and policies', async () => {
  writeFileSync(scratch.in('a.toml'), `${rule('one')}\n[policies]\nmachine-id = "keep"\n`);
  writeFileSync(scratch.in('b.toml'), rule('two'));
  const { rules, policies } = await readUserRules([scratch.in('a.toml'), scratch.in('b.toml')]);
  assert.equal(
    rules.map(({ id }) => id),
    ['user/one', 'user/two'],
  );
  assert.equal(
    policies.map(({ name, value }) => `${name}=${value}`),
    ['machine-id=keep'],
  );
  const { rules: turned } = await readUserRules([scratch.in('b.toml'), scratch.in('a.toml')]);
  assert.equal(
    turned.map(({ id }) => id),
    ['user/two', 'user/one'],
  );
});

test('no files, no rules', async () => {
  assert.equal(await readUserRules([]), { rules: [], policies: [] });
});

test('a file that is not there, and one that is no file', async () => {
  mkdirSync(scratch.in('directory'));
  for (const [name, said] of [
    ['none.toml', /no such file\. Name a TOML file/],
    ['directory', /cannot be read \(EISDIR\)/],
  ] as const) {
    const error: unknown = await readUserRules([scratch.in(name)]).catch((reason: unknown) => reason);
    assert.is((error as StillrootError).code, 'rule-file');
    assert.match((error as StillrootError).message, said);
  }
});

test('a file that is not UTF-8 is refused', async () => {
  writeFileSync(scratch.in('latin1.toml'), Buffer.from(rule('one').replace('"x"', '"caf\xe9"'), 'latin1'));
  const error: unknown = await readUserRules([scratch.in('latin1.toml')]).catch((reason: unknown) => reason);
  assert.is((error as StillrootError).code, 'rule-file');
  assert.match((error as StillrootError).message, /latin1\.toml: is not UTF-8/);
});

test('an unknown normalizer is found when the file is read', async () => {
  const text =
    '[[rule]]\nid = "x"\nmatch = "x"\naction = "rewrite"\nnormalizer = "shadow-last-chnge"\nwhy = "y"\n';
  writeFileSync(scratch.in('n.toml'), text);
  const error: unknown = await readUserRules([scratch.in('n.toml')]).catch((reason: unknown) => reason);
  assert.match((error as StillrootError).message, /n\.toml:5:\d+: .*shadow-last-change/s);
});

test.run();
