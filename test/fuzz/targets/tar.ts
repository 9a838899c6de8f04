import { TAR_WRITERS } from '../../../fixtures/tar/writers.ts';
import { TarParser } from '../../../src/formats/tar/tar-parser.ts';
import { readArchive } from '../../formats/tar/archive-fixtures.ts';
import { archive, globalPax, header, longName, member, pax } from '../../formats/tar/build.ts';
import { mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import { ARCHIVE_CODES, type FuzzTarget } from '../target.ts';

const BLOCK = 512;
/** A damaged number may promise a hole of any size. */
const CONTENT_MAX = 256 * 1024;

/** tar: the same members, and the same error, whole and in pieces; mostly with checksums that are right again. */
export const tarTarget: FuzzTarget = {
  name: 'tar',
  share: 10,
  codes: ARCHIVE_CODES,
  corpus: () => [
    archive(
      ...[longName('L', 'n'.repeat(150)), longName('K', 't'.repeat(150)), header({ type: '2' })],
      ...[
        globalPax(['gid', '5']),
        pax(['path', 'p'.repeat(120)], ['mtime', '-1.25']),
        member({}, 'x'.repeat(513)),
      ],
      ...[pax(['GNU.sparse.size', '9'], ['GNU.sparse.map', '0,1,4,2']), member({}, 'abc')],
      header({ type: '1', linkName: 'a' }),
    ),
    archive(
      pax(['SCHILY.xattr.user.a', '\0\n'], ['size', '3']),
      member({}, 'abc'),
      header({ name: 'd/', type: '5' }),
    ),
  ],
  change(original, corpus, random) {
    const captured = random.below(2) === 0 ? capturedHead(random) : original;
    const changed = mutate(captured, corpus, random);
    return random.below(6) === 0 ? changed : withRightChecksums(changed);
  },
  read(bytes, random) {
    const whole = parse(bytes, () => bytes.length + 1);
    const pieces = parse(bytes, () => 1 + random.below(1200));
    if (whole.text !== pieces.text) throw new Error(`whole: ${whole.text}\nin pieces: ${pieces.text}`);
    if (whole.error !== undefined) throw whole.error;
  },
};

const heads = new Map<number, Buffer>();

function capturedHead(random: Random): Buffer {
  const index = random.below(TAR_WRITERS.length);
  const writer = TAR_WRITERS[index];
  if (writer === undefined) throw new Error('no writers');
  const head = heads.get(index) ?? Buffer.from(readArchive(writer).subarray(0, 8 * BLOCK));
  heads.set(index, head);
  return head;
}

/** Of every block that looks like a header: as one who means harm would write it. */
function withRightChecksums(bytes: Buffer): Buffer {
  for (let at = 0; at + BLOCK <= bytes.length; at += BLOCK) {
    const block = bytes.subarray(at, at + BLOCK);
    if (block[154] !== 0 || block[155] !== 0x20) continue;
    block.fill(0x20, 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
  return bytes;
}

class Enough extends Error {}

function parse(bytes: Buffer, next: () => number): { readonly text: string; readonly error?: unknown } {
  const lines: string[] = [];
  let total = 0;
  const parser = new TarParser('f', {
    entry: (entry) => lines.push(JSON.stringify(entry)),
    data: (piece) => {
      total += piece.length;
      if (total > CONTENT_MAX) throw new Enough();
    },
  });
  try {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + next());
      parser.push(piece);
      at += piece.length;
    }
    parser.finish();
    return { text: `${lines.join('\n')} ${total}` };
  } catch (error) {
    if (error instanceof Enough) return { text: `${lines.join('\n')} enough` };
    return { text: `${lines.join('\n')}\n${String(error)}`, error };
  }
}
