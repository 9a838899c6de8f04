import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { encodeJournal, parseJournal } from '../../src/finalize/journal-format.ts';
import type { Operation } from '../../src/finalize/operation.ts';

const test = suite('journal-format');
const HEAD = 'stillroot finalize journal 2\n';
const SHA = 'a'.repeat(64);

const isRefused = (text: string, message = /./): void => {
  assert.throws(
    () => parseJournal(text, 'tree/journal'),
    (error: { code: string; message: string }) =>
      error.code === 'finalize-interrupted' &&
      error.message.startsWith('tree/journal: ') &&
      message.test(error.message),
  );
};
const withLine = (line: string): string => `${HEAD}${line}\nend\n`;

const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 0x2f);
const name = fc
  .array(byte, { minLength: 1, maxLength: 8 })
  .map((codes) => String.fromCharCode(...codes))
  .filter((text) => text !== '.' && text !== '..');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const number = fc.nat();
const plain = { noNullPrototype: true };
const staged = fc.record({ number, size: fc.maxSafeNat(), sha256: fc.constant(SHA) }, plain);
const optional = { ...plain, requiredKeys: ['do', 'path'] as ('do' | 'path')[] };
const names = fc.array(path, { minLength: 1, maxLength: 3 });
const set = {
  do: fc.constant('set' as const),
  names,
  owner: fc.tuple(number, number),
  mode: number,
  mtime: number,
};
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constant('unlock' as const), path, mode: number }, plain),
  fc.record({ do: fc.constant('remove' as const), path, isDirectory: fc.boolean() }, plain),
  fc.record({ do: fc.constant('directory' as const), path }, plain),
  fc.record({ do: fc.constant('symlink' as const), path, target: path }, plain),
  fc.record({ do: fc.constant('write' as const), path, staged }, plain),
  fc.record(
    { do: fc.constant('fill' as const), path, staged, names },
    { ...plain, requiredKeys: ['do', 'path', 'staged'] },
  ),
  fc.record({ do: fc.constant('relink' as const), path, to: path }, plain),
  fc.record({ ...set, path: fc.oneof(path, fc.constant('')) }, optional),
);

test('what is written is read again, whatever bytes the names have', () => {
  fc.assert(
    fc.property(fc.array(operation), (operations) => {
      assert.equal(parseJournal(encodeJournal(operations), 'x'), operations);
    }),
    { numRuns: 300 },
  );
});

test('one line an operation: a newline in a name breaks none', () => {
  const text = encodeJournal([{ do: 'directory', path: 'a\nb\xff' }]);
  assert.is(text.split('\n').length, 4);
});

test('an empty list is a whole journal', () => {
  assert.equal(parseJournal(encodeJournal([]), 'x'), []);
});

test('a journal cut at any byte, or of another version, is refused', () => {
  const text = encodeJournal([
    { do: 'remove', path: 'a', isDirectory: false },
    { do: 'set', path: '', mtime: 5 },
  ]);
  for (let length = 0; length < text.length; length += 1) isRefused(text.slice(0, length));
  isRefused(text.replace('journal 2', 'journal 1'), /found "stillroot finalize journal 1"/);
  isRefused(`${text}\n`);
  isRefused('\0'.repeat(text.length));
});

test('no path leads out of the tree', () => {
  const hostile = [
    '',
    '.',
    '..',
    '/',
    '/etc',
    '../x',
    'a/../../x',
    'a//b',
    'a/',
    'a/.',
    'a\\0',
    'a\0b',
    '\u0100',
  ];
  for (const bad of hostile.filter((each) => each !== 'a\\0')) {
    const shown = JSON.stringify(bad);
    isRefused(withLine(`{"do":"remove","path":${shown},"isDirectory":false}`), /line 2 is not an operation/);
    isRefused(withLine(`{"do":"relink","path":"ok","to":${shown}}`));
    isRefused(withLine(`{"do":"set","path":"ok","names":["ok",${shown}]}`));
    if (bad !== '') isRefused(withLine(`{"do":"set","path":${shown}}`));
  }
  // A target may say anything that a symlink can: it is never followed.
  assert.is(parseJournal(withLine('{"do":"symlink","path":"a","target":"/../etc"}'), 'x').length, 1);
  isRefused(withLine('{"do":"symlink","path":"a","target":"x\\u0000"}'));
});

