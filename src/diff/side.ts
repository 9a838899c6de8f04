/** One of the two trees being compared, with the rules that apply to it. */

import { prepareRewrites } from '../plan/contents.ts';
import type { Inspection } from '../plan/inspect.ts';
import { Plan, type PlanSettings } from '../plan/plan.ts';
import type { RuleContext } from '../rules/condition.ts';
import { decide } from '../rules/decide.ts';
import { layersOf } from '../rules/layers.ts';
import type { Rule } from '../rules/rule.ts';
import type { Mention } from '../rules/script-mentions.ts';
import { TABLES } from '../rules/tables/index.ts';
import type { Source } from '../source/source.ts';
import { NO_PROPOSAL, type Proposal } from './proposal.ts';

export interface SideFacts {
  readonly source: Source;
  readonly inspection: Inspection;
  /** Those that are applied, in order. */
  readonly rules: readonly Rule[];
  readonly context: RuleContext;
  readonly settings: PlanSettings;
  /** 32-bit hash from which hard-link groups get their inode number. */
  readonly inodeHash: (path: string) => number;
  /** Leaves out rules that cannot affect what differs. */
  readonly narrow?: (rules: readonly Rule[]) => readonly Rule[];
}

export class Side {
  readonly source: Source;
  readonly inspection: Inspection;
  readonly rules: readonly Rule[];
  readonly context: RuleContext;
  readonly settings: PlanSettings;
  /** Rules of the selected layers that an option leaves out. */
  readonly unselected: readonly Rule[];
  readonly #inodeHash: (path: string) => number;

  constructor({ source, inspection, rules, context, settings, inodeHash, narrow }: SideFacts) {
    this.source = source;
    this.inspection = inspection;
    this.rules = narrow?.(rules) ?? rules;
    this.context = context;
    this.settings = settings;
    this.#inodeHash = inodeHash;
    const selected = new Set(rules.map(({ id }) => id));
    const unselected = layersOf(TABLES, inspection.detection.layers)
      .flatMap((layer) => layer.rules)
      .filter(({ id }) => !selected.has(id));
    this.unselected = narrow?.(unselected) ?? unselected;
  }

  /** Names of the packages that claim a path. */
  ownersOf(path: string): string[] {
    return this.inspection.ownership?.ownersOf(path) ?? [];
  }

  /** Lines of package scripts that are about a path, the most telling first. */
  mentionsOf(path: string): Mention[] {
    return this.inspection.ownership?.mentionsOf(path) ?? [];
  }

  /** What the tree becomes under its rules plus what is proposed on top of them. */
  async plan({ rules, policies, options }: Proposal = NO_PROPOSAL): Promise<Plan> {
    const own = this.context;
    const context: RuleContext = { ...own, policy: (name) => policies.get(name) ?? own.policy(name) };
    const decisions = decide(this.source.tree, [...this.rules, ...rules], context);
    await prepareRewrites(decisions);
    const { owner } = this.settings;
    const settings: PlanSettings = {
      ...this.settings,
      ...(options.hardLinks === undefined ? {} : { hardLinks: options.hardLinks }),
      ...(options.mtime === undefined ? {} : { mtime: options.mtime }),
      owner: {
        ...owner,
        mapUid: new Map([...owner.mapUid, ...(options.mapUid ?? [])]),
        mapGid: new Map([...owner.mapGid, ...(options.mapGid ?? [])]),
      },
    };
    return new Plan(this.source, decisions, settings, this.#inodeHash, context);
  }
}
