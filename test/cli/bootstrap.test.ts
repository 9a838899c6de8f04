// `pack --bootstrap`: the tree is built, packed and removed.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { STILLROOT } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';

const test = suite('cli bootstrap');
const scratch = new Scratch('cli-bootstrap');
const TREE = 'mkdir {root}/etc && echo "$SOURCE_DATE_EPOCH $TZ $LANG" > {root}/etc/file';

test.after(() => scratch.remove());

let count = 0;
function place(): string {
  count += 1;
  const path = scratch.in(`place-${count}`);
  mkdirSync(path);
  return path;
}

function pack(temporary: string, args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  return run(['pack', ...args], { env: { TMPDIR: temporary, ...env } });
}

test('the tree of the command is packed, and only the archive and its manifest are left', async () => {
  const [temporary, out] = [place(), place()];
  const args = ['--bootstrap', TREE, '-o', `${out}/a.cpio`, '--source-date-epoch', '9'];
  const { status, stdout, stderr } = await pack(temporary, args);
  assert.is(status, 0, stderr);
  assert.is(stderr, '');
  assert.ok(stdout.startsWith(`${TREE} -> ${out}/a.cpio\n`));
  assert.equal(readdirSync(temporary), []);
  assert.equal(readdirSync(out), ['a.cpio', 'a.cpio.manifest.json']);
  assert.ok(readFileSync(`${out}/a.cpio`).includes('9 UTC C.UTF-8\n'));
  const { inputs } = JSON.parse(readFileSync(`${out}/a.cpio.manifest.json`, 'utf8')) as {
    inputs: { bootstrap: Record<string, unknown> };
  };
  assert.is(inputs.bootstrap.request, TREE);
  assert.is(inputs.bootstrap.command, TREE);
});

test('user, place and environment do not matter, nor does the umask', async () => {
  const before = process.umask(0o077);
  const out = place();
  try {
    await pack(place(), ['--bootstrap', TREE, '-o', `${out}/a.cpio`]);
    process.umask(0);
    const env = {
      HOME: '/home/me',
      LANG: 'tr_TR',
      TZ: 'Asia/Tokyo',
      http_proxy: 'http://me:secret@a.example',
    };
    await pack(place(), ['--bootstrap', TREE, '-o', `${out}/b.cpio`], env);
  } finally {
    process.umask(before);
  }
  assert.equal(readFileSync(`${out}/a.cpio`), readFileSync(`${out}/b.cpio`));
  const [one, two] = ['a', 'b'].map((name) =>
    readFileSync(`${out}/${name}.cpio.manifest.json`, 'utf8')
      .replaceAll(`${name}.cpio`, 'x')
      .replace(`"${name}"`, 'x'),
  );
  assert.is(one, two);
});

test('--bootstrap-env', async () => {
  const out = place();
  const command = 'echo "$A $B" > {root}/file';
  const args = [
    '--bootstrap',
    command,
    '--bootstrap-env',
    'A=one',
    '--bootstrap-env',
    'B',
    '-o',
    `${out}/a.cpio`,
  ];
  await pack(place(), args, { A: 'other', B: 'mine' });
  assert.ok(readFileSync(`${out}/a.cpio`).includes('one mine\n'));
  const text = readFileSync(`${out}/a.cpio.manifest.json`, 'utf8');
  assert.match(text, /"A": "one",\n +"B": null/);
  assert.not.match(text, /mine/);
});

test('an archive instead of a directory', async () => {
  const out = place();
  const command = 'mkdir {scratch}/t && echo x > {scratch}/t/file && tar -C {scratch}/t -cf {archive} .';
  const { status, stderr } = await pack(place(), ['--bootstrap', command, '-o', `${out}/a.cpio`]);
  assert.is(status, 0, stderr);
  const { status: other } = await pack(place(), [
    '--bootstrap',
    'echo x > {root}/file',
    '-o',
    `${out}/b.cpio`,
  ]);
  assert.is(other, 0);
  assert.equal(readFileSync(`${out}/a.cpio`), readFileSync(`${out}/b.cpio`));
});

test('with --json the document has the command, and no path of the run', async () => {
  const temporary = place();
  const { stdout } = await pack(temporary, ['--bootstrap', TREE, '-o', `${place()}/a.cpio`, '--json']);
  const document = JSON.parse(stdout) as { source: string; bootstrap: { command: string } };
  assert.is(document.source, TREE);
  assert.is(document.bootstrap.command, TREE);
  assert.not.match(stdout, new RegExp(temporary));
});

