import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readNamedFile } from '../../src/system/named-file.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('named-file');
const scratch = new Scratch('named-file');
test.after(() => scratch.remove());

const LIMIT = 100_000;
const read = async (path: string): Promise<string> =>
  await readNamedFile(path, LIMIT, (what, cause) => new Error(what, { cause })).then(
    (bytes) => bytes.toString('latin1'),
    ({ message }) => `refused: ${message}`,
  );

test('a file is read whole, through a symlink too, and to the limit', async () => {
  for (const size of [0, 1, 65_536, 65_537, LIMIT]) {
    writeFileSync(scratch.in('file'), 'x'.repeat(size));
    assert.is(await read(scratch.in('file')), 'x'.repeat(size));
  }
  symlinkSync('file', scratch.in('link'));
  assert.is((await read(scratch.in('link'))).length, LIMIT);
  writeFileSync(scratch.in('file'), 'x'.repeat(LIMIT + 1));
  assert.is(await read(scratch.in('link')), 'refused: has 100001 bytes, wanted at most 100000');
});

test('what is no file is refused with what it is', async () => {
  mkdirSync(scratch.in('directory'));
  symlinkSync('loop', scratch.in('loop'));
  symlinkSync('/dev/zero', scratch.in('zero'));
  for (const [path, said] of [
    ['', 'is an empty name, wanted that of a file'],
    [scratch.in('none'), 'no such file'],
    [scratch.in('directory'), 'is a directory, wanted a file'],
    [scratch.in('loop'), 'cannot be read (ELOOP)'],
    [`${scratch.in('x')}${'x'.repeat(255)}`, 'cannot be read (ENAMETOOLONG)'],
    [scratch.in('zero'), 'is a device, wanted a file'],
    ['/dev/null', 'is a device, wanted a file'],
  ] as const) {
    assert.is(await read(path), `refused: ${said}`);
  }
});

test('a failed call is the cause of the error', async () => {
  const refuse = (what: string, cause: unknown): Error => new Error(what, { cause });
  const error = await readNamedFile(scratch.in('none'), 1, refuse).catch((reason: unknown) => reason);
  assert.is(((error as Error).cause as NodeJS.ErrnoException).code, 'ENOENT');
});

test('a FIFO without a writer is refused rather than waited for', async () => {
  execFileSync('mkfifo', [scratch.in('lonely')]);
  assert.is(await read(scratch.in('lonely')), 'refused: is a FIFO that nothing writes to');
});

test('a FIFO with a writer is read to its end, which may come late', async () => {
  const fifo = scratch.in('fifo');
  execFileSync('mkfifo', [fifo]);
  // Opened for both directions it does not block, and the pipe has no end before it is closed.
  const writer = await open(fifo, 'r+');
  let isDone = false;
  const content = read(fifo).finally(() => {
    isDone = true;
  });
  for (let later = 0; later < 20; later += 1) await stat(fifo);
  await writer.write('early ');
  for (let later = 0; later < 20; later += 1) await stat(fifo);
  assert.not.ok(isDone);
  await writer.write('late');
  await writer.close();
  assert.is(await content, 'early late');
});

/** What a process reads that gets its standard input from a command of the shell. */
function fromShell(line: string, path: string): string {
  const code = `
    import { readNamedFile } from ${JSON.stringify(new URL('../../src/system/named-file.ts', import.meta.url).href)};
    const read = readNamedFile(process.argv[1], ${LIMIT}, (what) => new Error(what));
    process.stdout.write(await read.then((bytes) => 'read: ' + bytes, ({ message }) => 'refused: ' + message));
  `;
  const script = line.replace('PROGRAM', '"$0" --input-type=module -e "$1" "$2"');
  const { stdout, status } = spawnSync('bash', ['-c', script, process.execPath, code, path], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  assert.is(status, 0);
  return stdout;
}

test('standard input is read by its name, and as -, whatever it is', () => {
  writeFileSync(scratch.in('input'), 'from a file');
  for (const path of ['-', '/dev/stdin', '/proc/self/fd/0']) {
    assert.is(fromShell('printf piped | PROGRAM', path), 'read: piped');
    assert.is(fromShell(`PROGRAM < '${scratch.in('input')}'`, path), 'read: from a file');
    // A command that prints nothing is no FIFO that somebody forgot to write to.
    assert.is(fromShell('true | PROGRAM', path), 'read: ');
    assert.is(fromShell('PROGRAM < /dev/null', path), 'refused: is a device, wanted a file');
    assert.is(
      fromShell('cat /dev/zero | PROGRAM', path),
      `refused: is longer than the limit of ${LIMIT} bytes`,
    );
  }
});

test('the process substitution of a shell is a pipe', () => {
  assert.is(fromShell('PROGRAM 9< <(printf substituted)', '/dev/fd/9'), 'read: substituted');
});

test.run();
