// apk 2 of a real Alpine: what it writes differs, is made equal, and is then accepted by apk.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { APK_PACKAGES, type ApkPackage, makeApk } from '../../fixtures/packages/apk-packages.ts';
import { APK_RUNS, apk, installApks } from '../../fixtures/packages/apk-tools.ts';
import { inspect } from '../../src/plan/inspect.ts';
import { scanDirectory } from '../../src/source/directory.ts';
import { alpineRootfs } from '../support/alpine.ts';
import { packAndUnpack } from '../support/packed-twice.ts';
import { missing, testWithOwn } from '../support/requires.ts';
import { runCli } from '../support/run-cli.ts';
import { runCommand } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('packages/apk');
const scratch = new Scratch('apk', '/var/tmp');
const lacking = missing({ root: true, tools: ['tar', 'bsdtar', 'chroot', 'unshare', 'mknod', 'diff'] });
const rootfs = alpineRootfs();
const absent =
  rootfs === undefined
    ? 'STILLROOT_ALPINE names no root filesystem of Alpine; test/cli/apk-orders.test.ts uses what its apk wrote'
    : undefined;

test.after(() => scratch.remove());

/** What two installations leave different, beside times. */
const DIFFERING = [
  'etc/machine-id',
  'etc/ssh/ssh_host_ed25519_key',
  'lib/apk/db/scripts.tar',
  'lib/apk/db/triggers',
  'var/lib/dbus/machine-id',
  'var/log/service/setup.log',
];

testWithOwn(
  test,
  lacking,
  absent,
  'two orders, hosts, umasks and dates, one digest, and apk goes on from there',
  async () => {
    const trees = ['first', 'second'].map((run) => scratch.in(run));
    for (const [index, run] of [APK_RUNS.first, APK_RUNS.second].entries()) {
      await installApks(rootfs as string, trees[index] as string, run);
    }
    const { stdout } = await runCommand(['diff', '-rq', '--no-dereference', ...trees]);
    const lines = stdout
      .toString()
      .trimEnd()
      .split('\n')
      .filter((line) => !line.includes('character special'));
    assert.equal(
      lines.map((line) => line.replace(/^Files .*\/first\/(\S+) and .*$/, '$1')).sort(),
      DIFFERING,
    );
    const { digests, unpacked } = await packAndUnpack(trees, scratch.in('packed'));
    assert.is(digests.size, 1);
    const { status, text, stderr } = await runCli(['check', unpacked, '--source-date-epoch', '1700000000']);
    assert.is(status, 0, text + stderr);

    // Alpine itself ships one directory with another mode than its package says.
    assert.is(await audit(unpacked), await audit(trees[0] as string));
    await apkAccepts(unpacked);
  },
);

/** Files of packages with other content, mode or owner. */
function audit(root: string): Promise<string> {
  return apk(root, 'audit', '--system', '--check-permissions');
}

async function apkAccepts(root: string): Promise<void> {
  const installed = (await apk(root, 'info')).split('\n');
  const source = scanDirectory(root);
  try {
    const { ownership } = inspect(source);
    assert.equal(ownership?.databases[0]?.packages.map(({ name }) => name).sort(), installed.sort());
    for (const { name } of APK_PACKAGES) {
      const path = `usr/share/${name}/file`;
      assert.equal(ownership?.ownersOf(path), [name]);
      assert.match(
        await apk(root, 'info', '--who-owns', `/${path}`),
        new RegExp(`owned by ${name}-1\\.0-r0$`),
      );
    }
  } finally {
    source.close();
  }
  assert.match(
    await apk(root, 'fix', '--simulate'),
    new RegExp(`^OK: \\d+ MiB in ${installed.length} packages$`, 'm'),
  );
  const removed = await apk(root, 'del', 'alpha');
  assert.match(removed, /^Executing alpha-1\.0-r0\.post-deinstall$/m);
  assert.ok(existsSync(join(root, 'root/alpha-is-gone')), 'its script ran');
  assert.not.ok(existsSync(join(root, 'usr/share/alpha')));
  writeFileSync(
    join(root, 'alpha.apk'),
    makeApk(APK_PACKAGES.find(({ name }) => name === 'alpha') as ApkPackage),
  );
  const added = await apk(root, 'add', '--allow-untrusted', '/alpha.apk');
  for (const script of ['pre-install', 'trigger'])
    assert.match(added, new RegExp(`^Executing alpha-1\\.0-r0\\.${script}$`, 'm'));
}

test.run();
