import type { Condition, Rule } from '../rule.ts';

/** Who owns some well-known paths in a tree that root made. */
export interface OwnerRow {
  /** `layer/owner-name`. */
  readonly id: string;
  readonly match: readonly string[];
  /** A name in the tree's own etc/passwd; root where there is none. */
  readonly user?: string;
  /** A name in the tree's own etc/group; root where there is none. */
  readonly group?: string;
  readonly type?: 'file' | 'directory';
  /** Permission bits that tell the paths meant from others, such as set-group-ID. */
  readonly bits?: number;
  /** A path that tells the releases meant from others. */
  readonly exists?: string;
  readonly source: string;
}

/** 2000: runs with the rights of its group, or hands its group on to what is made in it. */
export const SET_GROUP_ID: number = 0o2000;
/** 0020 */
export const GROUP_WRITES: number = 0o020;

const ROOT = 'root';

/**
 * A rule that gives paths the owner they have where root makes the tree. It only takes part where who
 * runs cannot give files away, and where the tree knows the names.
 */
export function ownerRule({ id, match, user, group, type, bits, exists, source }: OwnerRow): Rule {
  const names = `${user ?? ROOT}:${group ?? ROOT}`;
  const when: Condition = {
    privileged: false,
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    ...(type === undefined ? {} : { type }),
    ...(bits === undefined ? {} : { bits }),
    ...(exists === undefined ? {} : { exists }),
  };
  return {
    id,
    match,
    when,
    action: { do: 'owner', user: user ?? 0, group: group ?? 0 },
    why: `Owned by ${names} in a tree built by root; only root can change owners.`,
    source,
  };
}
