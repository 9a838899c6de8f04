/** What goes with proposed rules as comments. */
import type { Diff } from '../diff/diff.ts';
import type { Proposal } from '../diff/proposal.ts';
import { selectRules, USER_LAYER } from '../rules/layers.ts';
import { TABLES } from '../rules/tables/index.ts';
import { plural, showText } from '../text/format.ts';
import { showPath } from '../tree/path.ts';

/** What reports repeat of the command line. */
export interface DiffNames {
  readonly a: string;
  readonly b: string;
  readonly skip: readonly string[];
  readonly only: readonly string[];
}

/** Paths named in a comment. */
const LISTED = 5;

export const LEFT_OUT: string =
  "note: --skip or --only as given here also excludes the rules of --rules, and so these proposals. Use --only 'user/*' instead of --skip '*', or in addition to another --only.";

/** Whether the same options would leave the proposed rules out when they come back in a file. */
export function isLeftOut({ skip, only }: Pick<DiffNames, 'skip' | 'only'>, { rules }: Proposal): boolean {
  const elsewhere = Object.values(TABLES).flatMap((table) => table.map(({ id }) => id));
  return selectRules([{ name: USER_LAYER, rules }], { skip, only, elsewhere }).length < rules.length;
}

/** The head of a file of proposed rules: what it is for, what it does not need to say, and what to mind. */
export function proposalComments(
  args: DiffNames,
  { clusters, proof, proposal }: Pick<Diff, 'clusters' | 'proof' | 'proposal'>,
): string[] {
  const comments = [
    `Proposed by stillroot diff for ${showText(args.a)} and ${showText(args.b)}.`,
    proof.equal
      ? 'With these and the rules that apply already, both give the same archive.'
      : `With these and the rules that apply already, ${plural(proof.remaining.length, 'difference')} remain; stillroot diff shows them.`,
    ...(isLeftOut(args, proposal) ? [LEFT_OUT] : []),
  ];
  for (const { cause, rule, paths, packages, proposal } of clusters) {
    const named = paths.slice(0, LISTED).map(showPath).join(', ');
    const list = paths.length > LISTED ? `${named}, ...` : named;
    if (rule !== undefined && proposal === undefined) comments.push(`Already applied: ${rule} (${list})`);
    if (proposal === undefined) continue;
    if (cause === 'secret')
      comments.push(`ATTENTION: a rule below removes private keys: ${paths.map(showPath).join(', ')}`);
    if (packages.length > 0 && proposal.rules.length > 0) {
      comments.push(
        `ATTENTION: a rule below changes files owned by packages: ${list} (${packages.map(showPath).join(', ')})`,
      );
    }
  }
  return comments;
}