test('-v shows what the command says, escaped; otherwise nothing', async () => {
  const command = 'printf "hello \\033[31mred\\n" && touch {root}/x';
  const loud = await pack(place(), ['--bootstrap', command, '-o', `${place()}/a.cpio`, '-v']);
  assert.match(loud.stderr, /stillroot: running printf/);
  assert.match(loud.stderr, / {2}hello \\x1b\[31mred\n/);
  const quiet = await pack(place(), ['--bootstrap', command, '-o', `${place()}/a.cpio`]);
  assert.is(quiet.stderr, '');
});

test('a command that fails: its last words, status 2, and nothing left', async () => {
  const [temporary, out] = [place(), place()];
  const command =
    'for i in $(seq 100); do echo "line $i"; done; printf "\\033[2J\\n" >&2; touch {root}/x; exit 3';
  const { status, stdout, stderr } = await pack(temporary, ['--bootstrap', command, '-o', `${out}/a.cpio`]);
  assert.is(status, 2);
  assert.is(stdout, '');
  assert.match(stderr, / {2}line 100\n/);
  assert.not.match(stderr, /line 50\n/);
  assert.match(stderr, /\\x1b\[2J/);
  assert.match(stderr, /the command ended with status 3\./);
  assert.equal([...readdirSync(temporary), ...readdirSync(out)], []);
});

for (const [name, args, message] of [
  ['no place', ['--bootstrap', 'touch TRACE'], /--bootstrap: names neither \{root\} nor \{archive\}/],
  ['both', ['tree', '--bootstrap', 'touch TRACE {root}'], /--bootstrap: builds the tree itself/],
  ['no source', [], /pack: missing SOURCE, for example /],
  ['environment alone', ['tree', '--bootstrap-env', 'A=1'], /--bootstrap-env: is only valid with/],
  ['bad name', ['--bootstrap', 'touch TRACE {root}', '--bootstrap-env', 'A B'], /wanted NAME or NAME=VALUE/],
  ['unknown', ['--bootstrap', 'mkosy:dir'], /unknown builder "mkosy"\. Did you mean 'mkosi'/],
  ['bad level', ['--bootstrap', 'touch TRACE {root}', '--level', '20'], /--level/],
  [
    'no tool',
    ['--bootstrap', 'debootstrap:x', '--bootstrap-env', 'PATH=/nowhere'],
    /no such program in \/nowhere/,
  ],
] as const) {
  test(`refused before anything runs: ${name}`, async () => {
    const [temporary, out] = [place(), place()];
    const trace = `${out}/trace`;
    const argv = args.map((word) => word.replace('TRACE', trace));
    const { status, stderr } = await pack(temporary, [...argv, '-o', `${out}/a.cpio`]);
    assert.is(status, 2);
    assert.match(stderr, message);
    assert.equal([...readdirSync(temporary), ...readdirSync(out)], []);
  });
}

test('outputs that exist are said before anything runs', async () => {
  for (const existing of ['a.cpio', 'a.cpio.manifest.json']) {
    const out = place();
    writeFileSync(`${out}/${existing}`, 'mine');
    const command = `touch ${out}/trace {root}/x`;
    const { status, stderr } = await pack(place(), ['--bootstrap', command, '-o', `${out}/a.cpio`]);
    assert.is(status, 2);
    assert.match(stderr, /already exists/);
    assert.not.ok(existsSync(`${out}/trace`));
  }
});

test('an option that the format has no place for is refused before anything runs', async () => {
  for (const [name, option, value] of [
    ['a.tar', '--init', '/sbin/init'],
    ['a.cpio', '--tag', 'name:tag'],
  ] as const) {
    const out = place();
    const command = `touch ${out}/trace {root}/x`;
    const given = ['--bootstrap', command, '-o', `${out}/${name}`, option, value];
    const { status, stderr } = await pack(place(), given);
    assert.is(status, 2);
    assert.match(stderr, new RegExp(`${option}: (needs a format that|is only valid for)`));
    assert.equal(readdirSync(out), []);
  }
});

for (const [signals, expected] of [
  [['SIGINT'], 130],
  // The first decides; the command does not listen to it.
  [['SIGTERM', 'SIGINT', 'SIGHUP'], 143],
] as const) {
  test(`${signals} while the command runs: status ${expected}, the command ended, and nothing left`, async () => {
    const [temporary, out] = [place(), place()];
    const deaf = `trap 'echo told > ${out}/told' TERM;`;
    const command = `${signals.length > 1 ? deaf : ''} touch {root}/x; echo $$ > ${out}/pid; while :; do sleep 0.1; done`;
    const argv = [STILLROOT, 'pack', '--bootstrap', command, '-o', `${out}/a.cpio`];
    const env = { ...process.env, TMPDIR: temporary };
    const child = /\.[jt]s$/.test(STILLROOT)
      ? spawn(process.execPath, argv, { env })
      : spawn(STILLROOT, argv.slice(1), { env });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const written = async (name: string): Promise<void> => {
      const deadline = performance.now() + 120_000;
      while (!existsSync(`${out}/${name}`) || readFileSync(`${out}/${name}`, 'utf8') === '') {
        if (performance.now() > deadline || child.exitCode !== null) throw new Error(`no ${name}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    await written('pid');
    const [first, ...others] = signals;
    child.kill(first);
    // Of several at a time the kernel chooses which comes first.
    if (others.length > 0) await written('told');
    for (const signal of others) child.kill(signal);
    assert.is(await ended, expected);
    const pid = Number(readFileSync(`${out}/pid`, 'utf8'));
    assert.throws(() => process.kill(pid, 0), /ESRCH/);
    assert.equal(readdirSync(temporary), []);
    assert.equal(
      readdirSync(out).filter((name) => name !== 'told'),
      ['pid'],
    );
  });
}

test.run();
