import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { Contents } from '../../src/plan/contents.ts';
import type { Choice, ContentAction } from '../../src/rules/decide.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Warning } from '../../src/source/source.ts';
import type { Entry } from '../../src/tree/entry.ts';
import { bothCaptures, contextWith } from '../rewrite/databases.ts';
import { makeEntry } from '../support/entries.ts';
import { memorySource } from '../support/memory-source.ts';
import { rewriteContext } from '../support/rewrite-context.ts';

const test = suite('contents');

function of(
  content: string,
  action: ContentAction,
): { content: unknown; warnings: Warning[]; opened: string[] } {
  const source = memorySource([['file', content]]);
  const warnings: Warning[] = [];
  const contents = new Contents(source, (path) => rewriteContext({ path, epoch: 86_400 * 100 }), warnings);
  const rule: Rule = { id: 'test/rule', match: ['file'], action, why: 'a test', source: 'the test' };
  const result = contents.of(source.tree.get('file')!, { rule, action });
  const text = result instanceof Uint8Array ? Buffer.from(result).toString('latin1') : result;
  return { content: text, warnings, opened: source.opened };
}

test('truncate needs no look at the file', () => {
  assert.equal(of('text', { do: 'truncate' }), { content: '', warnings: [], opened: [] });
});

test('replace reads only where the size could be right, and says nothing new where it is the same', () => {
  const replace = { do: 'replace', content: 'same\xff' } as const;
  assert.equal(of('same\xff', replace), { content: null, warnings: [], opened: ['file'] });
  assert.equal(of('othe\xff', replace), { content: 'same\xff', warnings: [], opened: ['file'] });
  assert.equal(of('longer than that', replace), { content: 'same\xff', warnings: [], opened: [] });
});

test('rewrite: unchanged, rewritten and malformed', () => {
  const rewrite = { do: 'rewrite', normalizer: 'shadow-last-change' } as const;
  assert.equal(of('a:*:100::::::\n', rewrite), { content: null, warnings: [], opened: ['file'] });
  assert.is(of('a:*:101::::::\n', rewrite).content, 'a:*:100::::::\n');
  const { content, warnings } = of('a:*:101::::::\nb\n', rewrite);
  assert.is(content, null);
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!.message, /^byte 14: found 1 fields/);
});

test('substitute: what matches is replaced, and what does not match is said', () => {
  const action = { do: 'substitute', replacements: [{ pattern: '^(ID=).*', with: '$1one' }] } as const;
  assert.equal(of('ID=two\nX=\xff\n', action), {
    content: 'ID=one\nX=\xff\n',
    warnings: [],
    opened: ['file'],
  });
  assert.equal(of('ID=one\n', action), { content: null, warnings: [], opened: ['file'] });
  const { content, warnings } = of('NAME=two\n', action);
  assert.is(content, null);
  assert.equal(warnings, [
    {
      code: 'not-rewritten',
      path: 'file',
      message: 'no line matches a pattern of test/rule; left unchanged',
    },
  ]);
});

test('substitute: a result that it would change again is reported', () => {
  const { content, warnings } = of('a\n', {
    do: 'substitute',
    replacements: [{ pattern: 'a', with: 'aa' }],
  });
  assert.is(content, 'aa\n');
  assert.match(warnings[0]?.message ?? '', /^test\/rule would change its result again/);
});

test('substitute: a file that takes too long is left as it is', () => {
  const line = `${'a'.repeat(10_000)}\n`;
  const { content, warnings } = of(line, {
    do: 'substitute',
    replacements: [{ pattern: 'a.*b|a', with: 'x' }],
  });
  assert.is(content, null);
  assert.match(warnings[0]?.message ?? '', /more steps than are allowed for one file; left unchanged/);
});

test('an unknown normalizer is an error that names the rule and what there is', () => {
  assert.throws(
    () => of('x', { do: 'rewrite', normalizer: 'no-such' }),
    (error: StillrootError) =>
      error.code === 'rule-unknown' &&
      /^rule test\/rule: .*"no-such".*shadow-last-change/.test(error.message),
  );
});

test('link has no content', () => {
  assert.is(of('x', { do: 'link', target: 'y' }).content, null);
  assert.is(makeEntry('x').size, 0);
});

