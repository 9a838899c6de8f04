/** From a source and settings to a Plan: the steps that pack, check, finalize, diff and `rules explain` share. */
import { StillrootError } from '../errors.ts';
import { attributeSettings } from '../normalize/attributes.ts';
import { type ArchiveFormat, rowOf } from '../pack/formats.ts';
import { prepareRewrites } from '../plan/contents.ts';
import { epochWarnings } from '../plan/epoch-warnings.ts';
import { type Inspection, inspect } from '../plan/inspect.ts';
import { Plan, type PlanSettings } from '../plan/plan.ts';
import { searchSecrets } from '../plan/search-secrets.ts';
import { TreeAccounts } from '../plan/tree-accounts.ts';
import type { RuleContext } from '../rules/condition.ts';
import { decide } from '../rules/decide.ts';
import { LAYER_OF_DISTRO } from '../rules/detect.ts';
import { layersOf, selectRules } from '../rules/layers.ts';
import { checkPoliciesOf, POLICIES } from '../rules/policies.ts';
import type { Rule } from '../rules/rule.ts';
import { didYouMean } from '../rules/suggest.ts';
import { TABLES } from '../rules/tables/index.ts';
import { parseRuleFiles } from '../settings/resolve.ts';
import type { ArchiveSettings, TreeSettings } from '../settings/settings.ts';
import { scanDirectory } from '../source/directory.ts';
import { DirectorySource } from '../source/directory-source.ts';
import type { TreeReadOptions } from '../source/open-source.ts';
import { JOURNAL_DIRECTORY, type Source, type Warning } from '../source/source.ts';
import { showPath } from '../tree/path.ts';

export interface InspectedTree {
  readonly source: Source;
  readonly rules: readonly Rule[];
  readonly context: RuleContext;
  readonly distro: string;
  readonly inspection: Inspection;
  /** Warnings about the tree as a whole: its package databases, and rules that were never tested. */
  readonly warnings: readonly Warning[];
}

export interface PlannedTree {
  readonly plan: Plan;
  readonly distro: string;
  readonly rules: readonly Rule[];
  readonly context: RuleContext;
  readonly inspection: Inspection;
}

export type OpenTree = (path: string, options: TreeReadOptions) => Source | Promise<Source>;

/**
 * Reads the tree and selects the rules for it. The caller closes the source.
 *
 * @throws StillrootError `usage`, `rule-unknown`, `rule-file`, `policy-unknown` before anything is read
 */
export async function inspectTree(
  path: string,
  settings: TreeSettings,
  open: OpenTree = scanDirectory,
): Promise<InspectedTree> {
  const { rules: userRules } = await parseRuleFiles(settings.ruleFiles);
  checkPoliciesOf(userRules, POLICIES);
  const distro = knownDistro(settings.distro);
  const everywhere = Object.values(TABLES).flatMap((rules) => rules.map(({ id }) => id));
  const selection = { skip: settings.skip, only: settings.only, elsewhere: everywhere };
  selectRules(layersOf(TABLES, [], userRules), selection);
  const { crossMounts, image, platform } = settings;
  const source = await open(path, { crossMounts, image, platform });
  try {
    refuseInterrupted(source);
    const inspection = inspect(source, distro);
    const { detection, ownership, warnings } = inspection;
    const accounts = new TreeAccounts(source);
    const rules = selectRules(layersOf(TABLES, detection.layers, userRules), selection);
    return {
      source,
      rules,
      context: {
        owned: ownership === undefined ? undefined : (entry) => ownership.owns(entry),
        policy: (name) => settings.policies.get(name),
        // With any choice for owners other than `auto` the user has said what they should be.
        privileged: process.getuid?.() === 0 || settings.owner !== 'auto',
        hasUser: (name) => accounts.users.has(name),
        hasGroup: (name) => accounts.groups.has(name),
      },
      distro: detection.distro,
      inspection,
      warnings,
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

export interface PlanOptions {
  /** Seconds since 1970; only warnings depend on it. */
  readonly clock: number;
  /** Reads the tree; defaults to scanDirectory. */
  readonly open?: OpenTree;
}

/** Does everything up to the Plan. The caller closes its source. */
export async function planTree(
  path: string,
  settings: TreeSettings & Partial<ArchiveSettings>,
  inodeHash: (path: string) => number,
  { clock, open }: PlanOptions,
): Promise<PlannedTree> {
  const inspected = await inspectTree(path, settings, open);
  const { source, rules, context, distro, inspection, warnings } = inspected;
  try {
    const decisions = decide(source.tree, rules, context);
    await prepareRewrites(decisions);
    const plan = new Plan(source, decisions, planSettings(settings), inodeHash, context);
    plan.warnings.push(...warnings, ...epochWarnings(plan, clock));
    plan.warnings.push(...searchSecrets(source, decisions, plan.warnings));
    return { plan, distro, rules, context, inspection };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** A partly finalized tree is neither the one that was bootstrapped nor the one it should become. */
function refuseInterrupted(source: Source): void {
  const { name, tree } = source;
  if (!tree.has(JOURNAL_DIRECTORY)) return;
  if (!(source instanceof DirectorySource)) {
    throw new StillrootError(
      'finalize-interrupted',
      `contains ${JOURNAL_DIRECTORY}, so the tree in it is unfinished`,
      {
        where: name,
        hint: 'It was made from a tree whose finalize was interrupted, or the directory was added on purpose. Make the archive again from the finished tree; or unpack it with stillroot extract, which omits the directory, and inspect the result.',
      },
    );
  }
  throw new StillrootError(
    'finalize-interrupted',
    'a finalize of this tree was interrupted or is still running',
    {
      where: name,
      hint: `Run stillroot finalize again: it completes the work and removes ${JOURNAL_DIRECTORY}.`,
    },
  );
}

/** Stops the work if there is a warning, before anything is written. */
export function refuseWarnings(plan: Plan): void {
  const [first] = plan.warnings;
  if (first === undefined) return;
  const more = plan.warnings.length > 1 ? ` (and ${plan.warnings.length - 1} more)` : '';
  throw new StillrootError('strict', `${first.message}${more}`, {
    where: first.path === '' ? plan.source.name : showPath(first.path),
    hint: 'With --strict, warnings are errors; check -v lists them all.',
  });
}

/** @param settings with the format of the archive, where one is written */
export function planSettings(settings: TreeSettings & Partial<ArchiveSettings>): PlanSettings {
  const { epoch, mtime, owner, mapUid, mapGid, hardLinks, rootEntry, init, format } = settings;
  return {
    epoch,
    mtime,
    owner: { policy: owner, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mapUid, mapGid },
    hardLinks,
    rootEntry,
    ...(format === undefined ? {} : ofFormat(format, settings.policies)),
    ...(init === undefined ? {} : { init }),
  };
}

/** What the format of the archive says about entries. */
function ofFormat(
  format: ArchiveFormat,
  policies: ReadonlyMap<string, string>,
): Pick<PlanSettings, 'mtimes' | 'linkData' | 'attributes'> {
  const { mtimes, linkData, holdsAttributes } = rowOf(format).writer;
  return { mtimes, linkData, ...(holdsAttributes ? { attributes: attributeSettings(policies) } : {}) };
}

function knownDistro(name: string): string | undefined {
  if (name === 'auto') return undefined;
  const known = [...Object.keys(TABLES), ...LAYER_OF_DISTRO.keys()];
  if (known.includes(name)) return name;
  throw new StillrootError('usage', `there are no rules for ${JSON.stringify(name)}`, {
    where: '--distro',
    hint: didYouMean(name, ['auto', ...known], 'names'),
  });
}
