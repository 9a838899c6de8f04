import { ENTRY_TYPES, type EntryType } from '../tree/entry.ts';
import { pathFromText } from '../tree/path.ts';
import { Glob, GlobError, type GlobKind } from './glob.ts';
import { LinePattern, parseTemplate } from './line-pattern.ts';
import { PatternError } from './line-pattern-parse.ts';
import type { Action, ActionName, AddedEntry, Condition } from './rule.ts';
import { RuleFileError } from './rule-file-error.ts';
import { REPLACEMENTS_MAX, type Replacement } from './substitution.ts';
import { didYouMean } from './suggest.ts';
import type { TomlPath } from './toml-positions.ts';
import { kindOf, type TomlTable } from './toml-table.ts';

/** Permission bits with set-user-ID, set-group-ID and the sticky bit: chmod(2). */
const MAX_MODE = 0o7777;

/** Octal, as text or as a TOML octal number. A decimal 644 would be mode 1204, so it is refused. */
function readMode(table: TomlTable, key: string): number | undefined {
  const value = table.get(key);
  if (value === undefined) return undefined;
  const hint = 'Write "0644" or 0o644.';
  if (typeof value === 'string') {
    if (!/^[0-7]{3,5}$/.test(value)) table.fail(key, `'${value}' is not an octal mode`, hint);
    return checkMode(table, key, Number.parseInt(value, 8), hint);
  }
  if (typeof value !== 'number')
    return table.fail(key, `'${key}' is ${kindOf(value)}, but should be octal`, hint);
  if (!table.source(key).startsWith('0o')) table.fail(key, `'${key}' is a number, but not octal`, hint);
  return checkMode(table, key, value, hint);
}

function checkMode(table: TomlTable, key: string, mode: number, hint: string): number {
  if (mode > MAX_MODE) table.fail(key, `mode 0${mode.toString(8)} is above 07777`, hint);
  return mode;
}

/** Compiles a pattern of a rule file; errors point into the pattern where possible. */
export function readGlob(table: TomlTable, text: string, at: TomlPath, kind: GlobKind = 'path'): Glob {
  const pattern = pathFromText(text);
  try {
    return new Glob(pattern, kind);
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    const { file } = table;
    const start = table.offset(at);
    // Literal in the file, unless escapes make it longer.
    const isPlain = file.text.startsWith(text, start + 1);
    const within = Buffer.from(pattern.slice(0, error.at), 'latin1').toString().length;
    const offset = isPlain ? start + 1 + within : start;
    throw new RuleFileError(file.name, file.lines, offset, error.message);
  }
}

const CONDITION_KEYS: readonly string[] = [
  'type',
  'owned',
  'unclaimed',
  'exists',
  'missing',
  'target',
  'empty',
  'size',
  'plain',
  'bits',
  'privileged',
  'user',
  'group',
  'policy',
];

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The condition of a user's rule from its `when` table; undefined without one.
 * @throws RuleFileError
 */
export function readCondition(rule: TomlTable): Condition | undefined {
  const when = rule.table('when');
  if (when === undefined) return undefined;
  when.checkKeys(CONDITION_KEYS);
  const condition: Writable<Condition> = {};
  const types = when.texts('type')?.map(({ text, at }): EntryType => {
    const type = ENTRY_TYPES.find((each) => each === text);
    return type ?? when.failAt(at, `unknown type '${text}'`, didYouMean(text, ENTRY_TYPES, 'types'));
  });
  if (types !== undefined) condition.type = types;
  const owned = when.flag('owned');
  if (owned !== undefined) condition.owned = owned;
  const unclaimed = when.flag('unclaimed');
  if (unclaimed === false)
    when.fail('unclaimed', "'unclaimed' can only be true", "Write 'owned = true' instead.");
  if (unclaimed === true) condition.unclaimed = unclaimed;
  const empty = when.flag('empty');
  if (empty !== undefined) condition.empty = empty;
  const plain = when.flag('plain');
  if (plain !== undefined) condition.plain = plain;
  const bits = readMode(when, 'bits');
  if (bits !== undefined) condition.bits = bits;
  const privileged = when.flag('privileged');
  if (privileged !== undefined) condition.privileged = privileged;
  const user = when.text('user');
  if (user !== undefined) condition.user = pathFromText(user);
  const group = when.text('group');
  if (group !== undefined) condition.group = pathFromText(group);
  const sizes = readSizes(when);
  if (sizes !== undefined) condition.size = sizes;
  const exists = readPaths(when, 'exists');
  if (exists !== undefined) condition.exists = exists;
  const missing = readPaths(when, 'missing');
  if (missing !== undefined) condition.missing = missing;
  const target = when.text('target');
  if (target !== undefined) condition.target = readGlob(when, target, ['target'], 'target').pattern;
  const policy = readPolicy(when);
  if (policy !== undefined) condition.policy = policy;
  return condition;
}

