/** Reports that go into files. */
import { StillrootError } from '../errors.ts';
import type { LabResult } from '../lab/result.ts';
import { openFileSink } from '../pack/sink.ts';
import { benchMarkdown } from './bench-markdown.ts';
import { benchPage } from './bench-page.ts';

type Format = 'html' | 'md';

export interface Report {
  readonly format: Format;
  readonly file: string;
}

const WRITERS: Readonly<Record<Format, (result: LabResult, command: readonly string[]) => string>> = {
  html: benchPage,
  md: benchMarkdown,
};

/** @throws usage */
export function parseReports(texts: readonly string[]): Report[] {
  return texts.map((text) => {
    const [, format, file] = /^(html|md)=(.+)$/s.exec(text) ?? [];
    if (format !== undefined && file !== undefined) return { format: format as Format, file };
    throw new StillrootError('usage', `is ${JSON.stringify(text)}, wanted html=FILE or md=FILE`, {
      where: '--report',
    });
  });
}

/** A report takes the place of an older one. */
export function writeReports(
  reports: readonly Report[],
  result: LabResult,
  command: readonly string[],
): void {
  for (const { format, file } of reports) {
    const sink = openFileSink(file, true);
    try {
      sink.write(Buffer.from(WRITERS[format](result, command), 'utf8'));
      sink.commit();
    } finally {
      sink.abort();
    }
  }
}
