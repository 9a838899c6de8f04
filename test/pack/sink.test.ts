import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { openFileSink, openStandardOutput } from '../../src/pack/sink.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('sink');
const scratch = new Scratch('sink');
const BYTES = Buffer.from('archive');

before(test, () => {
  mkdirSync(scratch.in('place'));
});
test.before.each(() => {
  rmSync(scratch.in('place'), { recursive: true });
  mkdirSync(scratch.in('place'));
});
test.after(() => scratch.remove());

const names = (): string[] => readdirSync(scratch.in('place')).sort();
const text = (path: string): string => readFileSync(path, 'utf8');

function refusal(path: string, force = false): StillrootError {
  try {
    openFileSink(path, force);
  } catch (error) {
    return error as StillrootError;
  }
  throw new Error(`${path} was not refused`);
}

test('the file has its name only when it is complete', () => {
  const output = scratch.in('place', 'out.cpio');
  const sink = openFileSink(output, false);
  sink.write(BYTES);
  sink.write(BYTES);
  assert.not.ok(existsSync(output));
  assert.is(names().length, 1, 'one temporary file, beside the output');
  sink.commit();
  sink.abort();
  assert.equal(names(), ['out.cpio']);
  assert.is(text(output), 'archivearchive');
});

/** What a descriptor is open on. */
const openOn = (descriptor: number): string => readlinkSync(`/proc/self/fd/${descriptor}`);

test('the bytes are on disk before the name is, and then the name', () => {
  const steps: string[] = [];
  const output = scratch.in('place', 'out.cpio');
  const sink = openFileSink(output, false, {
    sync: (descriptor) => {
      const what = openOn(descriptor) === realpathSync(scratch.in('place')) ? 'directory' : 'file';
      steps.push(`sync ${what}`);
      if (what === 'file') assert.is(readFileSync(openOn(descriptor), 'utf8'), 'archive', 'all of it');
    },
    rename: (from, to) => {
      steps.push(`rename to ${basename(to)}`);
      renameSync(from, to);
    },
  });
  sink.write(BYTES);
  assert.equal(steps, []);
  sink.commit();
  assert.equal(steps, ['sync file', 'rename to out.cpio', 'sync directory']);
});

test('a directory that cannot be synced is no failure, a disk that fails is one', () => {
  const commit = (code: string, failing: 'file' | 'directory'): void => {
    const sink = openFileSink(scratch.in('place', 'out.cpio'), true, {
      sync: (descriptor) => {
        const isDirectory = openOn(descriptor) === realpathSync(scratch.in('place'));
        if (isDirectory === (failing === 'directory')) throw Object.assign(new Error(code), { code });
      },
      rename: renameSync,
    });
    sink.write(BYTES);
    try {
      sink.commit();
    } finally {
      sink.abort();
    }
  };
  const isFailure = (error: StillrootError): boolean => error.code === 'output-failed';
  for (const code of ['EINVAL', 'ENOTSUP']) commit(code, 'directory');
  assert.throws(() => commit('EIO', 'directory'), isFailure);
  rmSync(scratch.in('place', 'out.cpio'));
  for (const code of ['EIO', 'EINVAL']) assert.throws(() => commit(code, 'file'), isFailure);
  assert.equal(names(), []);
});

test('after an abort nothing is left', () => {
  const sink = openFileSink(scratch.in('place', 'out.cpio'), false);
  sink.write(BYTES);
  sink.abort();
  sink.abort();
  assert.equal(names(), []);
});

test('an existing file is refused without force, and untouched', () => {
  const output = scratch.in('place', 'out.cpio');
  writeFileSync(output, 'the last good one');
  const error = refusal(output);
  assert.is(error.code, 'output-exists');
  assert.match(error.message, /out\.cpio: already exists\. .*--force/);
  assert.equal(names(), ['out.cpio']);
  assert.is(text(output), 'the last good one');
});

