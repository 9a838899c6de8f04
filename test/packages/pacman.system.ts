// pacman from Debian 12: what it writes differs, is made equal, and is then accepted by pacman.
import { mkdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildPacmanPackages, pacman } from '../../fixtures/packages/pacman-tools.ts';
import { inspect } from '../../src/plan/inspect.ts';
import { scanDirectory } from '../../src/source/directory.ts';
import { plainDigest } from '../support/bootstrap.ts';
import { packAndUnpack } from '../support/packed-twice.ts';
import { missing, testWhere } from '../support/requires.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('packages/pacman');
const scratch = new Scratch('pacman', '/var/tmp');
const lacking = missing({ root: true, tools: ['pacman', 'faketime', 'bsdtar', 'gzip'] });

const BUILT = scratch.in('built');

test.after(() => scratch.remove());

testWhere(
  test,
  lacking,
  'two clocks and two orders, one digest, and pacman agrees with what is read',
  async () => {
    const built = await buildPacmanPackages({}, BUILT);
    const roots = ['2024-03-01 10:00:00', '2024-05-17 23:11:07'].map((clock, run) => {
      const root = scratch.in(`root-${run}`);
      mkdirSync(`${root}/var/lib/pacman`, { recursive: true });
      return { root, clock, packages: run === 0 ? built : built.toReversed() };
    });
    for (const { root, clock, packages } of roots) {
      for (const each of packages) await succeed(['faketime', clock, ...pacman(BUILT, root, '-U', each)]);
    }
    const trees = roots.map(({ root }) => root);
    const databases = await Promise.all(
      trees.map((root) => plainDigest(`${root}/var/lib/pacman`, '--mtime=@0')),
    );
    assert.not.equal(databases[0], databases[1], 'different before');
    const { digests, unpacked } = await packAndUnpack(trees, scratch.in('packed'));
    assert.is(digests.size, 1);

    assert.match(await succeed(pacman(BUILT, unpacked, '-Qk')), /first: \d+ total files, 0 missing files/);
    assert.is(await succeed(pacman(BUILT, unpacked, '-Q')), 'first 1.0-1\nsecond-lib 2:0.3.r7-2');
    const details = await succeed(['env', 'LC_ALL=C', 'TZ=UTC', ...pacman(BUILT, unpacked, '-Qi', 'first')]);
    assert.match(details, /Install Date\s+: Tue Nov 14 22:13:20 2023/);

    const listed = await succeed(pacman(BUILT, unpacked, '-Ql'));
    const source = scanDirectory(unpacked);
    try {
      const { ownership } = inspect(source);
      assert.equal(
        ownership?.databases[0]?.packages.map(({ name, version }) => `${name} ${version}`),
        ['first 1.0-1', 'second-lib 2:0.3.r7-2'],
      );
      for (const line of listed.split('\n')) {
        const [name = '', path = ''] = line.split(' ');
        const inTree = path.slice(unpacked.length + 1).replace(/\/$/, '');
        assert.ok(ownership?.ownersOf(inTree).includes(name), line);
      }
    } finally {
      source.close();
    }
    await succeed(pacman(BUILT, unpacked, '-R', 'second-lib'));
  },
);

test.run();
