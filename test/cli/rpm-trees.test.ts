/**
 * Databases that real tools made twice, with different clocks and orders, under the rules of their distribution:
 * despite their differences they become one archive. See fixtures/packages/capture-rpm.ts.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli rpm trees');
const scratch = new Scratch('cli-rpm-trees');
test.after(() => scratch.remove());

const SYSIMAGE = 'usr/lib/sysimage';

interface Tree {
  readonly release: string;
  /** Paths to names of captured databases. */
  readonly databases: Readonly<Record<string, string>>;
  readonly empty?: readonly string[];
  readonly changes: readonly string[];
}

const TREES: Readonly<Record<string, Tree>> = {
  'Fedora with dnf and dnf5': {
    release: 'ID=fedora',
    databases: {
      [`${SYSIMAGE}/rpm/rpmdb.sqlite`]: 'dnf5-rpmdb.sqlite',
      [`${SYSIMAGE}/libdnf5/system.toml`]: 'system.toml',
      [`${SYSIMAGE}/libdnf5/transaction_history.sqlite`]: 'transaction_history.sqlite',
      [`${SYSIMAGE}/libdnf5/transaction_history.sqlite-wal`]: 'transaction_history.sqlite-wal',
      'var/lib/dnf/history.sqlite': 'history.sqlite',
      'var/lib/dnf/history.sqlite-wal': 'history.sqlite-wal',
    },
    changes: ['dnf/history', 'dnf/history-journal', 'dnf/libdnf5-history', 'rpm/database-sqlite'],
  },
  openSUSE: {
    release: 'ID=opensuse-leap\nID_LIKE="suse opensuse"',
    databases: { [`${SYSIMAGE}/rpm/Packages.db`]: 'Packages.db' },
    empty: [`${SYSIMAGE}/rpm/Index.db`],
    changes: ['rpm/database-indexes', 'rpm/database-ndb'],
  },
  'CentOS 8': {
    release: 'ID=centos\nID_LIKE="rhel fedora"',
    databases: {
      'var/lib/rpm/Packages': 'Packages',
      'var/lib/rpm/Name': 'Name',
      'var/lib/rpm/Installtid': 'Installtid',
    },
    changes: ['rpm/database-bdb'],
  },
};

function write(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function makeTree(root: string, { release, databases, empty = [] }: Tree, take: string): void {
  write(`${root}/etc/os-release`, release);
  for (const [path, name] of Object.entries(databases)) {
    write(`${root}/${path}`, capturedDatabase(`${take}-${name}`));
  }
  for (const path of empty) write(`${root}/${path}`, '');
}

async function changesOf(root: string): Promise<string[]> {
  const { stdout } = await run(['check', root, '--json', '--source-date-epoch', '1000000000']);
  const { changes } = JSON.parse(stdout) as { changes: { rule: string }[] };
  return changes.map(({ rule }) => rule).filter((rule) => !rule.startsWith('normalize/'));
}

for (const [name, tree] of Object.entries(TREES)) {
  test(`${name}: different before, one archive after`, async () => {
    const archives: Buffer[] = [];
    for (const take of ['first', 'second']) {
      const root = scratch.in(name, take);
      makeTree(root, tree, take);
      const changes = await changesOf(root);
      for (const rule of tree.changes) assert.ok(changes.includes(rule), `${take}: ${rule}`);
      const output = scratch.in(`${name}-${take}.cpio`);
      const options = ['--source-date-epoch', '1000000000', '--quiet'];
      const { status, stderr } = await run(['pack', root, '-o', output, ...options]);
      assert.equal([status, stderr], [0, '']);
      archives.push(readFileSync(output));
    }
    const differs = Object.values(tree.databases).some(
      (database) => !capturedDatabase(`first-${database}`).equals(capturedDatabase(`second-${database}`)),
    );
    assert.ok(differs, 'the fixtures differ');
    assert.ok((archives[0] as Buffer).equals(archives[1] as Buffer), 'one archive');
  });
}

test('with the package database kept, only its surroundings change', async () => {
  const root = scratch.in('kept');
  makeTree(root, TREES.openSUSE as Tree, 'first');
  const { stdout } = await run(['check', root, '--json', '--policy', 'package-database=keep']);
  const { changes } = JSON.parse(stdout) as { changes: { rule: string }[] };
  assert.not(changes.some(({ rule }) => rule === 'rpm/database-ndb'));
});

test.run();
