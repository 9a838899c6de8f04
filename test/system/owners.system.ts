// A tree owned by one user packs to the same bytes as the same tree owned by root.
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bootstrap } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack, runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';

const test = suite('owners');
const scratch = memoryScratch('owners');
const SUITE = 'bookworm';
const tools = ['mmdebstrap', 'apt-get', 'setpriv', 'find', 'chown'];
let mirror = '';
const lacking = missing({ root: true, tools }) ?? (await withoutMirror());

test.after(() => scratch.remove());

async function withoutMirror(): Promise<string | undefined> {
  const found = await debianMirror(SUITE);
  mirror = found ?? '';
  return found === undefined ? `apt on this machine knows no archive of ${SUITE}` : undefined;
}

/** A user unknown to both the machine and the tree. */
const USER = 12345;

/** Packages with files that belong to others than root. */
const PACKAGES: readonly string[] = [
  ...['apache2', 'at', 'bsdutils', 'chrony', 'colord', 'cron', 'dbus', 'exim4-daemon-light', 'lightdm'],
  ...['man-db', 'mutt', 'nethack-console', 'nginx-light', 'openssh-client', 'plocate', 'polkitd'],
  ...['procmail', 'rsyslog', 'samba', 'screen', 'ssl-cert', 'unattended-upgrades', 'uuid-runtime'],
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

testWhere(test, lacking, 'root and a user make one archive of one Debian', async () => {
  const tree = scratch.in('tree');
  const output = scratch.in('out');
  await bootstrap('mmdebstrap', SUITE, mirror, tree, { packages: PACKAGES });
  const others = await succeed(['find', tree, '-xdev', '-not', '-group', '0', '-not', '-path', '*/run/*']);
  assert.ok(others.split('\n').length > 40, 'the tree has other owners than root');
  mkdirSync(output);
  const byRoot = await pack(tree, `${output}/root.cpio`);
  await giveAway(tree);
  chownSync(output, USER, USER);
  chmodSync(scratch.path, 0o711);
  const wrapper = ['setpriv', '--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'];
  const byUser = await pack(tree, `${output}/user.cpio`, [], { wrapper });
  await sameEntries(`${output}/root.cpio`, `${output}/user.cpio`);
  assert.is(byUser.digests.payload, byRoot.digests.payload);
  const plain = await pack(tree, `${output}/plain.cpio`, ['--skip', '*/owner-*'], { wrapper });
  assert.is.not(plain.digests.payload, byRoot.digests.payload, 'without the rules they differ');
});

/** Says which entries differ, where a digest would only say that some do. */
async function sameEntries(one: string, other: string): Promise<void> {
  const lines = async (archive: string): Promise<string[]> =>
    (await runCli(['list', archive, '-v'])).text.split('\n');
  const known = new Set(await lines(one));
  assert.equal(
    (await lines(other)).filter((line) => !known.has(line)),
    [],
  );
}

test.run();