test('with force it is replaced on commit, and untouched until then and after an abort', () => {
  const output = scratch.in('place', 'out.cpio');
  writeFileSync(output, 'the last good one');
  const aborted = openFileSink(output, true);
  aborted.write(BYTES);
  assert.is(text(output), 'the last good one');
  aborted.abort();
  assert.is(text(output), 'the last good one');
  const sink = openFileSink(output, true);
  sink.write(BYTES);
  sink.commit();
  assert.is(text(output), 'archive');
  assert.equal(names(), ['out.cpio']);
});

test('what replaces a file gets its permissions, and its owner where that is allowed', () => {
  const output = scratch.in('permissions.cpio');
  for (const mode of [0o600, 0o640, 0o666]) {
    writeFileSync(output, 'old');
    chmodSync(output, mode);
    if (process.getuid?.() === 0) chownSync(output, 33, 34);
    const before = statSync(output);
    const sink = openFileSink(output, true);
    sink.write(Buffer.from('new'));
    sink.commit();
    const after = statSync(output);
    assert.is(readFileSync(output, 'utf8'), 'new');
    assert.equal([after.mode & 0o777, after.uid, after.gid], [mode, before.uid, before.gid]);
    rmSync(output);
  }
});

test('nobody else can open what replaces a file before it has its permissions', () => {
  const modes: number[] = [];
  const open = (path: string, flags: number, mode = 0): number => {
    modes.push(mode);
    return openSync(path, flags, mode);
  };
  const output = scratch.in('between.cpio');
  openFileSink(output, true, { open }).abort();
  writeFileSync(output, 'old');
  openFileSink(output, true, { open }).abort();
  rmSync(output);
  assert.equal(modes, [0o666, 0o600]);
});

test('what replaces a link is not readable by more users than what the link leads to', () => {
  const [target, link] = [scratch.in('secret'), scratch.in('link.cpio')];
  for (const [mode, wanted] of [
    [0o600, 0o600],
    [0o400, 0o400],
    [0o666, 0o666 & ~process.umask()],
  ] as const) {
    writeFileSync(target, 'old');
    chmodSync(target, mode);
    symlinkSync(target, link);
    const sink = openFileSink(link, true);
    sink.write(Buffer.from('new'));
    sink.commit();
    assert.equal([lstatSync(link).isFile(), statSync(link).mode & 0o777], [true, wanted]);
    rmSync(link);
    rmSync(target);
  }
});

test('a symlink is an existing output; with force it is replaced, not followed', () => {
  const output = scratch.in('place', 'out.cpio');
  for (const target of ['elsewhere', 'dangling']) {
    rmSync(output, { force: true });
    writeFileSync(scratch.in('place', 'elsewhere'), 'untouched');
    symlinkSync(target, output);
    assert.is(refusal(output).code, 'output-exists');
    const sink = openFileSink(output, true);
    sink.write(BYTES);
    sink.commit();
    assert.ok(lstatSync(output).isFile());
    assert.is(text(scratch.in('place', 'elsewhere')), 'untouched');
  }
});

test('a directory is refused, also with force and through a symlink', () => {
  mkdirSync(scratch.in('place', 'directory'));
  symlinkSync('directory', scratch.in('place', 'link'));
  for (const name of ['directory', 'link']) {
    for (const force of [false, true]) {
      const error = refusal(scratch.in('place', name), force);
      assert.is(error.code, 'output-exists');
      assert.match(error.message, /is a directory/);
    }
  }
  assert.equal(readdirSync(scratch.in('place', 'directory')), []);
});

test('a directory that is missing or is a file is said to be so', () => {
  writeFileSync(scratch.in('place', 'file'), '');
  const cases = {
    'missing/out.cpio': /directory does not exist/,
    'file/out.cpio': /directory is not a directory/,
  };
  for (const [name, said] of Object.entries(cases)) {
    const error = refusal(scratch.in('place', name));
    assert.is(error.code, 'output-failed');
    assert.match(error.message, said);
    assert.ok(error.message.includes(name), 'the output is named, not a temporary file');
  }
  assert.equal(names(), ['file']);
});

