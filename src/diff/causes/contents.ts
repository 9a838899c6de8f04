/**
 * Causes found in the contents of two files: times and signatures in binary files, compression, order, applicable
 * normalizers.
 */

import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { StillrootError } from '../../errors.ts';
import { bytesInput } from '../../formats/input.ts';
import { readXz } from '../../formats/xz/reader.ts';
import { lookUpNeighbour } from '../../plan/neighbours.ts';
import { REWRITES } from '../../rewrite/registry.ts';
import type { RewriteContext } from '../../rewrite/rewrite.ts';
import type { Recognizer } from '../cause.ts';
import { type Evidence, haveSameJson, haveSameLines, LOOK_BYTES_MAX } from '../evidence.ts';
import type { SideName } from '../finding.ts';
import { patternsOf, proposedRule, proposeRules } from '../proposal.ts';
import { findVariation } from '../varying-text.ts';

/** A program with more differing places has been recompiled. */
const RANGES_MAX = 64;
/** Bytes around a place that may belong to its text. */
const REACH = 80;
/** Differing bytes outside text: a build id has 20, a checksum up to 32. */
const OTHER_BYTES_MAX = 64;

/** A time in the strings of a program, with at most a checksum or build id besides. */
export const timeInBinary: Recognizer = (evidence, { hosts }) => {
  if (evidence.finding.field !== 'content' || evidence.texts !== undefined) return undefined;
  const a = evidence.bytes('a');
  const b = evidence.bytes('b');
  if (a === undefined || b === undefined || a.length !== b.length) return undefined;
  const ranges = differingRanges(a, b, RANGES_MAX);
  if (ranges === undefined) return undefined;
  const isTime = (range: Range): boolean => {
    const texts = [printableAround(a, range, REACH), printableAround(b, range, REACH)] as const;
    return findVariation(...texts, hosts)?.kinds.has('time') === true;
  };
  const others = ranges.filter((range) => !isTime(range));
  const otherBytes = others.reduce((sum, { start, end }) => sum + end - start, 0);
  if (others.length === ranges.length || otherBytes > OTHER_BYTES_MAX) return undefined;
  const { origin, format } = evidence;
  return {
    cause: 'time-in-binary',
    key: `${format ?? ''} ${origin}`,
    title: `a time in ${format ?? 'a program or data file'}, such as the compilation time`,
    remedy: 'upstream',
    advice: upstream(
      evidence,
      'make the tool that creates it use SOURCE_DATE_EPOCH; no rule can repair a binary',
    ),
  };
};

/** Linux, kernel/module_signature.h: what ends a signed module. */
const SIGNED = '~Module signature appended~\n';
/** `struct module_signature`: 8 bytes of kinds and lengths, then sig_len u32 big endian, before the marker. */
const SIGNATURE_HEADER = 12;

/** Kernel modules that differ only in their signature. */
export const signature: Recognizer = (evidence) => {
  if (evidence.finding.field !== 'content') return undefined;
  const a = withoutSignature(evidence.bytes('a'));
  const b = withoutSignature(evidence.bytes('b'));
  if (a === undefined || b === undefined || !a.equals(b)) return undefined;
  return {
    cause: 'signature',
    key: evidence.origin,
    title: 'equal except for the signature of a kernel module',
    remedy: 'upstream',
    advice: upstream(
      evidence,
      'build the modules separately with a persistent key, and install them as packages',
    ),
  };
};

function withoutSignature(bytes: Buffer | undefined): Buffer | undefined {
  const end = (bytes?.length ?? 0) - SIGNED.length;
  if (bytes === undefined || end < SIGNATURE_HEADER || !bytes.subarray(end).equals(Buffer.from(SIGNED)))
    return undefined;
  const length = bytes.readUInt32BE(end - 4);
  const from = end - SIGNATURE_HEADER - length;
  return from < 0 ? undefined : bytes.subarray(0, from);
}

// Where two contents of one size differ.

interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Ranges closer together than this are merged. */
const GAP = 8;

