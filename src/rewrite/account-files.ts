/** passwd, group, shadow and gshadow: the order of their lines, and the days of password changes. */
import {
  ACCOUNT_FIELDS,
  type AccountLine,
  accountLines,
  needFields,
  parseAccountFile,
  sortById,
} from '../formats/accounts.ts';
import { damaged } from '../formats/damage.ts';
import { joinPath, nameOf, parentOf } from '../tree/path.ts';
import {
  ifTextChanged,
  type Rewrite,
  type RewriteContext,
  type RewriteResult,
  rewritten,
  UNCHANGED,
  unlessDamaged,
} from './rewrite.ts';

const MAXIMUM_SIZE = 16 * 1024 * 1024;
/** Files without numbers, and those that hold the numbers for their names. */
const NUMBERS_IN: Readonly<Record<string, 'passwd' | 'group'>> = { shadow: 'passwd', gshadow: 'group' };

/**
 * Sorts lines of passwd, group, shadow and gshadow by number, since packages are configured in varying
 * order. shadow and gshadow follow the passwd and group next to them; names missing there
 * come last, by name. Lines from the first NIS entry on keep their place.
 */
export const sortAccounts: Rewrite = {
  what: 'Account files are sorted by number; NIS entries stay last.',
  maximumSize: MAXIMUM_SIZE,
  apply(bytes, context) {
    const file = nameOf(context.path);
    const fieldCount = (ACCOUNT_FIELDS as Readonly<Record<string, number>>)[file];
    if (fieldCount === undefined) return UNCHANGED;
    return unlessDamaged(bytes, () => {
      const { accounts, rest } = parseAccountFile(bytes.toString('latin1'), fieldCount);
      const sorted = file in NUMBERS_IN ? sortByOther(accounts, file, context) : sortById(accounts);
      return ifTextChanged(bytes, [...sorted.map(({ line }) => line), ...rest].join('\n'));
    });
  },
};

function sortByOther(accounts: readonly AccountLine[], file: string, context: RewriteContext): AccountLine[] {
  const ranks = ranksOf(NUMBERS_IN[file] as 'passwd' | 'group', context);
  const rankOf = ({ name }: AccountLine): number => ranks.get(name) ?? ranks.size;
  return [...accounts].sort(
    (a, b) => rankOf(a) - rankOf(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

/** Names to their positions in the sorted file; empty where there is no such file. */
function ranksOf(file: 'passwd' | 'group', { path, lookUp }: RewriteContext): Map<string, number> {
  const found = lookUp(joinPath(parentOf(path), file));
  if (found?.isFile !== true || found.size > MAXIMUM_SIZE) return new Map();
  const text = found.read(MAXIMUM_SIZE).toString('latin1');
  const { accounts } = parseAccountFile(text, ACCOUNT_FIELDS[file]);
  const ranks = new Map<string, number>();
  for (const { name } of sortById(accounts)) if (!ranks.has(name)) ranks.set(name, ranks.size);
  return ranks;
}

const SECONDS_PER_DAY = 86_400;
/** shadow(5): name, password, day of the last change, minimum, maximum, warning, inactivity, expiry, reserved. */
const PASSWORD = 1;
const LAST_CHANGE = 2;
/** shadow(5): the password must be changed at the next login. */
const MUST_CHANGE = 0;

/**
 * @param day the day in the file
 * @param latest the day of the epoch
 * @returns the new day; undefined for an empty field, which means that passwords do not age
 */
type Variant = (day: number, password: string, latest: number) => number | undefined;

/** By value of the policy `shadow`. Day 0 of an account with a password was set intentionally and stays. */
const VARIANTS: Readonly<Record<string, Variant>> = {
  clamp: (day, _password, latest) => Math.min(day, latest),
  set: (day, _password, latest) => (day === MUST_CHANGE ? day : latest),
  'blank-locked': (day, password, latest) => (isLocked(password) ? undefined : Math.min(day, latest)),
  blank: (day, password) => (day === MUST_CHANGE && !isLocked(password) ? day : undefined),
};

/**
 * Days of the last password change, shadow(5), field 3: useradd and pwconv write the day on which
 * the tree was made. By default days after the epoch become the epoch's day, as the time stamps of
 * files do; the policy `shadow` has alternatives. A file has only one normalizer, so this one also sorts if
 * the policy `sort-accounts` says so.
 */
export const shadowLastChange: Rewrite = {
  what: 'In shadow files, last-change days after the epoch become the day of the epoch.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes, context) {
    const { epoch, policy } = context;
    // 0 means "must be changed at the next login": never introduced.
    const latest = Math.max(1, Math.floor(epoch / SECONDS_PER_DAY));
    const variant = VARIANTS[policy('shadow') ?? 'clamp'] ?? (VARIANTS.clamp as Variant);
    const days = unlessDamaged(bytes, () =>
      changeLines(bytes.toString('latin1'), (day, password) => variant(day, password, latest)),
    );
    if (days.outcome === 'malformed' || policy('sort-accounts') !== 'sort') return days;
    const sorted = sortAccounts.apply(
      days.outcome === 'rewritten' ? Buffer.from(days.bytes) : bytes,
      context,
    );
    return sorted.outcome === 'unchanged' ? days : sorted;
  },
};

/** No password unlocks this account: passwd(1) and useradd prefix `!` or `*`. */
function isLocked(password: string): boolean {
  return /^[!*]/.test(password);
}

function changeLines(
  text: string,
  change: (day: number, password: string) => number | undefined,
): RewriteResult {
  let changed = false;
  const lines = accountLines(text).map((account) => {
    const { line, fields, offset, isAccount } = account;
    if (!isAccount) return line;
    needFields(account, ACCOUNT_FIELDS.shadow);
    const day = fields[LAST_CHANGE] as string;
    if (day === '') return line;
    // If a colon is missing, this field holds the password hash.
    if (!/^\d{1,9}$/.test(day)) damaged(offset, 'something else in the third field', 'a number of days');
    const wanted = change(Number(day), fields[PASSWORD] as string);
    if (wanted === Number(day)) return line;
    changed = true;
    return fields.with(LAST_CHANGE, wanted === undefined ? '' : String(wanted)).join(':');
  });
  return changed ? rewritten(Buffer.from(lines.join('\n'), 'latin1')) : UNCHANGED;
}
