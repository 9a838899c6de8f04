/** What the system lets this process do with owners; determined once, before a tree is changed. */
import { readFileSync } from 'node:fs';

export interface Privileges {
  /** Effective, as the process sees itself. */
  readonly uid: number;
  readonly gid: number;
  /**
   * A library such as fakeroot or pseudo pretends that this is root. It keeps owners and some modes in its own table,
   * which Node cannot see: Node gets them from the kernel, not the C library.
   */
  readonly isFaked: boolean;
  /** Whether a file of this process can be given to these. */
  canGive(uid: number, gid: number): boolean;
}

export interface ProcessFacts {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** Texts of /proc/self/status, maps, uid_map and gid_map (proc(5), user_namespaces(7)). */
  readonly status: string;
  readonly maps: string;
  readonly uidMap: string;
  readonly gidMap: string;
}

/** capabilities(7): may give files to any user. */
const CAP_CHOWN = 0n;

/** What this process may do to owners, from its ids and /proc/self. */
export function readPrivileges(): Privileges {
  const read = (name: string): string => readFileSync(`/proc/self/${name}`, 'latin1');
  return privilegesOf({
    uid: process.geteuid?.() ?? 0,
    gid: process.getegid?.() ?? 0,
    groups: process.getgroups?.() ?? [],
    status: read('status'),
    maps: read('maps'),
    uidMap: read('uid_map'),
    gidMap: read('gid_map'),
  });
}

/**
 * The same from given facts; a user id that differs from the kernel's, or a loaded fakeroot or pseudo,
 * means a faked root.
 */
export function privilegesOf(facts: ProcessFacts): Privileges {
  const { uid, gid, groups } = facts;
  const real = realUid(facts.status);
  const isFaked = uid !== real || /\/lib(?:fakeroot|pseudo)\b/.test(facts.maps);
  const maySetAny = hasCapability(facts.status, CAP_CHOWN);
  const [uids, gids] = [parseMap(facts.uidMap), parseMap(facts.gidMap)];
  return {
    uid,
    gid,
    isFaked,
    canGive(toUid, toGid) {
      if (isFaked) return true;
      if (maySetAny) return isMapped(toUid, uids) && isMapped(toGid, gids);
      return toUid === uid && (toGid === gid || groups.includes(toGid));
    },
  };
}

/** The real owner of files that this process creates. */
export function ownerOfNewFiles(): number | undefined {
  return realUid(readFileSync('/proc/self/status', 'latin1'));
}

/** The line lists the real, effective, saved and filesystem id. */
function realUid(status: string): number | undefined {
  const found = /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1];
  return found === undefined ? undefined : Number(found);
}

function hasCapability(status: string, number: bigint): boolean {
  const mask = /^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> number) & 1n) === 1n;
}

/** First id inside the user namespace, and how many. */
type Range = readonly [first: number, count: number];

function parseMap(text: string): Range[] {
  return [...text.matchAll(/^\s*(\d+)\s+\d+\s+(\d+)$/gm)].map(([, first, count]) => [
    Number(first),
    Number(count),
  ]);
}

function isMapped(id: number, ranges: readonly Range[]): boolean {
  return ranges.some(([first, count]) => id >= first && id < first + count);
}
