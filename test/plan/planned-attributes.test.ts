// Extended attributes in the plan: which entries keep which, and what is said of the others.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AttributeSettings } from '../../src/normalize/attributes.ts';
import type { Plan, PlanSettings } from '../../src/plan/plan.ts';
import { PlannedAttributes } from '../../src/plan/planned-attributes.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Source } from '../../src/source/source.ts';
import { encodeAccessList, parseAccessList } from '../../src/tree/access-list.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { hardLinked, memorySource } from '../support/memory-source.ts';
import { rule } from '../support/plan-facts.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('plan/planned-attributes');

const KEEP: AttributeSettings = { attributes: 'keep', labels: 'drop' };
const MODE_ONLY = encodeAccessList(parseAccessList('user::rw-,group::r--,other::r--') ?? []);

type Given = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Values that were read, by `path name`. */
const reads: string[] = [];

function sourceWith(given: Given): Source {
  const names = ['a/one', 'b/two'];
  const source = memorySource(
    [
      ['file', 'content'],
      symlink('link', 'file'),
      makeEntry('d', 'directory'),
      ...hardLinked(names, { size: 1 }),
    ],
    {
      warnings: [
        { code: 'xattr', path: 'file', message: 'lost' },
        { code: 'socket', path: 's', message: 'x' },
      ],
    },
  );
  return Object.assign(source, {
    attributesOf: ({ path }: { path: string }, isWanted: (name: string) => boolean = () => true) =>
      new Map(
        Object.entries(given[path] ?? {}).filter(([name]) => {
          const isRead = isWanted(name);
          if (isRead) reads.push(`${path} ${name}`);
          return isRead;
        }),
      ),
  });
}

const planOf = (given: Given, rules: readonly Rule[] = [], settings: Partial<PlanSettings> = {}): Plan =>
  makePlan(sourceWith(given), rules, { attributes: KEEP, ...settings });

const keptBy = (plan: Plan): unknown[] =>
  [...plan.entries()]
    .filter(({ attributes }) => attributes.size > 0)
    .map(({ entry, attributes }) => [entry.path, ...attributes]);

const CAPABLE = { 'user.b': '2', 'security.capability': 'c', 'trusted.md': 'm', 'user.a': '1' };

test('those that are kept are sorted by name, and only their values are read', () => {
  reads.length = 0;
  const plan = planOf({ file: CAPABLE, d: { 'system.posix_acl_access': MODE_ONLY } });
  assert.equal(keptBy(plan), [['file', ['security.capability', 'c'], ['user.a', '1'], ['user.b', '2']]]);
  // Each once, however often the entries are listed.
  keptBy(plan);
  assert.equal(reads.sort(), [
    'd system.posix_acl_access',
    'file security.capability',
    'file user.a',
    'file user.b',
  ]);
});

test('an archive that holds none has none, and the warnings of the source stay', () => {
  const plan = makePlan(sourceWith({ file: CAPABLE }), []);
  assert.equal(keptBy(plan), []);
  assert.equal(
    plan.warnings.map(({ code }) => code),
    ['xattr', 'socket'],
  );
});

test('what is left out is warned of once for each name and reason, in place of the warnings of the source', () => {
  const label = { 'security.selinux': 'l' };
  const { warnings } = planOf({ file: CAPABLE, d: label, 'a/one': label, 'b/two': { 'security.evm': 'e' } });
  assert.equal(
    warnings.map(({ code }) => code),
    ['socket', 'xattr-dropped', 'xattr-dropped', 'xattr-dropped'],
  );
  const texts = warnings.slice(1).map(({ message }) => message);
  assert.match(texts[0] ?? '', /^the extended attribute security\.evm of b\/two is left out: it seals/);
  assert.match(texts[1] ?? '', /^the extended attribute security\.selinux of a\/one, d is left out: labels/);
  assert.match(texts[2] ?? '', /^the extended attribute trusted\.md of file is left out: no such attribute/);
});

test('all names of a file have its attributes', () => {
  const plan = planOf({ 'a/one': { 'user.a': '1' }, 'b/two': { 'user.a': '1' } }, [], { linkData: 'first' });
  assert.equal(keptBy(plan), [
    ['a/one', ['user.a', '1']],
    ['b/two', ['user.a', '1']],
  ]);
});

test('what is dropped, or becomes a symlink, has none and is not warned of; a new content loses a signature', () => {
  const given = { file: { 'security.ima': '\x03s', 'user.a': '1' }, d: { 'trusted.md': 'x' } };
  const dropped = planOf(given, [rule('drop', 'file', { do: 'drop' }), rule('drop-d', 'd', { do: 'drop' })]);
  assert.equal([keptBy(dropped), dropped.warnings.length], [[], 1]);
  const linked = planOf({ file: given.file }, [rule('link', 'file', { do: 'link', target: 'd' })]);
  assert.equal([keptBy(linked), linked.warnings.length], [[], 1]);
  const truncated = planOf({ file: given.file }, [rule('empty', 'file', { do: 'truncate' })]);
  assert.equal(keptBy(truncated), [['file', ['user.a', '1']]]);
  assert.match(truncated.warnings.at(-1)?.message ?? '', /security\.ima of file .* rules have changed/);
});

test('names and values of all entries are one sum with a limit', async () => {
  const value = 'v'.repeat(64 * 1024 * 1024 - 6);
  const source = Object.assign(memorySource([]), { attributesOf: () => new Map([['user.a', value]]) });
  const attributes = new PlannedAttributes(source, KEEP);
  for (const path of ['a', 'b', 'c', 'd']) attributes.add(makeEntry(path), false);
  await rejects(
    () => attributes.add(makeEntry('e'), false),
    'archive-limit',
    /^e: .* take 335544320 bytes, the limit is 268435456.*--policy extended-attributes=drop/,
  );
});

test('an attribute with a hostile name is shown shortened and escaped', () => {
  const { warnings } = planOf({ file: { [`evil.\x1b[31m${'x'.repeat(5000)}`]: '' } });
  const text = warnings.at(-1)?.message ?? '';
  assert.ok(text.length < 700, `${text.length} characters`);
  assert.match(text, /evil\.\\x1b\[31mx+\.\.\. of file/);
});

test.run();
