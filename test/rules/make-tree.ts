import type { Action, Rule } from '../../src/rules/rule.ts';
import type { Entry, HardLinkGroup } from '../../src/tree/entry.ts';
import { comparePaths, parentOf } from '../../src/tree/path.ts';
import { Tree } from '../../src/tree/tree.ts';

export function makeEntry(path: string, fields: Partial<Entry> = {}): Entry {
  const type = fields.type ?? 'file';
  return {
    path,
    type,
    mode: type === 'directory' ? 0o755 : type === 'symlink' ? 0o777 : 0o644,
    uid: 0,
    gid: 0,
    size: type === 'file' ? 10 : 0,
    mtime: 0,
    nanoseconds: 0,
    target: '',
    major: 0,
    minor: 0,
    links: null,
    ...fields,
  };
}

/** Paths of files; `a -> b` is a symlink, `a/` an empty directory. Parents come by themselves. */
export function makeTree(...given: (string | Entry)[]): Tree {
  const entries = new Map<string, Entry>();
  for (const each of given) {
    const entry = typeof each === 'string' ? parseEntry(each) : each;
    entries.set(entry.path, entry);
    for (let up = parentOf(entry.path); up !== ''; up = parentOf(up)) {
      if (!entries.has(up)) entries.set(up, makeEntry(up, { type: 'directory' }));
    }
  }
  const sorted = [...entries.values()].sort((a, b) => comparePaths(a.path, b.path));
  return new Tree(makeEntry('', { type: 'directory' }), sorted);
}

function parseEntry(text: string): Entry {
  const [path = '', target] = text.split(' -> ');
  if (target !== undefined) return makeEntry(path, { type: 'symlink', target });
  return path.endsWith('/') ? makeEntry(path.slice(0, -1), { type: 'directory' }) : makeEntry(path);
}

/** Files that are names of one inode. */
export function linked(...paths: string[]): Entry[] {
  const links: HardLinkGroup = { paths, outside: 0 };
  return paths.map((path) => makeEntry(path, { links }));
}

let count = 0;

export function rule(
  match: string | string[],
  action: Action | 'drop' | 'keep' | 'report' | 'truncate',
  more: Partial<Rule> = {},
): Rule {
  count += 1;
  return {
    id: `test/rule-${count}`,
    match: [match].flat(),
    action: typeof action === 'string' ? { do: action } : action,
    why: 'a test',
    source: 'the test',
    ...more,
  };
}
