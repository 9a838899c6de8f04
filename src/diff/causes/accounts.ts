import type { Knowledge, Recognizer } from '../cause.ts';
import type { Finding } from '../finding.ts';
import { NO_PROPOSAL } from '../proposal.ts';

const ACCOUNT_FILE = /^(?:usr\/)?etc\/(?:passwd|group)-?$/;

/** The same accounts under other numbers: in the account files, and as owners of files. */
export const accountIds: Recognizer = (evidence, { ids }) => {
  const { finding, path } = evidence;
  if (!ids.hasMoved || !isAboutIds()) return undefined;
  return {
    cause: 'account-ids',
    key: '',
    title: 'the same accounts have different ids',
    remedy: 'input',
    advice: `${some(ids.moved())}. Ids are assigned in the order in which packages are configured: create the accounts with fixed ids before their packages are installed, for example with sysusers.d or a prepared etc/passwd and etc/group.`,
  };

  function isAboutIds(): boolean {
    const { a, b, field } = finding;
    if (field === 'owner') return a !== undefined && b !== undefined && ids.areSameOwners(a, b);
    if (field !== 'content' || !ACCOUNT_FILE.test(path)) return false;
    const texts = evidence.texts;
    return texts !== undefined && ids.areSameAccounts(...texts);
  }
};

function some(all: readonly string[]): string {
  const shown = all.slice(0, 4).join(', ');
  return all.length > 4 ? `${shown} and ${all.length - 4} more` : shown;
}

/** Numbers of one side that stand for others of the other side throughout: who ran the build. */
export const builderOwner: Recognizer = ({ finding: { field } }, knowledge) => {
  if (field !== 'owner') return undefined;
  const maps = findIdMaps(knowledge);
  if (maps === undefined) return undefined;
  const uids = [...maps.uid].map(([from, to]) => `user ${from} -> ${to}`);
  const gids = [...maps.gid].map(([from, to]) => `group ${from} -> ${to}`);
  return {
    cause: 'builder-owner',
    key: '',
    title: 'owned by the user who built the tree',
    remedy: 'option',
    advice: `All files of one owner belong to one other owner on the other side (${some([...uids, ...gids])}): map the ids, or build both as the same user.`,
    propose: () => ({ ...NO_PROPOSAL, options: { mapUid: maps.uid, mapGid: maps.gid } }),
  };
};

interface IdMaps {
  readonly uid: ReadonlyMap<number, number>;
  readonly gid: ReadonlyMap<number, number>;
}

const cache = new WeakMap<readonly Finding[], IdMaps | null>();

function findIdMaps({ remaining }: Knowledge): IdMaps | undefined {
  let maps = cache.get(remaining);
  if (maps === undefined) {
    const owners = remaining.filter(({ field }) => field === 'owner');
    const uid = consistentMap(owners, 'uid');
    const gid = consistentMap(owners, 'gid');
    maps = uid === undefined || gid === undefined ? null : { uid, gid };
    cache.set(remaining, maps);
  }
  return maps ?? undefined;
}

/** FROM -> TO where one of the two is root, each FROM with one TO; undefined where there is none such. */
function consistentMap(findings: readonly Finding[], id: 'uid' | 'gid'): Map<number, number> | undefined {
  const map = new Map<number, number>();
  for (const { a, b } of findings) {
    const left = a?.[id] ?? 0;
    const right = b?.[id] ?? 0;
    if (left === right) continue;
    if (left !== 0 && right !== 0) return undefined;
    map.set(Math.max(left, right), 0);
  }
  return map;
}
