// The single file does what `stillroot finalize` does, and says what it leaves out.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { materialize } from '../../fixtures/materialize.ts';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { readSlice } from '../../fixtures/read-slice.ts';
import { makeTree } from '../library/small-tree.ts';
import { before } from '../support/before.ts';
import { makeScript, runScript } from '../support/single-file.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { casesOf } from '../support/thorough.ts';
import { listTree } from '../support/tree-listing.ts';

const test = suite('single-file/script');
const scratch = new Scratch('script');
const EPOCH = ['--source-date-epoch', '1700000000'];
let script = '';

before(test, async () => {
  script = await makeScript(scratch);
});
test.after(() => scratch.remove());

/** Files that rules of Debian change, and those that the policies below are about. */
function small(name: string): string {
  const root = makeTree(scratch.in(name));
  for (const file of ['hostname', 'resolv.conf']) writeFileSync(`${root}/etc/${file}`, `${file}\n`);
  return root;
}

function slice(name: string): string {
  materialize(scratch.in(name), readSlice('first'));
  return scratch.in(name);
}

/**
 * The document without what no two runs share, and the number of operations: where extended attributes
 * cannot be copied a file is written in place, which is one more.
 */
function facts(text: string): object {
  const { source: _, seconds: __, operations: ___, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return rest;
}

test('the same tree and the same document as of stillroot finalize', async () => {
  const [one, two] = [slice('one'), slice('two')];
  const script1 = await runScript(script, [one, '--json', ...EPOCH]);
  assert.is(script1.status, 0, script1.stderr);
  const whole = await run(['finalize', two, '--json', ...EPOCH]);
  const warnings = (text: string): unknown => (JSON.parse(text) as { warnings: unknown }).warnings;
  assert.equal(warnings(script1.text), warnings(whole.stdout));
  assert.equal(facts(script1.text), facts(whole.stdout));
  assert.equal(listTree(one), listTree(two));
  const again = await runScript(script, [one, ...EPOCH]);
  assert.match(again.text, /nothing to do/);
});

test('as finalize script: root and epoch of the environment, the arguments of mkosi 14', async () => {
  const root = small('builder');
  const env = { BUILDROOT: root, SOURCE_DATE_EPOCH: '1700000000', HOME: '/' };
  const first = listTree(root);
  const build = await runScript(script, ['build'], { env });
  assert.is(build.status, 0, build.stderr);
  assert.match(build.stderr, /nothing to do/);
  assert.equal(listTree(root), first);
  const final = await runScript(script, ['final'], { env });
  assert.is(final.status, 0, final.stderr);
  assert.match(
    final.text,
    /finalized\n[\s\S]* by \d+ rules\s+for\s+debian,\s+\d+\s+time\s+stamps\s+clamped\s+to\s+2023-11-14T22:13:20Z/,
  );
  // What mkosi's variable calls for, said by options.
  const wanted = small('builder-wanted');
  const policies = ['hostname=keep', 'machine-id=keep', 'resolv-conf=keep'];
  const told = policies.flatMap((policy) => ['--policy', policy]);
  assert.is(
    (await runScript(script, [wanted, ...told], { env: { ...env, BUILDROOT: undefined } })).status,
    0,
  );
  assert.equal(listTree(root), listTree(wanted));
  const usual = small('builder-usual');
  assert.is((await run(['finalize', usual, ...EPOCH])).status, 0);
  assert.not.equal(listTree(root), listTree(usual));
});

test('under another name, also beside a package.json that says what it is', async () => {
  const root = scratch.in('renamed-root');
  mkdirSync(root);
  const named = ['finalize', 'finalize.js', 'finalize.cjs', 'finalize.mjs'];
  for (const [type, all, some] of [
    [undefined, ['mkosi.finalize', ...named], ['mkosi.finalize', 'finalize.js']],
    ['commonjs', ['mkosi.finalize', ...named], ['finalize.js']],
    // Within a package of type module, Node refuses unknown extensions, regardless of the content.
    ['module', named, ['finalize', 'finalize.js']],
  ] as const) {
    const directory = scratch.in(`as-${type}`);
    mkdirSync(directory);
    if (type !== undefined) writeFileSync(`${directory}/package.json`, JSON.stringify({ type }));
    for (const name of casesOf<readonly string[]>(all, some)) {
      copyFileSync(script, `${directory}/${name}`);
      const { status, stderr } = await runScript(`${directory}/${name}`, [root]);
      assert.is(status, 0, `${name} as ${type}: ${stderr}`);
      assert.is(stderr, '', name);
    }
  }
});

test('--version, --help and mistakes', async () => {
  const version = await runScript(script, ['--version', '--json']);
  const whole = JSON.parse((await run(['--version', '--json'])).stdout) as { encoders: object };
  const none = 'none (single file)';
  assert.equal(JSON.parse(version.text), {
    ...whole,
    encoder: none,
    encoders: Object.fromEntries(Object.keys(whole.encoders).map((name) => [name, none])),
  });
  const help = await runScript(script, ['--help']);
  assert.match(help.text, /^stillroot-finalize \[ROOT\] \[options\]/);
  for (const word of ['--dry-run', '--rules', '--policy', '--archive', '--skip'])
    assert.match(help.text, word);
  assert.not.match(help.text, /stillroot finalize/);
  const said = async (...args: string[]): Promise<string> => {
    const { status, stderr } = await runScript(script, args);
    assert.is(status, 2);
    return stderr;
  };
  assert.match(await said('--dry-runn'), "--dry-runn: unknown option. Did you mean '--dry-run'?");
  assert.match(await said('a', 'b'), 'unexpected argument "b". See stillroot-finalize --help.');
  assert.match(await said('--', 'a', 'b'), 'unexpected argument');
  assert.match(await said(), 'no root directory was given');
  assert.match(await said('/'), '/');
});

test('--archive writes what pack writes, uncompressed; another format is refused before anything is done', async () => {
  const root = small('archived');
  const untouched = listTree(root);
  const env = { OUTPUTDIR: scratch.path };
  const refused = await runScript(script, [root, '--archive', 'a.cpio.xz', ...EPOCH], { env });
  assert.is(refused.status, 2);
  assert.match(
    refused.stderr,
    /--archive: the single-file script has no encoders\. Use a name that ends in \.cpio/,
  );
  assert.equal(listTree(root), untouched);
  await run(['pack', root, '-o', scratch.in('pack.cpio'), ...EPOCH]);
  const written = await runScript(script, [root, '--archive', 'a.cpio', ...EPOCH], { env });
  assert.is(written.status, 0, written.stderr);
  assert.ok(readFileSync(scratch.in('a.cpio')).equals(readFileSync(scratch.in('pack.cpio'))));
});

test('a database of SQLite is left as it is, with a warning; its log stays, too', async () => {
  const root = scratch.in('rpm');
  const database = `${root}/var/lib/rpm`;
  mkdirSync(database, { recursive: true });
  mkdirSync(`${root}/etc`);
  writeFileSync(`${root}/etc/os-release`, 'ID=fedora\n');
  const files = new Map([
    ['rpmdb.sqlite', capturedDatabase('logged-rpmdb.sqlite')],
    ['rpmdb.sqlite-wal', capturedDatabase('logged-rpmdb.sqlite-wal')],
  ]);
  for (const [name, bytes] of files) writeFileSync(`${database}/${name}`, bytes);
  const { status, text, stderr } = await runScript(script, [root, '--json']);
  assert.is(status, 0, stderr);
  const { warnings } = JSON.parse(text) as { warnings: { code: string; path: string; message: string }[] };
  assert.equal(
    warnings.filter(({ code }) => code === 'not-rewritten'),
    [
      {
        code: 'not-rewritten',
        path: 'var/lib/rpm/rpmdb.sqlite',
        message:
          'is an SQLite database, which the full stillroot rewrites but the single-file script cannot; left unchanged (rpm/database-sqlite)',
      },
    ],
  );
  for (const [name, bytes] of files) assert.ok(readFileSync(`${database}/${name}`).equals(bytes), name);
  const strict = await runScript(script, [root, '--strict']);
  assert.is(strict.status, 2);
});

test('rules of the user are read', async () => {
  const root = scratch.in('own');
  mkdirSync(root);
  writeFileSync(`${root}/junk`, 'x');
  writeFileSync(
    scratch.in('own.toml'),
    '[[rule]]\nid = "junk"\nmatch = "junk"\naction = "drop"\nwhy = "Junk."\n',
  );
  const { status, stderr } = await runScript(script, [root, '--rules', scratch.in('own.toml')]);
  assert.is(status, 0, stderr);
  assert.not.ok(existsSync(`${root}/junk`));
  const missing = await runScript(script, [root, '--rules', scratch.in('none.toml')]);
  assert.match(missing.stderr, /none\.toml/);
});

test.run();
