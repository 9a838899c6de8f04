/** How image builders call stillroot: a list of builders, and a page about all of them. */
import type { Hook } from '../hooks/hook.ts';
import type { Trial } from '../hooks/trial.ts';
import {
  type Block,
  code,
  GAP,
  line,
  lines,
  list,
  paragraph,
  prose,
  section,
  table,
  title,
} from './document.ts';
import { renderMarkdown } from './markdown.ts';

const WIDTH = 118;

/** @param singleFile path of the single-file program; undefined if it was not built */
export function hookList(hooks: readonly Hook[], singleFile: string | undefined): Block[] {
  return [
    table(['BUILDER', '', 'tried with'], hooks.map(listRow)),
    GAP,
    paragraph(
      'stillroot hook BUILDER prints the script or the lines to paste; with --short, without comments.',
    ),
    line(
      singleFile === undefined
        ? 'In a checkout, npm run build makes the single-file program stillroot-finalize.mjs.'
        : `The single-file program: ${singleFile}`,
    ),
  ];
}

/** Names the builder once, so that a row fits on a terminal of 80 columns. */
function listRow({ id, builder, trial }: Hook): string[] {
  const version = trial.versions[0] as string;
  const [name = ''] = builder.split(/,? /);
  if (!id.startsWith(name.toLowerCase())) return [id, builder, version];
  const rest = builder.slice(name.length).replace(/^,? /, '');
  const [tried = ''] = version.split(' ');
  const isIts = tried.toLowerCase().startsWith(name.toLowerCase());
  return [id, rest, isIts ? version.slice(tried.length + 1) : version];
}

/** All hooks as one Markdown document, one section per builder: `src/hooks/README.md`. */
export function hookPages(hooks: readonly Hook[]): string {
  const rows = hooks.map(({ id, builder, trial }) => [
    { ...code(id), to: id },
    builder,
    trial.versions[0] as string,
  ]);
  return renderMarkdown(
    [
      title('Hooks for image builders'),
      ...HEAD.map((text) => paragraph(prose(text))),
      table(['hook', 'builder', 'tried with'], rows),
      ...hooks.map(hookSection),
    ],
    WIDTH,
  );
}

const HEAD: readonly string[] = [
  '`stillroot hook BUILDER` prints the script, or the lines to paste, and comments on them; with `--short` it leaves out the comments, and the lines for other files. This page says the same and more; `npm run reference` generates it from the table in this directory. "Tried" means that the builder itself ran twice without the hook and twice with it; where only a part of it ran, or something stood in for it, the section says so. Each section ends with what was run and the digests that came out. Some of the builders also run in the tests of `test/system/`.',
  'The builder must be able to run Node, and either stillroot on the path or the single file `stillroot-finalize.mjs`, which contains all of `stillroot finalize`: `npm run build` in a checkout creates `dist/stillroot-finalize.mjs`, and the package contains it. It runs with Node 20 or newer under any name (beside a package.json with `"type": "module"` one without a suffix, or its own), and leaves out what needs native parts: SQLite databases of rpm and dnf stay as they are, reported as `not-rewritten`; files are rewritten in place where stillroot would replace them, which keeps their extended attributes; and `--archive` writes uncompressed archives only.',
];

function hookSection(hook: Hook): Block {
  const { id, builder, place, language, interpreter, text, settings, adds } = hook;
  const { notes, irreproducible, archive, example, tried, trial } = hook;
  const program = interpreter === undefined ? text : `${interpreter}\n${text}`;
  return section(
    id,
    [
      paragraph(`For ${builder}. ${place}`),
      lines(language, program.trimEnd().split('\n')),
      ...(settings === undefined
        ? []
        : [paragraph(prose(`In \`${settings.file}\`:`)), lines('', settings.text.trimEnd().split('\n'))]),
      ...(adds === undefined ? [] : [paragraph(adds)]),
      list(notes),
      paragraph('What stays irreproducible in the builder itself:'),
      list(irreproducible),
      paragraph(`Archives: ${archive}`),
      paragraph('A whole example:'),
      lines('sh', example.trimEnd().split('\n')),
      paragraph(`Tried: ${tried}`),
      ...trialBlocks(trial),
    ],
    id,
  );
}

/** Versions, commands, and the first digits of the digests as seen. */
function trialBlocks({ versions, circumstances, commands, rows }: Trial): Block[] {
  return [
    paragraph(`As seen with ${versions.join(', ')}. ${circumstances.join(' ')}`),
    lines('sh', commands.trimEnd().split('\n')),
    table(
      ['SHA-256 of', 'without the hook', 'with it'],
      rows.map(({ of, without, with: hooked }) => [of, without, hooked]),
    ),
  ];
}
