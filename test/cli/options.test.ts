import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VERBS } from '../../src/cli/main.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/verb.ts';

const test = suite('options');
const MODULES = await Promise.all(
  VERBS.map(async ({ usage, describe, load }) => ({ usage, describe, ...(await load()) })),
);

test('in every verb names and letters are unique', () => {
  for (const { usage, options } of MODULES) {
    const rows = [...Object.values(GLOBAL_OPTIONS), ...Object.values(options)];
    const names = rows.flatMap(({ option, alias }) => [option, ...(alias === undefined ? [] : [alias])]);
    assert.equal(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
      usage,
    );
  }
});

test('every option says what it is for, in which group it stands, and what its value is called', () => {
  for (const { options } of MODULES) {
    for (const { option, text, kind, metavar } of [
      ...Object.values(GLOBAL_OPTIONS),
      ...Object.values(options),
    ]) {
      assert.match(text, /^[A-Za-z]/, option);
      assert.is(metavar === undefined, kind === 'flag' || kind === 'count', option);
    }
  }
});

test('one option means the same wherever it stands: its letter and its kind', () => {
  const known = new Map<string, string>();
  for (const { usage, options } of MODULES) {
    for (const { option, alias, kind } of Object.values(options)) {
      // For pack it names a file, for finalize it is a switch; for bench a value is a list.
      if (option === 'manifest' || option === 'attest') continue;
      // diff has two sides, so these may be given twice.
      if (usage.startsWith('diff ') && (option === 'image' || option === 'platform')) continue;
      const shown = `${alias ?? ''} ${kind}`;
      assert.is(known.get(option) ?? shown, shown, `${usage}: ${option}`);
      known.set(option, shown);
    }
  }
});

test('verbs have names of their own, and load', () => {
  const names = VERBS.map(({ usage }) => usage.split(' ')[0]);
  assert.is(new Set(names).size, names.length);
  for (const { describe, options, examples, run } of MODULES) {
    assert.match(describe, /^[A-Z]/);
    assert.type(run, 'function');
    assert.ok(examples.length > 0);
    for (const name of Object.keys(options)) assert.not.ok(name in GLOBAL_OPTIONS, name);
  }
});

test.run();
