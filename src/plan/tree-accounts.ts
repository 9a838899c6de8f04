import { StillrootError } from '../errors.ts';
import { parseAccounts } from '../formats/accounts.ts';
import type { Owner } from '../normalize/owner.ts';
import type { Choice, OwnerAction } from '../rules/decide.ts';
import type { Source } from '../source/source.ts';

/**
 * @param file for the message: `etc/passwd` or `etc/group`
 * @throws rule-file if the tree does not know the name
 */
export function accountId(
  name: number | string,
  accounts: Map<string, number>,
  file: string,
  rule: string,
): number {
  if (typeof name === 'number') return name;
  const id = accounts.get(name);
  if (id !== undefined) return id;
  throw new StillrootError('rule-file', `names ${name}, which is not in ${file} of the tree`, {
    where: `rule ${rule}`,
    hint: 'Use an id, or a name that exists in the tree.',
  });
}

/** The ids that an owner rule sets: a user, a group or both. */
export function ownerOfRule(
  { rule, action }: Choice<OwnerAction>,
  accounts: { users: Map<string, number>; groups: Map<string, number> },
): Partial<Owner> {
  const { user, group } = action;
  return {
    ...(user === undefined ? {} : { uid: accountId(user, accounts.users, 'etc/passwd', rule.id) }),
    ...(group === undefined ? {} : { gid: accountId(group, accounts.groups, 'etc/group', rule.id) }),
  };
}

/** Account files are small; this is three hundred times a large one. */
const MAX_ACCOUNT_FILE = 16 * 1024 * 1024;

/** The names that a tree itself knows, never those of the running system. Each file is read once, when needed. */
export class TreeAccounts {
  readonly #source: Source;
  #users: Map<string, number> | undefined;
  #groups: Map<string, number> | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Names to numbers; empty where the tree has no such file. */
  get users(): Map<string, number> {
    this.#users ??= this.#read('etc/passwd');
    return this.#users;
  }

  get groups(): Map<string, number> {
    this.#groups ??= this.#read('etc/group');
    return this.#groups;
  }

  #read(path: string): Map<string, number> {
    const entry = this.#source.tree.resolve(path);
    if (entry?.type !== 'file') return new Map();
    return parseAccounts(this.#source.readFile(entry, MAX_ACCOUNT_FILE).toString('latin1'));
  }
}
