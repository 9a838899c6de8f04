import type { GlobalArguments, NormalizeArguments, RuleArguments } from './arguments.ts';
import { parseReport } from './diff-outputs.ts';
import { isManifest } from './is-manifest.ts';
import { parseWhole } from './numbers.ts';
import { NORMALIZE_OPTIONS, RULE_OPTIONS } from './options.ts';
import { READ_OPTIONS, type ReadArguments, readOptions } from './read-options.ts';
import type { Terminal } from './terminal.ts';
import type { VerbModule } from './verb.ts';

export type DiffArguments = GlobalArguments &
  RuleArguments &
  ReadArguments &
  Omit<NormalizeArguments, 'strict'> & {
    readonly a: string;
    readonly b: string;
    readonly propose?: string;
    readonly report?: readonly string[];
    readonly force: boolean;
    readonly examples: string;
  };

/** More would be no summary; --json has all. */
const MAX_EXAMPLES = 10_000;

/** Nothing is written, so there is nothing to refuse for a warning. */
const { strict: _strict, ...SETTINGS } = NORMALIZE_OPTIONS;

export const diff: VerbModule = {
  positionals: {
    a: {
      type: 'string',
      describe: 'Directory or archive of a root filesystem, or a manifest',
      demandOption: true,
    },
    b: { type: 'string', describe: 'Another one', demandOption: true },
  },
  options: {
    propose: {
      type: 'string',
      requiresArg: true,
      describe: 'Write the proposed rules to this file, and prove them by digests',
    },
    report: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'html=FILE, md=FILE, or diffoscope=FILE for its JSON; repeatable',
    },
    force: {
      alias: 'f',
      type: 'boolean',
      default: false,
      describe: 'Overwrite existing files of rules and reports',
    },
    examples: {
      type: 'string',
      default: '20',
      requiresArg: true,
      describe: 'Causes that are shown with an example',
    },
    ...RULE_OPTIONS,
    ...SETTINGS,
    ...READ_OPTIONS,
  },
  examples: [
    ['diff first second', 'why two trees differ; exit status 1 if they do'],
    ['diff a.cpio.xz b.cpio.xz --propose more.toml', 'and write rules that make them equal'],
    ['diff a.manifest.json b.manifest.json', 'packages, settings and entries of two images'],
    ['diff first second --report html=diff.html', 'one page with all that was found'],
  ],
  run: (args, terminal, given) => runDiff(args as unknown as DiffArguments, terminal, given),
};

async function runDiff(args: DiffArguments, terminal: Terminal, given: ReadonlySet<string>): Promise<number> {
  const started = performance.now();
  const examples = parseWhole('--examples', args.examples, 0, MAX_EXAMPLES);
  // A limit that cannot be is said even where no archive is read for it.
  readOptions(args, terminal);
  const reports = (args.report ?? []).map(parseReport);
  if (isManifest(args.a) || isManifest(args.b)) {
    // They hold no contents, and nothing that looks into trees is loaded for two of them.
    const { diffManifests } = await import('./diff-manifests.ts');
    return diffManifests(args, terminal, given);
  }
  const { diffTrees } = await import('./diff-trees.ts');
  return diffTrees(args, terminal, { started, examples, reports });
}
