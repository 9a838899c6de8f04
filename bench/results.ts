/**
 * A file of results: a head, a section a tree, in it a section a group. Writing one replaces the sections that were
 * measured anew and keeps the others, so that large trees can be measured on another day.
 */

export interface Results {
  /** What holds for all of it: method, machine, versions. */
  readonly head: string;
  /** Title of a tree to its text, in the order of the file. */
  readonly trees: Map<string, TreeResults>;
}

export interface TreeResults {
  /** What the tree is; no headings in it. */
  about: string;
  /** Title of a group to its text. */
  readonly groups: Map<string, string>;
}

export function parseResults(text: string): Results {
  const [head = '', ...sections] = text.split(/^(?=## )/m);
  const trees = new Map<string, TreeResults>();
  for (const section of sections) {
    const [intro = '', ...parts] = section.split(/^(?=### )/m);
    const [title, about] = withoutHeading(intro);
    trees.set(title, { about, groups: new Map(parts.map(withoutHeading)) });
  }
  return { head: head.trim(), trees };
}

export function renderResults({ head, trees }: Results): string {
  const parts = [head];
  for (const [title, { about, groups }] of trees) {
    parts.push(`## ${title}`);
    if (about !== '') parts.push(about);
    for (const [group, text] of groups) parts.push(`### ${group}`, text);
  }
  return `${parts.join('\n\n')}\n`;
}

/**
 * Puts `now` into what an earlier run wrote.
 *
 * @throws where the earlier head says another machine, other versions or another method: those do not belong into one file
 */
export function mergeResults(earlier: Results | undefined, now: Results): Results {
  if (earlier === undefined) return now;
  if (earlier.head !== now.head) {
    throw new Error(
      'the file has results of another machine, other versions or another method: name another file',
    );
  }
  const trees = new Map(earlier.trees);
  for (const [title, { about, groups }] of now.trees) {
    trees.set(title, { about, groups: new Map([...(trees.get(title)?.groups ?? []), ...groups]) });
  }
  return { head: now.head, trees };
}

function withoutHeading(section: string): [title: string, text: string] {
  const [heading = '', ...lines] = section.split('\n');
  return [heading.replace(/^#+ /, ''), lines.join('\n').trim()];
}
