import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Spool } from '../../src/source/spool.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('spool');
const scratch = new Scratch('spool');
test.after(() => scratch.remove());

test('what is written is read again, at any place, from a file without a name', () => {
  const spool = new Spool(scratch.path, 'the decompressed content of x.tar.gz');
  assert.equal(readdirSync(scratch.path), []);
  spool.write(Buffer.from('hello '));
  spool.write(Buffer.from('world'));
  assert.is(spool.size, 11);
  const target = Buffer.alloc(5);
  assert.is(spool.read(target, 6), 5);
  assert.is(target.toString(), 'world');
  assert.is(spool.read(target, 9), 2);
  spool.write(Buffer.from('!'), 1000);
  assert.is(spool.size, 1001);
  spool.close();
});

test('a place without room says so, and what helps', async () => {
  // Every write to it fails with ENOSPC, and it cannot be removed by accident: opening is what fails here.
  await rejects(
    () => new Spool(scratch.in('none'), 'the decompressed content of x'),
    'output-failed',
    /none: no temporary file .* x \(ENOENT\)/,
  );
  if (!existsSync('/dev/full')) return;
  const error = await rejects(
    () => new Spool('/dev/full', 'the decompressed content of x'),
    'output-failed',
    /\(ENOTDIR\)/,
  );
  assert.match(error.hint ?? '', /TMPDIR/);
  const hints = { full: 'Make room.', unusable: 'Look elsewhere.' };
  const own = await rejects(() => new Spool('/dev/full', 'x', hints), 'output-failed', /\(ENOTDIR\)/);
  assert.is(own.hint, 'Look elsewhere.');
});

test('a limit for the size of files is not taken for a full disk', () => {
  const code = `
    import { Spool } from ${JSON.stringify(new URL('../../src/source/spool.ts', import.meta.url).href)};
    try {
      const spool = new Spool(process.argv[1], 'the layer');
      for (let at = 0; at < 100; at += 1) spool.write(Buffer.alloc(1024));
    } catch ({ message }) {
      console.log(message);
    }
  `;
  const { stdout } = spawnSync(
    'sh',
    ['-c', 'ulimit -f 8; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, code, scratch.path],
    { encoding: 'utf8' },
  );
  assert.match(
    stdout,
    /the temporary file for the layer cannot have more than \d+ bytes \(EFBIG\)\. Raise the limit with ulimit -f/,
  );
});

test.run();
