// Real image builders call finalize through the hooks of src/hooks: different bytes without it, the same with it. mkosi
// 27 has a separate file.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { materialize } from '../../fixtures/materialize.ts';
import { readSlice } from '../../fixtures/read-slice.ts';
import { mmdebstrap } from '../../src/hooks/debian.ts';
import { type Hook, hookText } from '../../src/hooks/hook.ts';
import { buildroot, shell } from '../../src/hooks/image-builders.ts';
import { mkosi14 } from '../../src/hooks/mkosi.ts';
import { before } from '../support/before.ts';
import { plainDigest, twoDebians } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { machineMirror } from '../support/debian-package.ts';
import { type Mkosi, unpackMkosi } from '../support/mkosi.ts';
import { memoryScratch } from '../support/mounts.ts';
import { withoutNspawn } from '../support/nspawn.ts';
import { missing, testWhere } from '../support/requires.ts';
import { retried } from '../support/retried.ts';
import { pack } from '../support/run-cli.ts';
import { runCommand, succeed } from '../support/run-command.ts';
import { makeScript } from '../support/single-file.ts';
import { stillrootOnPath } from '../support/stillroot-on-path.ts';

const test = suite('builders');
const scratch = memoryScratch('builders');
const EPOCH = '1700000000';
const NAMES = ['one', 'two'] as const;
let script = '';
let env: NodeJS.ProcessEnv;

before(test, async () => {
  chmodSync(scratch.path, 0o755);
  // What mmdebstrap bootstraps for a tar lies there.
  mkdirSync(scratch.in('tmp'));
  chmodSync(scratch.in('tmp'), 0o1777);
  script = await makeScript(scratch);
  env = {
    ...process.env,
    PATH: `${stillrootOnPath(scratch)}:${process.env.PATH}`,
    SOURCE_DATE_EPOCH: EPOCH,
    TMPDIR: scratch.in('tmp'),
  };
});
test.after(async () => {
  await succeed(['find', scratch.path, '-xdev', '-mindepth', '1', '-delete']);
  scratch.remove();
});

async function lacking(tools: readonly string[]): Promise<string | undefined> {
  const absent = missing({ root: true, tools: ['apt-get', 'tar', 'sha256sum', ...tools] });
  if (absent !== undefined) return absent;
  return (await debianMirror('bookworm')) === undefined ? 'apt on this machine knows no archive' : undefined;
}

/** The hook as a program. */
function program(hook: Hook): string {
  const path = scratch.in(`hook-${hook.id}`);
  writeFileSync(path, hookText(hook), { mode: 0o755 });
  return path;
}

/** Digests of two runs, the second of which begins in a different second. */
async function digests(build: (name: string) => Promise<string>): Promise<Set<string>> {
  const found = new Set<string>();
  for (const name of NAMES) {
    found.add(await build(name));
    await setTimeout(1100);
  }
  return found;
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

const withoutMmdebstrap = await lacking(['mmdebstrap', 'newuidmap']);

/** openssh-server makes keys that no two machines share. */
async function tarOf(name: string, mode: string, hooks: readonly string[]): Promise<string> {
  const tar = scratch.in(`${name}.tar`);
  const what = ['--variant=minbase', '--include=openssh-server', `--mode=${mode}`, '--quiet', ...hooks];
  const command = ['mmdebstrap', ...what, 'bookworm', tar, await machineMirror()];
  await retried(() => succeed(command, { env, timeout: 400_000 }));
  return sha256(tar);
}

testWhere(test, withoutMmdebstrap, 'mmdebstrap without the hook: two digests', async () => {
  assert.is((await digests((name) => tarOf(name, 'root', []))).size, 2);
});

testWhere(
  test,
  withoutMmdebstrap,
  'mmdebstrap with the hook: one digest, of root and of unshare',
  async () => {
    const lists = readdirSync('/var/lib/apt/lists').length;
    // The option of the page in one mode, the single file alone in the other.
    const option = /--customize-hook='([^']+)'/.exec(mmdebstrap.text)?.[1] ?? '';
    assert.is(option, 'stillroot finalize "$1"');
    const hooked = (name: string): Promise<string> => {
      const [mode, hook] = name === 'one' ? ['root', option] : ['unshare', script];
      return tarOf(name, mode, [`--customize-hook=${hook}`]);
    };
    assert.is((await digests(hooked)).size, 1);
    for (const name of NAMES) {
      const names = await succeed(['tar', '-tf', scratch.in(`${name}.tar`)]);
      assert.not.match(names, /ssh_host_|alternatives\.log|mmdebstrap/);
    }
    // Without its own configuration, apt-get would have cleaned those of the machine.
    assert.is(readdirSync('/var/lib/apt/lists').length, lists);
  },
);

