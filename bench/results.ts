/**
 * A results file: a head, and a section per tree with a section per group. Writing replaces the sections that were
 * measured again and keeps the others, so that large trees can be measured on another day.
 */

export interface Results {
  /** What applies to everything: method, machine, versions. */
  readonly head: string;
  /** Maps the title of a tree to its results, in the order of the file. */
  readonly trees: Map<string, TreeResults>;
}

export interface TreeResults {
  /** Description of the tree, without headings. */
  about: string;
  /** Maps the title of a group to its text. */
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
 * Merges `now` into what an earlier run wrote.
 *
 * @throws if the earlier head has a different machine, different versions or a different method: those do not belong in
 * one file
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
