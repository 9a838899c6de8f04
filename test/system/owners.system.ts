// A tree that one user owns packs to what the same tree of root packs to.
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bootstrap } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('owners');
const scratch = new Scratch('owners', '/var/tmp');
const lacking = missing({ root: true, tools: ['mmdebstrap', 'apt-get', 'setpriv', 'find', 'chown'] });

test.after(() => scratch.remove());

/** Somebody whom neither the machine nor the tree knows. */
const USER = 12345;

/** Packages with files that belong to others than root. */
const PACKAGES: readonly string[] = [
  ...['apache2', 'at', 'bsdutils', 'colord', 'cron', 'dbus', 'exim4-daemon-light', 'lightdm', 'man-db'],
  ...['mutt', 'nethack-console', 'nginx-light', 'openssh-client', 'plocate', 'procmail', 'rsyslog', 'samba'],
  ...['screen', 'ssl-cert', 'unattended-upgrades', 'uuid-runtime'],
];

/** chown(2) takes set-user-ID and set-group-ID away, which a build of one user does not. */
async function giveAway(tree: string): Promise<void> {
  const list = ['find', tree, '-not', '-type', 'l', '-perm', '/7000', '-printf', '%m %p\\0'];
  const special = (await succeed(list)).split('\0').filter(Boolean);
  await succeed(['chown', '-hR', `${USER}:${USER}`, tree]);
  for (const line of special) {
    const space = line.indexOf(' ');
    chmodSync(line.slice(space + 1), Number.parseInt(line.slice(0, space), 8));
  }
}

for (const release of ['bullseye', 'bookworm', 'trixie']) {
  const mirror = lacking === undefined ? await debianMirror(release) : undefined;
  const absent =
    lacking ?? (mirror === undefined ? `apt on this machine knows no archive of ${release}` : undefined);
  testWhere(test, absent, `${release}: root and a user make one archive`, async () => {
    const tree = scratch.in(release);
    const output = scratch.in(`${release}-out`);
    await bootstrap('mmdebstrap', release, mirror as string, tree, { packages: PACKAGES });
    const others = await succeed(['find', tree, '-xdev', '-not', '-group', '0', '-not', '-path', '*/run/*']);
    assert.ok(others.split('\n').length > 40, 'the tree has other owners than root');
    mkdirSync(output);
    const byRoot = await pack(tree, `${output}/root.cpio`);
    await giveAway(tree);
    chownSync(output, USER, USER);
    chmodSync(scratch.path, 0o711);
    const wrapper = ['setpriv', '--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'];
    const byUser = await pack(tree, `${output}/user.cpio`, [], { wrapper });
    assert.is(byUser.digests.payload, byRoot.digests.payload);
    const plain = await pack(tree, `${output}/plain.cpio`, ['--skip', '*/owner-*'], { wrapper });
    assert.is.not(plain.digests.payload, byRoot.digests.payload, 'without the rules they differ');
    await succeed(['rm', '-rf', '--one-file-system', tree, output]);
  });
}

test.run();
