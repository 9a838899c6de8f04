import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TarEntry } from '../../src/formats/tar/member.ts';
import { dumpLine } from '../../src/list/composefs-dump.ts';
import { entryRow, longLine, mtreeLine } from '../../src/list/lines.ts';
import { fromTar } from '../../src/source/archive-entry.ts';
import { makeEntry, symlink } from '../support/entries.ts';

const test = suite('list lines');

const HOSTILE = 'a b\n\x1b[31m=#\\\xff*';
const digest = `ab${'cd'.repeat(31)}`;

test('mtree', () => {
  const root = makeEntry('', 'directory', { mtime: 5, nanoseconds: 7 });
  assert.is(mtreeLine(root, 1, undefined), '. type=dir uid=0 gid=0 mode=0755 time=5.000000007\n');
  assert.is(
    mtreeLine(makeEntry('usr/x', 'file', { size: 9, mode: 0o4755, mtime: -1 }), 2, digest),
    `./usr/x type=file uid=0 gid=0 mode=04755 time=-1.000000000 nlink=2 size=9 sha256digest=${digest}\n`,
  );
  assert.is(
    mtreeLine(symlink(HOSTILE, 'a b'), 1, undefined),
    './a\\040b\\012\\033\\13331m\\075\\043\\134\\377\\052 type=link uid=0 gid=0 mode=0777 time=0.000000000 link=a\\040b\n',
  );
  assert.is(
    mtreeLine(makeEntry('n', 'block', { major: 8, minor: 1 }), 1, undefined),
    './n type=block uid=0 gid=0 mode=0644 time=0.000000000 device=native,8,1\n',
  );
});

test('composefs dump: the examples of its manual', () => {
  const owner = { uid: 1000, gid: 1000 };
  const file = makeEntry('a-dir/a-file', 'file', {
    ...owner,
    size: 259,
    mtime: 1695368732,
    nanoseconds: 385062094,
  });
  assert.is(
    dumpLine(file, 1, { digest: '35d02f81325122d77ec1d11baba655bc9bf8a891ab26119a41c50fa03ddfb408' }),
    '/a-dir/a-file 259 100644 1 1000 1000 0 1695368732.385062094 35/d02f81325122d77ec1d11baba655bc9bf8a891ab26119a41c50fa03ddfb408 - 35d02f81325122d77ec1d11baba655bc9bf8a891ab26119a41c50fa03ddfb408\n',
  );
  assert.is(
    dumpLine({ ...file, path: 'a-hardlink' }, 1, { hardLink: 'a-dir/a-file' }),
    '/a-hardlink 259 @100644 1 1000 1000 0 1695368732.385062094 /a-dir/a-file - -\n',
  );
  assert.is(
    dumpLine(makeEntry('a dir w space', 'directory', owner), 2, undefined),
    '/a\\x20dir\\x20w\\x20space 0 40755 2 1000 1000 0 0.0 - - -\n',
  );
  assert.is(
    dumpLine(makeEntry('inline.txt', 'file', { size: 10 }), 1, { inline: Buffer.from('some-text\n') }),
    '/inline.txt 10 100644 1 0 0 0 0.0 - some-text\\x0a -\n',
  );
});

test('composefs dump: what else there is', () => {
  assert.is(dumpLine(makeEntry('', 'directory'), 5, undefined), '/ 0 40755 5 0 0 0 0.0 - - -\n');
  assert.is(dumpLine(symlink('l', '-'), 1, undefined), '/l 1 120777 1 0 0 0 0.0 \\x2d - -\n');
  assert.is(dumpLine(makeEntry('e'), 1, undefined), '/e 0 100644 1 0 0 0 0.0 - - -\n');
  assert.is(
    dumpLine(makeEntry('c', 'character', { major: 5, minor: 1 }), 1, undefined),
    '/c 0 20644 1 0 0 1281 0.0 - - -\n',
  );
  assert.is(
    dumpLine(makeEntry('b', 'block', { major: 0xfff, minor: 0xfffff }), 1, undefined),
    '/b 0 60644 1 0 0 4294967295 0.0 - - -\n',
  );
  assert.match(dumpLine(makeEntry(HOSTILE), 1, undefined), /^\/a\\x20b\\x0a\\x1b\[31m=#\\x5c\\xff\* 0 /);
});

const TAR: TarEntry = {
  ...{
    path: 'x',
    type: 'file',
    mode: 0o4755,
    uid: 1,
    gid: 2,
    size: 3,
    mtime: -86400,
    nanoseconds: 5,
    target: '',
  },
  ...{ hardLink: 'y\n', major: 0, minor: 0, offset: 0, dataOffset: 512, segments: null },
  attributes: new Map([['security.capability', '']]),
  ...{ dialect: 'gnu', userName: 'root', groupName: '' },
};

test('long lines and rows of tar', () => {
  assert.is(
    longLine(fromTar(TAR)),
    '-rwsr-xr-x   1     1     2           3 1969-12-31 00:00:00 x link to y\\x0a',
  );
  assert.equal(entryRow(fromTar(TAR), 2), {
    ...{ path: 'x', type: 'file', mode: '04755', uid: 1, gid: 2, size: 3, mtime: -86400, nanoseconds: 5 },
    ...{ hardLink: 'y\\x0a', links: 1, inode: 0, attributes: ['security.capability'], segment: 2 },
  });
});

test('a time that no Date can hold is printed as it is', () => {
  assert.match(longLine(fromTar({ ...TAR, mtime: 2 ** 50 })), / {4}1125899906842624 x/);
});

test('names never reach a terminal raw', () => {
  const line = longLine(
    fromTar({ ...TAR, path: HOSTILE, hardLink: undefined, type: 'symlink', target: '\x9b\r' }),
  );
  assert.ok(line.endsWith('a b\\x0a\\x1b[31m=#\\\\\\xff* -> \\x9b\\x0d'));
});

test.run();
