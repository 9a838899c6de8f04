// Every verb that reads a file reads a stream in its place.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('standard input');
const scratch = new Scratch('standard-input');
const tree = scratch.in('tree');
const archive = scratch.in('a.cpio');
const compressed = scratch.in('a.cpio.xz');
const manifest = `${archive}.manifest.json`;
test.after(() => scratch.remove());

before(test, async () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  writeFileSync(`${tree}/etc/hostname`, 'name\n');
  for (const output of [archive, compressed]) assert.is((await run(['pack', tree, '-o', output])).status, 0);
});

function piped(args: readonly string[], input: string): Promise<CliResult> {
  return runCli(args, { input: readFileSync(input) });
}

const CASES: ReadonlyArray<readonly [args: readonly string[], input: string]> = [
  [['list', '-'], archive],
  [['list', '-', 'etc/hostname'], compressed],
  [['list', '-', '--format', 'mtree'], compressed],
  [['check', '-'], archive],
  [['packages', '-'], archive],
  [['diff', tree, '-'], compressed],
  [['diff', '-', archive], compressed],
  [['verify', manifest, '-'], archive],
  [['verify', '-', archive], manifest],
  [['reproduce', manifest, '-'], archive],
  [['rules', 'explain', '-', 'etc/hostname'], archive],
];

/** What is not the same at another time, and how wide a column is. */
function plain(text: string): string {
  return text.replace(/\d+\.\d+ s|"seconds": [\d.]+/g, 'TIME').replace(/ +/g, ' ');
}

for (const [args, input] of CASES) {
  const name = args.map((word) => word.replace(`${scratch.path}/`, '')).join(' ');
  test(`${name} says what it says of the file`, async () => {
    const ofStream = await piped(args, input);
    const named = args.map((word) => (word === '-' ? input : word));
    const ofFile = await run(named);
    assert.is(ofStream.status, ofFile.status, ofStream.stderr);
    // Not the name of the manifest, which begins with that of the archive.
    const unnamed = (text: string): string => plain(text.replaceAll(new RegExp(`${input}(?!\\.)`, 'g'), '-'));
    assert.is(plain(ofStream.text), unnamed(ofFile.stdout), name);
    assert.is(plain(ofStream.stderr), unnamed(ofFile.stderr), name);
    assert.ok(ofStream.text.length > 0);
  });
}

test('extract, from a pipe that the shell names', async () => {
  const target = scratch.in('target');
  const { status, stderr } = await runCli(['extract', '/dev/stdin', '-C', target], {
    input: readFileSync(compressed),
  });
  assert.is(status, 0, stderr);
  assert.is(readFileSync(`${target}/etc/hostname`, 'utf8'), 'name\n');
});

test('the archive of a pipe is that of the file, and its manifest too', async () => {
  const [first, second] = [scratch.in('first.cpio.xz'), scratch.in('second.cpio.xz')];
  assert.is((await piped(['pack', '-', '-o', first, '-q'], archive)).status, 0);
  assert.is((await runCli(['pack', archive, '-o', second, '-q'])).status, 0);
  assert.ok(readFileSync(first).equals(readFileSync(second)));
  const settings = (path: string): unknown =>
    JSON.parse(readFileSync(`${path}.manifest.json`, 'utf8')).settings;
  assert.equal(settings(first), settings(second));
});

test('rules from standard input, which can be only one of two inputs', async () => {
  const rules = scratch.in('rules.toml');
  writeFileSync(rules, '[[rule]]\nid = "mine"\nmatch = "etc/hostname"\naction = "drop"\nwhy = "Test."\n');
  const { status, text } = await piped(['check', tree, '--rules', '-', '-v'], rules);
  assert.is(status, 1);
  assert.match(text, /user\/mine/);
  const twice = await piped(['check', '-', '--rules', '-'], rules);
  assert.is(twice.status, 2);
  assert.match(twice.stderr, /^stillroot: standard input: is named twice, but can be read only once\./);
});

test('a stream has no manifest beside it', async () => {
  const { status, stderr } = await piped(['verify', '-'], archive);
  assert.is(status, 2);
  assert.match(stderr, /^stillroot: standard input: is not a manifest\. Name the manifest as well/);
});

test('an error in a stream calls it by name, and as JSON it is on standard output', async () => {
  const { status, stderr, text } = await runCli(['list', '-', '--json'], { input: 'no archive' });
  assert.is(status, 2);
  assert.match(stderr, /^stillroot: standard input: is neither a cpio nor a tar archive\. /);
  assert.is((JSON.parse(text) as { error: { where: string } }).error.where.slice(0, 1), '-');
});

test('a terminal is not waited for', async () => {
  for (const verb of ['list', 'check', 'packages']) {
    const { status, stderr } = await run([verb, '-'], { isInTerminal: true });
    assert.is(status, 2);
    assert.match(stderr, /^stillroot: standard input: is a terminal\. Pipe an archive into it/);
  }
});

test.run();
