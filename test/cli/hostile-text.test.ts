// Hostile text in trees, archives, manifests, rules and on the command line, in the output of every verb.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VERBS } from '../../src/cli/main.ts';
import { END, member, pax } from '../formats/tar/build.ts';
import { ALL_PIECES, assertHtml, assertMarkdown, assertShown, hostileText } from '../support/hostile-text.ts';
import { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';
import { casesOf, runsOf, stepOf } from '../support/thorough.ts';

const test = suite('cli/hostile-text');
const scratch = new Scratch('cli-hostile-text');
test.after(() => scratch.remove());

/** A failure is shown as it is: to make it smaller takes minutes. */
const RUNS = { numRuns: runsOf(2, 1), seed: 13, endOnFailure: true, includeErrorInReport: true };
const ENV = { XDG_CACHE_HOME: '/dev/null' };
/** As programs read it, as people do, and with styles. */
const MODES: readonly (readonly string[])[] = [['--json'], ['-vv', '--color=always', '--progress'], []];

let turn = 0;

function nextMode(): readonly string[] {
  turn += 1;
  return MODES[turn % MODES.length] as readonly string[];
}

/** One command line in one of the modes, each in turn: there are thousands of command lines. */
async function triedOnce(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run[]> {
  return tried(argv, env, [nextMode()]);
}

/** One command line in every mode; in the short form in one of them, each in turn. */
async function tried(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = ENV,
  modes: readonly (readonly string[])[] = casesOf(MODES, [nextMode()]),
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const mode of modes) {
    const line = [...argv.slice(0, 1), ...mode, ...argv.slice(1)];
    const done = await run(line, { env });
    const about = `${JSON.stringify(line)} (${done.status})`;
    const hasColor = mode.includes('--color=always') || env.FORCE_COLOR !== undefined;
    assertShown(done.stdout, `standard output of ${about}`, hasColor);
    assertShown(done.stderr, `standard error of ${about}`, hasColor);
    assertShown(done.progress, `progress of ${about}`, true);
    assert.not.match(done.stderr, /internal error|\n {4}at /, `${about}: ${done.stderr}`);
    if (mode[0] === '--json' && done.stdout !== '') JSON.parse(done.stdout);
    runs.push(done);
  }
  return runs;
}

interface Texts {
  readonly name: string;
  readonly other: string;
  readonly target: string;
  readonly attribute: string;
  readonly value: string;
  readonly field: string;
}

const texts: fc.Arbitrary<Texts> = fc.record({
  name: hostileText,
  other: hostileText,
  target: hostileText,
  attribute: hostileText,
  value: hostileText,
  field: hostileText,
});

function bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** A root filesystem as a tar archive, with hostile text wherever possible. */
function archiveOf({ name, other, target, attribute, value, field }: Texts, content: string): Buffer {
  const file = (path: string, data: string): Buffer =>
    Buffer.concat([pax(['path', bytes(path)]), member({ name: 'file', mode: '0000644' }, bytes(data))]);
  const directory = (path: string): Buffer =>
    Buffer.concat([pax(['path', bytes(path)]), member({ name: 'd', type: '5', mode: '0000755' })]);
  const line = field.replaceAll('\n', '\v');
  const release = `NAME="${line}"\nID=debian\nPRETTY_NAME='${line}'\nVERSION_ID=${line}\n`;
  const status = `Package: ${line}\nStatus: install ok installed\nArchitecture: ${line}\nVersion: ${line}${content.length}\nMaintainer: ${line}\nDescription: x\n ${line}\n\n`;
  return Buffer.concat([
    ...['etc', 'usr', 'usr/lib', 'var', 'var/lib', 'var/lib/dpkg', `var/${name}`, 'var/log'].map(directory),
    file('etc/os-release', release),
    file('var/lib/dpkg/status', status),
    file(`var/${name}/${other}`, `${field}\n${content}\n`),
    file(`var/log/${name}.log`, content),
    file(`etc/${name}.key`, `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----\n`),
    pax(
      ['path', bytes(`etc/${other}`)],
      [`SCHILY.xattr.user.${bytes(attribute.replaceAll('=', '-'))}`, bytes(value + content)],
    ),
    member({ name: 'attributes' }, content),
    pax(['path', bytes(`etc/link-${name}`)], ['linkpath', bytes(target)]),
    member({ name: 'link', type: '2' }),
    file(`etc/date-${name}`, `built ${content}\n`),
    END,
  ]);
}

test('names, targets, attributes, fields and contents of an archive', async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (given) => {
      const place = mkdtempSync(scratch.in('archive-'));
      const [a, b] = [`${place}/a.tar`, `${place}/b.tar`];
      writeFileSync(a, archiveOf(given, 'one'));
      writeFileSync(b, archiveOf({ ...given, target: given.other }, 'twenty'));
      const checked = await tried(['check', a], ENV, MODES);
      assert.is(checked[2]?.status, 1, checked[2]?.stderr);
      await tried(['pack', a, '-o', `${place}/a.cpio`, '--force']);
      await tried(['pack', b, '-o', `${place}/b.cpio.xz`, '--force', '--manifest-entries']);
      for (const format of ['long', 'mtree', 'composefs-dump']) {
        await tried(['list', a, '--format', format]);
        await tried(['list', `${place}/a.cpio`, '--format', format]);
      }
      await tried(['list', a, given.name]);
      await tried(['extract', a, '-C', `${place}/new-${given.name}`]);
      for (const format of ['text', 'json', 'purl', 'spdx', 'cyclonedx', 'apt-preferences']) {
        await tried(['packages', a, '--format', format]);
      }
      await tried(['rules', 'explain', a, `var/${given.name}/${given.other}`]);
      await tried(['rules', 'explain', a, given.target]);
      await tried(['diff', `${place}/a.cpio`, `${place}/b.cpio.xz`]);
      const files = ['html', 'md', 'diffoscope'].map((format) => `${place}/${given.name}.${format}`);
      const [html, markdown, diffoscope] = files as [string, string, string];
      const reports = ['html', 'md', 'diffoscope'].map((format, i) => `--report=${format}=${files[i]}`);
      await tried(['diff', a, b, ...reports, `--propose=${place}/rules.toml`, '--force']);
      assertHtml(readFileSync(html, 'utf8'), 'HTML');
      assertShown(readFileSync(html, 'utf8'), 'HTML');
      assertMarkdown(readFileSync(markdown, 'utf8'), 'Markdown');
      assertShown(readFileSync(markdown, 'utf8'), 'Markdown');
      JSON.parse(readFileSync(diffoscope, 'utf8'));
      assertShown(readFileSync(`${place}/rules.toml`, 'utf8'), 'proposed rules');
      await tried(['check', a, '--rules', `${place}/rules.toml`]);
      await tried(['verify', `${place}/b.cpio.xz.manifest.json`, `${place}/a.cpio`]);
      await tried(['reproduce', `${place}/b.cpio.xz.manifest.json`, a]);
      await tried(['diff', `${place}/a.cpio.manifest.json`, `${place}/b.cpio.xz.manifest.json`]);
      await tried(['finalize', `${place}/new-${given.name}`, '--dry-run']);
      rmSync(place, { recursive: true, force: true });
    }),
    RUNS,
  );
});

