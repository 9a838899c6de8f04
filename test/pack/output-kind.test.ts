// What an output may be besides a file, for the current user; what others own is in output-kind.system.ts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openStream, outputKind } from '../../src/pack/output-kind.ts';
import { before } from '../support/before.ts';
import { STILLROOT } from '../support/run-cli.ts';
import { runCommand } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('pack/output-kind');
const scratch = new Scratch('output-kind');

before(test, () => {
  mkdirSync(scratch.in('tree'));
  writeFileSync(scratch.in('tree/f'), 'x');
});
test.after(() => scratch.remove());

test('what is open is written to where it is, by whatever name', () => {
  symlinkSync('/dev/fd/2', scratch.in('own-link'));
  const descriptors = ['/dev/stdout', '/dev/fd/2', '/proc/self/fd/1', scratch.in('own-link')].map((path) =>
    outputKind(path, false),
  );
  assert.equal(
    descriptors.map((found) => found.kind === 'open' && found.descriptor),
    [1, 2, 1, 2],
  );
});

test('links of our own lead to devices, a loop of them and a dangling one to nothing', () => {
  symlinkSync('/dev/null', scratch.in('null'));
  symlinkSync('loop', scratch.in('loop'));
  symlinkSync('nowhere', scratch.in('dangling'));
  assert.is(outputKind(scratch.in('null'), false).kind, 'stream');
  assert.is(outputKind('/dev/null', true).kind, 'stream');
  assert.throws(() => outputKind(scratch.in('loop'), false), /symlink/);
  assert.throws(() => outputKind(scratch.in('dangling'), false), /already exists \(a symlink\)/);
  assert.is(outputKind(scratch.in('dangling'), true).kind, 'file');
});

test('names with dots and empty ones lead where the kernel goes; a number is a descriptor only in its directory', () => {
  mkdirSync(scratch.in('sub/deep'), { recursive: true });
  symlinkSync('/dev/null', scratch.in('device'));
  symlinkSync('../.././/device', scratch.in('sub/deep/link'));
  for (const path of ['sub/../device', './/device', 'sub/deep/link', 'sub/deep/../../sub/./deep/link'])
    assert.is(outputKind(`${scratch.path}/${path}`, false).kind, 'stream', path);
  assert.is(outputKind(scratch.in('1'), false).kind, 'file');
});

test('the pipe of another process is nothing to write to', async () => {
  // Node connects processes with sockets, a shell with pipes. The process that has one says so itself.
  const script = "sleep 60 | sh -c 'echo $$; exec sleep 60'";
  const shell = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  try {
    const [line] = (await once(shell.stdout, 'data')) as [Buffer];
    const path = `/proc/${line.toString().trim()}/fd/0`;
    assert.ok(statSync(path).isFIFO());
    assert.throws(() => outputKind(path, false), /already exists \(a symlink\)/);
  } finally {
    process.kill(-(shell.pid as number));
  }
});

test('where there is no directory, that is said before anything is written', () => {
  for (const force of [false, true])
    assert.throws(
      () => outputKind(scratch.in('no/such/file'), force),
      /its directory does not exist\. Create the directory first\./,
    );
});

test('a directory is refused whatever is asked for, and a FIFO of our own is written to', async () => {
  for (const force of [false, true])
    assert.throws(() => outputKind(scratch.in('tree'), force), /is a directory\. Name a file\./);
  const fifo = scratch.in('fifo');
  assert.is((await runCommand(['mkfifo', fifo])).status, 0);
  assert.is(outputKind(fifo, false).kind, 'stream');
});

test('what has taken the place of a device since it was looked at is not written to', () => {
  const found = outputKind('/dev/null', false);
  if (found.kind !== 'stream') throw new Error(found.kind);
  closeSync(openStream('/dev/null', found));
  assert.throws(
    () => openStream('/dev/null', { ...found, path: '/dev/zero' }),
    /was replaced while it was being opened\. Write to a directory that only you can change\./,
  );
});

test('the same place on another device, another inode, another number or mode is something else', () => {
  const found = outputKind('/dev/null', false);
  if (found.kind !== 'stream') throw new Error(found.kind);
  for (const field of ['dev', 'ino', 'rdev', 'mode'] as const) {
    // The methods of stats stay.
    const stats = Object.assign(Object.create(found.stats), { [field]: found.stats[field] + 1 });
    assert.throws(() => openStream('/dev/null', { ...found, stats }), /was replaced/, field);
  }
});

test('a file at /dev/stdout is written on, and the name stays what it is, also with --force', async () => {
  const target = scratch.in('target');
  const script = '{ printf before; "$@"; } > "$0"';
  for (const force of [[], ['--force']]) {
    const pack = [
      STILLROOT,
      'pack',
      scratch.in('tree'),
      '--format',
      'cpio',
      '-q',
      '-o',
      '/dev/stdout',
      ...force,
    ];
    const { status, stderr } = await runCommand(['sh', '-c', script, target, process.execPath, ...pack]);
    assert.is(status, 0, stderr);
    assert.is(readFileSync(target, 'latin1').slice(0, 12), 'before070701');
    assert.ok(lstatSync('/dev/stdout').isSymbolicLink());
  }
});

test.run();
