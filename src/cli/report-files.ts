/** `--report FORMAT=FILE`: the results of a verb, as files for others to read. */
import { StillrootError } from '../errors.ts';
import { didYouMean } from '../rules/suggest.ts';

export interface ReportFile<Format extends string> {
  readonly format: Format;
  readonly file: string;
}

/**
 * @param formats that the verb supports
 * @throws usage
 */
export function parseReport<const Format extends string>(
  text: string,
  formats: readonly Format[],
): ReportFile<Format> {
  const equals = text.indexOf('=');
  const name = equals === -1 ? text : text.slice(0, equals);
  const file = equals === -1 ? '' : text.slice(equals + 1);
  const format = formats.find((each) => each === name);
  if (format !== undefined && file !== '') return { format, file: wantFile(file, '--report') };
  throw new StillrootError('usage', `invalid value ${JSON.stringify(text)}, wanted FORMAT=FILE`, {
    where: '--report',
    hint:
      format === undefined
        ? didYouMean(name, formats, 'formats')
        : `For example ${format}=report.${format === 'diffoscope' ? 'json' : format}.`,
  });
}

/**
 * The report for people is on standard output already, and `-` would be the name of a file.
 * @throws usage
 */
export function wantFile(file: string, where: string): string {
  if (file !== '-') return file;
  throw new StillrootError('usage', 'invalid value "-", wanted a file name', {
    where,
    hint: 'For standard output, name /dev/stdout, and add --quiet.',
  });
}
