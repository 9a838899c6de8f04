// Documents and reports of the bench, from an invented result: the same each time, and safe for any name.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { benchDocument } from '../../src/cli/bench.ts';
import { bench, benchList } from '../../src/documents/bench.ts';
import type { Cell, LabResult, Outcome, PackerResult } from '../../src/lab/result.ts';
import { benchReport, cellOf, splitText, verdictOf } from '../../src/report/bench.ts';
import { benchHtml, benchMarkdown } from '../../src/report/bench-page.ts';
import { plainLines } from '../support/plain-report.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('documents of the bench');

const cell = (dimension: string, outcome: Outcome, rest: Partial<Cell> = {}): Cell => ({
  dimension,
  outcome,
  explainedBy: null,
  message: null,
  difference: null,
  ...rest,
});

const still: PackerResult = {
  id: 'still',
  about: 'holds <still>',
  source: 'here',
  command: 'still {root} | x > {out}',
  versions: { still: '1.0' },
  status: 'ran',
  reason: null,
  digests: { raw: 'aa', compressed: 'bb' },
  output: 'compressed',
  stable: true,
  distinctRaw: 1,
  distinctCompressed: 1,
  splitBy: [],
  because: [],
  failedOn: [],
  ignored: [],
  lossy: false,
  losses: [],
  writesToTree: false,
  holdsStill: true,
  cells: [cell('tree/inode-numbers', 'same'), cell('process/umask', 'same')],
  together: cell('together', 'same'),
  figures: {
    runs: 2,
    wall: { median: 1, low: 1, high: 1 },
    cpu: { median: 2, low: 2, high: 2 },
    memory: { median: 4096, low: 4096, high: 4096 },
    size: 1000,
  },
  ratios: null,
};
const leaky: PackerResult = {
  ...still,
  id: 'leaky',
  distinctRaw: 2,
  distinctCompressed: 3,
  splitBy: ['tree/inode-numbers', 'process/umask'],
  because: ['inode numbers'],
  failedOn: ['process/home'],
  holdsStill: false,
  cells: [
    cell('tree/inode-numbers', 'raw', {
      difference: { title: 'inode numbers differ', path: 'etc/<b>|\\x0a', lines: ['-etc: 1', '+etc: <2>'] },
    }),
    cell('process/umask', 'compressed'),
    cell('tree/ext4', 'raw', { explainedBy: 'tree/inode-numbers' }),
    cell('process/home', 'failed', { message: 'ended with 1: no "home"\u001b[31m' }),
  ],
  ratios: {
    against: 'still',
    wall: { median: 0.5, low: 0.4, high: 12.3 },
    cpu: { median: 0.5, low: 0.4, high: 0.6 },
    memory: null,
    size: 1.25,
  },
};
const result: LabResult = {
  source: 'a <tree>',
  entries: 12,
  bytes: 3456,
  epoch: 1_700_000_000,
  seed: 1,
  place: 'tmpfs',
  host: { kernel: '6.1', processor: 'some', processors: 2, architecture: 'x64', node: 'v24.0.0' },
  dimensions: [
    {
      id: 'tree/inode-numbers',
      kind: 'tree',
      about: 'inode numbers',
      how: 'other files',
      equality: 'required',
      status: 'ran',
      reason: null,
      seen: 'other inode numbers',
      facts: ['inode numbers'],
      command: null,
    },
    {
      id: 'process/umask',
      kind: 'process',
      about: 'umask',
      how: '0077',
      equality: 'required',
      status: 'no-effect',
      reason: '0022 (control: 0022)',
      seen: null,
      facts: [],
      command: 'env A=<b> sh -c COMMAND',
    },
    {
      id: 'tree/xfs',
      kind: 'tree',
      about: 'on XFS',
      how: 'loop',
      equality: 'required',
      status: 'skipped',
      reason: 'needs mkfs.xfs',
      seen: null,
      facts: [],
      command: 'env A=<b> sh -c COMMAND',
    },
  ],
  packers: [
    still,
    leaky,
    {
      ...still,
      id: 'lossy',
      lossy: true,
      holdsStill: false,
      losses: [
        { what: 'links', count: 2, example: 'a: names of the file: 2, in the archive 1', onPurpose: false },
      ],
    },
    {
      ...still,
      id: 'plain-slow',
      output: 'plain',
      figures: { ...still.figures!, wall: { median: 0.2, low: 0.2, high: 0.2 }, size: 500 },
    },
    {
      ...still,
      id: 'plain-fast',
      output: 'plain',
      figures: { ...still.figures!, wall: { median: 0.1, low: 0.1, high: 0.1 }, size: 900 },
    },
    {
      ...still,
      id: 'absent',
      status: 'skipped',
      reason: 'not here: absent',
      figures: null,
      digests: null,
      output: null,
      cells: [],
      together: null,
    },
    {
      ...still,
      id: 'broken',
      status: 'failed',
      reason: 'the control failed',
      holdsStill: false,
      figures: null,
    },
  ],
  together: ['tree/inode-numbers', 'process/umask'],
  notes: ['inode numbers are not held still'],
};
const COMMAND = ['stillroot', 'bench', 'a <tree>'];

