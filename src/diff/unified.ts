/** The beginning of a unified diff of two texts. */

import { hideSecrets } from './hide-secrets.ts';

/** Lines around a change. */
const CONTEXT = 1;
/** Characters of a line that are shown; of a longer one what is around its first difference. */
const WIDTH = 88;
/** Lines in a row that only one side has, of which both sides are to be seen. */
const RUN_MAX = 4;
/** Lines of either text that are compared, from the first that differs on. */
const LINES_MAX = 2000;
/** Milliseconds; texts that have little in common are then shown as all old, all new. */
const TIMEOUT = 500;

/** Passwords and the like are hidden. */
export async function unifiedLines(a: string, b: string, limit: number): Promise<string[]> {
  const { structuredPatch } = await import('diff');
  const left = hideSecrets(a.split('\n'));
  const right = hideSecrets(b.split('\n'));
  if (left.length === right.length && left.every((line, i) => line === right[i])) {
    return [' (not shown: passwords or similar secrets differ)'];
  }
  let same = 0;
  while (same < Math.min(left.length, right.length) - 1 && left[same] === right[same]) same += 1;
  const from = Math.max(0, same - CONTEXT);
  const piece = (lines: readonly string[]): string => lines.slice(from, from + LINES_MAX).join('\n');
  const patch = structuredPatch('', '', piece(left), piece(right), '', '', {
    context: CONTEXT,
    timeout: TIMEOUT,
  });
  if (patch === undefined) return [`-${clip(left[same] ?? '', '')}`, `+${clip(right[same] ?? '', '')}`];
  const lines: string[] = [];
  for (const { oldStart, newStart, lines: hunk } of patch.hunks) {
    lines.push(`@ line ${oldStart + from} and ${newStart + from}`, ...shorten(clipAll(hunk)));
    if (lines.length >= limit) break;
  }
  return lines.length <= limit ? lines : [...lines.slice(0, limit - 1), '@ and more'];
}

function clipAll(lines: readonly string[]): string[] {
  return lines
    .filter((line) => !line.startsWith('\\'))
    .map((line, i, all) => {
      if (line.length <= WIDTH) return line;
      const other = line.startsWith('-')
        ? all.find((each, j) => j > i && each.startsWith('+'))
        : all.findLast((each, j) => j < i && each.startsWith('-'));
      return `${line[0]}${clip(line.slice(1), other?.slice(1) ?? '')}`;
    });
}

/** Keeps the beginning of each run of lines of one side. */
function shorten(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const sign = lines[at]?.[0];
    let end = at + 1;
    while (end < lines.length && lines[end]?.[0] === sign) end += 1;
    // A note takes a line too.
    const shown = end - at > RUN_MAX + 1 ? RUN_MAX : end - at;
    kept.push(...lines.slice(at, at + shown));
    if (at + shown < end) kept.push(`@ and ${end - at - shown} more such lines`);
    at = end;
  }
  return kept;
}

function clip(line: string, other: string): string {
  if (line.length <= WIDTH) return line;
  let at = 0;
  while (at < other.length && line[at] === other[at]) at += 1;
  const from = other === '' ? 0 : Math.max(0, at - WIDTH / 3);
  const piece = line.slice(from, from + WIDTH);
  return `${from > 0 ? '...' : ''}${piece}${from + WIDTH < line.length ? '...' : ''}`;
}
