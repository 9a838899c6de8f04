/** How the values of one entry change: as they are, and as they will be in the archive. */
import { createHash } from 'node:crypto';
import type { Plan } from '../plan/plan.ts';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import type { Source } from '../source/source.ts';
import { formatCount, plural } from '../text/format.ts';
import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';

export interface ValueChange {
  readonly what: 'entry' | 'type' | 'content' | 'target' | 'mode' | 'owner' | 'time' | 'links';
  readonly from: string;
  readonly to: string;
}

/** For larger files only the size is given; no normalizer accepts them. */
const MAX_CONTENT = 256 * 1024 * 1024;
/** Digits of a SHA-256, enough to distinguish two contents. */
const DIGITS = 12;

/** Values that change, in a fixed order; none for a path that is neither in the tree nor in the archive. */
export function valueChanges(plan: Plan, path: string): ValueChange[] {
  const origin = plan.source.tree.get(path);
  let planned: PlannedEntry | undefined;
  for (const each of plan.entries()) if (each.entry.path === path) planned = each;
  if (path === '' || (origin === undefined && planned === undefined)) return [];
  if (planned === undefined) return [{ what: 'entry', from: sizeText(origin), to: 'not in the archive' }];
  const { entry, content } = planned;
  const first = (what: ValueChange['what'], to: string): ValueChange => ({ what, from: 'none', to });
  if (origin === undefined) {
    return [
      first('entry', sizeText(entry)),
      first('mode', modeText(entry)),
      first('owner', ownerText(entry)),
      first('time', timeText(entry)),
    ];
  }
  const rows: readonly ValueChange[] = [
    { what: 'type', from: origin.type, to: entry.type },
    ...contentRows(plan.source, origin, content),
    { what: 'target', from: showPath(origin.target) || 'none', to: showPath(entry.target) || 'none' },
    // The mode of a symlink is meaningless.
    ...(entry.type === 'symlink'
      ? []
      : [{ what: 'mode', from: modeText(origin), to: modeText(entry) } as const]),
    { what: 'owner', from: ownerText(origin), to: ownerText(entry) },
    { what: 'time', from: timeText(origin), to: timeText(entry) },
    ...linkRows(plan, origin),
  ];
  return rows.filter(({ from, to }) => from !== to);
}

/** For names of one inode that come out differently, and so become separate files. */
function linkRows(plan: Plan, { path, links }: Entry): ValueChange[] {
  const [first, ...others] = plan.splitFrom(path);
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${formatCount(others.length)} more`;
  const from = plural(links?.paths.length ?? 1, 'name');
  return [{ what: 'links', from, to: `split from its hard link ${showPath(first)}${more}` }];
}

function contentRows(source: Source, origin: Entry, content: PlannedEntry['content']): ValueChange[] {
  if (content === null) return [];
  const after = content();
  const before = origin.size > MAX_CONTENT ? undefined : source.readFile(origin, MAX_CONTENT);
  return [{ what: 'content', from: contentText(origin.size, before), to: contentText(after.length, after) }];
}

function contentText(size: number, bytes: Uint8Array | undefined): string {
  const length = `${formatCount(size)} bytes`;
  if (bytes === undefined || size === 0) return length;
  return `${length}, sha256 ${createHash('sha256').update(bytes).digest('hex').slice(0, DIGITS)}...`;
}

function sizeText(entry: Entry | undefined): string {
  if (entry?.type !== 'file') return entry?.type ?? 'none';
  return `file, ${formatCount(entry.size)} bytes`;
}

function modeText({ mode }: Entry): string {
  return mode.toString(8).padStart(4, '0');
}

function ownerText({ uid, gid }: Entry): string {
  return `${uid}:${gid}`;
}

/** Seconds since 1970, with the fraction, which the disk stores and the archive does not. */
function timeText({ mtime, nanoseconds }: Entry): string {
  return nanoseconds === 0 ? String(mtime) : `${mtime}.${String(nanoseconds).padStart(9, '0')}`;
}
