// What reports say about the origin of a file that no package owns.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BASE } from '../../fixtures/diff/pair.ts';
import type { PairEntry } from '../../fixtures/diff/pairs.ts';
import { diffDocument } from '../../src/app/diff-document.ts';
import { diffSides } from '../../src/diff/diff.ts';
import { diff as schema } from '../../src/documents/diff.ts';
import { diffReport, type Found } from '../../src/report/diff.ts';
import { diffHtml, diffMarkdown } from '../../src/report/diff-page.ts';
import { plainLines } from '../support/plain-report.ts';
import { makeSide, pairSource } from './make-side.ts';

const test = suite('origins');

const INFO = 'var/lib/dpkg/info';
const file = (path: string, content: string): PairEntry => ({ path, content });
const POSTINST =
  '#!/bin/sh\nwork=/etc/counter\nmake_id > "$work"/id.txt\ncp x /etc/counter/other.txt # \x1b[31m\n';

function side(value: string): PairEntry[] {
  const all = [
    ...BASE.filter(({ path }) => !path.startsWith(`${INFO}/`)),
    file(`${INFO}/base.list`, '/.\n/etc\n/srv/held\n'),
    file(`${INFO}/counter.list`, '/.\n/etc/counter\n'),
    file(`${INFO}/counter.postinst`, POSTINST),
    file('etc/counter/id.txt', `the value is ${value}\nof apples\n`),
    file('etc/counter/other.txt', `the value is ${value}\nof pears\n`),
    file('srv/held/data.txt', `the value is ${value}\nof plums\n`),
    file('srv/none.txt', `the value is ${value}\nof stones\n`),
  ];
  return all.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function found(): Promise<Found> {
  const sides = { a: makeSide(pairSource(side('red'))), b: makeSide(pairSource(side('green'))) };
  const diff = await diffSides(sides.a, sides.b);
  return { names: { a: 'a', b: 'b', skip: [], only: [] }, diff, sides, blocks: undefined };
}

test('the line of the script, for each path, and the advice by it', async () => {
  const { diff } = await found();
  const origins = diff.clusters.flatMap((cluster) => cluster.origins);
  assert.equal(
    origins.map(({ mention, paths }) => [mention.script.package, mention.script.name, mention.line, paths]),
    [
      ['counter', 'postinst', 3, ['etc/counter/id.txt']],
      ['counter', 'postinst', 4, ['etc/counter/other.txt']],
    ],
  );
  const adviceOf = (path: string): string =>
    diff.clusters.find(({ paths }) => paths.includes(path))?.advice ?? '';
  assert.match(adviceOf('etc/counter/id.txt'), /o package owns the file, but counter's postinst writes it\./);
  assert.match(adviceOf('srv/held/data.txt'), /o package owns the file, but its directory belongs to base\./);
  assert.match(adviceOf('srv/none.txt'), /find out what writes it during the bootstrap\./);
});

test('in each report, escaped', async () => {
  const all = await found();
  const line = `etc/counter/id.txt: written by counter's postinst, line 3: make_id > "$work"/id.txt`;
  const text = plainLines(diffReport(all, 1, 0), 200).join('\n');
  assert.ok(text.includes(line), text);
  assert.match(text, /line 4: cp x \/etc\/counter\/other\.txt #/);
  assert.match(text, /\\x1b\[31m/);
  assert.match(
    diffHtml(all),
    /written by counter&#39;s postinst, line 3|written by counter's postinst, line 3/,
  );
  assert.match(diffMarkdown(all), /written by counter's postinst, line 3/);
  for (const page of [text, diffHtml(all), diffMarkdown(all)]) assert.not(page.includes('\x1b'));
});

test('in the document', async () => {
  const { diff, sides } = await found();
  const document = diffDocument({ a: 'a', b: 'b' }, diff, sides, undefined, 0);
  assert.is(schema.check(document), undefined);
  const [first] = document.clusters.flatMap(({ origins }) => origins ?? []);
  assert.equal(first, {
    package: 'counter',
    script: 'postinst',
    file: `${INFO}/counter.postinst`,
    line: 3,
    text: 'make_id > "$work"/id.txt',
    kind: 'path',
    use: 'writes',
    paths: ['etc/counter/id.txt'],
  });
});

test.run();
