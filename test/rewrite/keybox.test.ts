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

interface Parts {
  readonly type?: number;
  readonly serial?: number;
  /** Number of signatures, and bytes for each. */
  readonly signatures?: readonly [count: number, size: number];
  /** Bytes between the signatures and the checksum: trust, then times, the last one of the blob. */
  readonly tail?: Buffer;
}

const times = (time: number, size = 16): Buffer => {
  const tail = Buffer.alloc(16);
  tail.writeUInt32BE(time, 12);
  return tail.subarray(0, size);
};

/** A certificate without keys and user ids, as kbx/keybox-blob.c lays one out. */
function smallBlob({
  type = 2,
  serial = 0,
  signatures = [0, 4],
  tail = times(EPOCH + 1),
}: Parts = {}): Buffer {
  const lists = Buffer.alloc(30 + serial + signatures[0] * signatures[1]);
  lists[4] = type;
  lists.writeUInt16BE(serial, 20);
  lists.writeUInt16BE(signatures[0], 26 + serial);
  lists.writeUInt16BE(signatures[1], 28 + serial);
  const body = Buffer.concat([lists, tail]);
  body.writeUInt32BE(body.length + 20, 0);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}
const HEADER = first.subarray(0, BLOB);

test('a certificate of X.509, one with a serial number and signatures, and the smallest that can be', () => {
  for (const parts of [
    { type: 3 },
    { serial: 3 },
    { signatures: [2, 4] as const },
    { serial: 1, signatures: [1, 4] as const },
    {},
  ]) {
    const [late, early] = [EPOCH + 1, EPOCH].map((time) =>
      Buffer.concat([HEADER, smallBlob({ ...parts, tail: times(time) })]),
    ) as [Buffer, Buffer];
    const wanted = after(keyboxTimes, early, { epoch: EPOCH });
    assert.ok(after(keyboxTimes, late, { epoch: EPOCH }).equals(wanted), JSON.stringify(parts));
    assert.ok(wanted.subarray(BLOB).equals(early.subarray(BLOB)), JSON.stringify(parts));
  }
});

test('a wrong checksum of what does not change is left alone', () => {
  const wrong = smallBlob({ tail: times(EPOCH) });
  wrong[wrong.length - 1] = (wrong.at(-1) as number) ^ 1;
  const whole = Buffer.concat([after(keyboxTimes, HEADER, { epoch: EPOCH }), wrong]);
  assert.is(apply(keyboxTimes, whole, { epoch: EPOCH }).outcome, 'unchanged');
});

test('sizes of blobs: 8 bytes are the least, and a certificate ends behind its lists', () => {
  const least = Buffer.from([0, 0, 0, 8, 0, 1, 0, 0]);
  const context = { epoch: EPOCH };
  const result = after(keyboxTimes, Buffer.concat([HEADER, least]), context);
  assert.ok(result.subarray(BLOB).equals(least));
  const less = Buffer.from([0, 0, 0, 7, 0, 1, 0, 0]);
  faultAt(keyboxTimes, Buffer.concat([HEADER, less]), BLOB, /a blob of 7 bytes/, context);
  faultAt(keyboxTimes, Buffer.concat([HEADER, least.subarray(0, 7)]), BLOB, /end of the file|7/, context);
  const short = smallBlob({ tail: times(EPOCH, 15) });
  faultAt(keyboxTimes, Buffer.concat([HEADER, short]), BLOB, /lists of a certificate up to 62/, context);
  const odd = smallBlob({ signatures: [1, 5] });
  faultAt(keyboxTimes, Buffer.concat([HEADER, odd]), BLOB + 28, /5 bytes for a signature/, context);
  const second = Buffer.concat([Buffer.from([0, 0, 0, 31, 1]), Buffer.alloc(26)]);
  faultAt(keyboxTimes, Buffer.concat([HEADER, second]), BLOB, /header of 31 bytes/, context);
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
