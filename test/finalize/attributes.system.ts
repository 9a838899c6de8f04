// Extended attributes of files that are rewritten. Runs only if the filesystem supports them, which is probed.
import {
  closeSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadAttributeCopier } from '../../src/finalize/file-calls.ts';
import { loadXattrPackage } from '../../src/source/xattr-package.ts';
import { missing, testWhere } from '../support/requires.ts';
import { Scratch } from '../support/temporary.ts';
import { freshDirectory } from './every-kind.ts';
import { finalizeOnce, rule } from './finalize-once.ts';

const test = suite('attributes');
const scratch = new Scratch('attributes', '/var/tmp');
const xattr = loadXattrPackage();
test.after(() => scratch.remove());

function lacksAttributes(): string | undefined {
  if (xattr === undefined) return 'needs the package @napi-rs/xattr';
  try {
    writeFileSync(scratch.in('probe'), '');
    xattr.setAttributeSync(scratch.in('probe'), 'user.probe', Buffer.from('x'));
    return undefined;
  } catch {
    return 'needs a filesystem with extended attributes';
  }
}
const lacking = lacksAttributes();

const attribute = (path: string, name: string): string | undefined =>
  xattr?.getAttributeSync(path, name)?.toString();

testWhere(test, lacking, 'a rewritten file keeps them', () => {
  const root = freshDirectory(scratch.path);
  writeFileSync(`${root}/f`, 'old');
  xattr?.setAttributeSync(`${root}/f`, 'user.label', Buffer.from('\0secret\xff', 'latin1'));
  xattr?.setAttributeSync(`${root}/f`, 'user.other', Buffer.alloc(0));
  const before = lstatSync(`${root}/f`).ino;
  finalizeOnce(root, { rules: [rule('f', { do: 'replace', content: 'new' })] });
  assert.is.not(lstatSync(`${root}/f`).ino, before);
  assert.is(xattr?.getAttributeSync(`${root}/f`, 'user.label')?.toString('latin1'), '\0secret\xff');
  assert.equal(xattr?.listAttributesSync(`${root}/f`).sort(), ['user.label', 'user.other']);
});

testWhere(test, lacking, 'a file of its own, made for a name outside, keeps them as well', () => {
  const at = freshDirectory(scratch.path);
  const root = `${at}/root`;
  mkdirSync(root);
  writeFileSync(`${root}/f`, 'old');
  linkSync(`${root}/f`, `${at}/outside`);
  xattr?.setAttributeSync(`${root}/f`, 'user.label', Buffer.from('x'));
  finalizeOnce(root, { rules: [rule('f', { do: 'mode', mode: 0o600 })] });
  assert.equal([lstatSync(`${root}/f`).nlink, lstatSync(`${at}/outside`).nlink], [1, 1]);
  assert.is(attribute(`${root}/f`, 'user.label'), 'x');
});

/** acl(5) as an attribute: version 2, then tag, permissions and id of each entry, all little-endian. */
function accessList(): Buffer {
  const NO_ID = 0xffff_ffff;
  const entries = [
    [0x01, 6, NO_ID],
    [0x02, 6, 7],
    [0x04, 4, NO_ID],
    [0x10, 6, NO_ID],
    [0x20, 0, NO_ID],
  ] as const;
  const bytes = Buffer.alloc(4 + 8 * entries.length);
  bytes.writeUInt32LE(2, 0);
  for (const [index, [tag, permissions, id]] of entries.entries()) {
    bytes.writeUInt16LE(tag, 4 + 8 * index);
    bytes.writeUInt16LE(permissions, 6 + 8 * index);
    bytes.writeUInt32LE(id, 8 + 8 * index);
  }
  return bytes;
}

