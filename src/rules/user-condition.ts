import type { EntryType } from '../tree/entry.ts';
import { ENTRY_TYPES } from '../tree/entry.ts';
import { pathFromText } from '../tree/path.ts';
import type { Condition } from './rule.ts';
import { didYouMean } from './suggest.ts';
import type { TomlTable } from './toml-table.ts';
import { readGlob } from './user-glob.ts';
import { readMode } from './user-mode.ts';

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
    // The tables may have globs here; a user's file means the characters as they are.
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