test('fields of a manifest', async () => {
  const place = scratch.in('manifests');
  mkdirSync(place);
  writeFileSync(
    `${place}/a.tar`,
    archiveOf({ name: 'n', other: 'o', target: 't', attribute: 'a', value: 'v', field: 'f' }, 'x'),
  );
  const packed = await run(['pack', `${place}/a.tar`, '-o', `${place}/a.cpio`, '--manifest-entries']);
  assert.is(packed.status, 0, packed.stderr);
  const text = readFileSync(`${place}/a.cpio.manifest.json`, 'utf8');
  const count = stringsOf(text);
  assert.ok(count > 50);
  // Not every one: most are of entries, which are alike.
  for (let at = 0; at < count; at += stepOf(2, 14)) {
    const [value] = fc.sample(hostileText, { numRuns: 1, seed: at }) as [string];
    const changed = JSON.stringify(withString(text, at, value));
    writeFileSync(`${place}/changed.json`, changed);
    const calls = [
      ['verify', `${place}/changed.json`, `${place}/a.cpio`],
      ['reproduce', `${place}/changed.json`, `${place}/a.tar`],
      ['diff', `${place}/changed.json`, `${place}/a.cpio.manifest.json`],
    ];
    // Each string is tried with one of them; what is refused is refused by the one reader that they share.
    await triedOnce(calls[(at / 2) % calls.length] as string[]);
  }
});

