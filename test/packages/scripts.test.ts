// Scripts that each package manager keeps, in trees in memory.
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { StillrootError } from '../../src/errors.ts';
import { Damage } from '../../src/formats/damage.ts';
import { loadApk } from '../../src/packages/apk.ts';
import { loadDpkg } from '../../src/packages/dpkg.ts';
import type { PackageDatabase } from '../../src/packages/package.ts';
import { loadPacman } from '../../src/packages/pacman.ts';
import { loadRpm } from '../../src/packages/rpm.ts';
import {
  readScripts,
  SCRIPT_BYTES_MAX,
  SCRIPTS_BYTES_MAX,
  unlessTooLarge,
} from '../../src/packages/scripts.ts';
import type { Tree } from '../../src/tree/tree.ts';
import { sample } from '../rewrite/damage.ts';
import { loadFrom } from './load.ts';

const test = suite('packages/scripts');

const shown = (database: PackageDatabase | undefined): string[] =>
  (database?.scripts ?? []).map((each) => `${each.package} ${each.name} ${each.isInstall}: ${each.text}`);

const INFO = 'var/lib/dpkg/info';

test('dpkg: scripts and triggers, with the architecture cut off; not templates and other files', () => {
  const found = loadFrom(loadDpkg, {
    'var/lib/dpkg/status': '',
    [`${INFO}/a.list`]: '/.\n',
    [`${INFO}/a.postinst`]: 'one',
    [`${INFO}/a.templates`]: 'no',
    [`${INFO}/libb:amd64.triggers`]: 'interest /b',
    [`${INFO}/python3.11.postrm`]: 'two',
    [`${INFO}/large.config`]: 'x'.repeat(SCRIPT_BYTES_MAX + 1),
  });
  assert.equal(shown(found), [
    'a postinst true: one',
    'libb triggers false: interest /b',
    'python3.11 postrm false: two',
  ]);
  assert.is(found?.scripts[0]?.path, `${INFO}/a.postinst`);
});

test('pacman: install', () => {
  const at = 'var/lib/pacman/local/gcc-libs-14.2.1-1';
  const found = loadFrom(loadPacman, {
    [`${at}/desc`]: '%NAME%\ngcc-libs\n',
    [`${at}/install`]: 'post_install() { :; }',
  });
  assert.equal(shown(found), ['gcc-libs install true: post_install() { :; }']);
});

test('rpm: scriptlets in the headers', () => {
  // The index entry of LICENSE, a string, gets the tag of a scriptlet.
  const bytes = capturedDatabase('first-rpmdb.sqlite').toString('latin1');
  const post = bytes.replaceAll('\0\0\x03\xf6\0\0\0\x06', '\0\0\x04\0\0\0\0\x06');
  assert.is.not(post, bytes);
  const found = loadFrom(loadRpm, { 'var/lib/rpm/rpmdb.sqlite': post });
  assert.equal(shown(found)[0], 'alpha %post true: MIT');
  assert.is(found?.scripts[0]?.path, 'var/lib/rpm/rpmdb.sqlite');
  assert.equal(loadFrom(loadRpm, { 'var/lib/rpm/rpmdb.sqlite': bytes })?.scripts, []);
});

for (const [name, bytes] of [
  ['scripts.tar', sample('scripts.tar')],
  ['scripts.tar.gz', gzipSync(sample('scripts.tar'))],
] as const) {
  test(`apk: members of ${name}`, () => {
    const found = loadFrom(loadApk, {
      'lib/apk/db/installed': 'P:busybox\nV:1\n',
      [`lib/apk/db/${name}`]: bytes,
    });
    assert.is(found?.scripts.length, 2);
    const [first] = found?.scripts ?? [];
    assert.match(first?.name ?? '', /^(?:pre|post)-(?:install|upgrade|deinstall)$|^trigger$/);
    assert.not(first?.package.includes('.Q1'));
    assert.match(first?.text ?? '', /^#!/);
  });
}

test('damaged archives of scripts cost the hints and nothing else', () => {
  for (const bytes of [Buffer.alloc(512, 'x'), Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.from('short')]) {
    const files = { 'lib/apk/db/installed': 'P:busybox\nV:1\n', 'lib/apk/db/scripts.tar': bytes };
    const found = loadFrom(loadApk, files);
    assert.equal([found?.packages.length, found?.scripts], [1, []]);
  }
});

test('so many bytes are read of a script, and of all; one that is left out does not keep smaller ones out', () => {
  const read: string[] = [];
  const found = (sizes: readonly number[]): string[] => {
    const tree = { get: (path: string) => ({ size: sizes[Number(path)] }) } as unknown as Tree;
    const files = sizes.map((_, path) => ({ package: 'a', name: 'b', path: String(path), isInstall: true }));
    const content = (path: string): Buffer => {
      read.push(path);
      return Buffer.from('x');
    };
    return readScripts(tree, content, files).map(({ path }) => path);
  };
  assert.equal(found([SCRIPT_BYTES_MAX, SCRIPT_BYTES_MAX + 1, 0]), ['0', '2']);
  assert.equal(read, ['0', '2']);
  const count = SCRIPTS_BYTES_MAX / SCRIPT_BYTES_MAX;
  const all = found([...Array.from({ length: count }, () => SCRIPT_BYTES_MAX), 1, 0]);
  assert.equal(all.slice(-2), [String(count - 1), String(count + 1)]);
  assert.is(all.length, count + 1);
});

test('only damage, and what is too large, cost just the hints', () => {
  const failing = (error: unknown) => (): never => {
    throw error;
  };
  const damage = new Damage(0, 'x', 'y');
  assert.is(unlessTooLarge(failing(damage)), undefined);
  assert.is(
    unlessTooLarge(failing(new StillrootError('source-unreadable', 'x', { where: 'y', cause: damage }))),
    undefined,
  );
  for (const error of [
    new StillrootError('source-unreadable', 'x', { where: 'y' }),
    new TypeError('x', { cause: damage }),
  ])
    assert.throws(
      () => unlessTooLarge(failing(error)),
      (thrown: unknown) => thrown === error,
    );
});

test.run();
