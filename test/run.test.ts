// The test runner itself: what it must not accept as success, with one process and several.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCommand } from './support/run-command.ts';

const test = suite('run');
// Next to the other tests, since the files import uvu; the name keeps the runner from finding them there.
const place = fileURLToPath(new URL(`run-sample-${process.pid}`, import.meta.url));
const USUAL = `
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
const test = suite('sample');
`;

test.before.each(() => mkdirSync(place));
test.after.each(() => rmSync(place, { recursive: true, force: true }));

async function results(
  files: Record<string, string>,
  ...options: string[]
): Promise<[number | null, string, string]> {
  for (const [name, text] of Object.entries(files))
    writeFileSync(`${place}/${name}.sample.mjs`, USUAL + text);
  const runner = fileURLToPath(new URL('run.ts', import.meta.url));
  const argv = [process.execPath, runner, place, String.raw`\.sample\.mjs$`, ...options];
  const { status, stdout, stderr } = await runCommand(argv);
  return [status, stdout.toString().trimEnd().split('\n').at(-1) ?? '', stdout.toString() + stderr];
}

const GOOD = "test('good', () => {}); test.skip('left out', () => {}); test.run();";

test('files are counted together, in any number of processes', async () => {
  for (const jobs of ['1', '3']) {
    const [status, last] = await results({ a: GOOD, b: GOOD, c: GOOD }, '--jobs', jobs);
    assert.equal([status, last], [0, '3 passed, 0 failed, 3 skipped'], jobs);
  }
});

/** Files by name, and what the runner has to say of each. */
const BAD: Record<string, readonly [code: string, said: string]> = {
  fails: ["test('bad', () => assert.is(1, 2)); test.run();", 'with failed tests: fails.sample.mjs'],
  null: ["test('bad', () => { throw null; }); test.run();", '! null.sample.mjs: 1 test(s) never'],
  hook: [
    "test.before(() => { throw null; }); test('x', () => {}); test.run();",
    '! hook.sample.mjs: 1 test(s) never',
  ],
  idle: ["test('x', () => {});", '! idle.sample.mjs: registered nothing'],
  only: [`test.${'only'}('x', () => {}); test('y', () => {}); test.run();`, '! only.sample.mjs: has .only'],
  imports: ["import './nothing.mjs';", '! imports.sample.mjs: cannot be run'],
  waits: [
    "test('x', () => new Promise(() => {})); test.run();",
    '! waits.sample.mjs: the process ended early',
  ],
  exits: ["test('x', () => process.exit(0)); test.run();", '! exits.sample.mjs: the process ended early (0)'],
};

test('what must not pass for a success does not, and the other files still run', async () => {
  const files = Object.fromEntries(Object.entries(BAD).map(([name, [code]]) => [name, code]));
  const [status, last, all] = await results({ ...files, 'a-good': GOOD, 'z-good': GOOD }, '--jobs', '2');
  assert.is(status, 1);
  for (const [, said] of Object.values(BAD)) assert.ok(all.includes(said), `${said}\n${all}`);
  // The two good files, and the test in a file where `only` skipped another.
  assert.match(last, /^3 passed, \d+ failed, 3 skipped$/, all);
});

test('compiled code is kept where the environment says, and a place that cannot be written is no failure', async () => {
  const said =
    "import module from 'node:module'; test('x', () => console.log('kept in', module.getCompileCacheDir())); test.run();";
  const chosen = `${place}/compiled`;
  const before = process.env.NODE_COMPILE_CACHE;
  try {
    process.env.NODE_COMPILE_CACHE = chosen;
    assert.ok((await results({ said }))[2].includes(`kept in ${chosen}/`));
    // Not even root can create a directory below a file.
    process.env.NODE_COMPILE_CACHE = `${place}/said.sample.mjs/compiled`;
    const [status, last, all] = await results({ said });
    assert.equal([status, last], [0, '1 passed, 0 failed, 0 skipped'], all);
    delete process.env.NODE_COMPILE_CACHE;
    assert.match((await results({ said }))[2], /kept in \S+\/node_modules\/\.cache\/compiled\//);
  } finally {
    if (before === undefined) delete process.env.NODE_COMPILE_CACHE;
    else process.env.NODE_COMPILE_CACHE = before;
  }
});

test('what took long the last time comes first, and the others in order', async () => {
  const times = `${place}/times.json`;
  const files = { a: GOOD, b: GOOD, c: GOOD };
  const order = async (): Promise<string[]> => {
    const [, , all] = await results(files, '--jobs', '1', '--times', times);
    return [...all.matchAll(/^([a-c])\.sample\.mjs$/gm)].map(([, name = '']) => name);
  };
  assert.equal(await order(), ['a', 'b', 'c']);
  writeFileSync(times, JSON.stringify({ [`${place}/c.sample.mjs`]: 7, [`${place}/b.sample.mjs`]: 9 }));
  assert.equal(await order(), ['b', 'c', 'a']);
  writeFileSync(times, 'no record');
  assert.equal(await order(), ['a', 'b', 'c']);
});

test('no file is a failure', async () => {
  const [status, last, all] = await results({});
  assert.equal([status, last], [1, '0 passed, 1 failed, 0 skipped']);
  assert.match(all, /no file under/);
});

test.run();