testWhere(
  test,
  lacking,
  'an access control list is kept, by a file that is rewritten and by one that is not',
  () => {
    const root = freshDirectory(scratch.path);
    const list = accessList();
    for (const name of ['f', 'g']) {
      writeFileSync(`${root}/${name}`, 'old');
      xattr?.setAttributeSync(`${root}/${name}`, 'system.posix_acl_access', list);
    }
    finalizeOnce(root, { rules: [rule('f', { do: 'replace', content: 'new' })] });
    for (const name of ['f', 'g']) {
      assert.equal(xattr?.getAttributeSync(`${root}/${name}`, 'system.posix_acl_access'), list);
      // The middle digit is the mask of the list.
      assert.is(lstatSync(`${root}/${name}`).mode & 0o7777, 0o660);
    }
  },
);

/** vfs_cap_data, revision 2: cap_net_raw as permitted and effective, which ping has. */
const CAPABILITY = Buffer.from('0100000200200000000000000000000000000000', 'hex');

testWhere(
  test,
  lacking ?? missing({ root: true }),
  'capabilities and labels survive a new content and a new owner, which would take them away',
  () => {
    const root = freshDirectory(scratch.path);
    for (const name of ['rewritten', 'given', 'both']) {
      writeFileSync(`${root}/${name}`, 'old');
      lchownSync(`${root}/${name}`, 5, 5);
      xattr?.setAttributeSync(`${root}/${name}`, 'security.capability', CAPABILITY);
      xattr?.setAttributeSync(`${root}/${name}`, 'trusted.label', Buffer.from('x'));
    }
    linkSync(`${root}/both`, `${root}/second`);
    const rules = [
      rule('rewritten', { do: 'replace', content: 'new' }),
      // Both names of one file: with a rule for one of them it would be split.
      rule('{given,both,second}', { do: 'owner', user: 0, group: 0 }),
    ];
    finalizeOnce(root, { rules });
    for (const name of ['rewritten', 'given', 'both', 'second']) {
      assert.equal(xattr?.getAttributeSync(`${root}/${name}`, 'security.capability'), CAPABILITY, name);
      assert.is(attribute(`${root}/${name}`, 'trusted.label'), 'x');
    }
    assert.is(lstatSync(`${root}/given`).uid, 0);
    assert.equal([lstatSync(`${root}/both`).nlink, lstatSync(`${root}/second`).uid], [2, 0]);
    assert.equal(finalizeOnce(root, { rules }).done, []);
  },
);

testWhere(test, lacking, 'a name that is not UTF-8 cannot be passed on, and is not in the way either', () => {
  const root = freshDirectory(scratch.path);
  mkdirSync(Buffer.from(`${root}/d\xff`, 'latin1'));
  const name = Buffer.from(`${root}/d\xff/f\xff`, 'latin1');
  writeFileSync(`${root}/plain`, 'old content');
  xattr?.setAttributeSync(`${root}/plain`, 'user.label', Buffer.from('x'));
  renameSync(`${root}/plain`, name);
  finalizeOnce(root, { rules: [rule('d*/f*', { do: 'replace', content: 'new' })] });
  assert.is(readFileSync(name, 'utf8'), 'new');
  assert.is(lstatSync(name).nlink, 1);
  renameSync(name, `${root}/plain`);
  assert.is(attribute(`${root}/plain`, 'user.label'), 'x');
  assert.not.ok(loadAttributeCopier()?.takes('f\xff'));
  assert.ok(loadAttributeCopier()?.takes('f\xc3\xa4'));
});

testWhere(test, lacking, 'no symlink is followed', () => {
  const root = freshDirectory(scratch.path);
  writeFileSync(`${root}/host`, '');
  xattr?.setAttributeSync(`${root}/host`, 'user.label', Buffer.from('x'));
  symlinkSync('host', `${root}/link`);
  writeFileSync(`${root}/target`, '');
  const directory = openSync(root, 'r');
  try {
    assert.equal(loadAttributeCopier()?.copy({ directory, name: 'link' }, { directory, name: 'target' }), []);
  } finally {
    closeSync(directory);
  }
  assert.equal(xattr?.listAttributesSync(`${root}/target`), []);
});

test.run();
