/** The words of every report of the bench: one set for the terminal, for Markdown and for the page. */
import type { Cell, DimensionResult, LabResult, Loss, PackerResult, Spread } from '../lab/result.ts';
import { formatBytes, formatCount, plural } from '../text/format.ts';

/** How good or bad a cell or verdict is, for its colour; the text says it too. */
export type Grade = 'good' | 'bad' | 'warning' | 'neutral';

export interface Verdict {
  readonly text: string;
  readonly grade: Grade;
}

export function verdictOf(packer: PackerResult): Verdict {
  if (packer.status === 'skipped') return { text: 'skipped', grade: 'neutral' };
  if (packer.status === 'failed') return { text: 'failed', grade: 'bad' };
  if (packer.lossy) return { text: 'loses content', grade: 'bad' };
  if (!packer.stable) return { text: 'never the same', grade: 'bad' };
  if (packer.distinctRaw > 1) return { text: plural(packer.distinctRaw, 'archive'), grade: 'bad' };
  if (packer.distinctCompressed > 1) {
    return { text: `${plural(packer.distinctCompressed, 'file')} of one archive`, grade: 'bad' };
  }
  if (packer.failedOn.length > 0 || packer.together?.outcome === 'failed') {
    return { text: 'fails sometimes', grade: 'warning' };
  }
  return { text: 'holds still', grade: 'good' };
}

/** A cell of the matrix of packers and dimensions. */
export function cellText({ outcome, explainedBy }: Cell): Verdict {
  switch (outcome) {
    case 'same':
      return { text: 'same', grade: 'good' };
    case 'raw':
      return explainedBy === null
        ? { text: 'differs', grade: 'bad' }
        : { text: 'differs too', grade: 'warning' };
    case 'compressed':
      return { text: 'compressed otherwise', grade: explainedBy === null ? 'bad' : 'warning' };
    case 'failed':
      return { text: 'fails', grade: 'warning' };
    case 'unstable':
      return { text: 'unstable', grade: 'neutral' };
    case 'follows':
      return { text: 'follows', grade: 'good' };
    case 'ignores':
      return { text: 'ignores', grade: 'warning' };
    case 'no-effect':
      return { text: 'no effect', grade: 'neutral' };
    case 'none':
      return { text: '-', grade: 'neutral' };
  }
}

/** What it takes into the archive, or what it takes notice of; '' where nothing splits it. */
export function splitText({ because, splitBy }: PackerResult, limit: number): string {
  // A dimension of the process stands for itself.
  const named = [...because, ...splitBy.filter((id) => !id.startsWith('tree/'))];
  const shown = named.slice(0, limit).join(', ');
  return named.length > limit ? `${shown} and ${named.length - limit} more` : shown;
}

export function lossText({ what, count, example, onPurpose }: Loss): string {
  if (what === 'unreadable') return `the archive cannot be read: ${example}`;
  return `loses ${what} of ${plural(count, 'entry', 'entries')}${onPurpose ? ', on purpose' : ''}: ${example}`;
}

export function dimensionCounts({ dimensions }: LabResult): string {
  const count = (status: DimensionResult['status']): number =>
    dimensions.filter((dimension) => dimension.status === status).length;
  return `${plural(count('ran'), 'dimension')} varied, ${formatCount(count('skipped'))} skipped, ${formatCount(count('no-effect'))} without effect`;
}

export function sourceText({ entries, bytes, epoch }: LabResult): string {
  return `${plural(entries, 'entry', 'entries')}, ${formatBytes(bytes)}, SOURCE_DATE_EPOCH ${epoch}`;
}

export function versionsText({ versions }: PackerResult): string {
  return Object.entries(versions)
    .map(([program, version]) => `${program} ${version}`)
    .join(', ');
}

/** Short runs need more digits. */
export function formatTime(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

export function formatRatio({ median, low, high }: Spread): string {
  return `${digits(median)} (${digits(low)} to ${digits(high)})`;
}

export function digits(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : 0);
}
