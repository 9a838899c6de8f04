import { closeSync, openSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listAttributes, loadAttributeReader } from '../../src/source/extended-attributes.ts';
import type { XattrPackage } from '../../src/source/xattr-package.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('source/extended-attributes');
const scratch = new Scratch('attributes');
test.after(() => scratch.remove());

test('a name that is not UTF-8 cannot be asked about, others can', () => {
  const reader = loadAttributeReader();
  if (reader === undefined) throw new Error('@napi-rs/xattr is not installed');
  writeFileSync(scratch.in('plain'), '');
  writeFileSync(scratch.in('\u00fcmlaut'), '');
  const directory = openSync(scratch.path, 'r');
  try {
    const user = (names: string[] | undefined): string[] | undefined =>
      names?.filter((name) => name.startsWith('user.'));
    assert.equal(user(reader.list(directory, 'plain')), []);
    assert.equal(user(reader.list(directory, Buffer.from('\u00fcmlaut').toString('latin1'))), []);
    assert.is(reader.list(directory, 'caf\xe9'), undefined);
  } finally {
    closeSync(directory);
  }
});

test('a filesystem without attributes has none; another failure is one', () => {
  const failing = (text: string): XattrPackage => ({
    listAttributesSync: () => {
      throw new Error(text);
    },
    getAttributeSync: () => null,
    setAttributeSync: () => {},
    removeAttributeSync: () => {},
  });
  assert.equal(listAttributes(failing('Operation not supported (os error 95)'), '/x'), []);
  for (const [message, code] of [
    ['Input/output error (os error 5)', 'EIO'],
    ['No such file or directory (os error 2)', 'ENOENT'],
    ['something else', undefined],
  ] as const) {
    assert.throws(
      () => listAttributes(failing(message), '/x'),
      (error: NodeJS.ErrnoException) => error.code === code && error.message === message,
    );
  }
});

test.run();