test('the root can be set and unlocked, and nothing else done to it', () => {
  for (const line of ['{"do":"set","path":"","mtime":1}', '{"do":"unlock","path":"","mode":493}']) {
    assert.is(parseJournal(withLine(line), 'x').length, 1);
  }
  isRefused(withLine('{"do":"remove","path":"","isDirectory":true}'));
  isRefused(withLine('{"do":"directory","path":""}'));
});

const HOSTILE: readonly string[] = [
  '',
  'null',
  '[]',
  '"set"',
  '{}',
  '{"do":"chroot","path":"a"}',
  '{"do":"__proto__","path":"a"}',
  '{"do":"toString","path":"a"}',
  '{"do":"directory"}',
  '{"do":"directory","path":7}',
  '{"do":"directory","path":"a","mode":511}',
  '{"do":"directory","path":"a","__proto__":{}}',
  '{"do":"remove","path":"a"}',
  '{"do":"remove","path":"a","isDirectory":1}',
  '{"do":"unlock","path":"a","mode":-1}',
  '{"do":"set","path":"a","mode":1.5}',
  '{"do":"set","path":"a","mtime":"0"}',
  '{"do":"set","path":"a","owner":[0]}',
  '{"do":"set","path":"a","owner":[0,0,0]}',
  '{"do":"set","path":"a","owner":"0:0"}',
  '{"do":"set","path":"a","names":[]}',
  '{"do":"set","path":"a","names":2}',
  '{"do":"set","path":"a","mtime":1e400}',
  '{"do":"write","path":"a"}',
  `{"do":"write","path":"a","staged":{"number":0,"size":1,"sha256":"${'A'.repeat(64)}"}}`,
  `{"do":"write","path":"a","staged":{"number":"0/../../x","size":1,"sha256":"${SHA}"}}`,
  `{"do":"write","path":"a","staged":{"number":0,"size":-1,"sha256":"${SHA}"}}`,
  `{"do":"write","path":"a","staged":{"number":0,"size":1,"sha256":"${SHA}","x":1}}`,
  '{"do":"directory","path":"a"',
];
for (const line of HOSTILE) {
  test(`refused: ${line.slice(0, 60)}`, () => isRefused(withLine(line), /line 2/));
}

test('the table of keys and the type of an operation have the same ones', () => {
  const read = (file: string): string =>
    readFileSync(new URL(`../../src/finalize/${file}`, import.meta.url), 'utf8');
  const table = /FIELDS[^=]*= \{\n([\s\S]*?)\n\};/.exec(read('journal-format.ts'))?.[1] ?? '';
  const ofTable = new Map(
    [...table.matchAll(/^ {2}(\w+): \{(.*)\},$/gm)].map(([, what = '', fields = '']) => [
      what,
      [...fields.matchAll(/(\w+): /g)].map(([, key]) => key),
    ]),
  );
  const type = /export type Operation =([\s\S]*?);\n\n/.exec(read('operation.ts'))?.[1] ?? '';
  const ofType = new Map(
    type
      .split(/^ {2}\| /m)
      .slice(1)
      .map((member) => {
        const keys = [...member.matchAll(/readonly (\w+)\??: /g)].map(([, key]) => key as string);
        const what = /readonly do: '(\w+)'/.exec(member)?.[1] ?? '';
        return [what, keys.filter((key) => key !== 'do' && key !== 'path')] as const;
      }),
  );
  assert.is(ofType.size, 8);
  assert.equal([...ofTable].sort(), [...ofType].sort());
});

test('a first line that is none is shown without what a terminal acts on', () => {
  try {
    parseJournal('\x96\x7f\u202e\x1b', 'f');
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), 'found "\\u{96}\\u{7f}\\u{202e}\\u001b", wanted a whole journal');
  }
});

test('a list that is longer than a reader takes is not written; its own length is no byte too many', () => {
  // Two bytes a char on disk.
  const operations: Operation[] = [
    { do: 'directory', path: 'd\xff' },
    { do: 'remove', path: 'x', isDirectory: true },
  ];
  const text = encodeJournal(operations);
  const size = Buffer.byteLength(text);
  assert.is(encodeJournal(operations, size), text);
  assert.throws(
    () => encodeJournal(operations, size - 1),
    (error: StillrootError) =>
      error.code === 'tree-unwritable' &&
      error.message.includes(`list of 2 operations would exceed ${size - 1} bytes. Nothing was changed.`),
  );
});

test.run();
