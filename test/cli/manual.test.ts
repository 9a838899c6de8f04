import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VERBS } from '../../src/cli/main.ts';
import { POLICIES } from '../../src/rules/policies.ts';
import { LIMIT_TABLE } from '../../src/source/read-limits.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCommand } from '../support/run-command.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('manual page');
const PAGE = fileURLToPath(new URL('../../man/stillroot.1', import.meta.url));

test('man/stillroot.1 is what `npm run reference` writes', async () => {
  const { status, stdout } = await run(['help', '--manual']);
  assert.is(status, 0);
  assert.ok(stdout === readFileSync(PAGE, 'utf8'), 'the page is old: run npm run reference');
  assert.is((await run(['help', '--manual'], { columns: 40 })).stdout, stdout, 'whatever the terminal');
});

test('it has every command, option, policy and limit', async () => {
  const page = readFileSync(PAGE, 'utf8').replaceAll('\\-', '-');
  for (const { usage, load } of VERBS) {
    assert.ok(page.includes(`.SS \\fBstillroot ${usage}\\fR [options]`), usage);
    for (const { option } of Object.values((await load()).options))
      assert.ok(page.includes(`--${option}\\fR`), option);
  }
  for (const { name } of [...POLICIES, ...LIMIT_TABLE]) assert.ok(page.includes(`\\fB${name}\\fR (`), name);
});

testWhere(test, missing({ tools: ['mandoc'] }), 'mandoc has no complaint', async () => {
  const { stdout } = await runCommand(['mandoc', '-T', 'lint', '-W', 'style', PAGE]);
  // A date would say when the page was made, and differ for the same tables.
  assert.match(stdout.toString(), /^mandoc: [^\n]*: missing date, using "": TH\n$/);
});

testWhere(test, missing({ tools: ['groff'] }), 'nor has groff', async () => {
  const { status, stdout, stderr } = await runCommand(['groff', '-ww', '-b', '-man', '-T', 'utf8', PAGE]);
  assert.equal([status, stderr], [0, '']);
  // It prints bold letters twice.
  assert.match(stdout.toString().replace(/.\x08/g, ''), /\nSYNOPSIS\n {7}stillroot pack SOURCE -o FILE\n/);
});

test.run();