/** @returns undefined where there are more than `limit` */
export function differingRanges(a: Uint8Array, b: Uint8Array, limit: number): Range[] | undefined {
  const ranges: { start: number; end: number }[] = [];
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    if (a[at] === b[at]) continue;
    const last = ranges.at(-1);
    if (last !== undefined && at - last.end < GAP) last.end = at + 1;
    else if (ranges.length === limit) return undefined;
    else ranges.push({ start: at, end: at + 1 });
  }
  return ranges;
}

/** The printable text of a binary file around a range, as a byte string, and where it begins. */
export function printableAround(bytes: Uint8Array, { start, end }: Range, reach: number): string {
  const isPrintable = (at: number): boolean => {
    const byte = bytes[at];
    return byte !== undefined && byte >= 0x20 && byte < 0x7f;
  };
  let from = start;
  while (from > Math.max(0, start - reach) && isPrintable(from - 1)) from -= 1;
  let to = end;
  while (to < Math.min(bytes.length, end + reach) && isPrintable(to)) to += 1;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

/** Uncompressed bytes; files with more are not examined. */
const UNCOMPRESSED_MAX = 4 * LOOK_BYTES_MAX;

/** A compressed file inside the tree whose content is the same, compressed differently. */
export const compression: Recognizer = async (evidence) => {
  if (evidence.finding.field !== 'content') return undefined;
  const a = evidence.bytes('a');
  const b = evidence.bytes('b');
  if (a === undefined || b === undefined) return undefined;
  const left = await decompress(a);
  const right = left === undefined ? undefined : await decompress(b);
  if (left === undefined || right === undefined || !left.equals(right)) return undefined;
  return {
    cause: 'compression',
    key: `${evidence.format ?? ''} ${evidence.origin}`,
    title: `${evidence.format ?? 'a compressed file'} with the same content`,
    remedy: 'upstream',
    advice: upstream(
      evidence,
      'compress with the same program, level and number of threads, and without a name and time (gzip -n)',
    ),
  };
};

/** @returns undefined for what is not compressed, is damaged, or decompresses to more than UNCOMPRESSED_MAX */
async function decompress(bytes: Buffer): Promise<Buffer | undefined> {
  const head = bytes.toString('hex', 0, 6);
  try {
    if (head.startsWith('1f8b')) return gunzipSync(bytes, { maxOutputLength: UNCOMPRESSED_MAX });
    if (head.startsWith('28b52ffd')) return zstdDecompressSync(bytes, { maxOutputLength: UNCOMPRESSED_MAX });
    if (head === 'fd377a585a00') return await decompressXz(bytes);
  } catch (error) {
    // Damaged or too large: it remains a difference of bytes, and the next recognizer takes over.
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof StillrootError || /^(?:Z_|ZSTD_|ERR_)/.test(code ?? '')) return undefined;
    throw error;
  }
  return undefined;
}

async function decompressXz(bytes: Buffer): Promise<Buffer | undefined> {
  const file = readXz(bytesInput(bytes));
  if (file.uncompressedSize > UNCOMPRESSED_MAX) return undefined;
  const blocks: Uint8Array[] = [];
  for (const index of file.blocks.keys()) blocks.push(await file.readBlock(index));
  return Buffer.concat(blocks);
}

/** The same lines, or the same JSON, in another order. */
export const order: Recognizer = ({ texts, origin }) => {
  if (texts === undefined) return undefined;
  const isLines = haveSameLines(...texts);
  if (!isLines && !haveSameJson(...texts)) return undefined;
  return {
    cause: 'order',
    key: `${isLines ? 'lines' : 'json'} ${origin}`,
    title: isLines
      ? 'the same lines in a different order'
      : 'the same JSON with keys or elements in a different order',
    remedy: 'upstream',
    advice: upstream({ origin }, 'make the tool that writes it sort its output'),
  };
};

