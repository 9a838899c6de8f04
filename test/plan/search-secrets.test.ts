import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { searchSecrets } from '../../src/plan/search-secrets.ts';
import { decide } from '../../src/rules/decide.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { LONG_TEXT_BYTES_MAX, TEXT_HEAD_BYTES } from '../../src/secrets/long-text.ts';
import type { Source, Warning } from '../../src/source/source.ts';
import { linked, makeEntry, makeTree, rule } from '../rules/make-tree.ts';

const test = suite('plan/search-secrets');

const SECRET = "dbc_dbpass='kx7Tz0bQw93L'\n";
const SEARCH = rule(
  'etc/**',
  { do: 'search' },
  { id: 'test/secret-search', why: 'All have it.', when: { type: 'file' } },
);

/** Files with contents, and the paths that were read. */
function sourceOf(files: Readonly<Record<string, string>>): { source: Source; read: string[] } {
  const read: string[] = [];
  const tree = makeTree(
    ...Object.entries(files).map(([path, text]) => makeEntry(path, { size: text.length })),
  );
  const source: Source = {
    name: 'test',
    tree,
    warnings: [],
    open: () => {
      throw new Error('nothing is streamed');
    },
    readFile: ({ path }, limit) => {
      read.push(path);
      assert.ok(limit >= (files[path] as string).length);
      return Buffer.from(files[path] as string, 'latin1');
    },
    close: () => undefined,
  };
  return { source, read };
}

function search(
  files: Readonly<Record<string, string>>,
  rules: readonly Rule[] = [SEARCH],
  known: readonly Warning[] = [],
  bytesMax?: number,
  owned?: (path: string) => boolean,
): { warnings: Warning[]; read: string[] } {
  const { source, read } = sourceOf(files);
  const decisions = decide(source.tree, rules, { owned, policy: () => undefined });
  return { warnings: searchSecrets(source, decisions, known, bytesMax), read };
}

test('a secret is told by its kind, and no byte of it', () => {
  const { warnings } = search({ 'etc/a.conf': SECRET, 'etc/b.conf': 'nothing\n', 'usr/c.conf': SECRET });
  assert.equal(warnings, [
    { code: 'secret', path: 'etc/a.conf', message: 'Holds a password. All have it. (test/secret-search)' },
  ]);
  assert.not.match(JSON.stringify(warnings), /kx7T/);
});

test('what goes, becomes empty or is replaced is not read, and what is rewritten is', () => {
  const files = {
    'etc/dropped': SECRET,
    'etc/empty': '',
    'etc/replaced': SECRET,
    'etc/rewritten': SECRET,
    'etc/truncated': SECRET,
  };
  const { read } = search(files, [
    SEARCH,
    rule('etc/dropped', 'drop'),
    rule('etc/replaced', { do: 'replace', content: 'x' }),
    rule('etc/rewritten', { do: 'rewrite', normalizer: 'sort-lines' }),
    rule('etc/truncated', 'truncate'),
  ]);
  assert.equal(read, ['etc/rewritten']);
});

test('a file that is known to be a secret is not named twice, and other warnings do not count', () => {
  const files = { 'etc/a': SECRET, 'etc/b': SECRET };
  const { warnings } = search(
    files,
    [SEARCH],
    [
      { code: 'secret', path: 'etc/a', message: 'by its name' },
      { code: 'rule-report', path: 'etc/b', message: 'something else' },
    ],
  );
  assert.equal(
    warnings.map(({ path }) => path),
    ['etc/b'],
  );
});

test('a report about something else and a search do not compete', () => {
  const { source } = sourceOf({ 'etc/a.orig': SECRET });
  const decisions = decide(source.tree, [SEARCH, rule('etc/**', 'report')], {
    owned: undefined,
    policy: () => undefined,
  });
  assert.is(decisions.reports.filter(({ path }) => path === 'etc/a.orig').length, 1);
  assert.is(searchSecrets(source, decisions, []).length, 1);
});

test('files of packages are left out where packages are known, and only there', () => {
  const unclaimed = { ...SEARCH, when: { unclaimed: true } as const };
  const files = { 'etc/claimed': SECRET, 'etc/stray': SECRET };
  const isClaimed = (path: string): boolean => path === 'etc/claimed';
  assert.equal(search(files, [unclaimed], [], undefined, isClaimed).read, ['etc/stray']);
  assert.equal(search(files, [unclaimed]).read, ['etc/claimed', 'etc/stray']);
});

