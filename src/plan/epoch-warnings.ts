import type { Warning } from '../source/source.ts';
import type { Plan } from './plan.ts';

/** Times up to this one are not build times: tools that set all times write 0 (OSTree, mkinitcpio) or 1 (Nix). */
const CANONICAL_TIME_MAX = 1;

/**
 * Clamping to an epoch in the future changes nothing: all build times stay, and two builds differ. Two signs show it:
 * the epoch is later than the clock, or later than every time in the tree. Only the warnings depend on the clock, never
 * the archive.
 *
 * @param clock seconds since 1970
 */
export function epochWarnings(plan: Plan, clock: number): Warning[] {
  const { epoch, mtime } = plan.settings;
  const advice = 'set SOURCE_DATE_EPOCH to a time before the build, such as the time of the last commit';
  if (epoch > clock) {
    const message = `the epoch ${showTime(epoch)} is later than the current time, ${showTime(Math.floor(clock))}: files written by the build keep their own times, so two builds differ; ${advice}`;
    return [{ code: 'epoch-in-future', path: '', message }];
  }
  if (mtime !== 'clamp') return [];
  const newest = newestBefore(plan, epoch);
  if (newest === undefined || newest.mtime <= CANONICAL_TIME_MAX) return [];
  const message = `the epoch ${showTime(epoch)} is later than every time in the tree (newest: ${showTime(newest.mtime)}): nothing is clamped, so the times of the build stay; ${advice}, or use --mtime keep or set`;
  return [{ code: 'epoch-clamps-nothing', path: newest.path, message }];
}

/** The newest entry that stays; undefined if one is not before the epoch, or the tree is empty. */
function newestBefore(plan: Plan, epoch: number): { path: string; mtime: number } | undefined {
  let newest: { path: string; mtime: number } | undefined;
  for (const { origin } of plan.entries()) {
    if (origin === null) continue;
    if (origin.mtime >= epoch) return undefined;
    if (newest === undefined || origin.mtime > newest.mtime) newest = origin;
  }
  return newest;
}

function showTime(seconds: number): string {
  return `${seconds} (${new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')})`;
}
