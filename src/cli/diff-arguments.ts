/** The arguments of `diff`. */

import { FORCE_OPTION, READ_OPTIONS } from '../app/work-options.ts';
import { flag, list, parsed } from '../settings/option.ts';
import { parseWhole } from '../settings/parse-values.ts';
import { TREE_OPTIONS } from '../settings/resolve.ts';
import { SIDE_OPTIONS } from '../settings/side-options.ts';
import { parseReport, wantFile } from './report-files.ts';
import { type Arguments, requiredWord } from './verb.ts';

const EXAMPLES = 20;
/** More would not be a summary; --json has all. */
const MAX_EXAMPLES = 10_000;

export const POSITIONALS = {
  a: requiredWord('Root filesystem (directory or archive), or a manifest', { completes: 'input' }),
  b: requiredWord('What to compare it with, of the same kind', { completes: 'input' }),
};
export const OPTIONS = {
  propose: parsed(
    {
      option: 'propose',
      group: 'Output',
      metavar: 'FILE',
      completes: 'file',
      text: 'Write the proposed rules to FILE, and verify that they make both archives identical',
    },
    (file, where) => (file === undefined ? undefined : wantFile(file, where)),
  ),
  report: list(
    {
      option: 'report',
      group: 'Output',
      metavar: 'FORMAT=FILE',
      completes: () => ['html=', 'md=', 'diffoscope='],
      text: 'Also write a report: html=FILE, md=FILE, or diffoscope=FILE (its JSON); repeatable',
    },
    (given) => given.map((text) => parseReport(text, ['html', 'md', 'diffoscope'])),
  ),
  force: { ...FORCE_OPTION.force, text: 'Overwrite existing rule files and reports' },
  afterRules: flag({
    option: 'after-rules',
    group: 'Reports',
    text: 'Exit with status 0 where both are equal after the rules that apply; otherwise only where they are the same',
  }),
  examples: parsed(
    {
      option: 'examples',
      group: 'Reports',
      metavar: 'N',
      text: 'Number of causes to show with an example',
      defaultText: String(EXAMPLES),
    },
    (given, where) => (given === undefined ? EXAMPLES : parseWhole(where, given, 0, MAX_EXAMPLES)),
  ),
  ...TREE_OPTIONS,
  ...SIDE_OPTIONS,
  ...READ_OPTIONS,
};
export type DiffArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;
