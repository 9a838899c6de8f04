// Every hostile archive causes the error in its name, whichever verb reads it, and nothing is written.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HOSTILE_FILES, type HostileFile } from '../../fixtures/hostile/catalogue.ts';
import { StillrootError } from '../../src/errors.ts';
import { openSource } from '../../src/source/open-source.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { stepOf } from '../support/thorough.ts';

const test = suite('hostile archives');
const scratch = new Scratch('hostile');
test.after(() => scratch.remove());

const DIRECTORY = fileURLToPath(new URL('../../fixtures/hostile/files/', import.meta.url));
const codeOf = ({ file }: HostileFile): string => file.slice(0, file.indexOf('--'));
const isRefused = (each: HostileFile): boolean => !codeOf(each).startsWith('warning-');

test('the files are what the catalogue makes', () => {
  assert.equal(readdirSync(DIRECTORY).sort(), HOSTILE_FILES.map(({ file }) => file).sort());
  for (const { file, make } of HOSTILE_FILES) assert.ok(readFileSync(DIRECTORY + file).equals(make()), file);
});

for (const each of HOSTILE_FILES) {
  const { file, words } = each;
  const code = codeOf(each);
  test(file, async () => {
    const descriptors = readdirSync('/proc/self/fd').length;
    try {
      const source = await openSource(DIRECTORY + file, { temporary: scratch.path });
      source.close();
      const found = source.warnings.find((warning) => `warning-${warning.code}` === code);
      assert.match(found?.message ?? `read, with ${source.warnings.length} other warnings`, words);
    } catch (error) {
      if (!(error instanceof StillrootError)) throw error;
      assert.is(error.code, code, error.message);
      assert.match(error.message, words);
      assert.ok(error.where?.startsWith(DIRECTORY + file), error.where);
      // Of a file that is no archive at all, no place in it is of interest.
      const isNone = /: is (?:neither a cpio nor a tar archive|empty)\. /.test(error.message);
      if (!isNone) assert.match(error.where ?? '', /byte \d+/);
      assert.ok(error.hint, 'a hint');
    }
    // Fewer where a thread of an earlier file has ended meanwhile.
    assert.ok(readdirSync('/proc/self/fd').length <= descriptors, 'nothing is left open');
  });
}

/** The bomb costs a second each time. */
const REFUSED = HOSTILE_FILES.filter((each) => isRefused(each) && !each.file.includes('bomb'));

test('extract and pack refuse with the same code, and leave nothing', async () => {
  for (const each of REFUSED.filter((_, i) => i % stepOf(1, 7) === 0)) {
    const path = DIRECTORY + each.file;
    const [out, packed] = [scratch.in('out'), scratch.in('packed.cpio')];
    for (const args of [
      ['extract', path, '-C', out],
      ['pack', path, '-o', packed],
    ]) {
      const { status, stdout, stderr } = await run([...args, '--json']);
      assert.is(status, 2, each.file);
      assert.is((JSON.parse(stdout) as { error: { code: string } }).error.code, codeOf(each), each.file);
      assert.match(stderr, /^stillroot: [ -~]+\n$/);
    }
    assert.equal([existsSync(packed), existsSync(out) ? readdirSync(out) : []], [false, []], each.file);
  }
});

test('diff refuses on either side', async () => {
  const sound = scratch.in('sound.cpio');
  assert.is((await run(['pack', DIRECTORY.replace(/files\/$/, ''), '-o', sound])).status, 0);
  for (const each of REFUSED.filter((_, i) => i % stepOf(5, 17) === 0)) {
    for (const sides of [
      [sound, DIRECTORY + each.file],
      [DIRECTORY + each.file, sound],
    ]) {
      const { status, stdout } = await run(['diff', ...sides, '--json']);
      assert.is(status, 2, each.file);
      assert.is((JSON.parse(stdout) as { error: { code: string } }).error.code, codeOf(each), each.file);
    }
  }
});

test('list shows names that lead out of the tree, and ends in the same error where the bytes are at fault', async () => {
  const listed: string[] = [];
  for (const each of REFUSED) {
    const { status, stderr } = await run(['list', DIRECTORY + each.file]);
    if (status === 0) listed.push(each.file);
    else assert.match(stderr, each.words, each.file);
  }
  assert.ok(listed.length > 0);
  // What only a tree cannot be: names, places and links, but no byte.
  const about =
    /dot-dot|below-|place-of-a-directory|without-target|hard-link|empty-name|root-is-a-file|huge-file-size\.tar/;
  assert.equal(
    listed.filter((file) => !about.test(file)),
    [],
  );
});

test('a limit can be moved by every verb that reads archives', async () => {
  const long = `${DIRECTORY}archive-limit--newc-long-name.cpio`;
  for (const args of [
    ['list', long],
    ['diff', long, DIRECTORY],
    ['diff', DIRECTORY, long],
    ['pack', long, '-o', scratch.in('long.cpio')],
  ]) {
    const { status, stderr } = await run(args);
    assert.is(status, 2);
    assert.match(stderr, /--limit nameLength=VALUE/);
    const allowed = await run([...args, '--limit', 'nameLength=5000', '-q']);
    assert.not.match(allowed.stderr, /--limit/, args.join(' '));
  }
  const wrong = await run(['diff', long, long, '--limit', 'names=5']);
  assert.is(wrong.status, 2);
  assert.match(wrong.stderr, /there is no limit "/);
});

test.run();
