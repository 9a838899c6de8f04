// rpm and dnf 4 from Debian 12: what they write differs, is made equal, and is then accepted by them.
import { cpSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildRpms, DATABASE_PATH, databaseOptions, installRpms } from '../../fixtures/packages/rpm-tools.ts';
import { inspect } from '../../src/plan/inspect.ts';
import { scanDirectory } from '../../src/source/directory.ts';
import { packAndUnpack } from '../support/packed-twice.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCommand, succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('rewrite/rpm');
const scratch = new Scratch('rpm', '/var/tmp');
const CLOCKS = ['2024-03-01 10:00:00', '2024-05-17 23:11:07'] as const;
const lacking = missing({ root: true, tools: ['rpm', 'rpmbuild', 'rpmdb', 'faketime', 'bsdtar', 'sqlite3'] });
const lackingDnf = lacking ?? missing({ tools: ['dnf', 'createrepo_c'] });

test.after(() => scratch.remove());

let built: Promise<Map<string, string>> | undefined;
function rpms(): Promise<Map<string, string>> {
  built ??= buildRpms({}, scratch.in('rpms'));
  return built;
}

testWhere(
  test,
  lacking,
  'rpm: two clocks and two histories, one digest, and rpm goes on from there',
  async () => {
    const files = await rpms();
    const path = (name: string): string => files.get(name) ?? name;
    const orders = [
      [['alpha', 'beta', 'gamma', 'wide']],
      [['wide'], ['alpha'], ['gamma'], ['-alpha'], ['alpha', 'beta']],
    ];
    const roots = orders.map((_, run) => scratch.in(`rpm-${run}`));
    for (const [run, order] of orders.entries()) {
      await installRpms(
        {},
        {
          root: roots[run] as string,
          backend: 'sqlite',
          clock: CLOCKS[run] as string,
          transactions: order.map((names) => names.map(path)),
        },
      );
    }
    const databases = roots.map((root) => readFileSync(`${root}${DATABASE_PATH}/rpmdb.sqlite`));
    assert.not.ok((databases[0] as Buffer).equals(databases[1] as Buffer), 'different before');
    const { digests, unpacked } = await packAndUnpack(roots, scratch.in('rpm-packed'));
    assert.is(digests.size, 1);

    const database = `${unpacked}${DATABASE_PATH}/rpmdb.sqlite`;
    assert.is(await succeed(['sqlite3', database, 'PRAGMA integrity_check; PRAGMA foreign_key_check']), 'ok');
    const options = databaseOptions(unpacked, 'sqlite');
    const rpm = (...args: string[]): Promise<string> => succeed(['rpm', ...options, ...args]);
    assert.is(
      await rpm('-qa', '--qf', '%{nevra} %{installtime} %{installtid}\n'),
      ['alpha-1.0-1', 'beta-1:2.0~rc1-3', 'gamma-2.0-3', 'wide-0.1-1']
        .map((name) => `${name}.noarch 1700000000 1700000000`)
        .join('\n'),
    );
    assert.is(await rpm('-V', '--nodeps', 'alpha', 'beta', 'gamma', 'wide'), '');
    assert.is(await rpm('-qf', '/usr/share/beta/b'), 'beta-2.0~rc1-3.noarch');
    assert.is(await rpm('-q', '--whatrequires', 'alpha'), 'beta-2.0~rc1-3.noarch');
    await succeed(['rpmdb', ...options, '--verifydb']);
    // And it can be changed: one goes, comes back, and all of it is rebuilt.
    await rpm('-e', '--nodeps', 'beta');
    await rpm('-i', '--nodeps', path('beta'));
    assert.is(await rpm('-q', 'beta'), 'beta-2.0~rc1-3.noarch');
    await succeed(['rpmdb', ...options, '--rebuilddb']);
    await succeed(['rpmdb', ...options, '--verifydb']);
  },
);

testWhere(
  test,
  lacking,
  'what rpm says of packages and files is what is read out of its database',
  async () => {
    const files = await rpms();
    const root = scratch.in('rpm-read');
    await installRpms({}, { root, backend: 'sqlite', clock: CLOCKS[0], transactions: [[...files.values()]] });
    const options = databaseOptions(root, 'sqlite');
    const said = await succeed([
      'rpm',
      ...options,
      '-qa',
      '--qf',
      '%{name} %{evr} %{arch} %{sourcerpm} %{size}\n',
    ]);
    const source = scanDirectory(root);
    try {
      const { ownership } = inspect(source);
      const [database] = ownership?.databases ?? [];
      assert.is(
        database?.packages
          .map((each) => `${each.name} ${each.version} ${each.architecture} ${each.source} ${each.size}`)
          .join('\n'),
        said,
      );
      const listed = await succeed(['rpm', ...options, '-qa', '--qf', '[%{=NAME} %{FILENAMES}\n]']);
      for (const line of listed.split('\n')) {
        const [name = '', path = ''] = line.split(' ');
        const bytes = Buffer.from(path.slice(1), 'utf8').toString('latin1');
        assert.ok(ownership?.ownersOf(bytes).includes(name), line);
      }
    } finally {
      source.close();
    }
  },
);

testWhere(
  test,
  lackingDnf,
  'dnf 4: history and database of two clocks and two roots, one digest',
  async () => {
    await rpms();
    const repository = scratch.in('rpms', 'build', 'RPMS', 'noarch');
    await succeed(['createrepo_c', '-q', repository]);
    const roots = CLOCKS.map((_, run) => scratch.in(`dnf-${run}`));
    const dnf = (root: string, ...args: string[]): string[] => [
      ...['dnf', '-y', '-q', `--installroot=${root}`, '--releasever=1', '--nogpgcheck', '--disablerepo=*'],
      ...[
        '--setopt=reposdir=/nonexistent',
        `--repofrompath=local,file://${repository}`,
        '--enablerepo=local',
        ...args,
      ],
    ];
    for (const [run, root] of roots.entries()) {
      await succeed(['faketime', CLOCKS[run] as string, ...dnf(root, 'install', 'gamma', 'wide')]);
      // Debian keeps rpm's database in the home of who runs it; in an image it is where others have it.
      cpSync(`${root}/root/.rpmdb`, `${root}/var/lib/rpm`, { recursive: true });
      await succeed(['rm', '-r', `${root}/root`]);
    }
    const { digests, unpacked } = await packAndUnpack(roots, scratch.in('dnf-packed'));
    assert.is(digests.size, 1);
    const history = `${unpacked}/var/lib/dnf/history.sqlite`;
    assert.is(await succeed(['sqlite3', history, 'PRAGMA integrity_check; PRAGMA foreign_key_check']), 'ok');
    cpSync(`${unpacked}/var/lib/rpm`, `${unpacked}/root/.rpmdb`, { recursive: true });
    const listed = await succeed(dnf(unpacked, 'repoquery', '--installed', '--qf', '%{name}'));
    assert.equal(listed.split('\n').sort(), ['alpha', 'beta', 'gamma', 'wide']);
    const { status, stdout } = await runCommand(dnf(unpacked, 'history', 'info', '1'));
    assert.is(status, 0);
    assert.match(stdout.toString(), /Install\s+gamma/);
    assert.match(stdout.toString(), /2023/);
    const user = await succeed(dnf(unpacked, 'repoquery', '--userinstalled', '--qf', '%{name}'));
    assert.equal(user.split('\n').sort(), ['gamma', 'wide']);
  },
);

test.run();
