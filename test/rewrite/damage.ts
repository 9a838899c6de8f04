import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { apkScriptsTar } from '../../src/rewrite/apk-scripts-tar.ts';
import { dhParameters } from '../../src/rewrite/dh-parameters.ts';
import { dwwwPages } from '../../src/rewrite/dwww.ts';
import { debconfHostName, mailHostName } from '../../src/rewrite/host-name.ts';
import type { Neighbour, Rewrite, RewriteContext, RewriteResult } from '../../src/rewrite/rewrite.ts';
import { sortDebconf } from '../../src/rewrite/sorted-texts.ts';
import { rewriteContext } from '../support/rewrite-context.ts';

/** A name may be shorter than `localhost`, parameters shorter than those of a standard; and what was compressed is only stored. */
const MAY_GROW: readonly Rewrite[] = [
  apkScriptsTar,
  debconfHostName,
  dhParameters,
  dwwwPages,
  mailHostName,
  sortDebconf,
];

/** A file that a real tool made; see samples/make-samples.sh. */
export function sample(name: string): Buffer {
  return readFileSync(new URL(`./samples/${name}`, import.meta.url));
}

/** Applies and checks what holds for every normalizer. A text is a byte string. */
export function apply(
  rewrite: Rewrite,
  given: Buffer | string,
  context: Partial<RewriteContext> = {},
): RewriteResult {
  const bytes = typeof given === 'string' ? Buffer.from(given, 'latin1') : given;
  const before = Buffer.from(bytes);
  const result = rewrite.apply(bytes, rewriteContext(context));
  assert.ok(bytes.equals(before), 'the input is never written to');
  if (result.outcome === 'malformed') {
    assert.ok(result.offset >= 0 && result.offset <= bytes.length, `offset ${result.offset}`);
    assert.ok(result.found.length > 0 && result.wanted.length > 0);
  }
  if (result.outcome === 'obsolete') assert.match(result.why, /^[A-Z].*\.$/);
  if (result.outcome !== 'rewritten') return result;
  const after = Buffer.from(result.bytes);
  assert.ok(after.length <= before.length || MAY_GROW.includes(rewrite), 'never larger');
  assert.not.ok(after.equals(before), 'rewritten and yet the same');
  assert.is(rewrite.apply(after, rewriteContext(context)).outcome, 'unchanged', 'a second run');
  return result;
}

/** The new bytes; the old where nothing changes. */
export function after(
  rewrite: Rewrite,
  given: Buffer | string,
  context: Partial<RewriteContext> = {},
): Buffer {
  const result = apply(rewrite, given, context);
  if (result.outcome === 'unchanged') return Buffer.from(given as string, 'latin1');
  if (result.outcome === 'rewritten') return Buffer.from(result.bytes);
  throw new Error(JSON.stringify(result));
}

export function textAfter(rewrite: Rewrite, given: string, context: Partial<RewriteContext> = {}): string {
  return after(rewrite, given, context).toString('latin1');
}

/** Offsets at which two files of one size differ. */
export function differingBytes(a: Buffer, b: Buffer): number[] {
  assert.is(a.length, b.length);
  return [...a.keys()].filter((at) => a[at] !== b[at]);
}

/** The normalizer finds fault at this place. */
export function faultAt(
  rewrite: Rewrite,
  given: Buffer | string,
  offset: number,
  found: RegExp,
  context: Partial<RewriteContext> = {},
): void {
  const result = apply(rewrite, given, context);
  assert.is(result.outcome, 'malformed', JSON.stringify(result).slice(0, 200));
  if (result.outcome !== 'malformed') return;
  assert.is(result.offset, offset);
  assert.match(result.found, found);
}

export interface DamageOptions {
  readonly context?: Partial<RewriteContext>;
  /** The format promises that the size stays. */
  readonly sameSize?: boolean;
  /** Cuts and flips every so many bytes; for large samples. */
  readonly step?: number;
}

/** Cut short anywhere, with any bit flipped, with pieces replaced: nothing throws, and every result is one. */
export function survivesDamage(rewrite: Rewrite, whole: Buffer, options: DamageOptions = {}): void {
  const { context = {}, sameSize = true, step = 1 } = options;
  const check = (bytes: Buffer): void => {
    const result = apply(rewrite, bytes, context);
    if (sameSize && result.outcome === 'rewritten') assert.is(result.bytes.length, bytes.length);
  };
  for (let length = 0; length <= whole.length; length += step) check(whole.subarray(0, length));
  for (let at = 0; at < whole.length; at += step) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] as number) ^ (1 << bit);
      check(flipped);
    }
  }
  const splice = fc.tuple(fc.nat(whole.length), fc.nat(40), fc.uint8Array({ maxLength: 40 }));
  fc.assert(
    fc.property(splice, ([at, removed, added]) => {
      check(Buffer.concat([whole.subarray(0, at), added, whole.subarray(at + removed)]));
    }),
    { numRuns: 200 },
  );
}

/** Other entries by path: a file, or what is said of it. */
export function lookUpIn(
  entries: Readonly<Record<string, Partial<Neighbour> & { content?: string }>>,
): RewriteContext['lookUp'] {
  return (path) => {
    const entry = entries[path];
    if (entry === undefined) return undefined;
    const content = Buffer.from(entry.content ?? '', 'latin1');
    const mtime = entry.mtime ?? 0;
    const plain = { path, isFile: true, size: content.length, mtime, nanoseconds: 0, finalMtime: mtime };
    return { ...plain, read: () => content, readFinal: () => content, ...entry };
  };
}
