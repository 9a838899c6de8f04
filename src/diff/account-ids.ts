/** Accounts that have different numbers on the two sides. */
import {
  ACCOUNT_FIELDS,
  accountLines,
  GROUP_ID_FIELD,
  ID_FIELD,
  parseAccounts,
} from '../formats/accounts.ts';
import type { Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';

/** Account files are small; this is a thousand times a large one. */
const MAX_ACCOUNT_FILE = 16 * 1024 * 1024;

/** Numbers to names; where two names share a number, the first counts. */
type Names = ReadonlyMap<number, string>;

interface Accounts {
  readonly users: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<string, number>;
  readonly userNames: Names;
  readonly groupNames: Names;
}

export class AccountIds {
  readonly #a: Accounts;
  readonly #b: Accounts;
  /** Whether any name has a different number on the two sides. */
  readonly hasMoved: boolean;

  constructor(a: Source, b: Source) {
    this.#a = readAccounts(a);
    this.#b = readAccounts(b);
    const { users, groups } = this.#b;
    const moved = (mine: ReadonlyMap<string, number>, theirs: ReadonlyMap<string, number>): boolean =>
      [...mine].some(([name, id]) => theirs.has(name) && theirs.get(name) !== id);
    this.hasMoved = moved(this.#a.users, users) || moved(this.#a.groups, groups);
  }

  /** Whether two entries belong to accounts of the same names under different numbers. */
  areSameOwners(a: Entry, b: Entry): boolean {
    if (!this.hasMoved) return false;
    const isSame = (x: number, y: number, left: Names, right: Names): boolean =>
      x === y || (left.get(x) !== undefined && left.get(x) === right.get(y));
    return (
      isSame(a.uid, b.uid, this.#a.userNames, this.#b.userNames) &&
      isSame(a.gid, b.gid, this.#a.groupNames, this.#b.groupNames)
    );
  }

  /** `name: 998 -> 999`, users and groups. */
  moved(): string[] {
    const list = (what: string, mine: ReadonlyMap<string, number>, theirs: ReadonlyMap<string, number>) =>
      [...mine]
        .filter(([name, id]) => theirs.has(name) && theirs.get(name) !== id)
        .map(([name, id]) => `${what} ${name}: ${id} -> ${theirs.get(name)}`);
    return [...list('user', this.#a.users, this.#b.users), ...list('group', this.#a.groups, this.#b.groups)];
  }

  /** Whether two account files are equal once numbers are replaced by names and lines are sorted. */
  areSameAccounts(a: string, b: string): boolean {
    return this.hasMoved && nameIds(a, this.#a) === nameIds(b, this.#b);
  }
}

function readAccounts(source: Source): Accounts {
  const read = (path: string): Map<string, number> => {
    const entry = source.tree.resolve(path);
    if (entry?.type !== 'file') return new Map();
    return parseAccounts(source.readFile(entry, MAX_ACCOUNT_FILE).toString('latin1'));
  };
  const users = read('etc/passwd');
  const groups = read('etc/group');
  return { users, groups, userNames: invert(users), groupNames: invert(groups) };
}

function invert(ids: ReadonlyMap<string, number>): Names {
  const names = new Map<number, string>();
  for (const [name, id] of ids) if (!names.has(id)) names.set(id, name);
  return names;
}

/** The lines of passwd or group, sorted, with names in place of numbers. */
function nameIds(text: string, { userNames, groupNames }: Accounts): string {
  const lines = accountLines(text).map(({ line, fields }) => {
    const isPasswd = fields.length === ACCOUNT_FIELDS.passwd;
    if (!isPasswd && fields.length !== ACCOUNT_FIELDS.group) return line;
    const named = [...fields];
    const swap = (at: number, names: Names): void => {
      const name = names.get(Number(fields[at]));
      if (name !== undefined && fields[at] !== '') named[at] = `(${name})`;
    };
    swap(ID_FIELD, isPasswd ? userNames : groupNames);
    if (isPasswd) swap(GROUP_ID_FIELD, groupNames);
    return named.join(':');
  });
  return lines.sort().join('\n');
}
