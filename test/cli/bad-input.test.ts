// In each case: exit status 2, one clear line on standard error, nothing on standard output, nothing written.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCli } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';

const test = suite('bad input');
const scratch = new Scratch('cli-bad-input');
const tree = scratch.in('tree');
const out = scratch.in('out');
const archive = `${out}/a.cpio`;

before(test, () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  writeFileSync(`${tree}/etc/hostname`, 'x\n');
  mkdirSync(out);
  writeFileSync(scratch.in('file'), 'no tree\n');
  symlinkSync(tree, scratch.in('link-to-tree'));
  symlinkSync('etc', `${tree}/link`);
  writeFileSync(scratch.in('broken.toml'), '[[rule]]\nid = "x"\nmatch = = 5\n');
  writeFileSync(scratch.in('unknown-key.toml'), '[[rule]]\nid = "x"\nmatch = "etc/x"\nactoin = "drop"\n');
  writeFileSync(
    scratch.in('bad-glob.toml'),
    '[[rule]]\nid = "x"\nmatch = "etc/[x"\naction = "drop"\nwhy = "y"\n',
  );
  writeFileSync(scratch.in('empty.cpio'), '');
  writeFileSync(scratch.in('text.cpio'), 'this is not an archive, whatever its name says\n'.repeat(9));
});
test.after(() => scratch.remove());

const treeAsMade = (): string => JSON.stringify(readdirSync(tree, { recursive: true }).sort());

/** What every failure has in common. */
function checkFailure({ status, stdout, stderr }: Run, name: string, said: RegExp): void {
  assert.is(status, 2, `${name}: ${stderr}`);
  // An error in a rule file shows the line and a caret below the message.
  assert.match(stderr, /^stillroot: [^\n]+[.?]\n( {4}[^\n]*\n {4}\s*\^\n)?$/, name);
  assert.match(stderr, said, name);
  assert.is(stdout, '', name);
}

function refused(name: string, argv: () => readonly string[], said: RegExp): void {
  test(name, async () => {
    const before = [readdirSync(scratch.path).sort(), readdirSync(out), treeAsMade()];
    checkFailure(await run(argv()), name, said);
    assert.equal(
      [readdirSync(scratch.path).sort(), readdirSync(out), treeAsMade()],
      before,
      'nothing written',
    );
  });
}

const pack =
  (...args: string[]): (() => string[]) =>
  () => ['pack', tree, '-o', archive, ...args];

// The source.
refused(
  'a missing tree',
  () => ['pack', scratch.in('none'), '-o', archive],
  /none: no such file or directory\. Name the directory/,
);
refused(
  'a file that is no archive as the tree',
  () => ['pack', scratch.in('file'), '-o', archive],
  /file: is neither a cpio nor a tar archive\. stillroot reads/,
);
refused('an empty path', () => ['pack', '', '-o', archive], /source is an empty path\. .*empty variable/);
refused('the running root', () => ['pack', '/', '-o', archive], /\/: is the root of the running system/);
refused('the running root by another name', () => ['check', '/proc/self/root'], /root of the running system/);
refused('neither source nor output', () => ['pack'], /^stillroot: pack: missing SOURCE, for example /);
refused(
  'no source',
  () => ['pack', '-o', archive],
  /^stillroot: pack: missing SOURCE, for example stillroot pack rootfs -o rootfs\.cpio\.xz\. See stillroot pack --help/,
);
refused('two sources', () => ['pack', tree, tree, '-o', archive], /unexpected argument/);

