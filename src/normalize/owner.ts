import { StillrootError } from '../errors.ts';
import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';

/**
 * keep: as on disk. root: everything becomes 0:0, whatever rules say. auto: keep when run by root;
 * otherwise the ids of the user running it become 0, because a tree bootstrapped without root is that user's
 * on disk.
 */
export type OwnerPolicy = 'keep' | 'root' | 'auto';
export const OWNER_POLICIES: readonly OwnerPolicy[] = ['keep', 'root', 'auto'];

/** -1 as unsigned: chown(2) takes it for "leave as it is", so no file can have it. */
export const NO_ID = 0xffff_ffff;

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface OwnerSettings {
  readonly policy: OwnerPolicy;
  /** Who runs. */
  readonly uid: number;
  readonly gid: number;
  /** `--map-uid FROM:TO`; applied last, each id once. */
  readonly mapUid: ReadonlyMap<number, number>;
  readonly mapGid: ReadonlyMap<number, number>;
}

/**
 * Policy, then what an ownership rule says, then the user's maps.
 *
 * @throws number-out-of-range for the one id that chown(2) cannot set
 */
export function normalizeOwner(entry: Entry, settings: OwnerSettings, rule: Partial<Owner> = {}): Owner {
  const wanted = settings.policy === 'root' ? {} : rule;
  const uid = settings.mapUid;
  const gid = settings.mapGid;
  const owner = {
    uid: mapId(wanted.uid ?? byPolicy(entry.uid, settings.uid, settings), uid),
    gid: mapId(wanted.gid ?? byPolicy(entry.gid, settings.gid, settings), gid),
  };
  refuseNoId(entry, 'uid', owner.uid);
  refuseNoId(entry, 'gid', owner.gid);
  return owner;
}

/**
 * Whether an owner on disk is another than the planned one. In a tree that was made without root, the ids
 * of the user running it mean root: such a tree looks like that, and it is not a difference.
 */
export function isOtherOwner(disk: Owner, planned: Owner, { policy, uid, gid }: OwnerSettings): boolean {
  const standsForRoot = policy === 'auto' && uid !== 0;
  const differs = (from: number, to: number, own: number): boolean =>
    from !== to && !(standsForRoot && from === own && to === 0);
  return differs(disk.uid, planned.uid, uid) || differs(disk.gid, planned.gid, gid);
}

function byPolicy(id: number, own: number, settings: OwnerSettings): number {
  if (settings.policy === 'root') return 0;
  // Only the user id tells whether root runs, whatever its group.
  if (settings.policy === 'auto' && settings.uid !== 0 && id === own) return 0;
  return id;
}

function mapId(id: number, map: ReadonlyMap<number, number>): number {
  return map.get(id) ?? id;
}

function refuseNoId(entry: Entry, name: 'uid' | 'gid', id: number): void {
  if (Number.isInteger(id) && id >= 0 && id < NO_ID) return;
  throw new StillrootError('number-out-of-range', `${name} is ${id}, wanted 0 to ${NO_ID - 1}`, {
    where: showPath(entry.path),
    hint: `Map it with --map-${name} ${id}:TO, or use --owner root.`,
  });
}