/** One literal path or several. */
function readPaths(when: TomlTable, key: 'exists' | 'missing'): string | string[] | undefined {
  const paths = when.texts(key)?.map(({ text, at }) => {
    const isPath = !text.includes('\0') && !text.split('/').some((name) => ['', '.', '..'].includes(name));
    // The built-in tables may have globs here; in a user's file the characters are literal.
    if (isPath) return pathFromText(text).replace(/[\\*?[\]{}]/g, '\\$&');
    return when.failAt(
      at,
      `'${text}' is not a path relative to the root of the tree`,
      "Write it like 'etc/machine-id'.",
    );
  });
  return paths?.length === 1 ? paths[0] : paths;
}

/** One number of bytes or several. */
function readSizes(when: TomlTable): number[] | undefined {
  const value = when.get('size');
  if (value === undefined) return undefined;
  const sizes: unknown[] = Array.isArray(value) ? value : [value];
  if (sizes.length > 0 && sizes.every(isSize)) return sizes;
  return when.fail('size', "'size' is not a number of bytes", 'Write it like 14 or [13, 14].');
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readPolicy(when: TomlTable): Condition['policy'] {
  const policy = when.table('policy');
  if (policy === undefined) return undefined;
  policy.checkKeys(['name', 'value']);
  const name = policy.requiredText('name');
  const value = policy.texts('value')?.map(({ text }) => text) ?? policy.failAtTable("'value' is missing");
  return { name, value };
}

/** The keys of a rule that qualify its action, by action. */
const ACTION_KEYS: { readonly [A in ActionName]: readonly string[] } = {
  drop: [],
  truncate: [],
  replace: ['content'],
  rewrite: ['normalizer'],
  substitute: ['replacements'],
  link: ['target'],
  owner: ['user', 'group'],
  mode: ['mode'],
  add: ['type', 'content', 'target', 'mode'],
  keep: [],
  report: [],
  search: [],
};

const ACTIONS = Object.keys(ACTION_KEYS) as ActionName[];

export const ALL_ACTION_KEYS: readonly string[] = [...new Set(Object.values(ACTION_KEYS).flat())];

/** The largest user or group ID: 2^32 - 1 is the kernel's "leave unchanged". */
const MAX_ID = 0xff_ff_ff_fe;

/** The keys for each type that can be added, besides `type`. */
const ADDED_KEYS: Readonly<Record<AddedEntry['type'], readonly string[]>> = {
  file: ['content', 'mode'],
  directory: ['mode'],
  symlink: ['target'],
};

/** @param normalizers names for `rewrite`; undefined to accept any */
export function readAction(rule: TomlTable, normalizers: readonly string[] | undefined): Action {
  const name = rule.requiredText('action') as ActionName;
  if (!ACTIONS.includes(name)) {
    rule.fail('action', `unknown action '${name}'`, didYouMean(name, ACTIONS, 'actions'));
  }
  refuseKeys(rule, ACTION_KEYS[name], `action '${name}'`);
  switch (name) {
    case 'replace':
      return { do: name, content: pathFromText(required(rule, 'content', name)) };
    case 'rewrite':
      return { do: name, normalizer: readNormalizer(rule, normalizers) };
    case 'substitute':
      return { do: name, replacements: readReplacements(rule) };
    case 'link':
      return { do: name, target: readTarget(rule, name) };
    case 'owner':
      return readOwner(rule);
    case 'mode':
      return { do: name, mode: readMode(rule, 'mode') ?? missing(rule, 'mode', name) };
    case 'add':
      return { do: name, entry: readAdded(rule) };
    default:
      return { do: name };
  }
}

function refuseKeys(rule: TomlTable, taken: readonly string[], by: string): void {
  for (const key of rule.keys) {
    if (!ALL_ACTION_KEYS.includes(key) || taken.includes(key)) continue;
    const hint = taken.length === 0 ? undefined : `It takes ${taken.map((each) => `'${each}'`).join(', ')}.`;
    rule.failAtKey(key, `${by} does not use '${key}'`, hint);
  }
}

function missing(rule: TomlTable, key: string, action: string): never {
  return rule.fail('action', `action '${action}' needs '${key}'`);
}

function required(rule: TomlTable, key: string, action: string): string {
  return rule.text(key) ?? missing(rule, key, action);
}

function readNormalizer(rule: TomlTable, known: readonly string[] | undefined): string {
  const name = required(rule, 'normalizer', 'rewrite');
  if (known !== undefined && !known.includes(name)) {
    rule.fail('normalizer', `unknown normalizer '${name}'`, didYouMean(name, known, 'normalizers'));
  }
  return name;
}

/** One table or several. */
function readReplacements(rule: TomlTable): Replacement[] {
  const tables = rule.tables('replacements') ?? missing(rule, 'replacements', 'substitute');
  if (tables.length > REPLACEMENTS_MAX)
    rule.fail('replacements', `more than ${REPLACEMENTS_MAX} replacements`, 'Use several rules.');
  return tables.map((table) => {
    table.checkKeys(['pattern', 'with']);
    const pattern = table.requiredText('pattern');
    const text = table.text('with') ?? table.failAtTable("'with' is missing");
    const replacement = { pattern: pathFromText(pattern), with: pathFromText(text) };
    const groups = unlessBadPattern(table, 'pattern', () => new LinePattern(replacement.pattern).groups);
    if (/[\r\n]/.test(text))
      table.fail('with', "'with' has an end of a line", 'Lines are replaced one by one.');
    unlessBadPattern(table, 'with', () => parseTemplate(replacement.with, groups));
    return replacement;
  });
}

function unlessBadPattern<T>(table: TomlTable, key: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PatternError) return table.fail(key, error.message);
    throw error;
  }
}

