import { ENTRY_TYPES } from '../tree/entry.ts';
import { pathFromText } from '../tree/path.ts';
import type { Action, ActionName, AddedEntry } from './rule.ts';
import { didYouMean } from './suggest.ts';
import type { TomlTable } from './toml-table.ts';
import { kindOf } from './toml-table.ts';
import { readMode } from './user-mode.ts';

/** The keys of a rule that say how its action is meant, by action. */
const ACTION_KEYS: { readonly [A in ActionName]: readonly string[] } = {
  drop: [],
  truncate: [],
  replace: ['content'],
  rewrite: ['normalizer'],
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

/** The largest user or group ID: 2^32 - 1 is the kernel's "leave it as it is". */
const MAX_ID = 0xff_ff_ff_fe;

/** The keys of each type that can be added; `type` aside. */
const ADDED_KEYS: Readonly<Record<AddedEntry['type'], readonly string[]>> = {
  file: ['content', 'mode'],
  directory: ['mode'],
  symlink: ['target'],
};

/** @param normalizers names for `rewrite`; undefined to take any */
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
