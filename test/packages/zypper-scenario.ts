import { cpSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { databaseOptions, runTool, type Tools } from '../../fixtures/packages/rpm-tools.ts';
import { installZypper, serveRepository, type Zypper, zypper } from '../../fixtures/packages/zypper-tools.ts';
import { packAndUnpack } from '../support/packed-twice.ts';
import { runCli } from '../support/run-cli.ts';
import { runCommand } from '../support/run-command.ts';

export interface ZypperScenario {
  readonly tools: Tools;
  /** For the repository and the trees, as the tools see it; an empty one. */
  readonly directory: string;
  /** Of this machine, for archives and keys; another one, and its path is at most 70 bytes. */
  readonly scratch: string;
  readonly backend: 'sqlite' | 'ndb';
  /** Files of the database of rpm that differ before. */
  readonly database: readonly string[];
}

const CLOCKS = { first: '2024-03-01 10:00:00', second: '2024-05-17 23:11:07' } as const;

/** Two clocks and two orders: different before, one digest after, and zypper and rpm go on from there. */
export async function zypperTwice(scenario: ZypperScenario): Promise<void> {
  const { tools, directory, scratch, backend } = scenario;
  const built = `${directory}/repository`;
  const on = (name: string, clock: string): Zypper => {
    return { tools, directory: built, root: `${directory}/${name}`, backend, clock };
  };
  const repository = await serveRepository(tools, built, `${scratch}/keys`);
  try {
    for (const run of ['first', 'second'] as const) {
      await installZypper(on(run, CLOCKS[run]), repository, run);
    }
    const trees = ['first', 'second'].map((run) => join(tools.chroot ?? '/', directory, run));
    assert.equal(await differing(trees), expectedDifferences(scenario.database));

    const { digests, unpacked } = await packAndUnpack(trees, `${scratch}/packed`);
    assert.is(digests.size, 1);
    const { status, text, stderr } = await runCli(['check', unpacked, '--source-date-epoch', '1700000000']);
    assert.is(status, 0, text + stderr);

    const last = on('unpacked', '2024-06-01 10:00:00');
    cpSync(unpacked, join(tools.chroot ?? '/', last.root), {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
    });
    await rpmAccepts(last);
    await zypperAccepts(last);
  } finally {
    repository.close();
  }
}

/** Paths outside of caches that differ or that one of the trees lacks; a time in a name goes, its day stays. */
async function differing(trees: readonly string[]): Promise<string[]> {
  const { stdout, status } = await runCommand(['diff', '-rq', '--no-dereference', ...trees]);
  assert.is(status, 1);
  const paths = stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => {
      const whole = line.replace(/^Files (.*) and .* differ$/, '$1').replace(/^Only in (.*): /, '$1/');
      return trees.reduce((path, tree) => path.replace(`${tree}/`, ''), whole);
    });
  return paths
    .filter((path) => !path.startsWith('var/cache/zypp/'))
    .map((path) => path.replace(/(updateTestcase(-\d+){3})(-\d\d){3}$/, '$1'))
    .sort();
}

function expectedDifferences(database: readonly string[]): string[] {
  return [
    'etc/zypp/services.d/announced.service',
    ...database.map((file) => `usr/lib/sysimage/rpm/${file}`),
    'var/lib/zypp/AutoInstalled',
    'var/lib/zypp/RequestedLocales',
    'var/log/updateTestcase-2024-03-01',
    'var/log/updateTestcase-2024-05-17',
    'var/log/zypp/history',
    'var/log/zypper.log',
  ];
}

async function rpmAccepts({ tools, root, backend }: Zypper): Promise<void> {
  const rpm = (program: string, ...args: string[]): Promise<string> =>
    runTool(tools, [program, ...databaseOptions(root, backend), ...args]);
  const installed = await rpm('rpm', '-qa', '--qf', '%{name} %{installtime}\n');
  assert.equal(
    installed.split('\n').sort(),
    ['alpha', 'beta', 'delta', 'gamma', 'gpg-pubkey', 'openSUSE-release', 'wide'].map(
      (name) => `${name} 1700000000`,
    ),
  );
  assert.is(await rpm('rpm', '-Va'), '');
  await rpm('rpmdb', '--verifydb');
}

async function zypperAccepts(on: Zypper): Promise<void> {
  const rows = async (...args: string[]): Promise<string[]> => {
    const table = (await zypper(on, ...args)).split('\n');
    return table.filter((line) => line.includes('|')).map((line) => line.replace(/ *\| */g, '|').trim());
  };
  // A plus sign marks packages that the user requested.
  const installed = await rows('search', '--installed-only', '--type', 'package');
  for (const [name, mark] of Object.entries({
    alpha: 'i',
    beta: 'i',
    delta: 'i+',
    gamma: 'i+',
    wide: 'i+',
  })) {
    assert.ok(
      installed.some((row) => row.startsWith(`${mark}|${name}|`)),
      `${name}: ${installed.join('\n')}`,
    );
  }
  const products = await rows('products', '--installed-only');
  assert.ok(products.some((row) => row.includes('openSUSE Tumbleweed|20240101-0')));
  const locales = (await rows('locales')).filter((row) => row.endsWith('|Requested'));
  assert.equal(
    locales.slice(1).map((row) => row.split('|')[0]),
    ['de', 'fr', 'ja', 'pt_BR', 'sv'],
  );
  const locks = (await rows('locks')).flatMap((row) => /^\d+\|(\w+)\|/.exec(row)?.[1] ?? []);
  assert.equal(locks, ['one', 'two']);
  assert.match(await zypper(on, 'refresh-services'), /All services have been refreshed/);
  assert.match(await zypper(on, 'verify'), /Dependencies of all installed packages are satisfied/);
  // With gamma, which was asked for, goes what came for it.
  await zypper(on, 'remove', '--clean-deps', 'gamma');
  const { tools, root, backend } = on;
  const left = await runTool(tools, ['rpm', ...databaseOptions(root, backend), '-qa', '--qf', '%{name}\n']);
  assert.equal(left.split('\n').sort(), ['delta', 'gpg-pubkey', 'openSUSE-release', 'wide']);
  await zypper(on, 'install', 'gamma');
}
