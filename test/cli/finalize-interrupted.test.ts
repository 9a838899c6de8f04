// A tree that an earlier finalize has left in part.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { freshDirectory, seen } from '../finalize/every-kind.ts';
import { leaveJournal } from '../finalize/leave-journal.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { finalize, makeTree } from './finalized.ts';

const test = suite('cli finalize interrupted');
const scratch = new Scratch('cli-finalize-interrupted');
test.after(() => scratch.remove());

test('an interrupted run: check, pack and --dry-run say so, finalize completes it', async () => {
  const root = makeTree(scratch.path);
  const journal = `${root}/${JOURNAL_DIRECTORY}`;
  leaveJournal(root, [{ do: 'remove', path: 'usr', isDirectory: true }]);
  for (const args of [
    ['check', root],
    ['pack', root, '-o', `${scratch.path}/x.cpio`],
    ['finalize', root, '--dry-run'],
  ]) {
    const { status, stderr } = await run(args);
    assert.is(status, 2);
    assert.match(stderr, /a finalize of this tree was interrupted/);
  }
  const archive = `${scratch.path}/interrupted.tar`;
  execFileSync('tar', ['-C', root, '-cf', archive, '.']);
  for (const args of [
    ['check', archive],
    ['pack', archive, '-o', `${scratch.path}/x.cpio`],
  ]) {
    const { status, stderr } = await run(args);
    assert.is(status, 2);
    assert.match(
      stderr,
      /contains \.stillroot-finalize, so the tree in it is unfinished.*omits the directory/,
    );
  }
  const out = `${freshDirectory(scratch.path)}/out`;
  const extracted = await run(['extract', archive, '-C', out]);
  assert.is(extracted.status, 0, extracted.stderr);
  assert.match(extracted.stdout, /warning journal-skipped: 1\n *\.stillroot-finalize: left out/);
  assert.equal(readdirSync(out).sort(), ['data', 'etc', 'usr', 'var']);
  const { status, stdout, stderr } = await finalize(root, ['--json']);
  assert.is(status, 0);
  assert.match(stderr, /completed an interrupted run \(1 operation\)/);
  assert.is((JSON.parse(stdout) as { recovered: number }).recovered, 1);
  assert.not.ok(existsSync(`${root}/usr`) || existsSync(journal));
});

test('a journal that is none of ours is refused, and nothing is done', async () => {
  const root = makeTree(scratch.path);
  symlinkSync('/etc', `${root}/${JOURNAL_DIRECTORY}`);
  const before = seen(root);
  const { status, stderr } = await finalize(root);
  assert.is(status, 2);
  assert.match(stderr, /\.stillroot-finalize: is not a directory that finalize created/);
  assert.is(seen(root), before);
});

test.run();
