import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ARCHIVE_OPTIONS, GLOBAL_OPTIONS, NORMALIZE_OPTIONS, RULE_OPTIONS } from '../../src/cli/options.ts';
import { VERBS } from '../../src/cli/verbs.ts';

const test = suite('options');
const TABLES = [GLOBAL_OPTIONS, RULE_OPTIONS, NORMALIZE_OPTIONS, ARCHIVE_OPTIONS];

test('names and letters are unique', () => {
  const names = TABLES.flatMap((table) =>
    Object.entries(table).flatMap(([name, { alias }]) => [
      name,
      ...(typeof alias === 'string' ? [alias] : []),
    ]),
  );
  assert.equal(
    names.filter((name, at) => names.indexOf(name) !== at),
    [],
  );
});

test('every option says what it is for, and takes a value where it is no flag', () => {
  for (const [name, option] of TABLES.flatMap((table) => Object.entries(table))) {
    assert.match(String(option.describe), /^[A-Z]/, name);
    if (option.type === 'boolean' || option.type === 'count') continue;
    // Numbers are text until they are checked: yargs would make 1000 of 1e3.
    assert.is(option.type, 'string', name);
    assert.ok(option.requiresArg === true || option.nargs === 1, name);
  }
});

test('verbs have names of their own, and load', async () => {
  const names = VERBS.map(({ usage }) => usage.split(' ')[0]);
  assert.is(new Set(names).size, names.length);
  for (const { load, describe } of VERBS) {
    assert.match(describe, /^[A-Z]/);
    const { options, positionals, examples, run } = await load();
    assert.type(run, 'function');
    assert.ok(Object.keys(positionals).length > 0);
    assert.ok(examples.length > 0);
    for (const name of Object.keys(options)) assert.not.ok(name in GLOBAL_OPTIONS, name);
  }
});

test.run();
