// The table of hooks, its pages, and the verb that prints them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Hook, hookText } from '../../src/hooks/hook.ts';
import { HOOKS } from '../../src/hooks/index.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('hooks');
const PAGES = new URL('../../src/hooks/README.md', import.meta.url);

test('src/hooks/README.md is what `npm run reference` writes', async () => {
  const { status, stdout } = await run(['hook', '--markdown']);
  assert.is(status, 0);
  assert.ok(stdout === readFileSync(PAGES, 'utf8'), 'the pages are old: run npm run reference');
});

test('all builders are there, under names of their own', () => {
  const ids = HOOKS.map(({ id }) => id);
  assert.equal(ids, [...new Set(ids)]);
  const wanted =
    'mkosi mkosi-14 mmdebstrap debootstrap debos vmdb2 live-build buildroot openembedded kiwi osbuild initramfs-tools dracut mkinitcpio rebuilderd shell';
  assert.equal(ids, wanted.split(' '));
});

for (const hook of HOOKS) {
  test(`${hook.id}: complete, and says how it was tried`, () => {
    assert.match(hook.tried, /^(?!tried)\S.*\.$/i);
    assert.ok(hook.notes.length > 0 && hook.irreproducible.length > 0);
    assert.match(hook.text, /stillroot (finalize|pack|reproduce)/);
    assert.match(hook.archive, /stillroot pack/);
    assert.match(hook.example, /stillroot/);
    assert.ok(hook.text.endsWith('\n') && hook.example.endsWith('\n'));
    for (const sentence of [hook.place, hook.archive, ...hook.notes]) assert.match(sentence, /\.$/);
    for (const clause of hook.irreproducible) assert.not.match(clause, /\.$/);
  });

  test(`${hook.id}: what is printed`, async () => {
    const { status, stdout, stderr } = await run(['hook', hook.id]);
    assert.equal([status, stderr], [0, '']);
    assert.is(stdout, hookText(hook));
    const lines = stdout.split('\n');
    assert.is(lines[0]?.startsWith('#!/bin/sh'), hook.interpreter !== undefined);
    assert.ok(stdout.endsWith(hook.text));
    assert.is(stdout.match(/^# Tried: /gm)?.length, 1);
    const head = lines.slice(0, lines.indexOf(''));
    assert.ok(head.length > 5 && head.every((line) => line.startsWith('#') && line.length <= 100));
    if (hook.language !== 'sh') return;
    for (const script of [stdout, hook.example]) {
      const { status: parsed, stderr: said } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' });
      assert.is(parsed, 0, said);
    }
  });

  test(`${hook.id}: --short prints only the lines to paste`, async () => {
    const { status, stdout, stderr } = await run(['hook', hook.id, '--short']);
    assert.is(status, 0, stderr);
    const [first = '', ...lines] = stdout.trimEnd().split('\n');
    assert.is(first === '#!/bin/sh', hook.interpreter !== undefined);
    assert.not.match(`${hook.interpreter === undefined ? first : ''}\n${lines.join('\n')}`, /^\s*#/m);
    assert.ok(first !== '' && stdout.endsWith('\n'));
    assert.match(stdout, /stillroot (finalize|pack|reproduce)/);
    // All that is not a comment: the same program.
    const pasted = hookText(hook).split('\n');
    for (const line of [first, ...lines])
      assert.ok(
        pasted.some((each) => each.includes(line)),
        line,
      );
    if (hook.short === undefined) {
      const isCode = (line: string): boolean => line !== '' && !/^\s*#(?!!)/.test(line);
      assert.equal([first, ...lines].filter(isCode), pasted.filter(isCode));
    }
    assert.match(
      pasted.slice(0, 8).join('\n'),
      `# Without these comments: stillroot hook ${hook.id} --short\n`,
    );
    if (hook.language !== 'sh') return;
    const parsed = spawnSync('sh', ['-n'], { input: stdout, encoding: 'utf8' });
    assert.is(parsed.status, 0, parsed.stderr);
  });
}

test('pages end with the digests seen: two before the hook, one with it', () => {
  const pages = readFileSync(PAGES, 'utf8');
  for (const { id, trial } of HOOKS) {
    const page = pages.slice(pages.indexOf(`\n## ${id}\n`)).split('\n## ')[1] ?? '';
    const { rows } = trial;
    for (const { of, without, with: hooked } of rows) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${of} |`)) ?? '';
      assert.ok(row.includes(without) && row.includes(hooked), `${id}: ${of}`);
      for (const cell of [without, hooked]) {
        assert.match(cell, /^([0-9a-f]{12}(, [0-9a-f]{12}| twice)|refused|)$/);
      }
    }
    const [first] = rows;
    assert.match(first?.without ?? '', ', ', `${id}: nothing differed`);
    assert.match(first?.with ?? '', / twice$/, `${id}: the hook did not help`);
    for (const sentence of trial.circumstances) assert.match(sentence, /\.$/);
  }
});

test('--short of mmdebstrap is the option alone, with no suite or file', async () => {
  const { stdout } = await run(['hook', 'mmdebstrap', '--short']);
  assert.is(stdout, `--customize-hook='stillroot finalize "$1"'\n`);
});

test('--short needs a builder, and the document has it', async () => {
  for (const [args, hint] of [
    [[], 'Name a builder'],
    [['--markdown'], 'Name a builder'],
    [['mkosi', '--json'], 'under the key "short"'],
  ] as const) {
    const { status, stdout, stderr } = await run(['hook', '--short', ...args]);
    assert.is(status, 2);
    assert.match(stdout + stderr, '--short: only applies to the lines of one builder');
    assert.match(stdout + stderr, hint);
  }
});

test('--short says which other file needs lines, but not with --quiet', async () => {
  for (const { id, settings } of HOOKS) {
    const { stderr } = await run(['hook', id, '--short']);
    if (settings === undefined) assert.is(stderr, '');
    else {
      assert.is(
        stderr,
        `stillroot: note: ${settings.file} needs lines too, which stillroot hook ${id} prints.\n`,
      );
      assert.is((await run(['hook', id, '--short', '--quiet'])).stderr, '');
    }
  }
});

test('openembedded: what is pasted into a recipe has no setting of conf/local.conf', async () => {
  const openembedded = HOOKS.find(({ id }) => id === 'openembedded');
  assert.is(openembedded?.settings?.file, 'conf/local.conf');
  assert.match(openembedded?.settings?.text ?? '', /^HOSTTOOLS \+= "node stillroot"$/m);
  const { stdout } = await run(['hook', 'openembedded']);
  assert.match(stdout, /^# In conf\/local\.conf:\n(# .*\n)+# {5}HOSTTOOLS \+= "node stillroot"\n/m);
  assert.not.match(stdout, /^HOSTTOOLS/m);
});

for (const [id, given, usage] of [
  ['initramfs-tools', [], 'ID VERSION IMAGE'],
  ['initramfs-tools', ['6.1.0'], 'ID VERSION IMAGE'],
  ['dracut', [], 'ID VERSION'],
  ['rebuilderd', [], 'REBUILDERD_OUTDIR=DIRECTORY ID IMAGE.manifest.json'],
  ['shell', [], 'ID ROOT [options of finalize]'],
] as const) {
  test(`${id}: run by hand with ${given.length} arguments, says what it wants`, () => {
    const script = hookText(HOOKS.find((each) => each.id === id) as Hook);
    const command = ['-c', script, id, ...given];
    const { status, stderr } = spawnSync('sh', command, { encoding: 'utf8' });
    assert.ok(status !== 0);
    assert.match(stderr, `usage: ${usage.replace('ID', () => id)}\n`);
  });
}

test('mkosi: names the hook for the version of Debian 12, and its example works with both', async () => {
  const [mkosi, older] = ['mkosi', 'mkosi-14'].map((name) => HOOKS.find(({ id }) => id === name));
  assert.ok(mkosi !== undefined && older !== undefined);
  const { stdout } = await run(['hook', 'mkosi']);
  assert.match(stdout, /^# .*stillroot hook mkosi-14/m);
  // mkosi 14: "unrecognized arguments: --source-date-epoch"; and its scripts get an argument.
  assert.not.match(mkosi.example, 'SourceDateEpoch=');
  assert.match(mkosi.example, /^export SOURCE_DATE_EPOCH=\d+$/m);
  for (const { text } of [mkosi, older]) assert.match(text, '"$@"');
});

test('mmdebstrap: says what the hook adds to SOURCE_DATE_EPOCH alone', async () => {
  const { stdout } = await run(['hook', 'mmdebstrap']);
  assert.match(
    stdout.replace(/\n# /g, ' '),
    /SOURCE_DATE_EPOCH alone: .*host name.*resolv\.conf.*backups and locks/,
  );
  assert.match(readFileSync(PAGES, 'utf8'), 'What it adds to SOURCE_DATE_EPOCH alone');
});

test('live-build: all its stages with their arguments, finalize before the last that uses the tree', () => {
  const liveBuild = HOOKS.find(({ id }) => id === 'live-build');
  const programs = 'lb() { echo "lb $*"; }; stillroot() { echo "stillroot $*"; }';
  const command = ['-c', `${programs}\n${liveBuild?.text}`, 'build', '--verbose', 'a b'];
  const { status, stdout } = spawnSync('sh', command, { encoding: 'utf8' });
  assert.is(status, 0);
  const stage = (name: string): string => `lb ${name} --verbose a b`;
  // lb installer ends with a run of apt in the tree; lb binary runs apt there, which fails without dev/null.
  const finalize = 'stillroot finalize chroot --policy device-nodes=keep';
  assert.equal(
    stdout
      .trim()
      .split('\n')
      .map((line) => (line.startsWith(finalize) ? finalize : line)),
    [stage('bootstrap'), stage('chroot'), stage('installer'), finalize, stage('binary'), stage('source')],
  );
});

test('a name that is nearly right', async () => {
  const { status, stderr } = await run(['hook', 'mmdebstrp']);
  assert.is(status, 2);
  assert.match(stderr, `unknown builder "mmdebstrp". Did you mean 'mmdebstrap'?`);
  const far = await run(['hook', 'something-else']);
  assert.match(far.stderr, 'Known builders: mkosi, mkosi-14,');
});

test('the list has every builder on a line', async () => {
  const { status, stdout } = await run(['hook']);
  assert.is(status, 0);
  for (const { id } of HOOKS) assert.match(stdout, new RegExp(`^${id} `, 'm'));
  // Names and versions as on the pages, each name once.
  assert.match(stdout, /^mkosi-14 {2,}14, which Debian 12 ships {2,}14-2$/m);
  assert.match(stdout, /^initramfs-tools {2}of Debian and Ubuntu {2,}0\.\d+\S*$/m);
  assert.match(stdout, /^shell {2,}your own script {2,}dash \S+$/m);
  for (const line of stdout.split('\n').slice(0, HOOKS.length + 1)) assert.ok(line.length < 80, line);
});

test('the list is what was asked for, so that --quiet does not hide it', async () => {
  const [usual, still] = [await run(['hook']), await run(['hook', '-q'])];
  assert.match(usual.stdout, /^mkosi {2,}/m);
  assert.equal([still.status, still.stdout, still.stderr], [0, usual.stdout, '']);
});

test('--markdown is a form of the list', async () => {
  for (const args of [
    ['mkosi', '--markdown'],
    ['--markdown', '--json'],
  ]) {
    const { status, stderr } = await run(['hook', ...args]);
    assert.is(status, 2);
    assert.match(stderr + stderr, '--markdown: only applies to the list');
  }
});

test.run();
