// pacman, rpm, dnf and zypper install packages whose scripts write what those of real packages write: different before, one
// digest after, and each tool accepts the result.
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DATABASE_PATH, databaseOptions } from '../../fixtures/packages/rpm-tools.ts';
import {
  dnfManager,
  type Manager,
  pacmanManager,
  rpmHome,
  rpmManager,
  zypperManager,
} from '../../fixtures/packages/script-installs.ts';
import { SCRIPT_PROGRAMS, TRUST_MODULE } from '../../fixtures/packages/script-programs.ts';
import {
  buildScriptPacmanPackages,
  buildScriptRpms,
  type Circumstances,
  stagePackages,
} from '../../fixtures/packages/script-tools.ts';
import { before } from '../support/before.ts';
import { memoryScratch } from '../support/mounts.ts';
import { PACKED_EPOCH, packAndUnpack } from '../support/packed-twice.ts';
import { describeRepository } from '../support/pacman-repository.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack } from '../support/run-cli.ts';
import { runCommand, succeed } from '../support/run-command.ts';

const test = suite('other-distributions');
const scratch = memoryScratch('others');
const managers = ['pacman', 'pacman-key', 'rpm', 'rpmbuild', 'dnf', 'createrepo_c', 'zypper'];
const tools = [...managers, 'gpg', 'bsdtar', 'cc', 'unshare', 'diff', 'fc-list', 'ldd'];
const lacking =
  missing({ root: true, tools: [...tools, ...SCRIPT_PROGRAMS] }) ??
  (existsSync(TRUST_MODULE) ? undefined : `needs ${TRUST_MODULE}`);

/** The second is 40 hours ahead; its file modes show the umask, and its order is another one. */
let circumstances: readonly [Circumstances, Circumstances];
let first: readonly string[];
let names: readonly string[];
let rpms: ReadonlyMap<string, string>;
let config: string;
let repository: string;
let home: string;

test.after(() => scratch.remove());

before(test, async () => {
  if (lacking !== undefined) return;
  const library = scratch.in('clock-ahead.so');
  const clock = new URL('../../bench/clock-ahead.c', import.meta.url).pathname;
  await succeed(['cc', '-O2', '-shared', '-fPIC', `-DAHEAD=${40 * 3600}`, '-o', library, clock]);
  circumstances = [
    { host: 'builder-one', umask: '022' },
    { host: 'ci-7f3a', umask: '077', library },
  ];
  const [font = ''] = (await succeed(['fc-list', ':fontformat=TrueType', 'file'])).split(/:\s*/);
  const staged = await stagePackages(scratch.in('staged'), font);
  const isFirst = (name: string): boolean => name === 'setup' || name === 'programs';
  first = staged.map(({ name }) => name).filter(isFirst);
  names = staged.map(({ name }) => name).filter((name) => !isFirst(name) && !name.endsWith('-release'));

  rpms = await buildScriptRpms(staged, scratch.in('rpms'));
  home = rpmHome(scratch.in('home'));
  repository = dirname(rpms.get('setup') as string);
  await succeed(['createrepo_c', '-q', repository]);
  const pacmanRepository = scratch.in('pacman');
  mkdirSync(pacmanRepository);
  const built = await buildScriptPacmanPackages(staged, pacmanRepository);
  await describeRepository(
    pacmanRepository,
    [...built].map(([name, file]) => ({ name, version: '1.0-1', file })),
  );
  config = scratch.in('pacman.conf');
  writeFileSync(
    config,
    `[options]\nSigLevel = Never\nArchitecture = auto\n[here]\nServer = file://${pacmanRepository}\n`,
  );
});

/**
 * One transaction for all; in the second tree two, of every other package, unless the tool keeps a history of them. The trigger
 * of the libraries is last in both.
 */
async function install(manager: Manager, root: string, run: 0 | 1): Promise<void> {
  mkdirSync(root);
  const around = circumstances[run];
  await manager.prepare?.(root, around);
  const tool = manager.run(root, around);
  await tool(...manager.install([...first, `${manager.distribution}-release`]));
  const rest = names.slice(0, -1);
  const halves = [1, 0].map((parity) => rest.filter((_, index) => index % 2 === parity));
  const second = manager.hasHistory ? [rest] : halves;
  for (const group of [...(run === 0 ? [rest] : second), names.slice(-1)])
    await tool(...manager.install(group));
}

/** Paths of files that differ, and of those that one of the trees lacks; what pacman-key made is one. */
async function differing(trees: readonly string[]): Promise<string[]> {
  const { stdout } = await runCommand(['diff', '-rq', '--no-dereference', ...trees]);
  const paths = stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => {
      const whole = line
        .replace(/^Files? (.*) (and|is a socket while file) .*$/, '$1')
        .replace(/^Only in (.*): /, '$1/');
      const path = trees.reduce((path, root) => path.replace(`${root}/`, ''), whole);
      return path.replace(/^(etc\/pacman\.d\/gnupg)\/.*$/, '$1');
    });
  // The clock of the second tree came from there.
  return [...new Set(paths)].filter((path) => !path.startsWith('var/tmp/')).sort();
}

