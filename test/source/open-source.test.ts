import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSource } from '../../src/source/open-source.ts';
import { newc, newcArchive } from '../support/archive-bytes.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('open-source');
const scratch = new Scratch('open-source');
test.after(() => scratch.remove());

test('a directory and an archive, also through a symlink', async () => {
  mkdirSync(scratch.in('tree'));
  writeFileSync(scratch.in('tree', 'a'), 'x');
  writeFileSync(scratch.in('tree.cpio'), newcArchive(newc('a', { data: 'x' })));
  symlinkSync('tree', scratch.in('to-tree'));
  symlinkSync('tree.cpio', scratch.in('to-archive'));
  for (const name of ['tree', 'tree.cpio', 'to-tree', 'to-archive']) {
    const source = await openSource(scratch.in(name));
    assert.equal(
      source.tree.entries.map((entry) => `${entry.path} ${source.readFile(entry, 9)}`),
      ['a x'],
    );
    source.close();
  }
});

test('what is neither', async () => {
  await rejects(() => openSource(''), 'source-refused', /empty path/);
  await rejects(() => openSource(scratch.in('none')), 'source-missing', /no such file or directory/);
  await rejects(
    () => openSource(scratch.in('tree.cpio', 'x')),
    'source-missing',
    /cannot be accessed \(ENOTDIR\)/,
  );
  await rejects(() => openSource('/dev/null'), 'source-not-supported', /is not a regular file/);
  writeFileSync(scratch.in('text'), 'hello');
  await rejects(() => openSource(scratch.in('text')), 'archive-not-supported', /neither a cpio nor a tar/);
});

test.run();
