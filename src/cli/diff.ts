import { list, parsed, text } from '../settings/option.ts';
import { parseWhole } from '../settings/parse-values.ts';
import { resolveTreeSettings, TREE_OPTIONS } from '../settings/resolve.ts';
import { parseReport } from './diff-outputs.ts';
import { isManifest } from './is-manifest.ts';
import { FORCE_OPTION, READ_OPTIONS } from './options.ts';
import { outside } from './outside.ts';
import type { Terminal } from './terminal.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule, type Words } from './verb.ts';

const EXAMPLES = 20;
/** More would be no summary; --json has all. */
const MAX_EXAMPLES = 10_000;

const POSITIONALS = {
  a: requiredWord('Directory or archive of a root filesystem, or a manifest'),
  b: requiredWord('Another one'),
};
const OPTIONS = {
  propose: text({
    option: 'propose',
    group: 'Output',
    metavar: 'FILE',
    text: 'Write the proposed rules to FILE, and verify that they make both archives identical',
  }),
  report: list(
    {
      option: 'report',
      group: 'Output',
      metavar: 'FORMAT=FILE',
      text: 'html=FILE, md=FILE, or diffoscope=FILE for its JSON; repeatable',
    },
    (given) => given.map(parseReport),
  ),
  force: { ...FORCE_OPTION.force, text: 'Overwrite existing files of rules and reports' },
  examples: parsed(
    {
      option: 'examples',
      group: 'Reports',
      metavar: 'N',
      text: 'Causes that are shown with an example',
      defaultText: String(EXAMPLES),
    },
    (given, where) => (given === undefined ? EXAMPLES : parseWhole(where, given, 0, MAX_EXAMPLES)),
  ),
  ...TREE_OPTIONS,
  ...READ_OPTIONS,
};
export type DiffArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const diff: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['diff first second', 'why two trees differ; exit status 1 if they do'],
    ['diff a.cpio.xz b.cpio.xz --propose more.toml', 'and write rules that make them equal'],
    ['diff a.manifest.json b.manifest.json', 'packages, settings and entries of two images'],
    ['diff first second --report html=diff.html', 'one page with all that was found'],
  ],
  run: runDiff,
});

async function runDiff(args: DiffArguments, terminal: Terminal, words: Words): Promise<number> {
  const started = performance.now();
  if (isManifest(args.a) || isManifest(args.b)) {
    // They hold no contents, and nothing that looks into trees is loaded for two of them.
    const { diffManifests } = await import('./diff-manifests.ts');
    return diffManifests(args, terminal, words);
  }
  const settings = await resolveTreeSettings(args, outside(terminal));
  const { diffTrees } = await import('./diff-trees.ts');
  return diffTrees(args, settings, terminal, started);
}
