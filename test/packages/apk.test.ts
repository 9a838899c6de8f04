import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadApk } from '../../src/packages/apk.ts';
import { symlink } from '../support/entries.ts';
import { loadFrom } from './load.ts';

const test = suite('packages/apk');

/** After the documentation of the format, no apk was run. */
const INSTALLED = `C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
P:alpine-baselayout
V:3.6.5-r0
A:x86_64
S:8515
I:315392
T:Alpine base dir structure and init scripts
U:https://git.alpinelinux.org/cgit/aports/tree/main/alpine-baselayout
L:GPL-2.0-only
o:alpine-baselayout
t:1714981135
c:66187892e05b03a41d08e9acabd19b7576a1c875
D:alpine-baselayout-data=3.6.5-r0 /bin/sh
F:dev
F:etc
R:motd
Z:Q1SLkS9hBidUbPwwrw+XR0Whv3ww8=
F:lib/sysctl.d
R:00-alpine.conf
a:0:0:644
F:
R:root-file

P:musl
V:1.2.5-r0
A:x86_64
F:lib
R:ld-musl-x86_64.so.1

`;

test('packages and what they claim', () => {
  const found = loadFrom(loadApk, { 'lib/apk/db/installed': INSTALLED });
  assert.equal(found?.packages, [
    {
      type: 'apk',
      name: 'alpine-baselayout',
      version: '3.6.5-r0',
      architecture: 'x86_64',
      source: 'alpine-baselayout',
      sourceVersion: '3.6.5-r0',
      size: 315392,
      license: 'GPL-2.0-only',
      digest: 'sha1:a8a719fa3db7c6cb005e681086438ef1d1e76d6c',
    },
    { type: 'apk', name: 'musl', version: '1.2.5-r0', architecture: 'x86_64' },
  ]);
  assert.equal(found?.ownersOf('etc/motd'), ['alpine-baselayout']);
  assert.equal(found?.ownersOf('lib/ld-musl-x86_64.so.1'), ['musl']);
  assert.equal(found?.ownersOf('dev'), ['alpine-baselayout']);
  assert.ok(found?.owns('lib/sysctl.d/00-alpine.conf') && found.owns('root-file'));
  assert.not.ok(found?.owns('etc/00-alpine.conf'));
});

test('a tree with a merged usr', () => {
  const files = { 'usr/lib/apk/db/installed': INSTALLED };
  const found = loadFrom(loadApk, files, [symlink('lib', 'usr/lib')]);
  assert.ok(found?.owns('usr/lib/ld-musl-x86_64.so.1'));
});

test('no database, an empty one, and lines that are none', () => {
  assert.is(loadFrom(loadApk, { 'lib/apk/db/world': '' }), undefined);
  assert.equal(loadFrom(loadApk, { 'lib/apk/db/installed': '' })?.packages, []);
  const found = loadFrom(loadApk, { 'lib/apk/db/installed': 'P:a\nrubbish\nX\n\n\n\nP:b' });
  assert.equal(
    found?.packages.map(({ name }) => name),
    ['a', 'b'],
  );
});

test.run();
