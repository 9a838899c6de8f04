// A program can assemble the parts below the calls itself.
import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as internals from '../src/internals.ts';
import { newc, newcArchive } from './support/archive-bytes.ts';
import { Scratch } from './support/temporary.ts';

const test = suite('internals');
const scratch = new Scratch('internals');
test.after(() => scratch.remove());

test('diff: what two archives differ in beside their trees', async () => {
  const bytes = [newcArchive(newc('a', { inode: 1 })), newcArchive(newc('a', { inode: 2 }))];
  const layers = await Promise.all(
    bytes.map(async (content, i) => {
      const path = scratch.in(`${i}.cpio`);
      writeFileSync(path, content);
      const reader = new internals.ArchiveLayerReader();
      const source = await internals.openSource(path, { observe: reader.events });
      source.close();
      const file = internals.openArchiveFile(path);
      const layer = reader.finish(file);
      file.close();
      return layer;
    }),
  );
  assert.equal(
    layers.map(({ headers }) => headers.map(({ inode }) => inode)),
    [[1], [2]],
  );
});

test.run();