function readTarget(rule: TomlTable, action: string): string {
  const target = required(rule, 'target', action);
  if (target === '') rule.fail('target', 'a symlink cannot have an empty target');
  if (target.includes('\0')) rule.fail('target', 'a symlink cannot have a NUL byte in its target');
  return pathFromText(target);
}

function readOwner(rule: TomlTable): Action {
  const user = readAccount(rule, 'user');
  const group = readAccount(rule, 'group');
  if (user === undefined && group === undefined) missing(rule, 'user', 'owner');
  return {
    do: 'owner',
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
  };
}

function readAccount(rule: TomlTable, key: string): number | string | undefined {
  const value = rule.get(key);
  if (value === undefined) return undefined;
  if (typeof value === 'number') {
    const isId = Number.isInteger(value) && value >= 0 && value <= MAX_ID;
    return isId
      ? value
      : rule.fail(key, `'${key}' is ${value}, but should be a whole number from 0 to ${MAX_ID}`);
  }
  if (typeof value !== 'string')
    return rule.fail(key, `'${key}' is ${kindOf(value)}, but should be a number or a name`);
  if (!/^[^:\s\p{C}]+$/u.test(value)) rule.fail(key, `'${value}' cannot be the name of a ${key}`);
  return pathFromText(value);
}

function readAdded(rule: TomlTable): AddedEntry {
  const type = required(rule, 'type', 'add');
  if (!Object.hasOwn(ADDED_KEYS, type)) {
    const known = Object.keys(ADDED_KEYS);
    const what = (ENTRY_TYPES as readonly string[]).includes(type)
      ? `cannot add a ${type}`
      : `unknown type '${type}'`;
    rule.fail('type', what, didYouMean(type, known, 'types'));
  }
  const added = type as AddedEntry['type'];
  refuseKeys(rule, ['type', ...ADDED_KEYS[added]], `a ${type} to add`);
  if (added === 'symlink') return { type: added, target: readTarget(rule, 'add') };
  if (added === 'directory') return { type: added, mode: readMode(rule, 'mode') ?? 0o755 };
  return {
    type: added,
    content: pathFromText(rule.text('content') ?? ''),
    mode: readMode(rule, 'mode') ?? 0o644,
  };
}
