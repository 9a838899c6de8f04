// The newest rpm, dnf5, zypper and pacman, in a chroot of Debian unstable, which takes the network and some minutes;
// STILLROOT_UNSTABLE names an existing one that has PACKAGES.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildPacmanPackages, pacman } from '../../fixtures/packages/pacman-tools.ts';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import {
  buildRpms,
  databaseOptions,
  installRpms,
  runTool,
  type Tools,
} from '../../fixtures/packages/rpm-tools.ts';
import { zypperTwice } from '../packages/zypper-scenario.ts';
import { before } from '../support/before.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { memoryScratch } from '../support/mounts.ts';
import { packAndUnpack } from '../support/packed-twice.ts';
import { missing, testWhere } from '../support/requires.ts';
import { succeed } from '../support/run-command.ts';

const test = suite('rewrite/rpm-newest');
const scratch = memoryScratch('newest');
const chroot = process.env.STILLROOT_UNSTABLE ?? scratch.in('unstable');
const tools: Tools = { chroot };
/** As the tools in the chroot see it. */
const INSIDE = '/tmp/stillroot';
const CLOCKS = ['2024-03-01 10:00:00', '2024-05-17 23:11:07'] as const;
const PACKAGES = [
  'rpm',
  'dnf5',
  'pacman-package-manager',
  'faketime',
  'createrepo-c',
  'libarchive-tools',
  'sqlite3',
  'zypper',
  'gpg',
];
const NEEDED = ['mmdebstrap', 'apt-get', 'bsdtar', 'chroot', 'gpg', 'gpgconf', 'unshare', 'diff'];
const lacking = missing({ root: true, tools: NEEDED }) ?? (await withoutMirror());

test.after(async () => {
  await succeed(['rm', '-rf', '--one-file-system', `${chroot}${INSIDE}`]);
  scratch.remove();
});

async function withoutMirror(): Promise<string | undefined> {
  return (await debianMirror('bookworm')) === undefined ? 'apt on this machine knows no archive' : undefined;
}

before(test, async () => {
  if (lacking !== undefined) return;
  if (process.env.STILLROOT_UNSTABLE === undefined) {
    const mirror = (await debianMirror('bookworm')) ?? '';
    // A mirror that is not quite current is as good here.
    const late = '--aptopt=Acquire::Check-Valid-Until "false"';
    const what = ['--variant=apt', '--mode=root', '--quiet', late, `--include=${PACKAGES.join(',')}`];
    await succeed(['mmdebstrap', ...what, 'unstable', chroot, mirror], { timeout: 600_000 });
  }
  mkdirSync(`${chroot}${INSIDE}`, { recursive: true });
});

let built: Promise<Map<string, string>> | undefined;
function rpms(): Promise<Map<string, string>> {
  built ??= buildRpms(tools, `${INSIDE}/rpms`);
  return built;
}