testWhere(test, await lacking(['debootstrap']), 'debootstrap: two digests; finalized, one', async () => {
  const trees = NAMES.map((name) => scratch.in(`debootstrap-${name}`));
  for (const [index, shared] of (await twoDebians('debootstrap', await machineMirror())).entries()) {
    await succeed(['cp', '-a', shared, trees[index] as string]);
  }
  assert.is(new Set(await Promise.all(trees.map((tree) => plainDigest(tree)))).size, 2);
  for (const tree of trees) await succeed([program(shell), tree], { env });
  assert.is(new Set(await Promise.all(trees.map((tree) => plainDigest(tree)))).size, 1);
  const again = await succeed([program(shell), trees[0] as string], { env });
  assert.match(again, 'nothing to do');
});

// Buildroot's fs/common.mk: under fakeroot, as a user, `chown -h -R 0:0 TARGET_DIR`, the scripts, then the archive.
const BUILD_USER = 4321;
const withoutFakeroot = missing({ root: true, tools: ['fakeroot', 'setpriv', 'tar', 'sha256sum'] });
testWhere(test, withoutFakeroot, 'the calls of Buildroot after fakeroot and after the build', async () => {
  const hook = program(buildroot);
  const asUser = ['setpriv', `--reuid=${BUILD_USER}`, `--regid=${BUILD_USER}`, '--clear-groups'];
  const archive = `find . -print0 | LC_ALL=C sort -z | tar --numeric-owner --no-recursion --null -T - -cf -`;
  const build = async (name: string, calls: string): Promise<string> => {
    const target = scratch.in(`buildroot-${name}`);
    materialize(target, readSlice(name === 'one' ? 'first' : 'second'));
    await succeed(['chown', '-hR', `${BUILD_USER}:${BUILD_USER}`, target]);
    const steps = `chown -h -R 0:0 "$TARGET_DIR"; ${calls} cd "$TARGET_DIR"; ${archive}`;
    const { status, stdout, stderr } = await runCommand([...asUser, 'fakeroot', 'sh', '-ec', steps], {
      env: { ...env, TARGET_DIR: target, HOST_DIR: '/nonexistent', HOOK: hook },
    });
    assert.is(status, 0, stderr);
    await succeed(['rm', '-rf', target]);
    return createHash('sha256').update(stdout).digest('hex');
  };
  assert.is((await digests((name) => build(name, ''))).size, 2);
  const call = '"$HOOK" "$TARGET_DIR" "an argument for all scripts" >&2;';
  assert.is((await digests((name) => build(name, call))).size, 1);
});

// mkosi 14 needs a systemd-nspawn that works, which few containers have; its calls are checked everywhere.
testWhere(test, missing({ tools: ['sh'] }), 'the calls of mkosi 14', async () => {
  const root = scratch.in('mkosi-14-root');
  materialize(root, readSlice('first'));
  const call = (verb: string): ReturnType<typeof runCommand> =>
    runCommand([program(mkosi14), verb], { env: { ...env, BUILDROOT: root, OUTPUTDIR: scratch.path } });
  const before = await plainDigest(root);
  const build = await call('build');
  assert.is(build.status, 0, build.stderr);
  assert.is(await plainDigest(root), before, 'nothing is done to the development image');
  const final = await call('final');
  assert.is(final.status, 0, final.stderr);
  assert.match(final.stdout.toString(), /finalized\n[\s\S]* for\s+debian,[\s\S]*2023-11-14T22:13:20Z/);
});

const nspawn =
  (await lacking(['debootstrap', 'python3', 'dpkg', 'dpkg-deb'])) ?? (await withoutNspawn(scratch));
if (nspawn !== undefined) {
  console.error(`  - mkosi 14 itself was not run: ${nspawn}`);
} else {
  let mkosi: Mkosi;
  const packed = new Set<string>();
  const image = async (name: string, args: readonly string[]): Promise<string> => {
    mkosi ??= await unpackMkosi(scratch, 'bookworm');
    assert.match(mkosi.version, /^14-/);
    const directory = scratch.in(`mkosi-14-${name}`);
    mkdirSync(directory, { recursive: true });
    chownSync(directory, 0, 0);
    const what = ['-d', 'debian', '-r', 'bookworm', '-m', await machineMirror(), '-t', 'directory'];
    const how = ['-o', 'rootfs', '--nspawn-keep-unit', '--force'];
    await retried(() => mkosi.run([...what, ...how, ...args, 'build'], { cwd: directory, env }));
    // mkosi 14 empties these two after the script, which only changes their times; pack sets those, too.
    const digest = await plainDigest(`${directory}/rootfs`, '--exclude=./run --exclude=./tmp');
    packed.add((await pack(`${directory}/rootfs`, scratch.in('mkosi-14.cpio'), ['--force'])).digests.file);
    assert.not.ok(existsSync(`${directory}/rootfs/.stillroot-finalize`));
    await succeed(['rm', '-rf', '--one-file-system', directory]);
    return digest;
  };

  test('mkosi 14 without the script: two digests', async () => {
    assert.is((await digests((name) => image(name, []))).size, 2);
  });

  test('mkosi 14 with it: one digest', async () => {
    const args = ['--finalize-script', program(mkosi14)];
    assert.is((await digests((name) => image(name, args))).size, 1);
    assert.is(
      packed.size,
      1,
      'pack makes one archive of trees that were finalized, and of those that were not',
    );
  });
}

test.run();
