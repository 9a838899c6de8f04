import type { PairEntry } from '../../fixtures/diff/pairs.ts';
import { type Diff, type DiffOptions, diffSides } from '../../src/diff/diff.ts';
import { Side } from '../../src/diff/side.ts';
import { inspect } from '../../src/plan/inspect.ts';
import { DEFAULT_SETTINGS, type PlanSettings } from '../../src/plan/plan.ts';
import { TreeAccounts } from '../../src/plan/tree-accounts.ts';
import { layersOf, selectRules } from '../../src/rules/layers.ts';
import { choosePolicies, POLICIES } from '../../src/rules/policies.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
import type { Source } from '../../src/source/source.ts';
import type { HardLinkGroup } from '../../src/tree/entry.ts';
import { pathToBytes } from '../../src/tree/path.ts';
import { makeEntry, makeTree } from '../support/entries.ts';
import { MemorySource } from '../support/memory-source.ts';

export const EPOCH = 1_000_000_000;

export interface SideOptions {
  readonly skip?: readonly string[];
  readonly policies?: readonly string[];
  readonly rules?: readonly Rule[];
  readonly settings?: Partial<PlanSettings>;
  readonly narrow?: (rules: readonly Rule[]) => readonly Rule[];
}

export function pairSource(entries: readonly PairEntry[], name = 'pair'): MemorySource {
  const contents = new Map<string, Uint8Array>();
  const groups = new Map<string, HardLinkGroup>();
  for (const { path, link } of entries) {
    if (link === undefined) continue;
    const group = groups.get(link) ?? { paths: [link], outside: 0 };
    group.paths.push(path);
    group.paths.sort();
    groups.set(link, group);
  }
  const made = entries.map((each) => {
    const first = each.link === undefined ? each : entries.find(({ path }) => path === each.link);
    const { type = 'file', content = '', target = '', mode, uid = 0, gid = 0, mtime = 0 } = first ?? each;
    if (type === 'file') contents.set(each.path, pathToBytes(content));
    return makeEntry(each.path, type, {
      ...{ uid, gid, mtime, target, size: type === 'file' ? content.length : 0 },
      ...(mode === undefined ? {} : { mode }),
      links: groups.get(each.link ?? each.path) ?? null,
    });
  });
  return new MemorySource(makeTree(made), contents, { name });
}

export function makeSide(source: Source, options: SideOptions = {}): Side {
  const inspection = inspect(source);
  const { ownership, detection } = inspection;
  const accounts = new TreeAccounts(source);
  const choices = (options.policies ?? []).map((choice) => {
    const [name = '', value = ''] = choice.split('=');
    return { name, value, where: 'test' };
  });
  const policies = choosePolicies(POLICIES, choices);
  return new Side({
    source,
    inspection,
    rules: selectRules(layersOf(TABLES, detection.layers, options.rules ?? []), { skip: options.skip ?? [] }),
    context: {
      owned: ownership && ((path) => ownership.owns(path)),
      policy: (name) => policies.get(name),
      privileged: true,
      hasUser: (name) => accounts.users.has(name),
      hasGroup: (name) => accounts.groups.has(name),
    },
    settings: { ...DEFAULT_SETTINGS, epoch: EPOCH, ...options.settings },
    inodeHash: (path) => path.length,
    ...(options.narrow === undefined ? {} : { narrow: options.narrow }),
  });
}

export function diffOf(
  a: readonly PairEntry[],
  b: readonly PairEntry[],
  options: SideOptions = {},
  diffOptions: DiffOptions = {},
): Promise<Diff> {
  const sides = [pairSource(a, 'first'), pairSource(b, 'second')] as const;
  return diffSides(makeSide(sides[0], options), makeSide(sides[1], options), diffOptions);
}