/** Packs trees of the chroot and puts the first one back into it. */
async function packed(name: string, count: number): Promise<{ digests: Set<string>; root: string }> {
  const trees = Array.from({ length: count }, (_, run) => `${chroot}${INSIDE}/${name}-${run}`);
  const { digests, unpacked } = await packAndUnpack(trees, scratch.in(name));
  const root = `${INSIDE}/${name}-unpacked`;
  cpSync(unpacked, `${chroot}${root}`, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return { digests, root };
}

for (const backend of ['sqlite', 'ndb'] as const) {
  testWhere(
    test,
    lacking,
    `rpm 6, ${backend}: two clocks and two histories, one digest, and rpm goes on`,
    async () => {
      const files = await rpms();
      const path = (name: string): string => files.get(name) ?? name;
      const orders = [
        [['alpha', 'beta', 'gamma', 'wide']],
        [['wide'], ['alpha'], ['gamma'], ['-alpha'], ['alpha', 'beta']],
      ];
      for (const [run, order] of orders.entries()) {
        const transactions = order.map((names) => names.map(path));
        const root = `${INSIDE}/${backend}-${run}`;
        await installRpms(tools, { root, backend, clock: CLOCKS[run] as string, transactions });
      }
      const { digests, root } = await packed(backend, 2);
      assert.is(digests.size, 1);
      const rpm = (program: string, ...args: string[]): Promise<string> =>
        runTool(tools, [program, ...databaseOptions(root, backend), ...args]);
      const names = await rpm('rpm', '-qa', '--qf', '%{name} %{installtime}\n');
      assert.equal(
        names.split('\n').sort(),
        ['alpha', 'beta', 'gamma', 'wide'].map((name) => `${name} 1700000000`),
      );
      assert.is(await rpm('rpm', '-V', '--nodeps', 'alpha', 'beta', 'gamma', 'wide'), '');
      await rpm('rpmdb', '--verifydb');
      assert.is(await rpm('rpm', '-q', '--whatrequires', 'alpha'), 'beta-2.0~rc1-3.noarch');
      await rpm('rpm', '-e', '--nodeps', 'beta');
      await rpm('rpm', '-i', '--nodeps', path('beta'));
      await rpm('rpmdb', '--rebuilddb');
      assert.is(await rpm('rpm', '-q', 'beta'), 'beta-2.0~rc1-3.noarch');
    },
  );
}

testWhere(test, lacking, 'rpm 6 reads a rewritten Berkeley DB', async () => {
  for (const [run, name] of ['first', 'second'].entries()) {
    const directory = `${chroot}${INSIDE}/bdb-${run}/var/lib/rpm`;
    mkdirSync(directory, { recursive: true });
    for (const file of ['Packages', 'Name', 'Installtid']) {
      writeFileSync(`${directory}/${file}`, capturedDatabase(`${name}-${file}`));
    }
  }
  const { digests, root } = await packed('bdb', 2);
  assert.is(digests.size, 1);
  const options = ['--dbpath', `${root}/var/lib/rpm`, '--define', '_db_backend bdb_ro'];
  const listed = await runTool(tools, ['rpm', ...options, '-qa', '--qf', '%{name} %{installtid}\n']);
  assert.equal(
    listed.split('\n').sort(),
    ['alpha', 'beta', 'gamma', 'wide'].map((name) => `${name} 1700000000`),
  );
  assert.is(await runTool(tools, ['rpm', ...options, '-q', 'gamma']), 'gamma-2.0-3.noarch');
});

testWhere(
  test,
  lacking,
  'dnf5: state, history and database of two clocks and two roots, one digest',
  async () => {
    await rpms();
    const repository = `${INSIDE}/rpms/build/RPMS/noarch`;
    await runTool(tools, ['createrepo_c', '-q', repository]);
    const dnf = (root: string, ...args: string[]): string[] => [
      ...[
        'dnf5',
        '-y',
        '-q',
        `--installroot=${root}`,
        '--use-host-config',
        '--releasever=1',
        '--no-gpgchecks',
      ],
      ...[
        '--setopt=reposdir=/nonexistent',
        `--repofrompath=local,file://${repository}`,
        '--repo=local',
        ...args,
      ],
    ];
    for (const [run, clock] of CLOCKS.entries()) {
      await runTool(tools, ['faketime', clock, ...dnf(`${INSIDE}/dnf5-${run}`, 'install', 'gamma', 'wide')]);
    }
    const { digests, root } = await packed('dnf5', 2);
    assert.is(digests.size, 1);
    const listed = await runTool(
      tools,
      dnf(root, 'repoquery', '--installed', '--qf', '%{name} %{reason}\\n'),
    );
    assert.equal(listed.trim().split('\n').sort(), [
      'alpha Dependency',
      'beta Dependency',
      'gamma User',
      'wide User',
    ]);
    assert.match(await runTool(tools, dnf(root, 'history', 'info')), /gamma/);
    const state = readFileSync(`${chroot}${root}/usr/lib/sysimage/libdnf5/system.toml`, 'utf8');
    const history = `${root}/usr/lib/sysimage/libdnf5/transaction_history.sqlite`;
    const recorded = await runTool(tools, ['sqlite3', history, 'SELECT rpmdb_version_end FROM trans']);
    assert.ok(state.includes(recorded), 'the state and the history name the same database');
  },
);

testWhere(
  test,
  lacking,
  'zypper and rpm 6, ndb: two clocks and two orders, one digest, and zypper goes on',
  async () => {
    await zypperTwice({
      tools,
      directory: `${INSIDE}/zypper`,
      scratch: scratch.in('zypper'),
      backend: 'ndb',
      database: ['Index.db', 'Packages.db'],
    });
  },
);

testWhere(test, lacking, 'pacman 7: two clocks, one digest, and pacman finds all files', async () => {
  const directory = `${INSIDE}/pacman-built`;
  const packages = await buildPacmanPackages(tools, directory);
  for (const [run, clock] of CLOCKS.entries()) {
    const root = `${INSIDE}/pacman-${run}`;
    mkdirSync(`${chroot}${root}/var/lib/pacman`, { recursive: true });
    await runTool(tools, ['faketime', clock, ...pacman(directory, root, '-U', ...packages)]);
  }
  const { digests, root } = await packed('pacman', 2);
  assert.is(digests.size, 1);
  assert.match(
    await runTool(tools, pacman(directory, root, '-Qk')),
    /second-lib: \d+ total files, 0 missing files/,
  );
  assert.equal(readdirSync(`${chroot}${root}/var/lib/pacman/local`).length, 3);
});

test.run();
