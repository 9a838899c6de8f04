import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  comparePaths,
  joinPath,
  nameOf,
  parentOf,
  pathFromBytes,
  pathFromText,
  pathToBytes,
  showPath,
} from '../../src/tree/path.ts';

const test = suite('tree/path');

test('bytes survive the way to a byte string and back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.equal([...pathToBytes(pathFromBytes(bytes))], [...bytes]);
    }),
  );
});

test('text becomes its UTF-8 bytes', () => {
  assert.is(pathFromText('caf\u00e9'), 'caf\u00c3\u00a9');
  assert.equal([...pathToBytes(pathFromText('\u{1f600}'))], [0xf0, 0x9f, 0x98, 0x80]);
});

test('parent, name and join', () => {
  assert.is(parentOf('a'), '');
  assert.is(parentOf('a/b/c'), 'a/b');
  assert.is(nameOf('a'), 'a');
  assert.is(nameOf('a/b/c'), 'c');
  assert.is(joinPath('', 'a'), 'a');
  assert.is(joinPath('a/b', 'c'), 'a/b/c');
});

test('tree order: a directory, what is in it, and only then names that begin with its name', () => {
  const inOrder = ['A', 'a', 'a/b', 'a/b/c', 'a-b', 'a.b', 'a0', 'ab', '\xe9', '\xff/\x01'];
  // Plain byte order would put a-b between a and a/b.
  assert.not.equal([...inOrder].sort(), inOrder);
  assert.equal([...inOrder].reverse().sort(comparePaths), inOrder);
  assert.is(comparePaths('x', 'x'), 0);
});

test('tree order is that of comparing component by component', () => {
  const name = fc.string({
    unit: fc.constantFrom('\x01', '-', '.', '0', 'a', '\xff'),
    minLength: 1,
    maxLength: 3,
  });
  const path = fc.array(name, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(path, path, (a, b) => {
      let expected = a.length - b.length;
      for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
        const order = Buffer.compare(pathToBytes(a[i] as string), pathToBytes(b[i] as string));
        if (order === 0) continue;
        expected = order;
        break;
      }
      assert.is(Math.sign(comparePaths(a.join('/'), b.join('/'))), Math.sign(expected));
    }),
  );
});

test('shown paths are readable and never raw', () => {
  assert.is(showPath('usr/bin/env'), 'usr/bin/env');
  assert.is(showPath(pathFromText('T\u00dcB\u0130TAK')), 'T\u00dcB\u0130TAK');
  assert.is(showPath('caf\xe9'), 'caf\\xe9');
  assert.is(showPath('a\nb\x1b[31m'), 'a\\x0ab\\x1b[31m');
  assert.is(showPath('a\\b'), 'a\\\\b');
  // Text direction and zero-width characters would deceive a reader.
  assert.is(showPath(pathFromText('a\u202eb')), 'a\\xe2\\x80\\xaeb');
  // Overlong and truncated sequences are not UTF-8.
  assert.is(showPath('\xc0\xaf'), '\\xc0\\xaf');
  assert.is(showPath('\xe2\x82'), '\\xe2\\x82');
});

test('two different paths are never shown alike', () => {
  const bytes = fc.string({
    unit: fc.constantFrom('a', '\\', 'x', 'e', '9', '\xe9', '\xc3', '\xa9', '\n'),
    maxLength: 6,
  });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      assert.is(showPath(a) === showPath(b), a === b);
    }),
  );
});

test.run();
