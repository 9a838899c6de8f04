/** `--report FORMAT=FILE`: what `diff` found, as a file for others to read. */
import { StillrootError } from '../errors.ts';
import type { OutputFile } from '../pack/sink-pair.ts';
import { didYouMean } from '../rules/suggest.ts';
import type { DiffView } from './diff-view.ts';

/** Loaded for a report alone: most runs write none. */
const FORMATS: Readonly<Record<string, (view: DiffView) => Promise<string>>> = {
  html: async (view) => (await import('./diff-html.ts')).diffHtml(view),
  md: async (view) => (await import('./diff-markdown.ts')).diffMarkdown(view),
  diffoscope: async (view) => {
    const { diffoscopeDocument } = await import('./diff-diffoscope.ts');
    return `${JSON.stringify(diffoscopeDocument(view))}\n`;
  },
};

export interface ReportFile {
  readonly format: string;
  readonly file: string;
}

/** @throws usage */
export function parseReport(text: string): ReportFile {
  const equals = text.indexOf('=');
  const format = equals === -1 ? text : text.slice(0, equals);
  const file = equals === -1 ? '' : text.slice(equals + 1);
  const names = Object.keys(FORMATS);
  if (Object.hasOwn(FORMATS, format) && file !== '') return { format, file };
  throw new StillrootError('usage', `invalid value ${JSON.stringify(text)}, wanted FORMAT=FILE`, {
    where: '--report',
    hint: Object.hasOwn(FORMATS, format)
      ? `For example ${format}=report.${format === 'diffoscope' ? 'json' : format}.`
      : didYouMean(format, names, 'formats'),
  });
}

/** What a report says, as a file to be written. */
export async function reportFile({ format, file }: ReportFile, view: DiffView): Promise<OutputFile> {
  return { path: file, text: (await FORMATS[format]?.(view)) ?? '' };
}
