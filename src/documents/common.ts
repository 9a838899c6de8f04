/** Shapes that several documents share, and documents that belong to no particular verb. */
import { digest } from '../json/common-shapes.ts';
import {
  about,
  documentSchema,
  either,
  flag,
  type Infer,
  type JsonSchema,
  listOf,
  nothing,
  number,
  object,
  oneOf,
  optional,
  recordOf,
  type Shape,
  text,
  textLike,
  whole,
} from '../json/shape.ts';
import { MAX_EPOCH } from '../normalize/mtime.ts';
import { CHANGE_ACTIONS } from '../plan/changes.ts';

type Keys = Parameters<typeof object>[0];
type Named<Name extends string, K extends Keys> = { readonly schema: Shape<Name> } & K;

/**
 * A whole document. Its first key, `schema`, holds its name.
 *
 * @param name `stillroot/NAME/1`: with the major version, which changes when a key is removed or changes its meaning
 * @param title what prints it
 * @param constraint what the schema specifies besides the keys
 */
export function jsonDocument<const Name extends string, const K extends Keys>(
  name: Name,
  title: string,
  what: string,
  keys: K,
  constraint: JsonSchema = {},
) {
  const named: Named<Name, K> = { schema: oneOf([name], 'Name of this schema.'), ...keys };
  const shape = object(named);
  const schema = documentSchema(name, title, what, { ...shape, schema: { ...shape.schema, ...constraint } });
  return { ...shape, schema };
}

export const hexDigest: Shape<string> = textLike(/^[0-9a-f]{64}$/, '64 hexadecimal digits');

export const sized = object({ size: whole('Bytes.'), digest });

export const code: Shape<string> = textLike(/^[a-z][a-z-]*$/, 'a code of lower-case words');

export const ruleId: Shape<string> = textLike(/^[^/]+\/.+$/, 'LAYER/NAME');

/** A shape that also accepts null; `what` describes both. */
export function orNull<T>(shape: Shape<T>, what?: string): Shape<T | null> {
  return either([shape, nothing()], what);
}

/** How showPath of `tree/path.ts` represents bytes that a document cannot hold. */
const ESCAPES = 'UTF-8; other bytes and control characters as \\xNN, a backslash as \\\\.';

/** @param more further description */
export function treePath(more: string = ''): Shape<string> {
  return text(`From the root of the tree. ${ESCAPES}${more}`);
}

export const archivePath: Shape<string> = text(`As in the archive. ${ESCAPES}`);

/** A line of a script of an installed package that is about a path. */
export const mentionKeys = {
  package: text(),
  script: text('As its package manager names it: postinst, post-install, %post, ...'),
  file: treePath(' The file of the database that holds the script.'),
  line: whole('In the script.', 1),
  text: text('The line, perhaps cut.'),
  kind: oneOf(
    ['path', 'pattern', 'name', 'directory'],
    'How the script names the path: itself, by a pattern, by its name, or just a directory above it.',
  ),
  use: oneOf(['writes', 'manages', 'reads', 'removes'], 'What the line does, as far as reading it shows.'),
};

export const scriptMention = object(mentionKeys);

export const ENTRY_TYPES = ['file', 'directory', 'symlink', 'character', 'block', 'fifo', 'socket'] as const;

/** A source as named on the command line. */
export const source: Shape<string> = text('As it was named on the command line.');

/** What determines a plan. */
export const plannedBy = {
  distro: text('Whose rules were applied; `unknown` for a tree that does not say.'),
  epoch: whole(undefined, 0, MAX_EPOCH),
  init: flag('Whether the result has an /init that the kernel can start.'),
};

const change = {
  rule: text(
    'Id of the rule, `normalize/...` for what is done to every entry, `option/...` for what an option asks for.',
  ),
  action: oneOf(CHANGE_ACTIONS),
  count: whole(undefined, 1),
  bytes: whole('Taken away by a drop or truncate; of the new content otherwise.'),
};

const warnings = listOf(
  object({ code, path: treePath(' Empty where the warning is about the whole tree.'), message: text() }),
);

/** What the plan does, and its warnings. */
export const planned = { changes: listOf(object(change)), warnings };

/** The same with paths, for trees that are changed or checked in place. */
export const plannedWithPaths = {
  changes: listOf(object({ ...change, paths: listOf(treePath(), 'In tree order.', 1) })),
  warnings,
};

/** A warning about archives that are read, not packed. */
export const archiveWarning = object({
  code: text(),
  path: text('Empty where it is about the whole archive.'),
  message: text(),
});

/** Digests of an archive that was written. */
export const archiveDigests = object(
  { payload: hexDigest, file: hexDigest },
  'SHA-256 of the uncompressed archive and of the file.',
);

export const blockCache = object(
  {
    directory: orNull(text(), 'Null where none was used.'),
    used: whole('Blocks that came from it.'),
    stored: whole('Blocks that were added to it.'),
    notes: listOf(text(), 'Why none was used, blocks that were damaged, or why none were stored.'),
  },
  'What the block cache did; missing for an uncompressed archive. No byte of the output depends on it.',
);

/** Decides bytes, in addition to the input and the settings. */
export const profile: Shape<number> = whole('Version of the archive profile.', 1);
export const encoder: Shape<string> = text('Name and version of the encoder.');

/** What an error says. */
export const refusal = {
  code: about('Stable, for programs.', code),
  where: optional(text('File, option or position.')),
  hint: optional(text('What to do about it.')),
  message: text('The whole message; `where` and `hint` are part of it.'),
};

/** Seconds of wall time. */
export const seconds: Shape<number> = number(undefined, 0);

export type PlannedBy = { readonly source: string } & {
  readonly [Key in keyof typeof plannedBy]: Infer<(typeof plannedBy)[Key]>;
};
export type PlannedSums = { readonly [Key in keyof typeof planned]: Infer<(typeof planned)[Key]> };
export type PlannedWithPaths = {
  readonly [Key in keyof typeof plannedWithPaths]: Infer<(typeof plannedWithPaths)[Key]>;
};
export type BlockCacheDocument = Infer<typeof blockCache>;

/** What `stillroot --version --json` prints: everything besides the input that decides output bytes. */
export const version = jsonDocument(
  'stillroot/version/1',
  'stillroot --version',
  'What `stillroot --version --json` prints: everything that decides output bytes beside the input. More keys may be added.',
  {
    version: textLike(/^[0-9]+\.[0-9]+\.[0-9]+/, 'a version', 'Of stillroot.'),
    profile,
    encoder: text('Name and version of the encoder of .xz.'),
    encoders: recordOf(text(), 'Name and version of every encoder, by compression.'),
  },
);

export type VersionDocument = Infer<typeof version>;

/** What any verb prints with `--json` when it ends with status 2. */
export const error = jsonDocument(
  'stillroot/error/1',
  'stillroot error',
  'What any verb prints with `--json` when it ends with status 2; on standard error where standard output is for the archive.',
  { error: object(refusal) },
);

export type ErrorDocument = Infer<typeof error>;
