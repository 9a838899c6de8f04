import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { type StreamOptions, withStreams } from '../../src/source/copied-streams.ts';
import { isStream, storedPath } from '../../src/system/streams.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('copied streams');
const scratch = new Scratch('copied-streams');
test.after(() => scratch.remove());

const file = scratch.in('file');
writeFileSync(file, 'content');

function optionsWith(fields: Partial<StreamOptions>): StreamOptions {
  return { input: 0, isInTerminal: false, temporary: scratch.in('.'), ...fields };
}

/** A FIFO into which `text` is written once it is read. */
function pipe(name: string, text: string): string {
  const path = scratch.in(name);
  execFileSync('mkfifo', [path]);
  execFileSync('sh', ['-c', `(printf '%s' "$2" > "$1") > /dev/null 2>&1 &`, 'sh', path, text]);
  return path;
}

async function refusal(names: readonly string[], options: StreamOptions): Promise<StillrootError> {
  try {
    await withStreams(names, options, async () => {});
  } catch (error) {
    return error as StillrootError;
  }
  throw new Error('was taken');
}

test('a pipe is copied, and has its name while the work runs only', async () => {
  const path = pipe('pipe', 'from a pipe');
  assert.ok(isStream(path));
  await withStreams([path], optionsWith({}), async () => {
    assert.is.not(storedPath(path), path);
    // More than once, unlike a pipe.
    for (let turn = 0; turn < 2; turn += 1) assert.is(readFileSync(storedPath(path), 'utf8'), 'from a pipe');
    assert.equal(readdirSync(scratch.in('.')).sort(), ['file', 'pipe'], 'the copy has no name');
  });
  assert.is(storedPath(path), path);
});

test('standard input from a file is read in place, from its start or where another program left it', async () => {
  for (const skipped of [0, 3]) {
    const input = openSync(file, 'r');
    readSync(input, Buffer.alloc(skipped), 0, skipped, null);
    await withStreams(['-'], optionsWith({ input }), async () => {
      assert.is(readFileSync(storedPath('-'), 'utf8'), 'content'.slice(skipped));
      assert.is(storedPath('-') === `/proc/self/fd/${input}`, skipped === 0);
    });
    closeSync(input);
  }
});

test('what cannot be copied is refused', async () => {
  const directory = openSync(scratch.in('.'), 'r');
  const isDirectory = await refusal(['-'], optionsWith({ input: directory }));
  assert.equal(
    [isDirectory.code, isDirectory.message],
    ['source-not-supported', '-: is a directory. Name the directory itself.'],
  );
  closeSync(directory);
  const isTerminal = await refusal(['-'], optionsWith({ isInTerminal: true }));
  assert.is(isTerminal.code, 'source-not-supported');
  assert.match(isTerminal.message, /^-: is a terminal\. Pipe an archive into it, or name a file\.$/);
  const input = openSync(file, 'r');
  const twice = await refusal(['-', '-'], optionsWith({ input }));
  assert.equal([twice.code, storedPath('-')], ['usage', '-']);
  assert.match(twice.message, /^-: is named twice, but can be read only once\. Save one of the two/);
  closeSync(input);
});

test('no more bytes than the limit, from an endless stream', async () => {
  const endless = openSync('/dev/zero', 'r');
  const { code, message } = await refusal(['-'], optionsWith({ input: endless, limit: 3_000_000 }));
  closeSync(endless);
  assert.is(code, 'archive-limit');
  assert.match(message, /^-: has more than 3000000 bytes\. Allow it with --limit streamSize=VALUE/);
  const exact = openSync(file, 'r');
  readSync(exact, Buffer.alloc(1), 0, 1, null);
  await withStreams(['-'], optionsWith({ input: exact, limit: 6 }), async () => {});
  closeSync(exact);
});

test('a directory for copies that is not there is named', async () => {
  const input = openSync('/dev/null', 'r');
  const { code, message } = await refusal(['-'], optionsWith({ input, temporary: '/nonexistent' }));
  closeSync(input);
  assert.is(code, 'output-failed');
  assert.match(message, /^\/nonexistent: no temporary file for the content of - .*\$TMPDIR.*save the stream/);
});

test.run();
