import { awkwardTree } from '../../../fixtures/awkward.ts';
import type { Spec } from '../../../fixtures/materialize.ts';
import type { TarWriter } from '../../../fixtures/tar/writers.ts';

/** 11 octal digits. */
const LAST_USTAR_TIME = 8 ** 11 - 1;
/** 7 octal digits. */
const LAST_USTAR_ID = 8 ** 7 - 1;
/** Python and busybox reach files by their whole path, and `./` in front makes the longest too long. */
const REACH_BY_PATH: ReadonlySet<string> = new Set(['busybox', 'python3']);

/** The awkward tree, as far as a writer and its format can hold it, with files that are full of holes. */
export function treeFor(writer: TarWriter): Spec[] {
  const shortPaths = writer.extended !== true || REACH_BY_PATH.has(writer.tool);
  const specs = [...awkwardTree({ shortPaths }), ...prefix(), ...holes()];
  return specs.filter((spec) => fits(spec, writer));
}

function fits(spec: Spec, writer: TarWriter): boolean {
  // No tar holds sockets, and names outside the tree do not matter here.
  if (spec.type === 'socket' || spec.type === 'outside-link') return false;
  const special = spec.type === 'character' || spec.type === 'block' || spec.type === 'fifo';
  if (special && writer.special !== true) return false;
  // libarchive fills six digits of seven.
  if (writer.name.startsWith('bsd-') && writer.fractions !== true && isLarge(spec)) return false;
  // libarchive writes -0.25 as "-1.75", and Python truncates it to 0 if there are no fractions.
  if (writer.tool !== 'tar' && spec.mtime < 0 && !Number.isInteger(spec.mtime)) return false;
  // Python makes links of files only.
  if (writer.tool === 'python3' && 'to' in spec && spec.to === 'links/symlink-1') return false;
  // libarchive has no base-256 for times.
  const ustarTime = writer.extended !== true || writer.name === 'bsd-gnutar';
  if (ustarTime && (spec.mtime < 0 || spec.mtime > LAST_USTAR_TIME)) return false;
  if (writer.extended === true) return true;
  if (spec.path.length > 90 && !(writer.special === true && spec.path.startsWith('prefix'))) return false;
  if ('target' in spec && spec.target.length > 90) return false;
  return spec.uid <= LAST_USTAR_ID && spec.gid <= LAST_USTAR_ID;
}

function isLarge(spec: Spec): boolean {
  return 'minor' in spec && spec.minor >= 8 ** 6;
}

/** A name that fits into the two fields of ustar: 128 and 60 bytes. */
function prefix(): Spec[] {
  const common = { mode: 0o755, uid: 0, gid: 0, mtime: 1_600_000_000 } as const;
  const [short, middle] = ['prefix', `prefix/${'p'.repeat(60)}`];
  const long = `${middle}/${'q'.repeat(60)}`;
  return [
    ...[short, middle, long].map((path): Spec => ({ ...common, type: 'directory', path })),
    { ...common, type: 'file', path: `${long}/${'n'.repeat(60)}`, size: 0, pieces: [] },
  ];
}

/** More segments than the header of GNU's old format holds, and more than one extension block. */
function holes(): Spec[] {
  const common = { type: 'file', mode: 0o600, uid: 0, gid: 0, mtime: 1_600_000_000 } as const;
  const pieces = (count: number, every: number, tail = 0) =>
    Array.from({ length: count }, (_, index) => ({
      offset: index * every + tail,
      bytes: Buffer.alloc(4096, `segment ${index} `),
    }));
  return [
    { ...common, path: 'sizes/five-segments', size: 5 * 65_536, pieces: pieces(5, 65_536) },
    { ...common, path: 'sizes/sixty-segments', size: 61 * 65_536 + 7, pieces: pieces(60, 65_536, 8192) },
    { ...common, path: 'sizes/only-a-hole', size: 1_000_001, pieces: [] },
  ];
}