/** Normalizers for files of any name, each with a test for the files it handles. */
const CANDIDATES: readonly (readonly [name: string, suits: (path: string, head: string) => boolean])[] = [
  ['gzip-header', (_path, head) => head.startsWith('\x1f\x8b')],
  ['zip-times', (_path, head) => head.startsWith('PK\x03\x04')],
  ['ar-header', (_path, head) => head.startsWith('!<arch>\n')],
  ['jks', (_path, head) => head.startsWith('\xfe\xed\xfe\xed')],
  ['pyc-mtime', (path) => /\.py[co]$/.test(path)],
  ['apk-scripts-tar', (_path, head) => head.startsWith('ustar', 257)],
  ['fontconfig-cache', (path) => /\.cache-\d+$/.test(path)],
  ['sort-debconf', (_path, head) => /^(?:Name|Template): /.test(head)],
  ['sort-stanzas', (_path, head) => /^[A-Za-z-]+: [^\n]*\n/.test(head)],
  ['sort-lines', (_path, head) => !head.includes('\0')],
];

const HEAD_BYTES = 512;

/** A built-in normalizer makes the two contents equal, but no rule applies it to this path. */
export const normalizer: Recognizer = (evidence) => {
  if (evidence.finding.field !== 'content') return undefined;
  const a = evidence.bytes('a');
  const b = evidence.bytes('b');
  if (a === undefined || b === undefined) return undefined;
  const { path } = evidence;
  const head = a.toString('latin1', 0, HEAD_BYTES);
  const found = CANDIDATES.find(
    ([name, suits]) => suits(path, head) && equalAfter(name, a, b, evidence),
  )?.[0];
  if (found === undefined) return undefined;
  const isOrder = found.startsWith('sort-');
  const what = REWRITES[found]?.what ?? '';
  const owners = evidence.owners;
  return {
    cause: isOrder ? 'order' : 'normalizer',
    key: `${found} ${owners.join(',')}`,
    title: isOrder ? 'the same lines in a different order' : `equal once normalized. ${what}`,
    remedy: 'rule',
    advice: `The normalizer ${found} makes the two equal, but no rule applies it here.${owners.length === 0 ? '' : ` The package ${owners.join(', ')} owns the file.`}`,
    propose: (findings) => {
      const paths = findings.map((each) => each.path);
      const match = patternsOf(paths);
      return proposeRules(
        proposedRule(found, paths, { do: 'rewrite', normalizer: found }, what, {
          match,
          when: { type: 'file' },
        }),
      );
    },
  };
};

function equalAfter(name: string, a: Buffer, b: Buffer, evidence: Evidence): boolean {
  const rewrite = REWRITES[name];
  if (rewrite === undefined || Math.max(a.length, b.length) > rewrite.maximumSize) return false;
  const apply = (bytes: Buffer, side: SideName): Buffer | undefined => {
    const result = rewrite.apply(bytes, contextOf(evidence, side));
    if (result.outcome === 'rewritten') return Buffer.from(result.bytes);
    return result.outcome === 'unchanged' ? bytes : undefined;
  };
  const left = apply(a, 'a');
  const right = apply(b, 'b');
  return left !== undefined && right !== undefined && left.equals(right);
}

/** As in a plan, except that other files are seen as they are in the source. */
function contextOf({ path, sides }: Evidence, side: SideName): RewriteContext {
  const { source, context, settings } = sides[side];
  const neighbours = {
    epoch: settings.epoch,
    mtime: settings.mtime,
    isDropped: () => false,
    finalContent: (entry: Parameters<typeof source.readFile>[0], limit: number) =>
      source.readFile(entry, limit),
  };
  return {
    path,
    epoch: settings.epoch,
    policy: context.policy,
    owned: context.owned,
    lookUp: (other) => lookUpNeighbour(source, neighbours, other),
    original: (other) => lookUpNeighbour(source, neighbours, other),
  };
}

/** What to do about a file that only its producer can fix; reports write "fix upstream" before it. @param origin whose it is */
export function upstream({ origin }: Pick<Evidence, 'origin'>, wish: string): string {
  return sentence(`${wish}; ${origin}`);
}

/** A clause as a sentence. */
export function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
