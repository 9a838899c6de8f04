// A whole Debian: finalize, then pack, equals pack of the untouched tree, for root and for other users.
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { oneDebian } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack, runCli } from '../support/run-cli.ts';
import { runCommand, succeed } from '../support/run-command.ts';

const test = suite('finalize a bootstrap');
const scratch = memoryScratch('finalize-bootstrap');
const SUITE = 'bookworm';
const EPOCH = ['--source-date-epoch', '1700000000'];
const USER = 12345;
const AS_USER = ['setpriv', '--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'];
const output = scratch.in('out');
/** Only read here. */
let base = '';
let mirror = '';
const lacking =
  missing({ root: true, tools: ['mmdebstrap', 'apt-get', 'setpriv', 'unshare', 'find', 'cp', 'chown'] }) ??
  (await withoutMirror());
test.after(() => scratch.remove());

async function withoutMirror(): Promise<string | undefined> {
  const found = await debianMirror(SUITE);
  mirror = found ?? '';
  return found === undefined ? `apt on this machine knows no archive of ${SUITE}` : undefined;
}

async function withoutNamespaces(): Promise<string | undefined> {
  if (lacking !== undefined) return lacking;
  const { status } = await runCommand([...AS_USER, 'unshare', '-r', 'true']);
  return status === 0 ? undefined : 'a user may make no user namespace here';
}

before(test, async () => {
  if (lacking !== undefined) return;
  base = await oneDebian('larger', mirror);
  mkdirSync(output);
  chownSync(output, USER, USER);
  chmodSync(scratch.path, 0o755);
});

/** chown(2) takes set-user-ID away, which a build of one user does not. */
async function giveAway(tree: string): Promise<void> {
  const list = ['find', tree, '-not', '-type', 'l', '-perm', '/7000', '-printf', '%m %p\\0'];
  const special = (await succeed(list)).split('\0').filter(Boolean);
  await succeed(['chown', '-hR', `${USER}:${USER}`, tree]);
  for (const line of special) {
    const space = line.indexOf(' ');
    chmodSync(line.slice(space + 1), Number.parseInt(line.slice(0, space), 8));
  }
}

async function check(name: string, wrapper: readonly string[], isGiven: boolean): Promise<void> {
  const tree = scratch.in(name);
  await succeed(['cp', '-a', base, tree]);
  // A user other than root has no devices.
  if (isGiven) {
    await succeed(['find', `${tree}/dev`, '-mindepth', '1', '-delete']);
    await giveAway(tree);
  }
  const untouched = await pack(tree, `${output}/${name}-before.cpio`, EPOCH, { wrapper });
  const first = await runCli(['finalize', tree, ...EPOCH], { wrapper });
  assert.is(first.status, 0, first.stderr);
  const after = await pack(tree, `${output}/${name}-after.cpio`, EPOCH, { wrapper });
  assert.is(after.digests.payload, untouched.digests.payload);
  const second = await runCli(['finalize', tree, ...EPOCH], { wrapper });
  assert.match(second.text, /: nothing to do/);
  // Only what finalize leaves to pack is still to be done: owners that a user cannot set.
  const checked = await runCli(['check', tree, ...EPOCH, '-v'], { wrapper });
  if (!isGiven) assert.is(checked.status, 0, checked.text);
  await succeed(['rm', '-rf', '--one-file-system', tree]);
}

testWhere(test, lacking, 'as root', () => check('root', [], false));

testWhere(test, lacking, 'as a user, of a tree that is his', () => check('user', AS_USER, true));

testWhere(test, await withoutNamespaces(), 'as root in a user namespace', () =>
  check('namespace', [...AS_USER, 'unshare', '-r'], true),
);

testWhere(test, lacking, 'root and a user make one archive of what each has finalized', async () => {
  const digests = new Set<string>();
  for (const [name, wrapper] of [
    ['one', []],
    ['other', AS_USER],
  ] as const) {
    const tree = scratch.in(name);
    await succeed(['cp', '-a', base, tree]);
    if (wrapper.length > 0) await giveAway(tree);
    assert.is((await runCli(['finalize', tree, ...EPOCH, '-q'], { wrapper })).status, 0);
    digests.add((await pack(tree, `${output}/${name}.cpio`, EPOCH, { wrapper })).digests.payload);
  }
  assert.is(digests.size, 1);
});

testWhere(test, lacking, 'the finalized Debian is in order for its own programs', async () => {
  const tree = scratch.in('one');
  for (const command of [
    ['dpkg', '--verify'],
    ['dpkg', '--audit'],
  ]) {
    assert.is(await succeed(['chroot', tree, ...command]), '');
  }
});

test.run();