test('the document is as its schema says', () => {
  const validate = new Ajv2020({
    strict: true,
    allErrors: true,
    allowUnionTypes: true,
    strictRequired: false,
  }).compile(bench.schema);
  assert.ok(validate(benchDocument(result)), JSON.stringify(validate.errors));
});

test('the list is as its schema says, and names all', async () => {
  const validate = new Ajv2020({
    strict: true,
    allErrors: true,
    allowUnionTypes: true,
    strictRequired: false,
  }).compile(benchList.schema);
  const { status, stdout } = await run(['bench', '--list', '--json']);
  assert.is(status, 0);
  const document = JSON.parse(stdout) as Record<'dimensions' | 'packers', { id: string }[]>;
  assert.ok(validate(document), JSON.stringify(validate.errors));
  const text = (await run(['bench', '--list'])).stdout;
  for (const { id } of [...document.dimensions, ...document.packers])
    assert.ok(text.includes(`  ${id} `), id);
});

test('verdicts: what is lost counts more than what varies', () => {
  const verdicts = result.packers.map((packer) => verdictOf(packer).text);
  assert.equal(verdicts, [
    'reproducible',
    '2 archives',
    'loses content',
    'reproducible',
    'reproducible',
    'skipped',
    'failed',
  ]);
  assert.is(verdictOf({ ...still, stable: false }).text, 'never the same');
  assert.is(verdictOf({ ...still, failedOn: ['x'] }).text, 'fails sometimes');
  assert.is(splitText(leaky, 5), 'inode numbers, process/umask');
  assert.is(splitText(leaky, 1), 'inode numbers and 1 more');
});

test('every outcome has a text of its own, so that no colour is needed', () => {
  const outcomes: Outcome[] = [
    'same',
    'raw',
    'compressed',
    'failed',
    'no-effect',
    'none',
    'unstable',
    'follows',
    'ignores',
  ];
  const texts = outcomes.map((outcome) => cellOf(cell('x', outcome)).text);
  assert.is(new Set(texts).size, outcomes.length);
  assert.is.not(cellOf(cell('x', 'raw', { explainedBy: 'y' })).text, cellOf(cell('x', 'raw')).text);
});

