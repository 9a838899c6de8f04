import { wrapText } from '../text/format.ts';
import type { Trial } from './trial.ts';

/** What a builder needs to call stillroot: a script or lines to paste, and notes about it. */
export interface Hook {
  /** As on the command line: `mkosi-14`. */
  readonly id: string;
  /** The builder and its versions, in words. */
  readonly builder: string;
  /** What to do with the text; a sentence. */
  readonly place: string;
  readonly language: 'sh' | 'yaml' | 'bitbake';
  /** The first line, if the text is a complete program. */
  readonly interpreter?: string;
  /** `#` begins a comment in each of the languages. */
  readonly text: string;
  /** The line to paste, where that is only a part of the text. */
  readonly short?: string;
  /** Lines for another file. */
  readonly settings?: { readonly file: string; readonly text: string };
  /** What the hook adds to what the builder itself does for reproducibility; sentences. */
  readonly adds?: string;
  /** How the builder calls it: where the root comes from, as whom it runs, what it sees; sentences. */
  readonly notes: readonly string[];
  /** Where the builder's own output differs from one build to the next, even for the same tree; clauses. */
  readonly irreproducible: readonly string[];
  /** How to get an archive that depends only on the tree; sentences. */
  readonly archive: string;
  /** All steps from nothing to the image, in sh. */
  readonly example: string;
  /** What ran, and what follows documentation only; printed after `Tried: `. */
  readonly tried: string;
  /** Digests of a trial without and with the hook; only the page has them. */
  readonly trial: Trial;
}

/** Columns of a comment, including the `# `. */
const WIDTH = 100;

/** What `stillroot hook ID` prints: the script or lines, preceded by comments with what the user needs to know. */
export function hookText(hook: Hook): string {
  const { id, interpreter, builder, place, settings, adds, notes, irreproducible, archive, tried, text } =
    hook;
  return [
    ...(interpreter === undefined ? [] : [interpreter]),
    ...comment(`stillroot for ${builder}.`),
    ...comment(place),
    ...comment(`Without these comments: stillroot hook ${id} --short`),
    '#',
    ...(settings === undefined
      ? []
      : [...comment(`In ${settings.file}:`), ...settings.text.trimEnd().split('\n').map(settingLine), '#']),
    ...(adds === undefined ? [] : [...comment(adds), '#']),
    ...notes.flatMap((note) => comment(note, '- ')),
    '#',
    ...comment('What stays irreproducible in the builder itself:'),
    ...irreproducible.flatMap((each) => comment(each, '- ')),
    '#',
    ...comment(`Archives: ${archive}`),
    '#',
    ...comment(`Tried: ${tried}`),
    '',
    text,
  ].join('\n');
}

/** What `stillroot hook ID --short` prints: the script or lines alone, without comments. */
export function shortHookText({ interpreter, text, short }: Hook): string {
  if (short !== undefined) return `${short}\n`;
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return [...(interpreter === undefined ? [] : [interpreter]), lines.join('\n').replace(/^\n+/, '')].join(
    '\n',
  );
}

/** Set apart from the comments around it. */
function settingLine(line: string): string {
  return line === '' ? '#' : `#     ${line}`;
}

function comment(text: string, mark = ''): string[] {
  const indent = ' '.repeat(mark.length);
  return wrapText(text, WIDTH - '# '.length - mark.length).map(
    (line, index) => `# ${index === 0 ? mark : indent}${line}`,
  );
}