// The output.
refused(
  'an output inside the tree',
  () => ['pack', tree, '-o', `${tree}/etc/a.cpio`],
  /lies inside the source/,
);
refused(
  'an output in the tree itself',
  () => ['pack', tree, '-o', `${tree}/a.cpio`],
  /lies inside the source/,
);
refused(
  'an output inside the tree through a symlink',
  () => ['pack', tree, '-o', `${scratch.in('link-to-tree')}/etc/a.cpio`],
  /lies inside the source .*outside the tree/,
);
refused(
  'an output inside the tree by a path through a symlink and back',
  () => ['pack', tree, '-o', `${tree}/link/../a.cpio`],
  /lies inside the source/,
);
refused(
  'a missing output directory',
  () => ['pack', tree, '-o', `${out}/none/a.cpio`],
  /directory does not exist/,
);
refused(
  'a file as the output directory',
  () => ['pack', tree, '-o', `${scratch.in('file')}/a.cpio`],
  /not a directory/,
);
refused(
  'a directory as the output',
  () => ['pack', tree, '-o', out, '--format', 'cpio', '-f'],
  /is a directory/,
);
for (const name of [out, `${out}/`, scratch.in('none/')]) {
  refused(
    `a directory as the output, ${name.endsWith('/') ? 'with' : 'without'} a slash and without a format`,
    () => ['pack', tree, '-o', name],
    /: is a directory\. Name a file in it, for example \S+\/rootfs\.cpio\.xz, or write an image/,
  );
}
refused(
  'a format that another program writes',
  () => ['pack', tree, '-o', `${out}/a.cpio.lz4`],
  /a\.cpio\.lz4: has a name that says no format\. .*; for \.lz4, write to -o - \| lz4 -l\./,
);
refused(
  'a letter of tar',
  () => ['list', '-tf', 'a.tar'],
  /^stillroot: -t: unknown option\. Unlike tar: stillroot list ARCHIVE/,
);
refused(
  'a limit that is misspelt',
  pack('--limit', 'entrys=5'),
  /^stillroot: --limit: there is no limit "entrys"\. Did you mean 'entries'\?/,
);
refused(
  'nothing to try packers on',
  () => ['bench'],
  /^stillroot: bench: missing SOURCE, for example stillroot bench rootfs\. See/,
);

refused(
  'no output',
  () => ['pack', tree],
  /^stillroot: missing -o FILE, for example -o rootfs\.cpio\.xz\. See stillroot pack --help\.$/m,
);
refused('an empty output', () => ['pack', tree, '-o', ''], /--output: is empty\. Name a file/);
refused('-o without a value', () => ['pack', tree, '-o'], /^stillroot: -o: needs a value/);
refused('-o before another option', () => ['pack', tree, '-o', '--force'], /^stillroot: -o: needs a value/);
refused('-o twice', pack('-o', `${out}/b.cpio`), /--output: was given more than once/);
for (const name of ['a', 'a.img', 'tar', 'a.tar.bz2', 'a.cpio.lz4', 'cpio', '.cpio/a']) {
  refused(
    `an output named ${name}`,
    () => ['pack', tree, '-o', `${out}/${name}`],
    /: has a name that says no format\. End it in \.cpio, \.cpio\.xz, .* or \.oci\.tar, or choose a format with --format/,
  );
}

test('an existing output without --force', async () => {
  const existing = scratch.in('existing');
  mkdirSync(existing);
  writeFileSync(`${existing}/a.cpio`, 'the last good one');
  checkFailure(
    await run(['pack', tree, '-o', `${existing}/a.cpio`]),
    'existing',
    /already exists\. .*--force/,
  );
  assert.equal(readdirSync(existing), ['a.cpio']);
  assert.is(readFileSync(`${existing}/a.cpio`, 'utf8'), 'the last good one');
  rmSync(existing, { recursive: true });
});

test('an archive to a terminal', async () => {
  for (const output of [['-o', '-'], ['-o-'], ['--output=-']]) {
    const result = await run(['pack', tree, ...output], { isOutTerminal: true });
    checkFailure(result, output.join(' '), /standard output: is a terminal\. Redirect it/);
  }
});

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
  /takes show and the id of a rule or policy, but got 0 arguments/,
);
refused(
  'nothing to explain',
  () => ['rules', 'explain', tree],
  /takes explain, a tree and a path in it, but got 1 argument\./,
);

