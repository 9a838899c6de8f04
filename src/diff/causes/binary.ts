import type { Recognizer } from '../cause.ts';
import { differingRanges, printableAround, type Range } from '../differing-ranges.ts';
import { findVariation } from '../masks.ts';
import { upstream } from './upstream.ts';

/** A program with more differing places was compiled anew. */
const RANGES_MAX = 64;
/** Bytes around a place that may belong to its text. */
const REACH = 80;
/** Differing bytes that are no text: a build id is 20, a checksum up to 32. */
const OTHER_BYTES_MAX = 64;

/** A time in the strings of a program, with at most a checksum or build id beside it. */
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
  const { owners, format } = evidence;
  return {
    cause: 'time-in-binary',
    key: `${format ?? ''} ${owners.join(',')}`,
    title: `a time in ${format ?? 'a program or data file'}, such as the compilation time`,
    remedy: 'upstream',
    advice: upstream(
      owners,
      'make the tool that creates it use SOURCE_DATE_EPOCH; no rule can repair a binary',
    ),
  };
};

/** Linux, kernel/module_signature.h: what ends a signed module. */
const SIGNED = '~Module signature appended~\n';
/** `struct module_signature`: 8 bytes of kinds and lengths, then sig_len u32 big endian, before the marker. */
const SIGNATURE_HEADER = 12;

/** Kernel modules that are equal up to their signature. */
export const signature: Recognizer = (evidence) => {
  if (evidence.finding.field !== 'content') return undefined;
  const a = withoutSignature(evidence.bytes('a'));
  const b = withoutSignature(evidence.bytes('b'));
  if (a === undefined || b === undefined || !a.equals(b)) return undefined;
  return {
    cause: 'signature',
    key: evidence.owners.join(','),
    title: 'equal except for the signature of a kernel module',
    remedy: 'upstream',
    advice: upstream(
      evidence.owners,
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