test('the report fits, and says what a user must know', () => {
  for (const verbose of [0, 1]) {
    const text = plainLines(benchReport(result, verbose)).join('\n');
    for (const line of text.split('\n')) assert.ok(line.length <= 100, line);
    for (const wanted of [
      /a <tree>: 12 entries/,
      /1 dimension varied, 1 skipped, 1 without effect/,
      /leaky +2 archives/,
      /depends on inode numbers, process\/umask/,
      /no effect: process\/umask/,
      /absent \(not here: absent\)/,
      /skipped: tree\/xfs: needs mkfs\.xfs/,
      /note: inode numbers are not/,
      /0\.50 \(0\.40 to 12\)/,
    ]) {
      assert.match(text, wanted);
    }
    assert.not.match(text, /\u001b/);
  }
  const verbose = plainLines(benchReport(result, 1)).join('\n');
  assert.match(verbose, /inode numbers differ \(etc\/<b>\|\\x0a\): -etc: 1 \+etc: <2>/);
  assert.match(verbose, /same cause as tree\/inode-numbers: tree\/ext4/);
  assert.match(verbose, /ended with 1: no "home"\\x1b\[31m/);
});

test('the page is one file, needs no script, and escapes what it shows', () => {
  const page = benchHtml(result, COMMAND);
  assert.is(benchHtml(result, COMMAND), page);
  assert.not.match(page, /<script|<link|<img|url\(|https?:/);
  assert.not.match(page, /<tree>|<b>\||<2>|holds <still>|\u001b/);
  for (const wanted of [
    'a &lt;tree&gt;',
    'same cause',
    'inode numbers differ',
    'needs mkfs.xfs',
    'compressed differently',
    'still {root} | x &gt; {out}',
    'still 1.0',
    'env A=&lt;b&gt; sh -c COMMAND',
    'not here: absent',
  ]) {
    assert.ok(page.includes(wanted), wanted);
  }
  for (const unwanted of ['because of', 'differs too', 'holds still', 'deterministic']) {
    assert.not.ok(page.includes(unwanted), unwanted);
  }
  // Every tag that is opened is closed.
  for (const tag of ['table', 'div', 'details', 'span', 'pre', 'p', 'tr', 'td', 'th']) {
    assert.is(
      page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length,
      page.match(new RegExp(`</${tag}>`, 'g'))?.length,
      tag,
    );
  }
});

test('the page says what was done before its first table, and leads to each part and each command', () => {
  const page = benchHtml(result, COMMAND);
  const [opening = ''] = page.split('<table>');
  for (const wanted of [
    /one tree that must all give the same archive/,
    /more than one archive is not reproducible/,
  ]) {
    assert.match(opening, wanted);
  }
  const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
  const links = [...page.matchAll(/ href="#([^"]*)"/g)].map(([, id]) => id as string);
  for (const id of links) assert.ok(ids.has(id), id);
  for (const part of ['verdicts', 'figures', 'matrix', 'varied', 'commands', 'repeat']) {
    assert.ok(opening.includes(`href="#${part}"`), part);
  }
  for (const { id } of result.packers) {
    assert.match(page, new RegExp(`<section id="packer-${id}">[^]*?<pre>still \\{root\\} [^]*?</pre>`), id);
    assert.ok(links.includes(`packer-${id}`), id);
  }
  // The list of what was varied is long, and folded.
  assert.match(page, /<section id="varied">\n<h2>[^<]*<\/h2>\n<details><summary>3 dimensions/);
});

test('figures of compressed and plain archives are apart, the lowest first', () => {
  const page = benchHtml(result, COMMAND);
  const [, compressed = '', plain = ''] =
    /<h3>Compressed archives<\/h3>(.*)<h3>Archives that are not compressed<\/h3>(.*?)<section id="matrix">/s.exec(
      page,
    ) ?? [];
  assert.ok(compressed.includes('>still<') && compressed.includes('>leaky<'));
  assert.not.ok(compressed.includes('plain-'));
  assert.not.ok(plain.includes('>still<'));
  const order = (title: string): string[] => {
    const bars = new RegExp(`<th>${title}</th>.*?</table>`, 's').exec(plain)?.[0] ?? '';
    return [...bars.matchAll(/<td>(plain-\w+)<\/td>/g)].map(([, id]) => id as string);
  };
  assert.equal(order('Wall time'), ['plain-fast', 'plain-slow']);
  assert.equal(order('Size of the archive'), ['plain-slow', 'plain-fast']);
});

test('Markdown tables hold whatever is in them', () => {
  const text = benchMarkdown(result, COMMAND);
  const tables = text.split('\n\n').filter((part) => part.startsWith('|'));
  assert.is(tables.length, 6, tables.map((each) => each.split('\n')[0]).join('\n'));
  for (const table of tables) {
    const cells = table.split('\n').map((line) => line.split(/(?<!\\)\|/).length);
    assert.is(new Set(cells).size, 1, table);
    assert.match(table, /^\|.*\|\n\|( --- \|)+\n\|.*\|$/s);
  }
  assert.match(text, /\[`leaky`\]\(#packer-leaky\) \| 2 archives<br>in 3 files \|/);
  assert.match(
    text,
    /<a id="packer-leaky"><\/a>\n\n### `leaky`\n[\s\S]*?```sh\nstill \{root\} \| x > \{out\}\n```/,
  );
  assert.match(text, /```sh\nenv SOURCE_DATE_EPOCH=1700000000 stillroot bench 'a <tree>'\n```/);
  assert.not.match(text, /\u001b/);
});

test.run();
