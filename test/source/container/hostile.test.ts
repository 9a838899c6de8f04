// Every hostile image causes the error in its name, whichever verb reads it, and nothing is written outside.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HOSTILE_IMAGES, type HostileImage } from '../../../fixtures/containers/hostile.ts';
import { StillrootError } from '../../../src/errors.ts';
import { openSource } from '../../../src/source/open-source.ts';
import { Scratch } from '../../support/temporary.ts';
import { run } from '../../support/test-terminal.ts';
import { stepOf } from '../../support/thorough.ts';

const test = suite('hostile images');
const scratch = new Scratch('hostile-images');
test.after(() => scratch.remove());

const DIRECTORY = fileURLToPath(new URL('../../../fixtures/containers/files/', import.meta.url));
/** So that a bomb need not have a gigabyte. */
const EXPANSION_FREE = 16 * 1024 * 1024;
const LIMIT = ['--limit', `expansionFree=${EXPANSION_FREE}`];
const limits = { expansionFree: EXPANSION_FREE };
const codeOf = ({ file }: HostileImage): string => file.slice(0, file.indexOf('--'));

test('the files are what the catalogue makes', () => {
  assert.equal(readdirSync(DIRECTORY).sort(), HOSTILE_IMAGES.map(({ file }) => file).sort());
  for (const { file, make } of HOSTILE_IMAGES) assert.ok(readFileSync(DIRECTORY + file).equals(make()), file);
});

for (const each of HOSTILE_IMAGES) {
  test(each.file, async () => {
    const descriptors = readdirSync('/proc/self/fd').length;
    const path = DIRECTORY + each.file;
    try {
      const source = await openSource(path, { temporary: scratch.path, limits });
      source.close();
      assert.unreachable(`it was read: ${source.tree.entries.length} entries`);
    } catch (error) {
      if (!(error instanceof StillrootError)) throw error;
      assert.is(error.code, codeOf(each), error.message);
      assert.match(error.message, each.words);
      assert.ok(error.where?.startsWith(path), error.where);
      assert.ok(error.hint, 'a hint');
    }
    assert.is(readdirSync('/proc/self/fd').length, descriptors, 'nothing is left open');
    assert.equal(readdirSync(scratch.path), [], 'nothing is left behind');
  });
}

test('extract, pack, list and diff refuse with the same code, and leave nothing', async () => {
  const sound = fileURLToPath(new URL('../../../fixtures/containers/', import.meta.url));
  for (const each of HOSTILE_IMAGES.filter((_, at) => at % stepOf(1, 7) === 0)) {
    const path = DIRECTORY + each.file;
    const [out, packed] = [scratch.in('out'), scratch.in('packed.cpio')];
    for (const args of [
      ['extract', path, '-C', out],
      ['pack', path, '-o', packed],
      ['diff', sound, path],
      ['list', path],
    ]) {
      const { status, stdout, stderr } = await run([...args, ...LIMIT, '--json']);
      assert.is(status, 2, each.file);
      assert.is((JSON.parse(stdout) as { error: { code: string } }).error.code, codeOf(each), each.file);
      assert.match(stderr, /^stillroot: [ -~]+\n$/);
    }
    assert.equal([existsSync(packed), existsSync(out) ? readdirSync(out) : []], [false, []], each.file);
  }
});

test.run();
