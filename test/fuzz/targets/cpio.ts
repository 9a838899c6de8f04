import { capturedArchive } from '../../../fixtures/cpio/read.ts';
import { CpioParser } from '../../../src/formats/cpio/cpio-parser.ts';
import { archive, FORMATS } from '../../formats/cpio/sample.ts';
import { mutate } from '../mutate.ts';
import { ARCHIVE_CODES, type FuzzTarget } from '../target.ts';

const CAPTURED = ['gnu-newc', 'gnu-crc', 'gnu-odc', 'gnu-bin', 'bsd-odc', 'bsd-pwb', 'busybox-newc'];

/** The parser of every cpio format: the same entries, and the same error, whole and in pieces. */
export const cpioTarget: FuzzTarget = {
  name: 'cpio',
  share: 14,
  codes: ARCHIVE_CODES,
  corpus: () => FORMATS.map(archive),
  change(original, corpus, random) {
    const captured = random.below(3) === 0 ? capturedHead(random.pick(CAPTURED)) : original;
    return mutate(captured, corpus, random);
  },
  read(bytes, random) {
    const whole = parse(bytes, () => bytes.length + 1);
    const pieces = parse(bytes, () => 1 + random.below(60));
    if (whole.text !== pieces.text) throw new Error(`whole: ${whole.text}\nin pieces: ${pieces.text}`);
    if (whole.error !== undefined) throw whole.error;
  },
};

const heads = new Map<string, Buffer>();

/** Captured archives are long for their one big file. */
function capturedHead(name: string): Buffer {
  const head = heads.get(name) ?? Buffer.from(capturedArchive(name).subarray(0, 900));
  heads.set(name, head);
  return head;
}

function parse(bytes: Buffer, next: () => number): { readonly text: string; readonly error?: unknown } {
  const lines: string[] = [];
  const parser = new CpioParser('f', { entry: (entry) => lines.push(JSON.stringify(entry)) });
  try {
    for (let at = 0; at < bytes.length; ) {
      const end = at + next();
      parser.push(bytes.subarray(at, end));
      at = end;
    }
    parser.finish();
    return { text: lines.join('\n') };
  } catch (error) {
    return { text: `${lines.join('\n')}\n${String(error)}`, error };
  }
}
