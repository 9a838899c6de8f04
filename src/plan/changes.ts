import type { Rule } from '../rules/rule.ts';
import { comparePaths } from '../tree/path.ts';
import type { PlannedEntry } from './planned-entry.ts';

/** What can be done to an entry: the actions of rules that change something, and what normalizers do. */
export const CHANGE_ACTIONS = [
  'drop',
  'truncate',
  'replace',
  'rewrite',
  'link',
  'owner',
  'mode',
  'mtime',
  'add',
  'split',
] as const;

export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

/** What one rule or normalizer did, summed up. */
export interface Change {
  /** Rule id, or `normalize/...` for what is done to every entry. */
  readonly rule: string;
  readonly action: ChangeAction;
  count: number;
  /** Bytes taken away by a drop or truncate; bytes of the new content otherwise. */
  bytes: number;
  /** Byte strings, in tree order. */
  readonly paths: string[];
  /** Whether it takes away what somebody may have set; see Rule. */
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
   * @param hasNewOwner its owner changes, by no rule that is counted by itself
   */
  addNormalized({ entry, origin }: PlannedEntry, hasNewOwner: boolean): void {
    if (origin === null) return;
    if (origin.mtime !== entry.mtime || origin.nanoseconds !== 0)
      this.add({ id: 'normalize/mtime' }, 'mtime', origin.path, 0);
    if (hasNewOwner) this.add({ id: 'normalize/owner' }, 'owner', origin.path, 0);
  }

  /** By rule id, so that the list is the same whatever came first. */
  list(): Change[] {
    // Rules are carried out in their own order.
    for (const { paths } of this.#changes.values()) paths.sort(comparePaths);
    return [...this.#changes.values()].sort((a, b) =>
      a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.action < b.action ? -1 : 1,
    );
  }
}