/** Contents of a tree in which these files are rewritten; every request is recorded. */
function contentsOf(
  changes: Readonly<Record<string, ContentAction>>,
  heldMax?: number,
): {
  contents: Contents;
  entry: (path: string) => Entry;
  opened: string[];
  choice: (path: string) => Choice<ContentAction>;
  files: Map<string, Uint8Array>;
} {
  const source = memorySource([
    ['etc/shadow', 'a:*:101::::::\n'],
    ['etc/other', 'as it is'],
  ]);
  const decisions = new Map(
    Object.entries(changes).map(([path, action]) => {
      const rule: Rule = { id: 'test/rule', match: [path], action, why: 'a test', source: 'the test' };
      return [path, { content: { rule, action } }];
    }),
  );
  const contents = new Contents(
    source,
    (path) => rewriteContext({ path, epoch: 86_400 * 100 }),
    [],
    decisions,
    heldMax,
  );
  return {
    contents,
    entry: (path) => source.tree.get(path)!,
    opened: source.opened,
    choice: (path) => decisions.get(path)!.content,
    files: source.contents,
  };
}

test('who asks about another file sees it as it will be, and it is made once', () => {
  const rewrite = { do: 'rewrite', normalizer: 'shadow-last-change' } as const;
  const { contents, entry, opened } = contentsOf({ 'etc/shadow': rewrite });
  const shadow = entry('etc/shadow');
  assert.is(contents.final(shadow, 100).toString(), 'a:*:100::::::\n');
  assert.is(contents.final(shadow, 100).toString(), 'a:*:100::::::\n');
  const rule: Rule = { id: 'test/rule', match: [], action: rewrite, why: 'a test', source: 'the test' };
  assert.is(contents.of(shadow, { rule, action: rewrite })?.length, 14);
  assert.equal(opened, ['etc/shadow']);
  assert.is(contents.final(entry('etc/other'), 100).toString(), 'as it is');
});

test('emptied and replaced files too', () => {
  const { contents, entry } = contentsOf({
    'etc/shadow': { do: 'truncate' },
    'etc/other': { do: 'replace', content: 'new' },
  });
  assert.is(contents.final(entry('etc/shadow'), 100).length, 0);
  assert.is(contents.final(entry('etc/other'), 100).toString(), 'new');
});

const REWRITE = { do: 'rewrite', normalizer: 'shadow-last-change' } as const;

test('what does not fit into the memory set aside is made again, the same', () => {
  const { contents, entry, opened, choice } = contentsOf({ 'etc/shadow': REWRITE }, 13);
  const [first, second] = [1, 2].map(() => contents.of(entry('etc/shadow'), choice('etc/shadow')));
  assert.is(Buffer.from(first as Uint8Array).toString(), 'a:*:100::::::\n');
  assert.equal(first, second);
  assert.equal(opened, ['etc/shadow', 'etc/shadow']);
});

test('what fits exactly is made once', () => {
  const { contents, entry, opened, choice } = contentsOf({ 'etc/shadow': REWRITE }, 14);
  for (const _ of [1, 2]) contents.of(entry('etc/shadow'), choice('etc/shadow'));
  assert.equal(opened, ['etc/shadow']);
});

test('what takes long to make is made once, whatever memory is set aside', () => {
  const path = 'usr/lib/sysimage/rpm/Packages.db';
  const [database] = bothCaptures('Packages.db');
  const source = memorySource([[path, database.toString('latin1')]]);
  const contents = new Contents(source, () => contextWith(path, {}), [], new Map(), 0);
  const action = { do: 'rewrite', normalizer: 'rpmdb-ndb' } as const;
  const rule: Rule = { id: 'test/rule', match: [path], action, why: 'a test', source: 'the test' };
  const [first, second] = [1, 2].map(() => contents.of(source.tree.get(path)!, { rule, action }));
  assert.ok(first instanceof Uint8Array);
  assert.is(first, second);
  assert.equal(source.opened, [path]);
});

test('a file that comes out otherwise when it is made again is an error, never other bytes', () => {
  const { contents, entry, choice, files } = contentsOf({ 'etc/shadow': REWRITE }, 0);
  contents.of(entry('etc/shadow'), choice('etc/shadow'));
  files.set('etc/shadow', Buffer.from('a:*:100::::::\n'));
  assert.throws(
    () => contents.of(entry('etc/shadow'), choice('etc/shadow')),
    (error: StillrootError) => error.code === 'source-changed' && /etc\/shadow/.test(error.message),
  );
});

test.run();
