// `finalize --archive`: the archive for builders that write none.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { freshDirectory, seen } from '../finalize/every-kind.ts';
import { Scratch } from '../support/temporary.ts';
import { finalize, makeTree, packed } from './finalized.ts';

const test = suite('cli finalize --archive');
const scratch = new Scratch('cli-finalize-archive');
test.after(() => scratch.remove());

test('--archive writes what pack makes of the untouched tree', async () => {
  const root = makeTree(scratch.path);
  const output = freshDirectory(scratch.path);
  const before = await packed(root, scratch.path);
  const { status, stdout, stderr } = await finalize(root, ['--archive', 'image.cpio', '--json'], {
    OUTPUTDIR: output,
  });
  assert.is(status, 0, stderr);
  const { archive, digests } = JSON.parse(stdout) as { archive: string; digests: { file: string } };
  assert.equal([archive, digests.file], [`${output}/image.cpio`, before]);
  // A builder may have left one.
  const again = await finalize(root, ['--archive', 'image.cpio'], { OUTPUTDIR: output });
  assert.is(again.status, 0);
  assert.match(again.stdout, before);
});

test('--archive: what is wrong is said before the tree is changed', async () => {
  const root = makeTree(scratch.path);
  const before = seen(root);
  const outside = freshDirectory(scratch.path);
  for (const [name, env, message, ...more] of [
    ['a.cpio', {}, /needs the environment variable OUTPUTDIR/],
    ['a.cpio', { OUTPUTDIR: '' }, /needs the environment variable OUTPUTDIR/],
    ['../a.cpio', { OUTPUTDIR: outside }, /without a slash/],
    ['', { OUTPUTDIR: outside }, /without a slash/],
    ['a.zip', { OUTPUTDIR: outside }, /a\.zip/],
    ['a.cpio', { OUTPUTDIR: root }, /inside/],
    ['a.cpio', { OUTPUTDIR: `${outside}/none` }, /none/],
    [
      'a.tar',
      { OUTPUTDIR: outside },
      /--init: needs a format that the kernel unpacks/,
      '--init',
      '/sbin/init',
    ],
  ] as const) {
    const { status, stderr } = await finalize(root, ['--archive', name, ...more], env);
    assert.is(status, 2, name);
    assert.match(stderr, message);
    assert.is(seen(root), before, `${name} ${JSON.stringify(env)}`);
  }
});

test.run();
