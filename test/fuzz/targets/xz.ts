import { crc32 } from 'node:zlib';
import { bytesInput } from '../../../src/formats/input.ts';
import { readXzMember } from '../../../src/formats/xz/reader.ts';
import { walkStream } from '../../../src/formats/xz/walk-stream.ts';
import { fixture } from '../../formats/compressed-samples.ts';
import { branchSoup, concat, textLike, writeXz } from '../../formats/xz/sample.ts';
import { mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import { ARCHIVE_CODES, type FuzzTarget } from '../target.ts';

/** An honest file of this size comes to less. */
const OUTPUT_MAX = 1 << 20;

/**
 * The .xz container. In every second input only headers, index and footer are changed, and their checksums are
 * corrected, so that code after the checksum test is exercised too.
 */
export const xzTarget: FuzzTarget = {
  name: 'xz',
  share: 22,
  codes: ARCHIVE_CODES,
  corpus: async () => {
    const one = await writeXz([textLike(300, 1), textLike(70, 2)]);
    return [
      Buffer.from(one),
      Buffer.from(await writeXz([branchSoup(200, 3)], { x86: true })),
      Buffer.from(await writeXz([])),
      Buffer.from(concat([one, new Uint8Array(8), one])),
      fixture('sha256.xz'),
    ];
  },
  change(original, corpus, random) {
    return random.below(2) === 0 ? mutate(original, corpus, random) : liesBehindChecksums(original, random);
  },
  async read(bytes) {
    const file = readXzMember(bytesInput(bytes), 0, 'f');
    if (file.uncompressedSize > OUTPUT_MAX) return;
    let size = 0;
    for await (const piece of file.stream()) size += piece.length;
    if (size !== file.uncompressedSize)
      throw new Error(`${size} bytes, the index says ${file.uncompressedSize}`);
  },
};

const HEADER_SIZE = 12;
const FOOTER_SIZE = 12;

function liesBehindChecksums(original: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(original);
  const { blocks, end } = walkStream(bytesInput(original), 0, 'f');
  const footer = end - FOOTER_SIZE;
  const index = footer - (bytes.readUInt32LE(footer + 4) + 1) * 4;
  const headers = blocks.map(({ offset }) => [offset, offset + ((bytes[offset] as number) + 1) * 4] as const);
  const places = [[6, HEADER_SIZE], [index, footer], [footer, end], ...headers] as const;
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    const [from, to] = random.pick(places);
    const at = from + random.below(to - from);
    bytes[at] = random.below(2) === 0 ? (bytes[at] as number) ^ (1 << random.below(8)) : random.below(256);
  }
  for (const [from, to] of [[6, HEADER_SIZE], [index, footer], ...headers] as const) {
    bytes.writeUInt32LE(crc32(bytes.subarray(from, to - 4)), to - 4);
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(footer + 4, footer + 10)), footer);
  return bytes;
}
