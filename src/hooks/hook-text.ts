import { wrapText } from '../text/format.ts';
import type { Hook } from './hook.ts';

/** Columns of a comment, with the `# ` before it. */
const WIDTH = 100;

/** What `stillroot hook ID` prints: the script or lines, with what is to be known in comments before them. */
export function hookText(hook: Hook): string {
  const { interpreter, builder, place, notes, irreproducible, archive, tried, text } = hook;
  return [
    ...(interpreter === undefined ? [] : [interpreter]),
    ...comment(`stillroot for ${builder}.`),
    ...comment(place),
    '#',
    ...notes.flatMap((note) => comment(note, '- ')),
    '#',
    ...comment('What stays irreproducible in the builder itself:'),
    ...irreproducible.flatMap((each) => comment(each, '- ')),
    '#',
    ...comment(`Archives: ${archive}`),
    '#',
    ...comment(tried),
    '',
    text,
  ].join('\n');
}

function comment(text: string, mark = ''): string[] {
  const indent = ' '.repeat(mark.length);
  return wrapText(text, WIDTH - '# '.length - mark.length).map(
    (line, index) => `# ${index === 0 ? mark : indent}${line}`,
  );
}
