/** What a row of the table of settings is, and the kinds of rows that several settings share. */
import { createHash } from 'node:crypto';
import { StillrootError } from '../errors.ts';
import * as shape from '../json/shape.ts';
import type { ArchiveFormat } from '../pack/formats.ts';
import type { PolicyChoice } from '../rules/policies.ts';
import { type Option, parseIdMap } from './option.ts';

/** What uses a setting: reading the source, choosing rules, planning entries, or writing the archive. */
export type Step = 'source' | 'rules' | 'plan' | 'archive';

/** A rule file of the user: it decides bytes, so that a manifest holds it whole. */
export interface RuleFileText {
  /** Without directories: the same wherever the file lies. */
  readonly name: string;
  readonly text: string;
  /** As it was named, for messages; undefined where only a manifest tells of it. */
  readonly path?: string;
}

/** What goes in front of the archive. A manifest holds its digest and size only. */
export interface SegmentFile {
  readonly digest: string;
  readonly size: number;
  /** Undefined where only a manifest tells of it. */
  readonly bytes?: Uint8Array;
}

/** What a setting may need besides its option. The caller that parses the command line reads files. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By what the output is called, where there is one. */
  readonly formatOfOutput: () => ArchiveFormat;
  readonly readRuleFile: (path: string) => Promise<RuleFileText>;
  readonly readSegment: (path: string) => Promise<Uint8Array>;
  /** Policies that the calling image builder and the rule files choose; those of options come after them. */
  readonly policiesBefore: readonly PolicyChoice[];
}

export interface Setting<Typed, Value, Recorded> {
  readonly step: Step;
  /** What the command line gives. */
  readonly option: Option<Typed>;
  /** From that to the value. */
  readonly resolve: (typed: Typed, surroundings: Surroundings) => Value | Promise<Value>;
  /** As a manifest holds it. */
  readonly shape: shape.Shape<Recorded>;
  /** Undefined where the value is not recorded; its shape is optional then. */
  readonly record: (value: Value) => Recorded | undefined;
  /**
   * @param where for messages
   * @throws StillrootError `manifest-malformed` for a value that this version does not know
   */
  readonly restore: (recorded: Recorded | undefined, where: string) => Value;
  /** Whether it has any influence; always where that is not said. */
  readonly applies?: (format: ArchiveFormat) => boolean;
  /** How provenance tells of it, where not as a parameter: rule files and segments are dependencies. */
  readonly provenance?: 'dependency' | 'external' | 'by-name';
}

/** For rows that need all of it: the types are said where the functions are. */
export function setting<Typed, Value, Recorded>(
  row: Setting<Typed, Value, Recorded>,
): Setting<Typed, Value, Recorded> {
  return row;
}

/** A setting that is recorded as it is. */
export function plain<T>(step: Step, option: Option<T>, recorded: shape.Shape<T>): Setting<T, T, T> {
  return {
    step,
    option,
    shape: recorded,
    resolve: (typed) => typed,
    record: (value) => value,
    restore: (value) => value as T,
  };
}

/** One of a few words. A manifest of a newer version may have another one, so that its shape is any text. */
export function word<const T extends string>(
  step: Step,
  option: Option<T>,
  words: readonly T[],
): Setting<T, T, string> {
  return {
    ...plain(step, option, shape.text() as shape.Shape<T>),
    shape: shape.text(),
    record: (value) => value,
    restore: (value, where) => {
      const found = words.find((each) => each === value);
      if (found !== undefined) return found;
      throw new StillrootError(
        'manifest-malformed',
        `found ${JSON.stringify(value)}, wanted ${words.join(', ')}`,
        { where },
      );
    },
  };
}

export type IdMap = ReadonlyMap<number, number>;

/** A setting that maps numbers of users or groups, as pairs FROM:TO. */
export function idMap(option: Option<IdMap>): Setting<IdMap, IdMap, readonly string[]> {
  const pair = shape.textLike(/^[0-9]{1,10}:[0-9]{1,10}$/, 'FROM:TO');
  return {
    step: 'plan',
    option,
    shape: shape.listOf(pair, '`FROM:TO`.'),
    resolve: (typed) => typed,
    record: (map) => [...map].map(([from, to]) => `${from}:${to}`),
    restore: (pairs, where) => parseIdMap(where, pairs ?? []),
  };
}

/** Contents of an early archive with digest and size in bytes. */
export function segmentOf(bytes: Uint8Array): SegmentFile {
  return { digest: digestOf(bytes), size: bytes.length, bytes };
}

/** `sha256:` and the digest in hexadecimal; text counts as UTF-8. */
export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
