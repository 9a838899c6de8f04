// Command lines that are mistyped: numbers, words and their order.
import { readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { checkFailure, refusals } from './refused.ts';

const test = suite('bad words');
const scratch = new Scratch('cli-bad-words');
const { tree, out, archive, refused, pack } = refusals(test, scratch);
test.after(() => scratch.remove());

// Numbers.
for (const epoch of ['-1', '1e3', '4294967296', '', ' 5', '0x10', '1.5', 'now', '99999999999999999999']) {
  const said =
    /--source-date-epoch: invalid value ".*", wanted seconds since 1970, a whole number from 0 to 4294967295\. /;
  refused(`epoch ${JSON.stringify(epoch)}`, pack('--source-date-epoch', epoch), said);
}
test('a malformed $SOURCE_DATE_EPOCH', async () => {
  for (const SOURCE_DATE_EPOCH of ['-1', 'yesterday', '1e3', '4294967296']) {
    const result = await run(['pack', tree, '-o', archive], { env: { SOURCE_DATE_EPOCH } });
    checkFailure(result, SOURCE_DATE_EPOCH, /SOURCE_DATE_EPOCH: invalid value "/);
  }
  assert.equal(readdirSync(out), []);
});
for (const level of ['20', '-1', 'best', '']) {
  refused(
    `level ${level}`,
    pack('--level', level),
    /--level: invalid value ".*", wanted a whole number: \.xz 0-9, \.zst 1-19, \.gz 1-9/,
  );
}
refused(
  'quotes around a value, which are a part of it',
  pack('--level', '"5"'),
  /--level: invalid value "\\"5\\"", wanted/,
);
for (const [format, level, range] of [
  ['cpio.xz', '10', '0 to 9'],
  ['cpio.zst', '0', '1 to 19'],
  ['cpio.gz', '10', '1 to 9'],
] as const) {
  const wanted = new RegExp(
    `--level: invalid value "${level}", wanted a whole number from ${range} for ${format}`,
  );
  refused(`level ${level} of ${format}`, pack('--level', level, '--format', format), wanted);
}
for (const jobs of ['0', '-2', '1.5', '257', 'all']) {
  refused(
    `jobs ${jobs}`,
    pack('-j', jobs),
    /--jobs: invalid value ".*", wanted a whole number from 1 to 256/,
  );
}
for (const map of ['5', '5:6:7', ':', 'a:b', '5:-1', '5:4294967295']) {
  refused(`map ${map}`, pack('--map-uid', map), /--map-uid: invalid value "/);
}
refused('a map of one id to two', pack('--map-gid', '5:6', '--map-gid', '5:7'), /--map-gid: maps 5 twice/);

// Words in the wrong place.
refused(
  'an output without its option',
  () => ['pack', tree, 'out.cpio.xz'],
  /missing -o FILE, for example -o rootfs\.cpio\.xz\. Did you mean -o out\.cpio\.xz\?/,
);
refused(
  'an output without its option, before the source',
  () => ['pack', 'my out.cpio', tree],
  /missing -o FILE, .* Did you mean stillroot pack \S+tree -o 'my out\.cpio'\?/,
);
refused(
  'an option that is misspelt, before the one that is missing for it',
  () => ['pack', tree, '--ouptut', archive],
  /^stillroot: --ouptut: unknown option\. Did you mean '--output'\?/,
);
refused(
  'a directory to extract into without its option',
  () => ['extract', 'a.cpio', 'out'],
  /missing -C DIR, for example -C rootfs\. Did you mean -C out\?/,
);
refused(
  'a directory to extract into before the archive',
  () => ['extract', out, scratch.in('text.cpio')],
  /Did you mean stillroot extract \S+text\.cpio -C \S+out\?/,
);
refused(
  'two patterns of extract',
  () => ['extract', 'a.cpio', 'b', 'c'],
  /missing -C DIR, .* See stillroot extract --help/,
);
refused(
  'two trees to check',
  () => ['check', 'a', 'b'],
  /unexpected argument "b"\. Did you mean stillroot diff a b\?/,
);
refused(
  'one tree to diff',
  () => ['diff', 'a'],
  /diff: missing B, for example stillroot diff first second\./,
);
refused(
  'an output of finalize',
  () => ['finalize', tree, 'a.cpio'],
  /unexpected argument "a\.cpio"\. .* Did you mean stillroot pack \S+tree -o a\.cpio\?/,
);

// Words.
refused(
  'a tree without a verb',
  () => [tree],
  /^stillroot: unknown command "\S+"\. Did you mean stillroot pack \S+ -o FILE\?/,
);
refused('an unknown verb', () => ['pakc', tree], /unknown command "pakc"\. Did you mean 'pack'\?/);
refused(
  'a verb like no other',
  () => ['zzzzzz'],
  /unknown command "zzzzzz"\. Known commands: pack, finalize, check/,
);
refused(
  'an unknown verb with arguments',
  () => ['pakc', tree, '-o', archive],
  /unknown command "pakc"\. Did you mean 'pack'/,
);
refused(
  'an argument after --',
  () => ['packages', tree, '--', '--foo'],
  /packages: unexpected argument ".\/--foo"\. See stillroot packages --help/,
);
refused('a name after -- that does not exist', () => ['check', '--', '--json'], /^stillroot: .\/--json: /);
refused(
  'an empty name is no stream',
  () => ['list', ''],
  /the name of a file is empty\. .*empty variable in a script/,
);
refused(
  'an action that is none',
  () => ['cache', 'clearr'],
  /^stillroot: ACTION: invalid value "clearr", wanted info, clear\. Did you mean 'clear'/,
);
refused(
  'no action',
  () => ['cache'],
  /^stillroot: cache: missing ACTION, info or clear\. See stillroot cache --help\.$/m,
);
refused(
  'a shell that has no completion',
  () => ['completion', 'tcsh'],
  /completion: unknown shell "tcsh", wanted bash, zsh, fish\./,
);
refused('options and no verb', () => ['-q'], /missing command\. See stillroot --help/);
refused('an unknown option', pack('--forse'), /--forse: unknown option\. Did you mean '--force'\?/);
refused('an unknown option with a value', pack('--epoc=5'), /--epoc: unknown option/);
refused(
  'an archive from finalize',
  () => ['finalize', tree, '-o', archive],
  /^stillroot: -o: unknown option\. finalize changes the directory itself: stillroot pack SOURCE -o FILE /,
);
refused('an unknown letter', pack('-Z'), /-Z: unknown option/);
refused(
  'an unknown mtime policy',
  pack('--mtime', 'clmap'),
  /--mtime: invalid value "clmap", wanted clamp, set, keep.*'clamp'/,
);
refused(
  'an unknown owner policy',
  pack('--owner', 'me'),
  /--owner: invalid value "me", wanted keep, root, auto/,
);
refused(
  'an unknown format',
  pack('--format', 'shar'),
  /--format: invalid value "shar", wanted cpio, cpio\.xz/,
);
refused(
  'an unknown colour choice',
  pack('--color', 'yes'),
  /--color: invalid value "yes", wanted auto, always, never/,
);
refused(
  'an unknown distribution',
  pack('--distro', 'debain'),
  /--distro: .*"debain"\. Did you mean 'debian'\?/,
);
refused(
  'an unknown policy',
  pack('--policy', 'machine-di=keep'),
  /--policy: .*'machine-di'\. Did you mean 'machine-id'/,
);
refused(
  'an unknown value',
  pack('--policy', 'machine-id=kep'),
  /machine-id has no value 'kep'\. .*Did you mean 'keep'/,
);
refused(
  'a policy without a value',
  pack('--policy', 'machine-id'),
  /--policy: invalid value "machine-id", wanted NAME=VALUE/,
);
refused('an unknown rule to skip', pack('--skip', 'common/machin-id-empty'), /--skip: .*Did you mean/);
refused('an unknown rule to keep', pack('--only', 'no/such'), /--only: no rule id matches 'no\/such'/);
refused('a bad glob on ids', pack('--skip', 'common/[a'), /common\/\[a/);
refused('an empty --init', pack('--init', ''), /--init: invalid value "", wanted the path of a program/);
refused(
  'an unknown action of rules',
  () => ['rules', 'shwo'],
  /rules: invalid action "shwo", wanted .*'show'/,
);
refused(
  'an unknown rule to show',
  () => ['rules', 'show', 'comon/machine-id-empty'],
  /Did you mean 'common\/machine-id-empty'/,
);
refused(
  'no rule to show',
  () => ['rules', 'show'],
  /^stillroot: rules show: missing ID, for example stillroot rules show common\/machine-id-empty\./,
);
refused(
  'nothing to explain',
  () => ['rules', 'explain', tree],
  /^stillroot: rules explain: missing PATH, for example stillroot rules explain \S+ etc\/machine-id\./,
);
refused(
  'a path before its tree',
  () => ['rules', 'explain', 'etc/machine-id', tree],
  /^stillroot: etc\/machine-id: no such file or directory\. Did you mean stillroot rules explain \S+ etc\/machine-id\?/,
);
refused(
  'too much to explain',
  () => ['rules', 'explain', tree, 'etc', 'usr'],
  /^stillroot: rules explain: unexpected argument "usr"\./,
);

test.run();
