import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { HookDocument } from '../documents/hook.ts';
import type { HooksDocument } from '../documents/hooks.ts';
import { StillrootError } from '../errors.ts';
import type { Hook } from '../hooks/hook.ts';
import { hookPages } from '../hooks/hook-pages.ts';
import { hookText } from '../hooks/hook-text.ts';
import { HOOKS } from '../hooks/index.ts';
import { documentText } from '../json/document.ts';
import { didYouMean } from '../rules/suggest.ts';
import { flag } from '../settings/option.ts';
import { alignColumns, showText } from '../text/format.ts';
import { EXIT_OK } from './exit.ts';
import type { Terminal } from './terminal.ts';
import { type Arguments, defineVerb, type VerbModule, word } from './verb.ts';

const POSITIONALS = { builder: word('An image builder; if omitted, all known builders are listed') };
const OPTIONS = {
  markdown: flag({ option: 'markdown', group: 'Reports', text: 'All hooks as Markdown, for documentation' }),
};
type HookArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const hook: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['hook', 'list the builders'],
    ['hook mkosi > mkosi.finalize', 'the script for mkosi'],
    ['hook mmdebstrap', 'the option to add to mmdebstrap'],
  ],
  run: runHook,
});

function runHook(args: HookArguments, terminal: Terminal): number {
  if (args.markdown && (args.builder !== undefined || args.json)) {
    throw new StillrootError('usage', 'only applies to the list', {
      where: '--markdown',
      hint: 'Use it without a builder and without --json.',
    });
  }
  if (args.builder === undefined) terminal.out(list(args));
  else terminal.out(show(find(args.builder), args));
  return EXIT_OK;
}

function find(builder: string): Hook {
  const found = HOOKS.find(({ id }) => id === builder);
  if (found !== undefined) return found;
  throw new StillrootError('usage', `unknown builder ${JSON.stringify(builder)}`, {
    where: 'hook',
    hint: didYouMean(
      builder,
      HOOKS.map(({ id }) => id),
      'builders',
    ),
  });
}

function show(chosen: Hook, { json }: HookArguments): string {
  if (!json) return hookText(chosen);
  const document: HookDocument = { schema: 'stillroot/hook/1', ...chosen, text: hookText(chosen) };
  return documentText(document);
}

function list({ json, markdown }: HookArguments): string {
  if (markdown) return hookPages(HOOKS);
  const singleFile = findSingleFile();
  if (json) {
    const hooks = HOOKS.map(({ id, builder, tried }) => ({ id, builder, tried }));
    const document: HooksDocument = { schema: 'stillroot/hooks/1', singleFile: singleFile ?? null, hooks };
    return documentText(document);
  }
  const rows = HOOKS.map(({ id, builder, tried }) => [id, builder, tried.split(/[:;]/)[0] as string]);
  return [
    ...alignColumns(rows),
    '',
    'stillroot hook NAME prints the script or the lines to paste.',
    singleFile === undefined
      ? 'npm run build makes the single-file program stillroot-finalize.mjs.'
      : `The single-file program: ${showText(singleFile)}`,
    '',
  ].join('\n');
}

/** Two folders up from src/cli/ and from dist/cli/ alike; the bundler writes it to dist/. */
function findSingleFile(): string | undefined {
  const path = fileURLToPath(new URL('../../dist/stillroot-finalize.mjs', import.meta.url));
  return existsSync(path) ? path : undefined;
}
