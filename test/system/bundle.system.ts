// The single file under real Node 20, 22 and 24, alone in a directory, in the places where image builders run it.
import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SINGLE_FILE } from '../../.ci/build/single-file.ts';
import { materialize } from '../../fixtures/materialize.ts';
import { readSlice } from '../../fixtures/read-slice.ts';
import { before } from '../support/before.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCommand, succeed } from '../support/run-command.ts';
import { makeScript } from '../support/single-file.ts';
import { Scratch } from '../support/temporary.ts';
import { type Listing, listTree } from '../support/tree-listing.ts';

const test = suite('bundle');
const scratch = new Scratch('bundle', '/var/tmp');
const EPOCH = '1700000000';
const NOBODY = 65534;
let directory = '';
let script = '';
let wanted: Listing;

before(test, async () => {
  // The directory of the scratch itself is for its owner only.
  chmodSync(scratch.path, 0o755);
  directory = scratch.in('alone');
  script = await makeScript(scratch, 'alone');
  assert.equal(readdirSync(directory), [SINGLE_FILE], 'nothing beside it');
  const control = slice('control');
  // As a builder names it: what mkosi's variable calls for is decided by the variable.
  await succeed([process.execPath, script], { env: { BUILDROOT: control, SOURCE_DATE_EPOCH: EPOCH } });
  wanted = listTree(control);
});
test.after(() => scratch.remove());

function slice(name: string): string {
  materialize(scratch.in(name), readSlice('first'));
  return scratch.in(name);
}

/** The program of a version, from the registry. */
async function nodeOf(version: string): Promise<string> {
  const command = ['npm', 'exec', '--yes', `--package=node@${version}`, '-c', 'command -v node'];
  return await succeed(command, { cwd: scratch.path, timeout: 240_000 });
}

const programs = new Map<string, string>();
// 20.0.0 is the oldest that the file promises to run with.
for (const version of ['20.0.0', '20', '22', '24']) {
  let lacking: string | undefined;
  try {
    programs.set(version, await nodeOf(version));
  } catch (error) {
    lacking = `could not be prepared: ${(error as Error).message}`;
  }
  testWhere(test, lacking, `Node ${version}, in an empty directory`, async () => {
    const node = programs.get(version) ?? '';
    const exact = await succeed([node, '-p', 'process.versions.node']);
    assert.ok(exact === version || exact.startsWith(`${version}.`), exact);
    const root = slice(`node-${version}`);
    const env = { BUILDROOT: root, SOURCE_DATE_EPOCH: EPOCH, HOME: '/' };
    const first = await runCommand([node, script], { env, cwd: directory });
    assert.is(first.status, 0, first.stderr);
    assert.is(first.stderr, '', 'no warning of Node, either');
    assert.equal(listTree(root), wanted);
    const { status, stdout } = await runCommand([node, script], { env, cwd: directory });
    assert.is(status, 0);
    assert.match(stdout.toString(), 'nothing to do');
    assert.is((await runCommand([node, script, '--help'], { env })).status, 0);
    assert.equal(readdirSync(directory), [SINGLE_FILE], 'nothing was left beside it');
  });
}

test('Node 18 is told what is wanted', async () => {
  const { status, stderr } = await runCommand([await nodeOf('18'), script, '--version'], { env: {} });
  assert.is(status, 2);
  assert.match(stderr, /^stillroot needs Node\.js 20 or newer \(you have 18\.\S+\)\.\n$/);
});

const lacking = missing({ root: true, tools: ['unshare', 'setpriv', 'sh', 'mount'] });

testWhere(test, lacking, 'HOME=/, /usr read-only, no network, an empty environment', async () => {
  const root = slice('sandbox');
  // A program in /usr would run from the read-only mount, so the one of the tests is taken from where it lies.
  const inside = `mount --make-rprivate / && mount --bind /usr /usr && mount -o remount,bind,ro /usr &&
    ! touch /usr/probe 2>/dev/null && ! grep -q '^ *eth' /proc/net/dev &&
    exec env -i HOME=/ LANG=C.UTF-8 BUILDROOT="$1" SOURCE_DATE_EPOCH=${EPOCH} "$2" "$3"`;
  const command = ['unshare', '--mount', '--net', 'sh', '-ec', inside, 'sh', root, process.execPath, script];
  const { status, stderr } = await runCommand(command);
  assert.is(status, 0, stderr);
  assert.equal(listTree(root), wanted);
});

testWhere(test, lacking, 'a user, in a directory that he may not read, or that is gone', async () => {
  const node = scratch.in('node');
  copyFileSync(realpathSync(process.execPath), node);
  const closed = scratch.in('closed');
  const root = scratch.in('closed-root');
  for (const path of [closed, root]) mkdirSync(path);
  chmodSync(node, 0o755);
  chownSync(root, NOBODY, NOBODY);
  chmodSync(closed, 0o700);
  const user = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  const run = (here: string): ReturnType<typeof runCommand> =>
    runCommand(['sh', '-ec', `${here}; exec "$@"`, 'sh', ...user, node, script, root], { env: {} });
  for (const here of [
    `cd '${closed}'`,
    `mkdir '${scratch.in('gone')}'; cd '${scratch.in('gone')}'; rmdir ../gone`,
  ]) {
    const { status, stderr } = await run(here);
    assert.is(status, 0, `${here}: ${stderr}`);
  }
});

test.run();
