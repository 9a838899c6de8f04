/** passwd(5), group(5), shadow(5) and gshadow(5): lines of fields between colons. Texts are byte strings. */
import { damaged } from './damage.ts';

/** Number of fields in a line, by file name. */
export const ACCOUNT_FIELDS = { passwd: 7, group: 4, shadow: 9, gshadow: 4 } as const;

/** Index of the numeric id, in passwd(5) and group(5). */
export const ID_FIELD = 2;
/** Index of the numeric group id, in passwd(5). */
export const GROUP_ID_FIELD = 3;

export interface AccountLine {
  readonly name: string;
  readonly line: string;
  readonly fields: readonly string[];
  /** In bytes from the beginning of the file. */
  readonly offset: number;
  /** False for an empty line and for a NIS line, which begins with `+` or `-` and adds or hides accounts (nsswitch.conf(5), compat). */
  readonly isAccount: boolean;
}

/** Every line, including the one after the last newline, which is empty in a complete file. */
export function accountLines(text: string): AccountLine[] {
  let offset = 0;
  return text.split('\n').map((line) => {
    const fields = line.split(':');
    const isAccount = line !== '' && !/^[+-]/.test(line);
    const account = { name: fields[0] as string, line, fields, offset, isAccount };
    offset += line.length + 1;
    return account;
  });
}

/** @throws Damage where a line has more or fewer fields than its file requires */
export function needFields({ fields, offset }: AccountLine, count: number): void {
  if (fields.length !== count)
    damaged(offset, `${fields.length} fields`, `${count} fields separated by colons`);
}

/** Names to numbers of passwd or group. Lines without a number are left out. */
export function parseAccounts(text: string): Map<string, number> {
  const accounts = new Map<string, number>();
  for (const { name, fields } of accountLines(text)) {
    const id = fields[ID_FIELD];
    // The first line for a name wins, as it does for getpwnam(3).
    if (name !== '' && id !== undefined && isId(id) && !accounts.has(name)) accounts.set(name, Number(id));
  }
  return accounts;
}

export interface AccountFile {
  readonly accounts: readonly AccountLine[];
  /** The first NIS line and everything after it, including empty lines at the end: where a NIS line appears matters. */
  readonly rest: readonly string[];
}

/**
 * Parses a file that will be rewritten in another order.
 * @throws Damage where a line does not have `fieldCount` fields
 */
export function parseAccountFile(text: string, fieldCount: number): AccountFile {
  const lines = accountLines(text);
  const last = lines.findLastIndex(({ line }) => line !== '');
  const end = lines.findIndex(({ line, isAccount }, at) => at > last || (line !== '' && !isAccount));
  const accounts = end === -1 ? lines : lines.slice(0, end);
  for (const account of accounts) needFields(account, fieldCount);
  return { accounts, rest: end === -1 ? [] : lines.slice(end).map(({ line }) => line) };
}

/**
 * Sorted by number. Sorting is stable: of several names for one number the first counts, and stays first.
 * @throws Damage where an account has no number
 */
export function sortById(accounts: readonly AccountLine[]): AccountLine[] {
  return accounts
    .map((account) => ({ account, id: idOf(account) }))
    .sort((a, b) => a.id - b.id)
    .map(({ account }) => account);
}

function idOf({ name, fields }: AccountLine): number {
  const id = fields[ID_FIELD] as string;
  if (!isId(id)) damaged(0, `${name} with something else than a number`, 'a number');
  return Number(id);
}

function isId(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}
