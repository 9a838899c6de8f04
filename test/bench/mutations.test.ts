import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Outcome, renderMutants } from '../../bench/mutant-report.ts';
import { applyMutation, findMutations, type Mutation, mutatedFiles, sample } from '../../bench/mutations.ts';

const test = suite('mutations');

/** Every program that one change makes of a text, without what surrounds the change. */
function changesOf(text: string): string[] {
  return findMutations({ '/src/a/b.ts': text }).map((mutation) => {
    const changed = applyMutation(text, mutation);
    assert.is.not(changed, text);
    return `${mutation.operator}: ${text.slice(mutation.start, mutation.end)} -> ${mutation.replacement}`;
  });
}

test('operators, conditions, numbers and statements are changed, in their order', () => {
  const text = `
    export function f(list: number[], limit = 3): number {
      for (let at = 0; at < limit; at++) {
        if (list[at] === undefined || !limit) continue;
        list.push(limit - at);
      }
      return list.length > 0 ? true : false;
    }`;
  assert.equal(changesOf(text), [
    'number: 3 -> (3 + 1)',
    'number: 3 -> (3 - 1)',
    'condition: at < limit -> !(at < limit)',
    'number: 0 -> (0 + 1)',
    'number: 0 -> (0 - 1)',
    'boundary: < -> <=',
    'step: at++ -> at--',
    'condition: list[at] === undefined || !limit -> !(list[at] === undefined || !limit)',
    'guard: if (list[at] === undefined || !limit) continue; -> ;',
    'logic: || -> &&',
    'equality: === -> !==',
    'condition: !limit -> limit',
    'removed: list.push(limit - at); -> ;',
    'arithmetic: - -> +',
    'condition: list.length > 0 -> !(list.length > 0)',
    'boundary: > -> >=',
    'number: 0 -> (0 + 1)',
    'number: 0 -> (0 - 1)',
    'boolean: true -> false',
    'boolean: false -> true',
  ]);
});

test('types, comments, texts and what an error says are left alone', () => {
  const text = `
    // 1 < 2
    interface A { readonly b: 1 | 2 }
    type C = A['b'] & 3;
    export const d: C | 4 = 'x < 5' as unknown as C;
    export const e = (f: string): string => 'a' + f + \`\${f} < 6\`;
    export function g(): never { throw new RangeError(\`\${1 + 7}\`); }`;
  assert.equal(changesOf(text), []);
});

test('a guard with an else, and a call of super, are no statements to remove', () => {
  const text = `
    export class A extends B {
      constructor(c: boolean) { super(); if (c) return; else d(); }
    }`;
  assert.equal(changesOf(text), ['condition: c -> !(c)', 'removed: d(); -> ;']);
});

test('an id stays while other lines change, and no two are equal', () => {
  const line = '  if (a < 1) b(a < 1, 1);\n';
  const before = findMutations({ '/src/a/b.ts': `${line}${line}` });
  const after = findMutations({ '/src/a/b.ts': `// one more line\n{\n  ${line}}\n${line}` });
  assert.equal(
    after.map(({ id }) => id),
    before.map(({ id }) => id),
  );
  assert.is(new Set(before.map(({ id }) => id)).size, before.length);
  assert.equal([before[0]?.line, after[0]?.line], [1, 3]);
  const elsewhere = findMutations({ '/src/a/c.ts': line }).map(({ id }) => id);
  assert.not.ok(before.some(({ id }) => elsewhere.includes(id)));
});

test('a sample takes from every directory in turn, and is the same each time', () => {
  const text = 'export const a = [1, 2, 3, 4, 5, 6, 7, 8];';
  const all = findMutations({
    '/src/x/a.ts': text,
    '/src/y/a.ts': text,
    '/src/z/a.ts': 'export const a = 1;',
  });
  const modules = (mutations: readonly Mutation[]): string[] => mutations.map(({ file }) => file.slice(4, 5));
  const six = sample(all, 6, 'seed');
  assert.equal(modules(six), ['x', 'y', 'z', 'x', 'y', 'z']);
  assert.equal(modules(sample(all, 9, 'seed')).slice(6), ['x', 'y', 'x']);
  assert.equal(sample(all.toReversed(), 6, 'seed'), six);
  assert.not.equal(sample(all, 6, 'other seed'), six);
  assert.is(sample(all, 1000, 'seed').length, all.length);
});

test('the page counts what came of each, and gives a reason for each that survived', () => {
  const texts = { '/src/x/a.ts': 'export const a = 1 | 2;\n' };
  const all = findMutations(texts);
  const [first, second, third, fourth] = all as [Mutation, Mutation, Mutation, Mutation];
  const ends = [
    [first, 'killed'],
    [second, 'survived'],
    [third, 'timed out'],
    [fourth, 'survived'],
  ] as const;
  const outcomes = new Map<string, Outcome>(
    ends.map(([{ id }, end]) => [id, { id, end, by: 'x a', seconds: 1 }]),
  );
  const page = renderMutants(all, outcomes, { [fourth.id]: 'A reason.' }, texts, {
    seed: 's',
    date: 'today',
  });
  assert.match(
    page,
    '4 of 5 mutants, seed s. 2 survived; 1 of them have a reason below, and 1 still need a test.',
  );
  assert.match(page, '| x | 5 | 4 | 1 | 1 | 2 |');
  assert.match(page, `| ${fourth.id} | src/x/a.ts:1 | \`2\` → \`(2 + 1)\` | A reason. |`);
  assert.match(page, `| ${second.id} | src/x/a.ts:1 | \`1\` → \`(1 + 1)\` | **not known** |`);
});

test('every reason why a mutant is equivalent is about a mutant that there is', () => {
  const checkout = new URL('../..', import.meta.url).pathname;
  const reasons = JSON.parse(readFileSync(`${checkout}bench/equivalent-mutants.json`, 'utf8')) as object;
  const known = new Set(findMutations(mutatedFiles(checkout)).map(({ id }) => id));
  assert.ok(known.size > 1000);
  assert.equal(
    Object.keys(reasons).filter((id) => !known.has(id)),
    [],
  );
});

test.run();
