/** From flags to a Plan: the steps that `pack`, `check` and `rules` share. */
import { StillrootError } from '../errors.ts';
import type { OwnerPolicy } from '../normalize/owner.ts';
import { epochWarnings } from '../plan/epoch-warnings.ts';
import { type Inspection, inspect } from '../plan/inspect.ts';
import { Plan, type PlanSettings } from '../plan/plan.ts';
import { prepareRewrites } from '../plan/prepare-rewrites.ts';
import { searchSecrets } from '../plan/search-secrets.ts';
import { TreeAccounts } from '../plan/tree-accounts.ts';
import type { RuleContext } from '../rules/condition.ts';
import { decide } from '../rules/decide.ts';
import { LAYER_OF_DISTRO } from '../rules/detect.ts';
import { layersOf } from '../rules/layers.ts';
import { POLICIES } from '../rules/policies.ts';
import { checkPoliciesOf, choosePolicies, type PolicyChoice } from '../rules/policy-choice.ts';
import type { Rule } from '../rules/rule.ts';
import { selectRules } from '../rules/select.ts';
import { didYouMean } from '../rules/suggest.ts';
import { TABLES } from '../rules/tables/index.ts';
import { type ScanOptions, scanDirectory } from '../source/directory.ts';
import { DirectorySource } from '../source/directory-source.ts';
import { JOURNAL_DIRECTORY } from '../source/journal-directory.ts';
import type { Source, Warning } from '../source/source.ts';
import { showPath } from '../tree/path.ts';
import type { NormalizeArguments, RuleArguments } from './arguments.ts';
import { epochOf, parseIdMap } from './numbers.ts';
import { readUserRules, type UserRules } from './rule-files.ts';
import type { Terminal } from './terminal.ts';

export interface Inspected {
  readonly source: Source;
  readonly rules: readonly Rule[];
  readonly context: RuleContext;
  readonly distro: string;
  readonly inspection: Inspection;
  /** About the package databases. */
  readonly warnings: readonly Warning[];
  readonly user: UserRules;
  /** The value of each policy. */
  readonly policies: ReadonlyMap<string, string>;
}

export interface Prepared {
  readonly plan: Plan;
  readonly distro: string;
  readonly rules: readonly Rule[];
  readonly context: RuleContext;
  readonly inspection: Inspection;
  readonly user: UserRules;
  readonly policies: ReadonlyMap<string, string>;
}

export type Scan = (path: string, options: ScanOptions) => Source | Promise<Source>;

