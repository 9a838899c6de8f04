// Sources, outputs and files that cannot be used.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { missing, testWhere } from '../support/requires.ts';
import { runCli } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { checkFailure, refusals } from './refused.ts';

const test = suite('bad input');
const scratch = new Scratch('cli-bad-input');
const { tree, out, archive, refused, pack } = refusals(test, scratch);
test.after(() => scratch.remove());

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
for (const [typed, meant] of [
  ['a.tar.zstd', 'a.tar.zst'],
  ['a.cpio.gzip', 'a.cpio.gz'],
  ['a.oci', 'a.oci.tar'],
] as const) {
  refused(
    typed,
    () => ['pack', tree, '-o', `${out}/${typed}`],
    new RegExp(`: has a name that does not tell its format\\. Did you mean "\\S+/${meant}"\\?\n$`),
  );
}
refused(
  'a format that another program writes',
  () => ['pack', tree, '-o', `${out}/a.cpio.lz4`],
  /a\.cpio\.lz4: has a name that does not tell its format\. .*; for \.lz4, write to -o - \| lz4 -l\./,
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
    /: has a name that does not tell its format\. End it in \.cpio, \.cpio\.xz, .* or \.oci\.tar, or choose a format with --format/,
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
