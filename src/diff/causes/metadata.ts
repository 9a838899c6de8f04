/** Owners, modes, times, hard links and attributes. */
import type { Knowledge, Recognizer } from '../cause.ts';
import { differingAttributes } from '../compare-entries.ts';
import type { Finding } from '../finding.ts';
import { NO_PROPOSAL, type Proposal, proposedRule } from '../proposal.ts';

/** Bits that a umask removes: those of group and others. */
const UMASK_BITS = 0o077;
/** Set-user-id, set-group-id, sticky. */
const SPECIAL_BITS = 0o7000;

/** Permission bits of group and others that differ as with a different umask. */
export const umask: Recognizer = ({ finding: { field, a, b } }) => {
  if (field !== 'mode' || a === undefined || b === undefined) return undefined;
  const others = (a.mode ^ b.mode) & ~UMASK_BITS;
  // No umask affects these, and a program without them may not work.
  if ((others & SPECIAL_BITS) !== 0) return undefined;
  const isUmask = others === 0;
  return {
    cause: 'umask',
    key: isUmask ? '' : 'other',
    title: isUmask ? 'created with a different umask' : 'permission bits differ',
    remedy: 'rule',
    advice:
      'Set the umask of the build, and the modes of files copied in from a checkout. The proposed rules grant only the permissions that both sides grant.',
    propose: proposeModes,
  };
};

function proposeModes(findings: readonly Finding[]): Proposal {
  const groups = new Map<number, Finding[]>();
  for (const finding of findings) {
    const mode = (finding.a?.mode ?? 0) & (finding.b?.mode ?? 0);
    groups.set(mode, [...(groups.get(mode) ?? []), finding]);
  }
  const rules = [...groups].map(([mode, each]) =>
    proposedRule(
      `mode-${mode.toString(8)}`,
      each.map(({ path }) => path),
      { do: 'mode', mode },
      'The mode depended on the umask of the build; this is what both sides grant.',
    ),
  );
  return { ...NO_PROPOSAL, rules };
}

/** The same files and contents, hard-linked differently. */
export const hardLinks: Recognizer = ({ finding: { field } }) => {
  if (field !== 'links') return undefined;
  return {
    cause: 'hard-links',
    key: '',
    title: 'the same contents, but different names are hard-linked to each other',
    remedy: 'option',
    advice:
      'Whether equal files are hard links depends on how the tree was copied. Copy both the same way, or write every name as a separate file.',
    propose: () => ({ ...NO_PROPOSAL, options: { hardLinks: 'copy' } }),
  };
};

/** Times that clamping does not affect: both are older than the epoch. */
export const fileTimes: Recognizer = ({ finding: { field } }) => {
  if (field !== 'mtime') return undefined;
  return {
    cause: 'file-times',
    key: '',
    title: 'modification times before the epoch differ',
    remedy: 'option',
    advice:
      'Clamping does not change times before the epoch. Use an older --source-date-epoch, or set all times (--mtime set); programs that compare the time of usr or clock-epoch with the clock then see the epoch.',
    propose: () => ({ ...NO_PROPOSAL, options: { mtime: 'set' } }),
  };
};

/** What is lost without an attribute, by the prefix of its name. */
const MEANINGS: readonly (readonly [prefix: string, what: string])[] = [
  ['security.capability', 'file capabilities'],
  ['system.posix_acl_', 'access control lists'],
  ['security.selinux', 'SELinux labels'],
];

/** Extended attributes of entries that the rules keep, and what an access list makes of a mode. A cpio archive holds none. */
export const attributes: Recognizer = (evidence, { sides: { a, b } }) => {
  const { finding } = evidence;
  if (finding.field !== 'attributes' && finding.field !== 'mode') return undefined;
  const left = finding.planned?.a?.origin ?? finding.a;
  const right = finding.planned?.b?.origin ?? finding.b;
  if (left === undefined || left === null || right === undefined || right === null) return undefined;
  const names = differingAttributes(a.source, left, b.source, right);
  if (finding.field === 'mode' && !isMask(left.mode ^ right.mode, names)) return undefined;
  const known = MEANINGS.filter(([prefix]) => names.some((name) => name.startsWith(prefix)));
  const isAll = names.every((name) => known.some(([prefix]) => name.startsWith(prefix)));
  const what = [...known.map(([, each]) => each), ...(isAll ? [] : ['extended attributes'])].join(', ');
  const lacks =
    a.source.attributesOf === undefined ? 'A' : b.source.attributesOf === undefined ? 'B' : undefined;
  return {
    cause: 'attributes',
    key: `${what} ${lacks ?? ''}`,
    title: lacks === undefined ? `${what} differ` : `${what}, which side ${lacks} cannot store`,
    remedy: 'look',
    advice:
      lacks === undefined
        ? 'Set the same ones on both sides. stillroot finalize keeps them, and so do tar archives and container images of stillroot pack; a cpio archive cannot store them.'
        : 'A cpio archive cannot store them: set them at boot (setcap, setfacl, restorecon), or pack a .tar or a container image.',
  };
};

/** Of a file with an access list the bits of the group are the mask of the list: acl(5). */
function isMask(bits: number, names: readonly string[]): boolean {
  return (bits & ~0o070) === 0 && names.includes('system.posix_acl_access');
}

const ACCOUNT_FILE = /^(?:usr\/)?etc\/(?:passwd|group)-?$/;

/** The same accounts under different numbers: in the account files, and as owners of files. */
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

/** Ids of one side that consistently correspond to other ids of the other side: those of the user who ran the build. */
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

/** FROM -> TO where one of the two is root, each FROM with one TO; undefined where no such mapping exists. */
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