/** What the scripts leave different, whichever tool runs them. */
const BY_SCRIPTS: readonly string[] = [
  ...['etc/.updated', 'etc/iscsi/initiatorname.iscsi', 'etc/machine-id', 'etc/nvme/hostnqn'],
  ...['etc/pki/tls/certs/localhost.crt', 'etc/pki/tls/private/localhost.key', 'etc/shadow', 'etc/shadow-'],
  ...['ecdsa', 'ed25519', 'rsa'].flatMap((kind) => [
    `etc/ssh/ssh_host_${kind}_key`,
    `etc/ssh/ssh_host_${kind}_key.pub`,
  ]),
  ...['var/.updated', 'var/cache/ldconfig/aux-cache'],
  ...['var/lib/systemd/credential.secret', 'var/lib/systemd/random-seed', 'var/log/alternatives.log'],
  ...['apache', 'dnsmasq', 'unbound'].map((name) => `var/log/${name}/setup.log`),
];
/** Where the tool takes the packages in the order of the command line. */
const BY_ORDER = ['group', 'group-', 'gshadow', 'gshadow-', 'passwd', 'passwd-'].map((name) => `etc/${name}`);
const FONTS = '3830d5c3ddfd5cd38a049b759396e72e-le64.cache-8';
const FONT_CACHE = `var/cache/fontconfig/${FONTS}`;
const SCRATCH = ['apache', 'dnsmasq', 'unbound'].map((name) => `var/lib/rpm-state/${name}/upgrading`);
const RPM_DATABASE = `${DATABASE_PATH.slice(1)}/rpmdb.sqlite`;

interface Scenario {
  readonly manager: () => Manager;
  /** Files that differ beside those of BY_SCRIPTS. */
  readonly differing: () => readonly string[];
  /** Its permissions are those of the umask. */
  readonly masked: string;
  /** What is in the trees and not in the archive. */
  readonly goes: readonly string[];
  readonly accepts: (tool: ReturnType<Manager['run']>, root: string) => Promise<void>;
}

const installed = (manager: Manager): string[] =>
  [...first, `${manager.distribution}-release`, ...names].sort();

/** All packages are there, and each of their files is as they say. */
async function rpmAccepts(root: string, manager: Manager): Promise<void> {
  const rpm = (program: string, ...args: string[]): Promise<string> =>
    succeed([program, ...databaseOptions(root, 'sqlite'), ...args]);
  assert.equal((await rpm('rpm', '-qa', '--qf', '%{name}\n')).split('\n').sort(), installed(manager));
  assert.is(await rpm('rpm', '-Va'), '');
  await rpm('rpmdb', '--verifydb');
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  pacman: {
    manager: () => pacmanManager(config),
    differing: () => [
      ...['etc/ca-certificates/extracted/java-cacerts.jks', 'etc/pacman.d/gnupg', 'var/log/pacman.log'],
      ...[...BY_ORDER, FONT_CACHE],
      ...installed(pacmanManager(config)).map((name) => `var/lib/pacman/local/${name}-1.0-1/desc`),
    ],
    masked: 'var/lib/pacman/local/ALPM_DB_VERSION',
    goes: [
      ...['etc/pacman.d/gnupg/pubring.gpg', 'var/lib/pacman/sync/here.db'],
      'var/cache/pacman/pkg/setup-1.0-1-any.pkg.tar.gz',
    ],
    async accepts(tool) {
      const all = installed(pacmanManager(config));
      assert.equal((await tool('-Qq')).split('\n').sort(), all);
      const checked = (await tool('-Qk')).split('\n');
      assert.is(checked.filter((line) => line.endsWith(' 0 missing files')).length, all.length);
      await tool('-Dk');
      await tool('-R', 'wget-doc');
      await tool('-Sy', 'wget-doc');
    },
  },
  rpm: {
    manager: () => rpmManager(rpms),
    differing: () => [
      ...['etc/pki/ca-trust/extracted/java/cacerts', RPM_DATABASE, `${RPM_DATABASE}-shm`],
      ...[...BY_ORDER, FONT_CACHE, ...SCRATCH],
    ],
    masked: RPM_DATABASE,
    goes: SCRATCH,
    async accepts(tool, root) {
      await rpmAccepts(root, rpmManager(rpms));
      await tool('-e', 'wget-doc');
      await tool(...rpmManager(rpms).install(['wget-doc']));
    },
  },
  dnf: {
    manager: () => dnfManager(repository, home),
    differing: () => [
      ...['etc/pki/ca-trust/extracted/java/cacerts', RPM_DATABASE, `${RPM_DATABASE}-shm`],
      ...[`usr/lib/fontconfig/cache/${FONTS}`, ...SCRATCH],
      ...['', '-shm', '-wal'].map((end) => `var/lib/dnf/history.sqlite${end}`),
      ...['dnf', 'dnf.librepo', 'dnf.rpm', 'hawkey'].map((name) => `var/log/${name}.log`),
    ],
    masked: 'var/lib/dnf/history.sqlite',
    goes: [...SCRATCH, 'var/log/dnf.log'],
    async accepts(tool, root) {
      const manager = dnfManager(repository, home);
      await rpmAccepts(root, manager);
      const listed = (await tool('list', '--installed')).split('\n').slice(1);
      assert.equal(listed.map((line) => line.split('.')[0]).sort(), installed(manager));
      await tool('check');
      await tool('history', 'info', '1');
      await tool('reinstall', 'wget-doc');
    },
  },
  zypper: {
    manager: () => zypperManager(repository, home),
    differing: () => [
      ...[...BY_ORDER, FONT_CACHE, RPM_DATABASE],
      ...['cookie', 'solv'].map((name) => `var/cache/zypp/solv/@System/${name}`),
      ...['var/lib/ca-certificates/java-cacerts', 'var/log/zypp/history', 'var/log/zypper.log'],
    ],
    masked: 'var/lib/zypp',
    goes: ['var/cache/zypp/solv/@System/solv'],
    async accepts(tool, root) {
      const manager = zypperManager(repository, home);
      await rpmAccepts(root, manager);
      const rows = (await tool('search', '--installed-only'))
        .split('\n')
        .filter((line) => line.startsWith('i'));
      assert.equal(rows.map((row) => row.split('|')[1]?.trim()).sort(), installed(manager));
      await tool('verify');
      await tool('install', '--force', 'wget-doc');
    },
  },
};