/** Scans the tree and selects the rules for it. The caller closes the source. */
export async function prepareRules(
  sourcePath: string,
  args: RuleArguments & { readonly owner?: OwnerPolicy },
  scan: Scan = scanDirectory,
): Promise<Inspected> {
  // What is wrong with the command line is said before the tree is read.
  const user = await readUserRules(args.rules ?? []);
  const policies = choosePolicies(POLICIES, [
    ...(args.builderPolicies ?? []),
    ...user.policies,
    ...parsePolicies(args.policy ?? []),
  ]);
  checkPoliciesOf(user.rules, POLICIES);
  const distro = parseDistro(args.distro);
  const everywhere = Object.values(TABLES).flatMap((rules) => rules.map(({ id }) => id));
  const selection = { skip: args.skip ?? [], only: args.only ?? [], elsewhere: everywhere };
  selectRules(layersOf(TABLES, [], user.rules), selection);
  const source = await scan(sourcePath, { crossMounts: args['cross-mounts'] });
  try {
    refuseInterrupted(source);
    const inspection = inspect(source, distro);
    const { detection, ownership, warnings } = inspection;
    const accounts = new TreeAccounts(source);
    return {
      source,
      rules: selectRules(layersOf(TABLES, detection.layers, user.rules), selection),
      context: {
        owned: ownership === undefined ? undefined : (path) => ownership.owns(path),
        policy: (name) => policies.get(name),
        // With any other choice for owners than `auto` the user has said what they should be.
        privileged: process.getuid?.() === 0 || (args.owner ?? 'auto') !== 'auto',
        hasUser: (name) => accounts.users.has(name),
        hasGroup: (name) => accounts.groups.has(name),
      },
      distro: detection.distro,
      inspection,
      warnings,
      user,
      policies,
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** Everything up to the Plan. The caller closes its source. */
export async function preparePlan(
  args: RuleArguments & NormalizeArguments & { readonly source: string },
  terminal: Terminal,
  inodeHash: (path: string) => number,
  scan: Scan = scanDirectory,
): Promise<Prepared> {
  const settings = planSettings(args, terminal);
  const inspected = await prepareRules(args.source, args, scan);
  const { source, rules, context, distro, inspection, warnings, user, policies } = inspected;
  try {
    const decisions = decide(source.tree, rules, context);
    await prepareRewrites(decisions);
    const plan = new Plan(source, decisions, settings, inodeHash, context);
    plan.warnings.push(...warnings, ...epochWarnings(plan, terminal.clock()));
    plan.warnings.push(...searchSecrets(source, decisions, plan.warnings));
    return { plan, distro, rules, context, inspection, user, policies };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** What is half finalized is neither the tree that was bootstrapped nor the one it should become. */
function refuseInterrupted(source: Source): void {
  const { name, tree } = source;
  if (!tree.has(JOURNAL_DIRECTORY)) return;
  if (!(source instanceof DirectorySource)) {
    throw new StillrootError(
      'finalize-interrupted',
      `holds ${JOURNAL_DIRECTORY}, which no finished tree has`,
      {
        where: name,
        hint: 'It was made of a tree whose finalize had been interrupted, or somebody put that there. Make it again of the finished tree; or unpack it with stillroot extract, which leaves the directory out, and look at what you get.',
      },
    );
  }
  throw new StillrootError('finalize-interrupted', 'a finalize of this tree was interrupted, or is at work', {
    where: name,
    hint: `Run stillroot finalize again; it completes the work and removes ${JOURNAL_DIRECTORY}.`,
  });
}

/** `--strict`: what would be a warning ends the work before anything is written. */
export function refuseWarnings(plan: Plan, strict: boolean): void {
  const [first] = plan.warnings;
  if (!strict || first === undefined) return;
  const more = plan.warnings.length > 1 ? ` (and ${plan.warnings.length - 1} more)` : '';
  throw new StillrootError('strict', `${first.message}${more}`, {
    where: first.path === '' ? plan.source.name : showPath(first.path),
    hint: 'Warnings are errors with --strict; check -v lists them all.',
  });
}

export function planSettings(args: Omit<NormalizeArguments, 'strict'>, { env }: Terminal): PlanSettings {
  return {
    epoch: epochOf(args['source-date-epoch'], env.SOURCE_DATE_EPOCH),
    mtime: args.mtime,
    owner: {
      policy: args.owner,
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      mapUid: parseIdMap('--map-uid', args['map-uid'] ?? []),
      mapGid: parseIdMap('--map-gid', args['map-gid'] ?? []),
    },
    hardLinks: args['hard-links'],
    rootEntry: args['root-entry'],
    ...(args.init === undefined ? {} : { init: parseInit(args.init) }),
  };
}

function parseInit(path: string): string {
  if (path !== '' && path !== '/') return path;
  throw new StillrootError('usage', `is ${JSON.stringify(path)}, wanted the path of a program in the tree`, {
    where: '--init',
  });
}

function parseDistro(name: string): string | undefined {
  if (name === 'auto') return undefined;
  const known = [...Object.keys(TABLES), ...Object.keys(LAYER_OF_DISTRO)];
  if (known.includes(name)) return name;
  throw new StillrootError('usage', `no rules are known for ${JSON.stringify(name)}`, {
    where: '--distro',
    hint: didYouMean(name, ['auto', ...known], 'names'),
  });
}

function parsePolicies(choices: readonly string[]): PolicyChoice[] {
  return choices.map((choice) => {
    const equals = choice.indexOf('=');
    if (equals > 0)
      return { name: choice.slice(0, equals), value: choice.slice(equals + 1), where: '--policy' };
    throw new StillrootError('usage', `is ${JSON.stringify(choice)}, wanted NAME=VALUE`, {
      where: '--policy',
      hint: 'See stillroot rules list for the policies.',
    });
  });
}
