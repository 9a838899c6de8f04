/** The type of a row of the table of settings, and the kinds of rows that several settings share. */
import { createHash } from 'node:crypto';
import { StillrootError } from '../errors.ts';
import type { GivenConfig } from '../formats/oci/given-config.ts';
import * as shape from '../json/shape.ts';
import type { ArchiveFormat } from '../pack/formats.ts';
import type { PolicyChoice } from '../rules/policies.ts';
import type { Option } from './option.ts';
import { parseIdMap } from './parse-values.ts';

/** What uses a setting: reading the source, choosing rules, planning entries, or writing the archive. */
export type Step = 'source' | 'rules' | 'plan' | 'archive';

/** A rule file of the user: it determines bytes, so a manifest contains all of it. */
export interface RuleFileText {
  /** Without directories: independent of where the file is. */
  readonly name: string;
  readonly text: string;
  /** As the user named it, for messages; undefined where it comes from a manifest. */
  readonly path?: string;
}

/** What is written before the archive. A manifest holds only its digest and size. */
export interface SegmentFile {
  readonly digest: string;
  readonly size: number;
  /** Undefined where it comes from a manifest. */
  readonly bytes?: Uint8Array;
}

/** What a setting may need besides its option. The caller parsing the command line reads the files. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From the name of the output, if there is one. */
  readonly formatOfOutput: () => ArchiveFormat;
  /** How messages name an option. */
  readonly nameOf: (option: string) => string;
  /** Of the output: as typed, or from its name, with the compression of the layer that was typed. */
  readonly format: () => ArchiveFormat;
  readonly readRuleFile: (path: string) => Promise<RuleFileText>;
  readonly readSegment: (path: string) => Promise<Uint8Array>;
  readonly readImageConfig: (path: string) => Promise<GivenConfig>;
  /** Policies chosen by the calling image builder and the rule files; those of options override them. */
  readonly policiesBefore: readonly PolicyChoice[];
}

export interface Setting<Typed, Value, Recorded> {
  readonly step: Step;
  /** The command-line option. */
  readonly option: Option<Typed>;
  /** From the parsed option to the value. */
  readonly resolve: (typed: Typed, surroundings: Surroundings) => Value | Promise<Value>;
  /** Shape of the recorded value in a manifest. */
  readonly shape: shape.Shape<Recorded>;
  /** Undefined where the value is not recorded; its shape is optional then. */
  readonly record: (value: Value) => Recorded | undefined;
  /**
   * @param where for messages
   * @param format of the image
   * @throws StillrootError `manifest-malformed` for a value unknown to this version
   */
  readonly restore: (recorded: Recorded | undefined, where: string, format: ArchiveFormat) => Value;
  /** Whether it has any effect with this format. Default: always. */
  readonly applies?: (format: ArchiveFormat) => boolean;
  /** How provenance records it, if not as a parameter: rule files and segments are dependencies. */
  readonly provenance?: 'dependency' | 'external' | 'by-name';
}

/** For rows that need every field: lets TypeScript infer the types from the functions. */
export function setting<Typed, Value, Recorded>(
  row: Setting<Typed, Value, Recorded>,
): Setting<Typed, Value, Recorded> {
  return row;
}

/** A setting that is recorded unchanged. */
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

/** One of a few words. A manifest of a newer version may have another one, so its shape is any text. */
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
