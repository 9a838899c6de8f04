import type { Rule } from '../rules/rule.ts';
import { comparePaths } from '../tree/path.ts';
import type { PlannedEntry } from './planned-entry.ts';

/** What can be done to an entry: the actions of rules that change something, and what normalizers do. */
export const CHANGE_ACTIONS = [
  'drop',
  'truncate',
  'replace',
  'rewrite',
  'substitute',
  'link',
  'owner',
  'mode',
  'mtime',
  'add',
  'split',
] as const;

export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

/** Totals of what one rule or normalizer did. */
export interface Change {
  /** Rule id, or `normalize/...` for what happens to every entry. */
  readonly rule: string;
  readonly action: ChangeAction;
  count: number;
  /** Bytes removed by a drop or truncate; otherwise bytes of the new content. */
  bytes: number;
  /** Byte strings, in tree order. */
  readonly paths: string[];
  /** Whether it removes what a user may have set; see Rule. */
  readonly mayBeChosen: boolean;
}

/** Who changed something: a rule, an option or a normalizer. */
export type Changer = Pick<Rule, 'id' | 'mayBeChosen'>;

export class ChangeTally {
  readonly #changes = new Map<string, Change>();

  add({ id, mayBeChosen = false }: Changer, action: ChangeAction, path: string, bytes: number): void {
    const key = `${id} ${action}`;
    let change = this.#changes.get(key);
    if (change === undefined) {
      change = { rule: id, action, count: 0, bytes: 0, paths: [], mayBeChosen };
      this.#changes.set(key, change);
    }
    change.count += 1;
    change.bytes += bytes;
    change.paths.push(path);
  }

  /**
   * What the normalizers did to an entry; to be called once for each.
   *
   * @param hasNewOwner its owner changes, other than by a rule that is counted itself
   */
  addNormalized({ entry, origin }: PlannedEntry, hasNewOwner: boolean): void {
    if (origin === null) return;
    if (origin.mtime !== entry.mtime || origin.nanoseconds !== 0)
      this.add({ id: 'normalize/mtime' }, 'mtime', origin.path, 0);
    if (hasNewOwner) this.add({ id: 'normalize/owner' }, 'owner', origin.path, 0);
  }

  /** By rule id, so that the list does not depend on the order of events. */
  list(): Change[] {
    // Rules are applied in their own order, not in tree order.
    for (const { paths } of this.#changes.values()) paths.sort(comparePaths);
    return [...this.#changes.values()].sort((a, b) =>
      a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.action < b.action ? -1 : 1,
    );
  }
}