/** The keyring of pacman-key without the key that signs, or all of it, which is reported. */
async function keyringOnRequest(root: string): Promise<void> {
  const secret = 'etc/pacman.d/gnupg/private-keys-v1.d/';
  const packed = async (value: string): Promise<{ paths: string; warned: string[] }> => {
    const archive = scratch.in(`keyring-${value}.cpio`);
    const { warnings } = await pack(root, archive, ['--policy', `pacman-keyring=${value}`]);
    const warned = warnings.map(({ path }) => path).filter((path) => path.startsWith(secret));
    return { paths: await succeed(['bsdtar', '-tf', archive]), warned };
  };
  const [withoutSecret, whole] = [await packed('private'), await packed('keep')];
  assert.match(withoutSecret.paths, 'etc/pacman.d/gnupg/pubring.gpg');
  assert.not.match(withoutSecret.paths, new RegExp(`${secret}.`));
  assert.equal(withoutSecret.warned, []);
  assert.match(whole.paths, new RegExp(`${secret}.+\\.key`));
  assert.ok(whole.warned.length > 0);
}

const ORDER = ['--policy', 'sort-accounts=sort'];

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  testWhere(test, lacking, `${name}: two clocks, hosts, umasks and orders, one digest`, async () => {
    const manager = scenario.manager();
    const trees = [scratch.in(`${name}-0`), scratch.in(`${name}-1`)] as const;
    await Promise.all([install(manager, trees[0], 0), install(manager, trees[1], 1)]);
    assert.equal(await differing(trees), [...BY_SCRIPTS, ...scenario.differing()].sort());
    const modes = trees.map((root) => statSync(join(root, scenario.masked)).mode & 0o077);
    assert.is(modes[1], 0, scenario.masked);
    assert.ok((modes[0] as number) > 0, scenario.masked);

    const { digests, unpacked } = await packAndUnpack(trees, scratch.in(`${name}-packed`), ORDER);
    assert.is(digests.size, 1);
    for (const path of scenario.goes) {
      assert.ok(existsSync(join(trees[0], path)), path);
      assert.not(existsSync(join(unpacked, path)), path);
    }
    const [archive, second] = [scratch.in(`${name}-packed/0.cpio`), scratch.in(`${name}-packed/again.cpio`)];
    const again = await pack(archive, second, [...ORDER, '--source-date-epoch', PACKED_EPOCH]);
    assert.equal([again.digests.file], [...digests]);
    await scenario.accepts(manager.run(unpacked, circumstances[0]), unpacked);
    if (name === 'pacman') await keyringOnRequest(trees[0]);
    for (const root of [...trees, `${name}-packed`])
      await succeed(['rm', '-rf', '--one-file-system', scratch.in(root)]);
  });
}

test.run();
