/**
 * Runs stillroot with one more package manager, whose database has one line per package: name, version, paths. The
 * program only knows its row and its reader.
 */
import { MANAGERS, type PackageManager } from '../../src/packages/managers.ts';
import type { PackageReader } from '../../src/packages/readers.ts';
import { answerCommandLines } from '../support/program-thread.ts';

const row: PackageManager = {
  name: 'fakepm',
  type: 'fake',
  mkosiType: 'fakepm',
  isCaseless: true,
  hasEpochQualifier: true,
  signs: ['var/lib/fakepm/list'],
  stateDirectories: ['var/lib/fakepm'],
  moves: [['var/lib/fakepm', ['usr/lib/fakepm']]],
  inputs: ['var/lib/fakepm/list'],
  wholeDirectories: [],
};
(MANAGERS as PackageManager[]).push(row);

// Only now: some tables are derived when they are loaded.
const { Claims } = await import('../../src/packages/claims.ts');
const { movedPlaces } = await import('../../src/packages/moved-directories.ts');
const { READERS } = await import('../../src/packages/readers.ts');

const reader: PackageReader = {
  load: (tree, read) => {
    const file = movedPlaces('var/lib/fakepm/list').find((path) => tree.get(path) !== undefined);
    if (file === undefined) return undefined;
    const claims = new Claims(tree);
    const packages = String(read(file))
      .trim()
      .split('\n')
      .map((line) => {
        const [name = '', version = '', ...paths] = line.split(' ');
        const owner = claims.addOwner(name);
        for (const path of paths) claims.add(path, owner);
        return { type: 'fake', name, version, architecture: 'all' };
      });
    const owns = (path: string): boolean => claims.has(path);
    return { manager: 'fakepm', packages, scripts: [], owns, ownersOf: (path) => claims.ownersOf(path) };
  },
  repositories: (files) => [{ type: 'fake', url: files.read('etc/fakepm.conf') ?? 'none' }],
};
Object.assign(READERS, { fakepm: reader });

await answerCommandLines();
