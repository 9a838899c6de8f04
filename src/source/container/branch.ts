/** The tree that layers are laid into, as branches of branches, and where a path leads in it. */
import type { EntryType } from '../../tree/entry.ts';
import { joinPath, parentOf } from '../../tree/path.ts';
import { MAX_SYMLINKS } from '../../tree/tree.ts';
import type { Node } from '../archive-node.ts';

/** A name in the tree. The names of one file share a node. */
export interface Branch {
  node: Node;
  /** Index of the layer that set it last. */
  layer: number;
  /** By name; only directories have any. */
  readonly children: Map<string, Branch> | undefined;
}

/** Where a path has led. */
export interface Place {
  readonly path: string;
  /** Undefined where a file or the like is in the way. */
  readonly branch: Branch | undefined;
}

export interface WalkOptions {
  /** Makes what is missing; undefined where that is the end. */
  readonly make?: ((path: string, siblings: Map<string, Branch>) => Branch) | undefined;
  /** Paths at which links are not followed: they lead nowhere. */
  readonly blocked?: ReadonlySet<string> | undefined;
}

/** PATH_MAX of Linux: the targets of forty links could add up to more. */
const PATH_MAX = 4096;

/**
 * Follows a path through the links of the tree, never above its root.
 *
 * @returns undefined where it leads nowhere; `loop` for more links, or a longer path, than Linux follows
 */
export function walk(
  root: Branch,
  directory: string,
  { make, blocked }: WalkOptions,
): Place | 'loop' | undefined {
  const pending = directory.split('/').reverse();
  let path = '';
  let stack: Branch[] = [root];
  let followed = 0;
  while (pending.length > 0) {
    const name = pending.pop() as string;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      path = parentOf(path);
      if (stack.length > 1) stack.pop();
      continue;
    }
    const children = (stack.at(-1) as Branch).children;
    if (children === undefined) return { path, branch: undefined };
    const next = joinPath(path, name);
    if (next.length > PATH_MAX) return 'loop';
    const branch = children.get(name) ?? make?.(next, children);
    if (branch === undefined) return undefined;
    if (branch.node.type !== 'symlink') {
      path = next;
      stack.push(branch);
      continue;
    }
    if (blocked?.has(next)) return undefined;
    followed += 1;
    if (followed > MAX_SYMLINKS) return 'loop';
    const { target } = branch.node;
    if (target.startsWith('/')) {
      path = '';
      stack = [root];
    }
    pending.push(...target.split('/').reverse());
  }
  const branch = stack.at(-1) as Branch;
  return { path, branch: branch.children === undefined ? undefined : branch };
}

/** Of a new branch. */
export function childrenOf(type: EntryType): Map<string, Branch> | undefined {
  return type === 'directory' ? new Map<string, Branch>() : undefined;
}

/** Everything below a branch, in tree order. */
export function collect(branch: Branch, path: string, found: (path: string, branch: Branch) => void): void {
  const { children } = branch;
  if (children === undefined || children.size === 0) return;
  for (const name of [...children.keys()].sort()) {
    const child = children.get(name) as Branch;
    const at = joinPath(path, name);
    found(at, child);
    collect(child, at, found);
  }
}
