// The files that diff writes for others: a page, Markdown, and the JSON of diffoscope.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseReport } from '../../src/cli/report-files.ts';
import { before } from '../support/before.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('diff --report');
const scratch = new Scratch('diff-outputs');
test.after(() => scratch.remove());

const [a, b] = [scratch.in('a'), scratch.in('b')];
const FILES = { html: scratch.in('r.html'), md: scratch.in('r.md'), diffoscope: scratch.in('r.json') };
const REPORTS = Object.entries(FILES).flatMap(([format, file]) => ['--report', `${format}=${file}`]);
const text = (format: keyof typeof FILES): string => readFileSync(FILES[format], 'utf8');

function status(version: string): string {
  return `Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`;
}

function makeTree(root: string, second: number): void {
  for (const path of ['etc/ssl/private', 'var/lib/dpkg/info', 'var/cache/ldconfig', 'srv']) {
    mkdirSync(`${root}/${path}`, { recursive: true });
  }
  writeFileSync(`${root}/etc/os-release`, 'ID=debian\n');
  writeFileSync(`${root}/var/lib/dpkg/status`, status(`1.${second}`));
  writeFileSync(`${root}/var/lib/dpkg/info/tool.list`, '/.\n/srv\n');
  writeFileSync(`${root}/var/cache/ldconfig/aux-cache`, Buffer.from([0, second]));
  writeFileSync(`${root}/etc/build-info`, `<b>made</b> 2024-01-01 00:00:0${second} \`\`\`\`\n`);
  writeFileSync(`${root}/srv/<script>alert(1)|\`x\``, `made 2024-01-01 00:00:0${second} </pre><script>\n`);
  writeFileSync(`${root}/srv/\x1b[31mred`, `\x1b[2J ${second}\n`);
  writeFileSync(`${root}/etc/ssl/private/own.key`, `-----BEGIN PRIVATE KEY-----\nSECRET${second}\n`);
}

before(test, async () => {
  makeTree(a, 1);
  makeTree(b, 2);
  const { status: code, stderr } = await run(['diff', a, b, ...REPORTS, '-q']);
  assert.is(code, 1, stderr);
});

test('no report has raw control characters, a private key, or a date of its own', async () => {
  for (const format of ['html', 'md', 'diffoscope'] as const) {
    assert.match(text(format), /^[^\p{Cc}\p{Cf}]*$/mu, format);
    assert.not.match(text(format).replaceAll('\n', ''), /\p{Cc}/u, format);
    assert.not.match(text(format), /SECRET/);
    assert.match(text(format), /not shown/);
  }
  const first = Object.values(FILES).map((file) => readFileSync(file));
  assert.is((await run(['diff', a, b, ...REPORTS, '-q', '--force'])).status, 1);
  assert.equal(
    Object.values(FILES).map((file, i) => readFileSync(file).equals(first[i] as Buffer)),
    [true, true, true],
  );
});

