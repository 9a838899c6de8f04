/** Whether two files are the same bytes, of which what lies in blocks that both archives have need not be read. */
import type { Entry } from '../../tree/entry.ts';
import { COMPARE_BYTES, type SameRanges } from '../compare-contents.ts';
import type { BlockReader } from './block-reader.ts';
import { UnreadBlocks } from './not-followed.ts';
import type { PartialSource } from './partial-source.ts';

/** Bytes of the two uncompressed archives. */
interface RangePair {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/** Each pair of entries is compared once. */
export function sameContents(
  readers: { readonly a: BlockReader; readonly b: BlockReader },
  sources: { readonly a: PartialSource; readonly b: PartialSource },
  matches: ReadonlyMap<number, number>,
): SameRanges {
  const known = new WeakMap<Entry, { readonly other: Entry; readonly same: boolean }>();
  const buffers = [Buffer.allocUnsafe(COMPARE_BYTES), Buffer.allocUnsafe(COMPARE_BYTES)] as const;

  function areSame(range: RangePair): boolean {
    const unread = { a: readers.a.unread(range.a, range.size), b: readers.b.unread(range.b, range.size) };
    if (unread.a.length > 0 || unread.b.length > 0) throw new UnreadBlocks(unread);
    for (let done = 0; done < range.size; done += COMPARE_BYTES) {
      const length = Math.min(COMPARE_BYTES, range.size - done);
      const [left, right] = buffers.map((buffer) => buffer.subarray(0, length)) as [Buffer, Buffer];
      const isRead =
        readers.a.spool.read(left, range.a + done) === length &&
        readers.b.spool.read(right, range.b + done) === length;
      if (!isRead || !left.equals(right)) return false;
    }
    return true;
  }

  /** What of two contents does not lie at the same place of the same blocks. */
  function* ranges(a: number, b: number, size: number): Generator<RangePair> {
    const end = a + size;
    for (let index = readers.a.blocks.access.blockAt(a); readers.a.startOf(index) < end; index += 1) {
      const from = Math.max(a, readers.a.startOf(index));
      const to = Math.min(end, readers.a.startOf(index + 1));
      const twin = matches.get(index);
      const other = b + from - a;
      if (twin !== undefined && from - readers.a.startOf(index) === other - readers.b.startOf(twin)) continue;
      yield { a: from, b: other, size: to - from };
    }
  }

  return (a, b) => {
    const found = known.get(a);
    if (found?.other === b) return found.same;
    const left = sources.a.placeOf(a);
    const right = sources.b.placeOf(b);
    if (left === undefined || right === undefined) return false;
    let same = true;
    for (const range of ranges(left, right, a.size)) same &&= areSame(range);
    known.set(a, { other: b, same });
    return same;
  };
}
