/** Reports that go into files. */
import { StillrootError } from '../errors.ts';
import type { LabResult } from '../lab/result.ts';

type Format = 'html' | 'md';

export interface Report {
  readonly format: Format;
  readonly file: string;
}

type Writer = (result: LabResult, command: readonly string[]) => string;

/** Loaded for a report alone: most runs write none. */
const WRITERS: Readonly<Record<Format, () => Promise<Writer>>> = {
  html: async () => (await import('./bench-page.ts')).benchPage,
  md: async () => (await import('./bench-markdown.ts')).benchMarkdown,
};

/** @throws usage */
export function parseReports(texts: readonly string[]): Report[] {
  return texts.map((text) => {
    const [, format, file] = /^(html|md)=(.+)$/s.exec(text) ?? [];
    if (format !== undefined && file !== undefined) return { format: format as Format, file };
    throw new StillrootError('usage', `invalid value ${JSON.stringify(text)}, wanted html=FILE or md=FILE`, {
      where: '--report',
    });
  });
}

/** A report takes the place of an older one, once all of them are written. */
export async function writeReports(
  reports: readonly Report[],
  result: LabResult,
  command: readonly string[],
): Promise<void> {
  if (reports.length === 0) return;
  const { writeTogether } = await import('../pack/sink-pair.ts');
  const files = reports.map(async ({ format, file }) => {
    const write = await WRITERS[format]();
    return { path: file, text: write(result, command) };
  });
  writeTogether(await Promise.all(files), true);
}
