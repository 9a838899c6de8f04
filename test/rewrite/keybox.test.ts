import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keyboxTimes } from '../../src/rewrite/keybox.ts';
import { after, apply, differingBytes, faultAt, survivesDamage } from './damage.ts';
import { bothCaptures } from './databases.ts';

const test = suite('keybox');

/** Keyrings into which gpg 2.2 imported one key, at two times. */
const [first, second] = bothCaptures('pubring.kbx');
/** Before both. */
const EPOCH = 1_700_000_000;
/** The blob of the key, behind the header. */
const BLOB = 32;
/** Its time and checksum, as gpg laid them out. */
const TIME = BLOB + 118;
const CHECKSUM = first.length - 20;

test('two keyrings of one key become the same, with a checksum that is right', () => {
  assert.not.ok(first.equals(second));
  const [a, b] = [first, second].map((bytes) => after(keyboxTimes, bytes, { epoch: EPOCH }));
  assert.ok(a?.equals(b as Buffer));
  const sum = createHash('sha1')
    .update((a as Buffer).subarray(BLOB, CHECKSUM))
    .digest();
  assert.ok(sum.equals((a as Buffer).subarray(CHECKSUM)));
});

test('only the times and the checksum change', () => {
  const wanted = [16, 17, 18, 19, 20, 21, 22, 23, TIME, TIME + 1, TIME + 2, TIME + 3];
  const result = after(keyboxTimes, first, { epoch: EPOCH });
  for (const at of differingBytes(first, result))
    assert.ok(wanted.includes(at) || at >= CHECKSUM, String(at));
  assert.is(result.readUInt32BE(TIME), EPOCH);
  assert.is(result.readUInt32BE(16), EPOCH);
});

test('earlier times stay', () => {
  assert.is(apply(keyboxTimes, first, { epoch: 2 ** 32 - 1 }).outcome, 'unchanged');
});

test('several keys, an empty blob between them, and an old keyring of PGP', () => {
  const blob = first.subarray(BLOB);
  const empty = Buffer.from([0, 0, 0, 12, 0, 1, 0, 0, 9, 9, 9, 9]);
  const result = after(keyboxTimes, Buffer.concat([first, empty, blob]), { epoch: EPOCH });
  const alone = after(keyboxTimes, first, { epoch: EPOCH });
  assert.ok(result.equals(Buffer.concat([alone, empty, alone.subarray(BLOB)])));
  assert.is(apply(keyboxTimes, Buffer.from('9902', 'hex'), { epoch: EPOCH }).outcome, 'unchanged');
});

test('what does not fit is named where it is', () => {
  const changed = (at: number, value: number): Buffer => {
    const bytes = Buffer.from(first);
    bytes[at] = value;
    return bytes;
  };
  const context = { epoch: EPOCH };
  faultAt(keyboxTimes, first.subarray(0, first.length - 1), BLOB, /./, context);
  faultAt(keyboxTimes, changed(3, 31), 0, /header of 31 bytes/, context);
  faultAt(keyboxTimes, changed(BLOB + 4, 9), BLOB + 4, /type 9/, context);
  faultAt(keyboxTimes, changed(BLOB + 16, 255), BLOB, /lists of a certificate/, context);
  faultAt(keyboxTimes, changed(BLOB + 500, (first[BLOB + 500] as number) ^ 1), CHECKSUM, /checksum/, context);
});

test('damage', () => {
  survivesDamage(keyboxTimes, first, { context: { epoch: EPOCH }, step: 29 });
  survivesDamage(keyboxTimes, first.subarray(0, BLOB + 130), { context: { epoch: EPOCH } });
});

test.run();