test('html: one page, with every cause, and nothing of the trees taken for HTML', () => {
  const page = text('html');
  assert.not.match(page, /<script|<b>|https?:\/\//);
  assert.match(page, /&lt;script&gt;alert\(1\)\|`x`/);
  const links = [...page.matchAll(/<a href="#(cause-\d+)">/g)].map(([, id]) => id);
  assert.ok(links.length >= 4);
  for (const id of links) assert.ok(page.includes(`<section id="${id}">`), id);
  assert.match(page, /<tr><td><code>tool \(amd64\)<\/code><\/td><td><code>1\.1<\/code><\/td>/);
  assert.match(page, /<span class="a">-/);
  // Every element that is opened is closed, in order.
  const open: string[] = [];
  for (const [, slash, tag = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (tag === 'meta') continue;
    if (slash === '') open.push(tag);
    else assert.is(open.pop(), tag);
  }
  assert.equal(open, []);
});

test('html: the verdict stands first, and causes that need a reader before those that rules remove', () => {
  const page = text('html');
  assert.match(page, /<\/h1>\n<p><span class="bad">not equal<\/span> after the rules that apply/);
  const table = /<div class="wide causes">(.*?)<\/table>/s.exec(page)?.[1] ?? '';
  const rows = [...table.matchAll(/<a [^>]*>([^<]*)<\/a>.*<span class="(\w+)">([^<]*)<\/span>/g)];
  const remedies = rows.map(([, , , remedy]) => remedy);
  const handled = remedies.filter((remedy) => remedy === 'built in');
  assert.ok(handled.length > 0 && handled.length < remedies.length, remedies.join());
  assert.equal(remedies.slice(-handled.length), handled);
  for (const [, name, mark, remedy] of rows) {
    assert.not.match(name as string, /known-rule/);
    if (remedy === 'investigate') assert.is(mark, 'bad', name);
  }
});

test('md: code stays code, whatever is in it', () => {
  const report = text('md');
  assert.match(report, /^# `/);
  assert.match(report, /\| `tool \(amd64\)` \| `1\.1` \| `1\.2` \|/);
  assert.match(report, /`` srv\/<script>alert\(1\)\|`x` ``/);
  // The example has four backticks in a row, so its fence has five.
  assert.match(report, /^`{5}diff\n[\s\S]*?\n`{5}$/m);
  for (const line of report.split('\n').filter((each) => each.startsWith('| '))) {
    assert.ok([3, 4, 6].includes(line.replaceAll('\\|', '').split('|').length - 1), line);
  }
});

interface Node {
  readonly source1: string;
  readonly unified_diff: string | null;
  readonly comments?: readonly string[];
  readonly details?: readonly Node[];
}

function* nodes(node: Node): Generator<Node> {
  yield node;
  for (const child of node.details ?? []) yield* nodes(child);
}

test('diffoscope: causes with their paths, and diffs whose numbers are right', () => {
  const document = JSON.parse(text('diffoscope')) as Node & Record<string, unknown>;
  assert.is(document['diffoscope-json-version'], 1);
  assert.equal([document.source1, document.unified_diff], [a, null]);
  assert.ok(document.comments?.some((comment) => comment.startsWith('stillroot: ')));
  assert.ok(document.comments?.includes('package tool (amd64): 1.1 and 1.2'));
  const all = [...nodes(document)];
  assert.ok(all.some(({ source1 }) => source1 === 'var/cache/ldconfig/aux-cache'));
  let hunks = 0;
  for (const { unified_diff: diff } of all) {
    if (diff === null) continue;
    assert.ok(diff.startsWith('@@ ') && diff.endsWith('\n'));
    for (const hunk of diff.split(/^(?=@@ )/m)) {
      const [, left, right] = /^@@ -\d+,(\d+) \+\d+,(\d+) @@\n/.exec(hunk) ?? [];
      const lines = hunk.replace(/\n$/, '').split('\n').slice(1);
      assert.ok(
        lines.every((line) => /^[ +-]/.test(line)),
        hunk,
      );
      assert.is(lines.filter((line) => !line.startsWith('+')).length, Number(left), hunk);
      assert.is(lines.filter((line) => !line.startsWith('-')).length, Number(right), hunk);
      hunks += 1;
    }
  }
  assert.ok(hunks > 3);
});

test('two that are the same have reports too, also where they are one file', async () => {
  const archive = scratch.in('a.cpio');
  assert.is((await run(['pack', a, '-o', archive, '--skip', '*'])).status, 0);
  for (const path of [a, archive]) {
    const { status: code, stderr } = await run(['diff', path, path, ...REPORTS, '-q', '-f']);
    assert.is(code, 0, stderr);
    assert.match(text('html'), /are the same<\/h1>/);
    assert.match(text('md'), /are the same\n/);
    assert.not.ok('details' in (JSON.parse(text('diffoscope')) as object));
  }
});

test('archives, of which only some blocks are read or which differ in themselves', async () => {
  const paths = ['one', 'two'].map((name) => scratch.in(`${name}.cpio.xz`));
  for (const [i, path] of paths.entries()) {
    const args = ['pack', a, '-o', path, '--skip', '*', '--level', String(i)];
    assert.is((await run(args)).status, 0);
  }
  assert.is((await run(['diff', ...paths, ...REPORTS, '-q', '-f'])).status, 1);
  assert.match(text('html'), /compressor compression/);
  assert.match(text('md'), /### 1\. `compressor compression`\n/);
  const [cause] = (JSON.parse(text('diffoscope')) as Node).details ?? [];
  assert.match(cause?.unified_diff ?? '', /^@@ -1,1 \+1,1 @@\n-xz in /);
});

test('what is asked for is checked before anything is read, and no file is overwritten', async () => {
  assert.equal(parseReport('html=a=b.html', ['html']), { format: 'html', file: 'a=b.html' });
  for (const wrong of ['html', 'html=', 'pdf=x', '=x', '', 'toString=x']) {
    await rejects(
      () => parseReport(wrong, ['html', 'md']),
      'usage',
      /--report: invalid value ".*", wanted FORMAT=FILE/,
    );
  }
  for (const words of [
    ['--report', 'md=-'],
    ['--propose', '-'],
  ]) {
    const { status, stderr } = await run(['diff', a, b, ...words]);
    assert.is(status, 2);
    assert.match(
      stderr,
      new RegExp(`^stillroot: ${words[0]}: invalid value "-", wanted a file name\\. .*/dev/stdout`),
    );
  }
  const result = await run(['diff', a, scratch.in('none'), '--report', 'htm=x']);
  assert.is(result.status, 2);
  assert.match(result.stderr, /--report/);
  const before = readFileSync(FILES.html);
  const again = await run(['diff', a, b, '--report', `html=${FILES.html}`]);
  assert.is(again.status, 2);
  assert.match(again.stderr, /already exists/);
  assert.ok(existsSync(FILES.html) && readFileSync(FILES.html).equals(before));
});

test('every path of which nothing is known is in every report', async () => {
  const [left, right] = [scratch.in('many-a'), scratch.in('many-b')];
  // More than a terminal has room for.
  const paths = Array.from({ length: 230 }, (_, i) => `srv/data-${String(i).padStart(3, '0')}.bin`);
  for (const [root, byte] of [
    [left, 1],
    [right, 2],
  ] as const) {
    mkdirSync(`${root}/srv`, { recursive: true });
    for (const [i, path] of paths.entries()) {
      writeFileSync(`${root}/${path}`, Buffer.from([0, 3, 4, byte * 16 + (i % 7), 0x80]));
    }
    writeFileSync(
      `${root}/srv/one.db`,
      Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(100, byte)]),
    );
  }
  const files = { html: scratch.in('many.html'), md: scratch.in('many.md') };
  const reports = Object.entries(files).flatMap(([format, file]) => ['--report', `${format}=${file}`]);
  const shown = await run(['diff', left, right, ...reports, '-v']);
  assert.is(shown.status, 1, shown.stderr);
  const json = await run(['diff', left, right, '--json']);
  const document = JSON.parse(json.stdout) as {
    clusters: { cause: string; title: string; paths: string[] }[];
  };
  const unknown = document.clusters.filter(({ cause }) => cause === 'unknown');
  assert.equal(unknown.flatMap(({ paths: members }) => members).sort(), [...paths, 'srv/one.db']);
  assert.equal(
    unknown.map(({ title }) => title),
    ['contents differ for no known cause', 'contents of an SQLite database differ for no known cause'],
  );
  // As a word: the page and Markdown have none of them twice by chance.
  const texts = {
    terminal: shown.stdout,
    html: readFileSync(files.html, 'utf8'),
    md: readFileSync(files.md, 'utf8'),
  };
  for (const [report, content] of Object.entries(texts)) {
    assert.equal(
      [...paths, 'srv/one.db'].filter((path) => !content.includes(path)),
      [],
      report,
    );
    assert.match(content, 'an SQLite database');
  }
});

test.run();
