import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AR_MAGIC, type ArMember, arMembers, setArField, startsAr } from '../../src/formats/ar.ts';
import { Damage } from '../../src/formats/damage.ts';

const test = suite('formats/ar');

function member(name: string, numbers: readonly (number | string)[], content: string): string {
  const widths = [12, 6, 6, 8, 10];
  const fields = [...numbers, content.length].map((value, index) => String(value).padEnd(widths[index]!));
  return `${name.padEnd(16)}${fields.join('')}\`\n${content}${content.length % 2 === 1 ? '\n' : ''}`;
}

const TWO = Buffer.from(
  AR_MAGIC + member('//', ['', '', '', ''], 'odd') + member('b.o/', [1700000000, 1000, 100, 100664], 'xy'),
  'latin1',
);

function walk(bytes: Buffer): { members: ArMember[]; damage: Damage | undefined } {
  const members: ArMember[] = [];
  try {
    for (const found of arMembers(bytes)) members.push(found);
  } catch (error) {
    if (error instanceof Damage) return { members, damage: error };
    throw error;
  }
  return { members, damage: undefined };
}

test('members, padded to even lengths, and their fields', () => {
  const none = { mtime: undefined, uid: undefined, gid: undefined, mode: undefined };
  assert.equal(walk(TWO).members, [
    { at: 8, name: '//', ...none, size: 3 },
    { at: 72, name: 'b.o/', mtime: 1_700_000_000, uid: 1000, gid: 100, mode: 0o100664, size: 2 },
  ]);
  // The padding of the last member may be missing.
  assert.is(walk(TWO.subarray(0, 71)).damage, undefined);
});

test('at every cut the members in front of it are given, and then damage', () => {
  for (let length = 9; length < TWO.length; length += 1) {
    if (length === 71 || length === 72) continue;
    const { members, damage } = walk(TWO.subarray(0, length));
    assert.is(members.length, length < 71 ? 0 : 1);
    assert.ok(damage !== undefined && damage.offset <= length);
  }
});

test('fields are written in place', () => {
  const bytes = Buffer.from(TWO);
  const [, last] = walk(TWO).members as [ArMember, ArMember];
  setArField(bytes, last, 'mtime', 5);
  setArField(bytes, last, 'uid', 0);
  setArField(bytes, last, 'gid', 0);
  setArField(bytes, last, 'mode', 0o644);
  const wanted = member('//', ['', '', '', ''], 'odd') + member('b.o/', [5, 0, 0, 644], 'xy');
  assert.is(bytes.toString('latin1'), AR_MAGIC + wanted);
});

test('a thin archive has no contents, and other files are none', () => {
  assert.ok(startsAr(TWO));
  assert.not(startsAr(Buffer.from('INPUT(libc.so)')));
  assert.throws(
    () => startsAr(Buffer.from('!<thin>\n')),
    (error: unknown) => error instanceof Damage,
  );
});

test.run();
