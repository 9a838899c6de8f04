// What a bootstrap leaves mounted or immutable is unmounted and removed, and nothing that was mounted is touched.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withBootstrap } from '../../src/bootstrap/bootstrap.ts';
import { parseChoices, recordEnvironment } from '../../src/bootstrap/environment.ts';
import { removeTree } from '../../src/bootstrap/remove-tree.ts';
import { bindMount } from '../support/mounts.ts';
import { rejects } from '../support/rejects.ts';
import { missing, testWhere } from '../support/requires.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('bootstrap/mounts');
const scratch = new Scratch('bootstrap-mounts', '/var/tmp');
const lacking = missing({ root: true, tools: ['mount', 'umount', 'unshare', 'chattr', 'xargs'] });
const outside = scratch.in('outside');

test.before(() => {
  mkdirSync(`${outside}/directory`, { recursive: true });
  writeFileSync(`${outside}/directory/file`, 'kept');
});
test.after(() => scratch.remove());

async function leave(command: string, work: (tree: string) => Promise<void>): Promise<void> {
  const temporary = mkdtempSync(scratch.in('run-'));
  const environment = recordEnvironment(0, parseChoices(['OUTSIDE']));
  const caller = { OUTSIDE: outside };
  try {
    await withBootstrap({ command, environment, caller, temporary }, work);
  } finally {
    assert.equal(readdirSync(temporary), []);
    assert.not.match(readFileSync('/proc/self/mountinfo', 'utf8'), new RegExp(temporary));
    assert.is(readFileSync(`${outside}/directory/file`, 'utf8'), 'kept');
  }
}

testWhere(
  test,
  lacking,
  'mounts are gone before the tree is looked at: binds, stacks, names with spaces',
  async () => {
    const command = [
      'cd {root} && mkdir -p dev proc "a b" x/y',
      'mount --bind "$OUTSIDE" dev && mount --bind "$OUTSIDE" "a b" && mount --bind "$OUTSIDE" "a b"',
      'mount -t proc proc proc && mount -t tmpfs tmpfs x && mkdir x/y && mount --bind "$OUTSIDE/directory" x/y',
      'touch x/hidden file && mount --bind "$OUTSIDE/directory/file" file',
    ].join(' && ');
    await leave(command, async (tree) => {
      assert.equal(readdirSync(tree).sort(), ['a b', 'dev', 'file', 'proc', 'x']);
      assert.equal(readdirSync(`${tree}/dev`), []);
      assert.equal(readdirSync(`${tree}/a b`), []);
      assert.equal(readdirSync(`${tree}/x`), ['y']);
      assert.is(readFileSync(`${tree}/file`, 'utf8'), '');
    });
  },
);

testWhere(test, lacking, 'a mount that something uses is gone as well', async () => {
  const command =
    'mkdir {root}/dev && mount --bind "$OUTSIDE" {root}/dev && cd {root}/dev && { setsid sleep 3 & sleep 0.2; }';
  await leave(command, async (tree) => assert.equal(readdirSync(`${tree}/dev`), []));
});

testWhere(test, lacking, 'and so when the command fails', async () => {
  const command = 'mkdir {root}/dev && mount --bind "$OUTSIDE" {root}/dev && exit 1';
  await rejects(() => leave(command, async () => {}), 'bootstrap-failed', /status 1/);
});

testWhere(test, lacking, 'immutable and append-only things are removed', async () => {
  const command =
    'mkdir -p {root}/a/b && echo > {root}/a/b/file && echo > "{root}/$(printf "a/\\377")" && chattr +i {root}/a/b/file {root}/a/b && chattr +a {root}/a && chattr -R +i "{root}/$(printf "a/\\377")"';
  await leave(command, async (tree) => assert.equal(readdirSync(`${tree}/a/b`), ['file']));
});

testWhere(
  test,
  lacking,
  'nothing behind a mount point is removed, even where it could not be unmounted',
  async () => {
    const tree = scratch.in('mounted');
    mkdirSync(`${tree}/a/dev`, { recursive: true });
    await bindMount(scratch, outside, `${tree}/a/dev`);
    await rejects(
      () => removeTree(tree),
      'bootstrap-failed',
      /a\/dev: is a mount point, so its contents are not removed/,
    );
    assert.ok(existsSync(`${outside}/directory/file`));
  },
);

testWhere(test, lacking, 'where nothing can be unmounted it is said, and nothing is removed', async () => {
  // In its own namespace, without the capability to mount.
  const program = [
    "import { withBootstrap } from './src/bootstrap/bootstrap.ts';",
    "import { unmountBelow } from './src/bootstrap/scratch.ts';",
    'try { unmountBelow(process.argv[1]); } catch (error) { console.log(error.code, error.message); }',
  ].join('\n');
  const tree = scratch.in('stuck');
  mkdirSync(`${tree}/dev`, { recursive: true });
  await bindMount(scratch, outside, `${tree}/dev`);
  const said = await succeed(
    [
      'setpriv',
      '--bounding-set=-sys_admin',
      '--inh-caps=-sys_admin',
      process.execPath,
      '--input-type=module',
      '-e',
      program,
      tree,
    ],
    { cwd: new URL('../..', import.meta.url).pathname },
  );
  assert.match(said, /^bootstrap-failed .*dev: is mounted and cannot be unmounted/);
  assert.ok(existsSync(`${outside}/directory/file`));
});

test.run();