test('the bytes that are read are limited in sum, and what was left out is counted', () => {
  const files = { 'etc/a': SECRET, 'etc/b': SECRET, 'etc/c': SECRET };
  const { warnings, read } = search(files, [SEARCH], [], 2 * SECRET.length);
  assert.equal(read, ['etc/a', 'etc/b']);
  assert.is(warnings.length, 3);
  assert.is(warnings[2]?.code, 'secrets-not-searched');
  assert.match(warnings[2]?.message ?? '', /^1 file was not searched .* 52 bytes/);
  assert.is(search(files, [SEARCH], [], 3 * SECRET.length).warnings.length, 3);
});

/** A file whose reads are counted; each returns at most 10,000 bytes. */
function streamed(contents: Readonly<Record<string, Buffer>>): {
  source: Source;
  reads: Record<string, number>;
  largest: () => number;
  left: () => number;
} {
  const reads: Record<string, number> = {};
  let largest = 0;
  let open = 0;
  const tree = makeTree(
    ...Object.entries(contents).map(([path, { length: size }]) => makeEntry(path, { size })),
  );
  const source: Source = {
    ...sourceOf({}).source,
    tree,
    open: ({ path }) => {
      const content = contents[path] as Buffer;
      let at = 0;
      open += 1;
      reads[path] ??= 0;
      return {
        read: (target) => {
          largest = Math.max(largest, target.length);
          const count = Math.min(10_000, target.length, content.length - at);
          target.set(content.subarray(at, at + count));
          at += count;
          reads[path] = (reads[path] ?? 0) + count;
          return count;
        },
        verify: () => assert.is(at, content.length),
        close: () => (open -= 1),
      };
    },
  };
  return { source, reads, largest: () => largest, left: () => open };
}

const KEY = `-----BEGIN PRIVATE KEY-----\n${'MC4CAQAwBQYDK2VwBCIEIJ'.repeat(3)}\n-----END PRIVATE KEY-----\n`;
const nothing = { owned: undefined, policy: () => undefined };

test('a private key far down in a text is found; what is no text is not read', () => {
  const lines = Buffer.from('a line of a long text\n'.repeat(60_000));
  const texts = {
    'etc/bundle.pem': Buffer.concat([lines, Buffer.from(KEY)]),
    'etc/program': Buffer.concat([Buffer.from('\x7fELF\x02\0'), lines, Buffer.from(KEY)]),
    'etc/long.txt': lines,
    'etc/password': Buffer.concat([lines, Buffer.from(SECRET)]),
  };
  const { source, reads, largest, left } = streamed(texts);
  assert.equal(searchSecrets(source, decide(source.tree, [SEARCH], nothing), []), [
    {
      code: 'secret',
      path: 'etc/bundle.pem',
      message: 'Holds a private key. All have it. (test/secret-search)',
    },
  ]);
  assert.is(reads['etc/program'], TEXT_HEAD_BYTES);
  assert.is(reads['etc/long.txt'], lines.length);
  assert.ok(largest() <= 65_536);
  assert.is(left(), 0);
});

test('a long text is searched up to a limit, and the limit of the sum holds for it too', () => {
  const until = (length: number): Buffer =>
    Buffer.concat([Buffer.alloc(length - KEY.length, '\n'), Buffer.from(KEY)]);
  const texts = {
    'etc/a': Buffer.concat([until(LONG_TEXT_BYTES_MAX), Buffer.alloc(1_000_000, '\n')]),
    'etc/b': Buffer.concat([until(LONG_TEXT_BYTES_MAX + KEY.length), Buffer.alloc(1_000_000, '\n')]),
  };
  const { source, reads } = streamed(texts);
  const decisions = decide(source.tree, [SEARCH], nothing);
  assert.equal(
    searchSecrets(source, decisions, []).map(({ path }) => path),
    ['etc/a'],
  );
  assert.is(reads['etc/b'], LONG_TEXT_BYTES_MAX);
  const [first, ...rest] = searchSecrets(source, decisions, [], 100_000);
  assert.is(first?.code, 'secrets-not-searched');
  assert.match(first?.message ?? '', /^2 files were not searched .* 100000 bytes/);
  assert.is(rest.length, 0);
});

test('each name of an inode is looked at: random bytes are a key under one name and nothing under another', () => {
  const entries = linked('etc/a.dat', 'etc/a.key').map((entry) => ({ ...entry, size: 32 }));
  const tree = makeTree(...entries);
  const { source } = sourceOf({});
  const key = Buffer.from('0123456789abcdef0123456789abcdef');
  const both: Source = { ...source, tree, readFile: () => key };
  const found = searchSecrets(
    both,
    decide(tree, [SEARCH], { owned: undefined, policy: () => undefined }),
    [],
  );
  assert.equal(
    found.map(({ path }) => path),
    ['etc/a.key'],
  );
});

test.run();
