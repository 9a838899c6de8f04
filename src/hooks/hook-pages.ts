import { wrapText } from '../text/format.ts';
import type { Hook } from './hook.ts';

const WIDTH = 118;

/** All hooks as one Markdown document, a section a builder: `src/hooks/README.md`. */
export function hookPages(hooks: readonly Hook[]): string {
  const rows = hooks.map(({ id, builder, tried }) => {
    const how = tried.startsWith('tried') ? 'yes' : 'no';
    return `| [\`${id}\`](#${id}) | ${builder} | ${how} |`;
  });
  return `${[...HEAD, '| hook | builder | tried |', '| --- | --- | --- |', ...rows, ...hooks.flatMap(page)].join('\n')}\n`;
}

const HEAD: readonly string[] = [
  '# Hooks for image builders',
  '',
  ...wrapText(
    '`stillroot hook ID` prints the script, or the lines to paste. This page says the same and more, is written by `npm run reference`, and a test holds it against the table in this directory. Where it says "tried", a test in `test/system/` did it; the others follow documentation.',
    WIDTH,
  ),
  '',
  ...wrapText(
    'Each of them needs Node in reach of the builder, and either stillroot on the path or the single file `stillroot-finalize.mjs`, which is all of `stillroot finalize` in one file: `npm run build` in a checkout makes `dist/stillroot-finalize.mjs`, and the package has it. It runs with Node 20 or newer under any name (beside a package.json with `"type": "module"` one without a suffix, or its own), and leaves out what needs native parts: SQLite databases of rpm and dnf stay as they are, reported as `not-rewritten`; files are rewritten in place where stillroot would replace them, which keeps their extended attributes; and `--archive` writes `.cpio`, but no `.cpio.xz`.',
    WIDTH,
  ),
  '',
];

function page(hook: Hook): string[] {
  const { id, builder, place, language, interpreter, text, notes, irreproducible, archive, example, tried } =
    hook;
  const code = (name: string, body: string): string[] => ['', `\`\`\`${name}`, body.trimEnd(), '```'];
  return [
    '',
    `## ${id}`,
    '',
    ...wrapText(`For ${builder}. ${place}`, WIDTH),
    ...code(language, interpreter === undefined ? text : `${interpreter}\n${text}`),
    '',
    ...notes.flatMap(item),
    '',
    'What stays irreproducible in the builder itself:',
    '',
    ...irreproducible.flatMap(item),
    '',
    ...wrapText(`Archives: ${archive}`, WIDTH),
    '',
    'A whole example:',
    ...code('sh', example),
    '',
    ...wrapText(`${tried.charAt(0).toUpperCase()}${tried.slice(1)}`, WIDTH),
  ];
}

function item(text: string): string[] {
  return wrapText(text, WIDTH - 2).map((line, index) => `${index === 0 ? '-' : ' '} ${line}`);
}