/** How many names and values of a document are text. */
function stringsOf(text: string): number {
  let count = 0;
  JSON.parse(text, (_key, value: unknown) => {
    count += typeof value === 'string' ? 1 : 0;
    count += isRecord(value) ? Object.keys(value).length : 0;
    return value;
  });
  return count;
}

function withString(text: string, at: number, replacement: string): unknown {
  let index = -1;
  const next = (): boolean => {
    index += 1;
    return index === at;
  };
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value === 'string') return next() ? replacement : value;
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [next() ? replacement : name, each]),
    );
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the reference of rules has besides text: breaks, anchors, and the line of links to its sections. */
const OURS = /<br>|<a id="[a-z-]+"><\/a>|^\[varies, and must be decided by you\]\(.*$/gm;

test('files of rules', async () => {
  const tree = scratch.in('tree-of-rules');
  mkdirSync(`${tree}/etc`, { recursive: true });
  writeFileSync(`${tree}/etc/x`, 'x');
  const file = scratch.in('rules.toml');
  /** Every character that is not plain as TOML writes it. */
  const quoted = (text: string): string =>
    JSON.stringify(text).replace(
      /[\x7f-\u{10ffff}]/gu,
      (char) => `\\U${(char.codePointAt(0) as number).toString(16).padStart(8, '0')}`,
    );
  const rule = { id: '"mine"', match: '"etc/x"', action: '"report"', why: '"Ours."' };
  await fc.assert(
    fc.asyncProperty(hostileText, async (value) => {
      const written = quoted(value);
      const variants = [
        ...Object.keys(rule).map((key) => ({ ...rule, [key]: written })),
        { ...rule, match: quoted(`etc/{x,${value}}`) },
        { ...rule, [written]: '1' },
        { ...rule, when: `{ ${written} = 1 }` },
        { ...rule, when: `{ type = ${written} }` },
        { ...rule, when: `{ exists = ${written} }` },
        { ...rule, when: `{ policy = ${written} }` },
        { ...rule, action: '"rewrite"', normalizer: written },
        { ...rule, action: '"replace"', content: written },
        { ...rule, action: '"link"', target: written },
        { ...rule, action: '"owner"', user: written, group: written },
        { ...rule, action: '"mode"', mode: written },
      ];
      for (const each of variants.filter((_, i) => i % stepOf(1, 3) === 0)) {
        const lines = Object.entries(each).map(([key, text]) => `${key} = ${text}`);
        writeFileSync(file, `[[rule]]\n${lines.join('\n')}\n`);
        await triedOnce(['check', tree, '--rules', file]);
        await triedOnce(['rules', 'explain', tree, 'etc/x', '--rules', file]);
        const { status, stdout } = await run(['rules', 'list', '--markdown', '--rules', file]);
        if (status === 0) assertMarkdown(stdout.replace(OURS, ''), 'the reference');
        assertShown(stdout, 'the reference');
      }
      for (const whole of [
        value,
        `[policies]\n${written} = ${written}`,
        `[${written}]`,
        `[[rule]]\nid = ${value}`,
      ]) {
        writeFileSync(file, whole);
        await triedOnce(['check', tree, '--rules', file]);
        await triedOnce(['rules', 'list', '--rules', file]);
      }
    }),
    { ...RUNS, numRuns: 1 },
  );
});

/** Values of options that name a file are below the scratch directory; the command of --bootstrap would be run. */
const NOT_TRIED: ReadonlySet<string> = new Set(['bootstrap']);

test('every option and argument of every verb', async () => {
  const tree = scratch.in('tree-of-options');
  mkdirSync(`${tree}/etc`, { recursive: true });
  writeFileSync(`${tree}/etc/x`, 'x');
  const archive = scratch.in('options.cpio');
  assert.is((await run(['pack', tree, '-o', archive])).status, 0);
  const manifest = `${archive}.manifest.json`;
  mkdirSync(scratch.in('published'));
  assert.is((await run(['pack', tree, '-o', scratch.in('published', 'image.cpio')])).status, 0);
  const place = scratch.in(`place-${ALL_PIECES}`.slice(0, 200).replaceAll('/', ''));
  const usual: Readonly<Record<string, readonly string[]>> = {
    pack: [tree, '-o', archive, '--force'],
    finalize: [tree, '--dry-run'],
    check: [tree],
    diff: [tree, archive],
    verify: [manifest, archive],
    reproduce: [manifest, tree],
    bench: ['--list'],
    packages: [tree],
    list: [archive],
    extract: [archive, '-C', scratch.in('extracted')],
    rules: ['list'],
    index: [scratch.in('published'), '--base-url', 'https://x.example', '--architecture', 'amd64', '--force'],
    cache: ['info'],
    hook: ['mkosi'],
    completion: ['bash'],
    help: ['pack'],
    version: [],
  };
  // An option of several verbs is read by one function, and tried with the first of them.
  const seen = new Set<string>();
  for (const verb of VERBS) {
    const name = verb.usage.replace(/ .*/, '');
    const words = usual[name] as readonly string[];
    assert.ok(words !== undefined, name);
    await triedOnce([name, ALL_PIECES]);
    await triedOnce([name, ...words, ALL_PIECES]);
    await triedOnce([name, place, place, ALL_PIECES]);
    await triedOnce([name, ...words, `--${ALL_PIECES}`]);
    await triedOnce([name, ...words, `--x=${ALL_PIECES}`]);
    for (const option of Object.values((await verb.load()).options)) {
      if (option.metavar === undefined || NOT_TRIED.has(option.option) || seen.has(option.text)) continue;
      seen.add(option.text);
      const isPlace = /FILE|DIR/.test(option.metavar);
      for (const value of isPlace
        ? [option.option === 'report' ? `html=${place}` : place]
        : [ALL_PIECES, `A=${ALL_PIECES}`, '']) {
        const rest = option.option === 'output' || option.option === 'C' ? words.slice(0, 1) : words;
        await triedOnce([name, ...rest, `--${option.option}=${value}`]);
      }
    }
  }
  assert.ok(seen.size > 40, `${seen.size} options`);
  await triedOnce([ALL_PIECES]);
  await triedOnce([`--${ALL_PIECES}`]);
  await triedOnce(['rules', 'show', ALL_PIECES]);
  await triedOnce(['rules', 'explain', ALL_PIECES, ALL_PIECES]);
  await triedOnce(['rules', 'explain', tree, ALL_PIECES]);
});

test('variables of the environment', async () => {
  const tree = scratch.in('tree-of-options');
  const missing = scratch.in(`no-${ALL_PIECES}`);
  for (const name of [
    'SOURCE_DATE_EPOCH',
    'TMPDIR',
    'HOME',
    'XDG_CACHE_HOME',
    'BUILDROOT',
    'ROOT',
    'FORCE_COLOR',
  ]) {
    const env = { ...ENV, [name]: name === 'SOURCE_DATE_EPOCH' ? ALL_PIECES : missing };
    for (const argv of [
      ['check', tree],
      ['finalize', '--dry-run'],
      ['cache', 'info'],
      ['rules', 'list'],
    ]) {
      await triedOnce(argv, env);
    }
  }
  assert.not.ok(existsSync(missing));
});

test.run();
