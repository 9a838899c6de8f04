import { damaged } from '../formats/damage.ts';

/** Fields of passwd(5), group(5), shadow(5) and gshadow(5) by file name. */
export const ACCOUNT_FIELDS: Readonly<Record<string, number>> = {
  passwd: 7,
  group: 4,
  shadow: 9,
  gshadow: 4,
};
/** The number, in passwd(5) and group(5). */
const ID = 2;

export interface AccountLine {
  readonly name: string;
  readonly line: string;
  readonly fields: readonly string[];
}

export interface AccountFile {
  readonly accounts: readonly AccountLine[];
  /**
   * The first line that begins with `+` or `-` and all behind it, empty lines at the end included. Such
   * lines bring in or hide accounts of NIS (nsswitch.conf(5), compat), and count from their place on.
   */
  readonly rest: readonly string[];
}

/** @throws Damage */
export function parseAccountFile(text: string, fieldCount: number): AccountFile {
  const lines = text.split('\n');
  const accounts: AccountLine[] = [];
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const isEnd = lines.slice(index).every((other) => other === '');
    if (isEnd || /^[+-]/.test(line)) return { accounts, rest: lines.slice(index) };
    const fields = line.split(':');
    if (fields.length !== fieldCount) {
      damaged(offset, `${fields.length} fields`, `${fieldCount} fields separated by colons`);
    }
    accounts.push({ name: fields[0] as string, line, fields });
    offset += line.length + 1;
  }
  return { accounts, rest: [] };
}

/** By number. Sorting is stable: of several names for one number the first counts, and stays first. */
export function sortById(accounts: readonly AccountLine[]): AccountLine[] {
  return accounts
    .map((account) => ({ account, id: idOf(account) }))
    .sort((a, b) => a.id - b.id)
    .map(({ account }) => account);
}

function idOf({ name, fields }: AccountLine): number {
  const id = fields[ID] as string;
  if (!/^\d{1,10}$/.test(id)) damaged(0, `${name} with something else than a number`, 'a number');
  return Number(id);
}