test('a name as long as the filesystem takes is taken', () => {
  const name = `${'n'.repeat(250)}.cpio`;
  const sink = openFileSink(scratch.in('place', name), false);
  sink.write(BYTES);
  sink.commit();
  assert.equal(names(), [name]);
  assert.match(refusal(scratch.in('place', `${name}x`)).message, /too long/);
});

test('a path that goes through a symlink and back leads where the kernel says', () => {
  mkdirSync(scratch.in('place', 'real', 'inner'), { recursive: true });
  symlinkSync('real/inner', scratch.in('place', 'link'));
  const sink = openFileSink(`${scratch.in('place')}/link/../out.cpio`, false);
  assert.is(readdirSync(scratch.in('place', 'real')).length, 2, 'the temporary file is beside the output');
  sink.write(BYTES);
  sink.commit();
  assert.equal(names(), ['link', 'real']);
  assert.equal(readdirSync(scratch.in('place', 'real')).sort(), ['inner', 'out.cpio']);
});

test('what came meanwhile under the name is untouched, a file as well as a directory', () => {
  const output = scratch.in('place', 'out.cpio');
  const commit = (force: boolean, meanwhile: () => void): StillrootError => {
    const sink = openFileSink(output, force);
    sink.write(BYTES);
    meanwhile();
    try {
      sink.commit();
    } catch (error) {
      sink.abort();
      return error as StillrootError;
    }
    throw new Error('was replaced');
  };
  const byFile = commit(false, () => writeFileSync(output, 'of another'));
  assert.equal([byFile.code, byFile.where, text(output)], ['output-exists', output, 'of another']);
  assert.equal(names(), ['out.cpio']);
  rmSync(output);
  for (const force of [false, true]) {
    const byDirectory = commit(force, () => mkdirSync(output));
    assert.equal([byDirectory.code, byDirectory.where], [force ? 'output-failed' : 'output-exists', output]);
    assert.ok(lstatSync(output).isDirectory());
    assert.equal(names(), ['out.cpio']);
    rmSync(output, { recursive: true });
  }
});

test('a temporary file that vanished is no second failure', () => {
  const sink = openFileSink(scratch.in('place', 'out.cpio'), false);
  for (const name of names()) rmSync(scratch.in('place', name));
  sink.abort();
  assert.equal(names(), []);
});

test('devices are written to, not replaced', () => {
  const sink = openFileSink('/dev/null', false);
  sink.write(BYTES);
  sink.commit();
  sink.abort();
  assert.ok(lstatSync('/dev/null').isCharacterDevice());
});

test('/dev/full is full', () => {
  const sink = openFileSink('/dev/full', false);
  assert.throws(
    () => sink.write(BYTES),
    (error: StillrootError) => error.code === 'output-failed' && /no space left/.test(error.message),
  );
  sink.abort();
});

test('a FIFO is written to', () => {
  const fifo = scratch.in('place', 'fifo');
  const code = `
    import { openFileSink, openStandardOutput } from ${JSON.stringify(new URL('../../src/pack/sink.ts', import.meta.url).href)};
    const sink = openFileSink(process.argv[1], false);
    sink.write(Buffer.from('archive'));
    sink.commit();
  `;
  const script = 'mkfifo "$1" && { "$0" --input-type=module -e "$2" "$1" & cat "$1"; wait $!; }';
  const { stdout, stderr, status } = spawnSync('sh', ['-c', script, process.execPath, fifo, code], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  assert.is(stdout, 'archive', stderr);
  assert.is(status, 0);
  assert.ok(lstatSync(fifo).isFIFO());
});

test('what is written to directly is closed when it is complete, or given up; standard output stays open', () => {
  for (const end of ['commit', 'abort'] as const) {
    const sink = openFileSink('/dev/null', false);
    const { descriptor } = sink;
    assert.ok(fstatSync(descriptor as number).isCharacterDevice());
    sink[end]();
    assert.is(sink.descriptor, undefined);
    assert.throws(() => fstatSync(descriptor as number), /EBADF/);
    const output = openStandardOutput();
    output[end]();
    assert.ok(fstatSync(1));
  }
});

test.run();