// Files.
refused(
  'a missing rule file',
  pack('--rules', '/none.toml'),
  /\/none\.toml: no such file\. Name a TOML file/,
);
refused('a directory as a rule file', pack('--rules', '/etc'), /\/etc: is a directory, wanted a file/);
refused('broken TOML', () => pack('--rules', scratch.in('broken.toml'))(), /broken\.toml:\d+:\d+: /);
refused(
  'an unknown key',
  () => pack('--rules', scratch.in('unknown-key.toml'))(),
  /unknown-key\.toml:4:1: .*actoin.*action/,
);
refused('a bad glob', () => pack('--rules', scratch.in('bad-glob.toml'))(), /bad-glob\.toml:3/);
refused(
  'a missing segment',
  pack('--segment', '/none.cpio'),
  /\/none\.cpio: no such file. Name an uncompressed cpio/,
);
refused(
  'a text as a segment',
  () => pack('--segment', scratch.in('text.cpio'))(),
  /not an uncompressed newc/,
);
refused('a missing archive to list', () => ['list', scratch.in('none.cpio')], /none\.cpio: no such file/);
refused(
  'a directory to list',
  () => ['list', tree],
  /is a directory, not a file\. Name an archive that you can read\./,
);
for (const wrong of ['/nonexistent', '/', '/dev/null']) {
  const named = /Name the manifest that stillroot pack wrote beside the image \(IMAGE\.manifest\.json\)\.\n$/;
  refused(`${wrong} as a manifest to verify`, () => ['verify', wrong, scratch.in('empty.cpio')], named);
  refused(`${wrong} as a manifest to reproduce`, () => ['reproduce', wrong], named);
}
refused('an empty file to list', () => ['list', scratch.in('empty.cpio')], /empty\.cpio: is empty\. /);
refused(
  'a text to list',
  () => ['list', scratch.in('text.cpio')],
  /text\.cpio: is neither a cpio nor a tar archive\. /,
);

test('a file named TRAILER!!! at the root', async () => {
  writeFileSync(`${tree}/TRAILER!!!`, '');
  try {
    for (const name of ['a.cpio', 'a.cpio.xz']) {
      checkFailure(await run(['pack', tree, '-o', `${out}/${name}`]), name, /TRAILER!!!: .*Rename it/);
    }
    assert.equal(readdirSync(out), []);
  } finally {
    rmSync(`${tree}/TRAILER!!!`);
  }
});

test('warnings with --strict', async () => {
  const strict = scratch.in('strict');
  mkdirSync(`${strict}/etc`, { recursive: true });
  writeFileSync(`${strict}/etc/x`, '');
  writeFileSync(
    scratch.in('report.toml'),
    '[[rule]]\nid = "x"\nmatch = "etc/x"\naction = "report"\nwhy = "It is odd."\n',
  );
  const args = ['-o', archive, '--strict', '--rules', scratch.in('report.toml')];
  checkFailure(
    await run(['pack', strict, ...args]),
    'strict',
    /^stillroot: etc\/x: It is odd\. \(user\/x\)\. .*--strict/,
  );
  assert.equal(readdirSync(out), []);
});

test('what is wrong with the command line is said before the tree is read', async () => {
  for (const args of [
    ['--level', '20'],
    ['-o', 'a.img'],
    ['--policy', 'x=y'],
    ['--rules', '/none.toml'],
  ]) {
    const output = args.includes('-o') ? [] : ['-o', archive];
    const { stderr } = await run(['pack', scratch.in('none'), ...output, ...args]);
    assert.not.match(stderr, /no such directory/);
  }
});

test('in a process of its own it is the same', async () => {
  for (const argv of [['pack', scratch.in('none'), '-o', archive], ['pakc'], ['pack', tree, '-o']]) {
    const { status, text, stderr } = await runCli(argv);
    checkFailure({ status: status ?? -1, stdout: text, stderr, progress: '' }, argv.join(' '), /./);
  }
  assert.equal(readdirSync(out), []);
});

const unreadable = process.getuid?.() === 0 ? missing({ tools: ['setpriv'] }) : undefined;
testWhere(test, unreadable, 'a file that the user cannot read', async () => {
  const locked = scratch.in('locked');
  const place = scratch.in('place-of-another');
  mkdirSync(`${locked}/etc`, { recursive: true });
  writeFileSync(`${locked}/etc/secret`, 'x', { mode: 0 });
  mkdirSync(place);
  for (const path of [scratch.path, locked, `${locked}/etc`]) chmodSync(path, 0o755);
  chmodSync(place, 0o777);
  const wrapper = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
  const { status, text, stderr } = await runCli(
    ['pack', locked, '-o', `${place}/a.cpio`],
    process.getuid?.() === 0 ? { wrapper } : {},
  );
  const said = /locked\/etc\/secret: cannot be read \(EACCES\)\. Run as root/;
  checkFailure({ status: status ?? -1, stdout: text, stderr, progress: '' }, 'unreadable', said);
  assert.equal(readdirSync(place), []);
  assert.ok(existsSync(`${locked}/etc/secret`));
});

test.run();
