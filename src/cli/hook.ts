import type { HookDocument, HooksDocument } from '../documents/hook.ts';
import { StillrootError } from '../errors.ts';
import { type Hook, hookText, shortHookText } from '../hooks/hook.ts';
import { HOOKS } from '../hooks/index.ts';
import { documentText } from '../json/document.ts';
import { hookList, hookPages } from '../report/hooks.ts';
import { didYouMean } from '../rules/suggest.ts';
import { flag } from '../settings/option.ts';
import { findSingleFile } from '../system/entry-points.ts';
import { EXIT_OK } from './exit.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';
import { type Arguments, defineVerb, type VerbModule, word } from './verb.ts';

const POSITIONALS = {
  builder: word('An image builder; if omitted, all known builders are listed', {
    completes: () => HOOKS.map(({ id }) => id),
  }),
};
const OPTIONS = {
  short: flag({ option: 'short', group: 'Reports', text: 'Only the lines to paste, without comments' }),
  markdown: flag({ option: 'markdown', group: 'Reports', text: 'All hooks as Markdown, for documentation' }),
};
type HookArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const hook: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['hook', 'list the builders'],
    ['hook mkosi > mkosi.finalize', 'the script for mkosi'],
    ['hook mmdebstrap --short', 'the option to add to mmdebstrap'],
  ],
  run: runHook,
});

function runHook(args: HookArguments, terminal: Terminal): Outcome | number {
  if (args.markdown && (args.builder !== undefined || args.json)) {
    throw new StillrootError('usage', 'only applies to the list', {
      where: '--markdown',
      hint: 'Use it without a builder and without --json.',
    });
  }
  if (args.short && (args.builder === undefined || args.json)) {
    throw new StillrootError('usage', 'only applies to the lines of one builder', {
      where: '--short',
      hint: args.json
        ? 'Leave it out: the document of a builder contains these lines under the key "short".'
        : 'Name a builder; "stillroot hook" lists them.',
    });
  }
  if (args.builder === undefined && !args.markdown) {
    const singleFile = findSingleFile();
    return {
      ...{ status: EXIT_OK, isAnswer: true },
      document: () => listDocument(singleFile),
      report: () => hookList(HOOKS, singleFile),
    };
  }
  if (args.builder === undefined) {
    terminal.out(hookPages(HOOKS));
    return EXIT_OK;
  }
  const chosen = find(args.builder);
  const text = args.short ? shortHookText(chosen) : hookText(chosen);
  terminal.out(args.json ? documentText(documentOf(chosen)) : text);
  const { id, settings } = chosen;
  if (args.short && settings !== undefined && !args.quiet) {
    terminal.err(`stillroot: note: ${settings.file} needs lines too, which stillroot hook ${id} prints.\n`);
  }
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

function documentOf(chosen: Hook): HookDocument {
  return { schema: 'stillroot/hook/1', ...chosen, text: hookText(chosen), short: shortHookText(chosen) };
}

function listDocument(singleFile: string | undefined): HooksDocument {
  const hooks = HOOKS.map(({ id, builder, tried, trial }) => ({
    ...{ id, builder, tried },
    triedWith: trial.versions[0] as string,
  }));
  return { schema: 'stillroot/hooks/1', singleFile: singleFile ?? null, hooks };
}
