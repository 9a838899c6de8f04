import { StillrootError } from '../errors.ts';
import type { Owner } from '../normalize/owner.ts';
import type { Choice, OwnerAction } from '../rules/decide.ts';

/**
 * @param file for the message: `etc/passwd` or `etc/group`
 * @throws rule-file where the tree does not know the name
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

/** The ids that an owner rule sets, of those it names: a user, a group or both. */
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
