import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readImageConfig, readRuleFile } from '../../src/app/named-files.ts';
import type { StillrootError } from '../../src/errors.ts';
import { MAX_RULE_FILE, type RuleFile } from '../../src/rules/user-file.ts';
import { parseRuleFiles } from '../../src/settings/resolve.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('named-files');
const scratch = new Scratch('named-files');
test.after(() => scratch.remove());

const readUserRules = async (files: readonly string[]): Promise<RuleFile> =>
  parseRuleFiles(await Promise.all(files.map(readRuleFile)));

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
    ['directory', /directory: is a directory, wanted a file\. Name a TOML file/],
  ] as const) {
    const error: unknown = await readUserRules([scratch.in(name)]).catch((reason: unknown) => reason);
    assert.is((error as StillrootError).code, 'rule-file');
    assert.match((error as StillrootError).message, said);
  }
});

async function refusal(file: string): Promise<string> {
  const error: unknown = await readUserRules([file]).catch((reason: unknown) => reason);
  assert.is((error as StillrootError).code, 'rule-file');
  assert.is((error as StillrootError).where, file);
  return (error as StillrootError).message;
}

test('a device has no end, and is refused at once; behind a symlink too', async () => {
  symlinkSync('/dev/zero', scratch.in('zero'));
  for (const file of ['/dev/zero', scratch.in('zero')]) {
    assert.match(await refusal(file), /zero: is a device, wanted a file\. Name a TOML file/);
  }
});

test('a file may be a symlink, and as large as the limit', async () => {
  writeFileSync(scratch.in('large.toml'), rule('large').padEnd(MAX_RULE_FILE, '\n'));
  symlinkSync('large.toml', scratch.in('link.toml'));
  assert.is((await readUserRules([scratch.in('link.toml')])).rules.length, 1);
  truncateSync(scratch.in('large.toml'), MAX_RULE_FILE + 1);
  assert.match(
    await refusal(scratch.in('link.toml')),
    /link\.toml: has 1048577 bytes, wanted at most 1048576\. Name/,
  );
});

/** What a process says that reads its rules from a pipe, as from `<(command)`. */
function throughPipe(command: string): { stdout: string; status: number | null } {
  const code = `
    import { readRuleFile } from ${JSON.stringify(new URL('../../src/app/named-files.ts', import.meta.url).href)};
    import { parseRuleFiles } from ${JSON.stringify(new URL('../../src/settings/resolve.ts', import.meta.url).href)};
    const read = readRuleFile('/dev/stdin').then((file) => parseRuleFiles([file]));
    console.log(await read.then(({ rules }) => rules.map(({ id }) => id).join(), ({ message }) => message));
  `;
  const script = `${command} | "$0" --input-type=module -e "$1"`;
  return spawnSync('sh', ['-c', script, process.execPath, code, rule('piped')], {
    encoding: 'utf8',
    timeout: 20_000,
  });
}

test('a configuration of an image is read the same way, and messages name the option', async () => {
  writeFileSync(scratch.in('config.json'), '{"Cmd":["/bin/sh"]}');
  assert.equal(await readImageConfig(scratch.in('config.json')), { config: { Cmd: ['/bin/sh'] } });
  const fifo = scratch.in('config.fifo');
  execFileSync('mkfifo', [fifo]);
  for (const [name, said] of [
    ['', '--oci-config: is an empty name, wanted that of a file. Name a JSON file with --oci-config.'],
    [fifo, `--oci-config ${fifo}: is a FIFO that nothing writes to. Name a JSON file with --oci-config.`],
    ['/dev/null', '--oci-config /dev/null: is a device, wanted a file. Name a JSON file with --oci-config.'],
  ] as const) {
    const error: unknown = await readImageConfig(name).catch((reason: unknown) => reason);
    assert.is((error as StillrootError).code, 'usage');
    assert.is((error as StillrootError).message, said);
  }
});

test('standard input is read to its end, and to the limit where it has none', () => {
  const piped = throughPipe(`printf '%s' "$2"`);
  assert.equal([piped.stdout, piped.status], ['user/piped\n', 0]);
  const endless = throughPipe('cat /dev/zero');
  assert.match(endless.stdout, /stdin: is longer than the limit of 1048576 bytes/);
  assert.is(endless.status, 0);
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
