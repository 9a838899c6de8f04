// The command line of diff, on directories and on archives of them.
import { chmodSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { diff as diffShape } from '../../src/documents/diff.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';

const test = suite('diff');
const scratch = new Scratch('cli-diff');
const [a, b] = [scratch.in('a'), scratch.in('b')];
const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
  diffShape.schema,
);

interface Document {
  readonly same: boolean;
  readonly clusters: readonly {
    readonly cause: string;
    readonly rule: string | null;
    readonly paths: readonly string[];
    readonly proposal: string | null;
    readonly example: { readonly lines: readonly string[] } | null;
  }[];
  readonly proof: {
    readonly equal: boolean;
    readonly remaining: readonly unknown[];
    readonly digests: unknown;
  };
}

/** Owners too: without root they would be root's in the archive, and the user's own in the tree. */
const AS_IT_IS = ['--skip', '*', '--owner', 'keep'];

function makeTree(root: string, second: number): void {
  mkdirSync(`${root}/etc/ssl/private`, { recursive: true });
  mkdirSync(`${root}/var/cache/ldconfig`, { recursive: true });
  writeFileSync(`${root}/etc/machine-id`, `${String(second).repeat(32)}\n`);
  writeFileSync(`${root}/etc/build-info`, `made 2024-01-01 00:00:0${second}\n`);
  writeFileSync(`${root}/etc/\x1b[31mred`, `bytes \x1b[2J made 2024-01-01 00:00:0${second}\n`);
  writeFileSync(`${root}/var/cache/ldconfig/aux-cache`, Buffer.from([0, 1, second]));
  writeFileSync(
    `${root}/etc/ssl/private/own.key`,
    `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(40)}${second}\n`,
  );
  for (const path of ['etc', 'var/cache', 'etc/build-info']) utimesSync(`${root}/${path}`, second, second);
}

before(test, async () => {
  makeTree(a, 1);
  makeTree(b, 2);
  for (const [tree, name] of [
    [a, 'a'],
    [b, 'b'],
  ] as const) {
    const out = scratch.in(`${name}.cpio.xz`);
    const { status, stderr } = await run(['pack', tree, '-o', out, ...AS_IT_IS]);
    assert.is(status, 0, stderr);
  }
});
test.after(() => scratch.remove());

async function json(argv: readonly string[], status: number): Promise<Document> {
  const result = await run(['diff', ...argv, '--json']);
  assert.is(result.status, status, result.stderr);
  const document = JSON.parse(result.stdout) as Document;
  assert.ok(validate(document), JSON.stringify(validate.errors, null, 1));
  return document;
}

test('two directories: every cause is named, and the rules make them equal', async () => {
  const { same, clusters, proof } = await json([a, b], 1);
  assert.not(same);
  const causeOf = (path: string): (string | null)[] =>
    clusters.filter(({ paths }) => paths.includes(path)).map(({ cause, rule }) => rule ?? cause);
  assert.ok(causeOf('etc/machine-id').includes('common/machine-id-empty'));
  assert.ok(causeOf('var/cache/ldconfig/aux-cache').includes('common/ldconfig-aux-cache'));
  assert.ok(causeOf('etc/build-info').includes('time'));
  assert.ok(causeOf('etc/ssl/private/own.key').includes('secret'));
  assert.equal(proof, { equal: true, remaining: [], digests: null });
});

test('two archives of them say the same, and differ in nothing that only an archive has', async () => {
  const { clusters, proof } = await json([scratch.in('a.cpio.xz'), scratch.in('b.cpio.xz')], 1);
  const causes = new Set(clusters.map(({ cause }) => cause));
  assert.equal([...causes].sort(), ['known-rule', 'secret', 'time']);
  assert.ok(proof.equal);
});

test('a directory and an archive of it are the same but for their times', async () => {
  const { clusters, proof } = await json([a, scratch.in('a.cpio.xz')], 1);
  assert.equal(
    clusters.map(({ rule }) => rule),
    ['normalize/mtime'],
  );
  assert.ok(proof.equal);
});

test('the same twice', async () => {
  const archive = scratch.in('a.cpio.xz');
  for (const path of [a, archive]) {
    const { same, proof } = await json([path, path], 0);
    assert.ok(same && proof.equal);
  }
  assert.match((await run(['diff', archive, archive])).stdout, /the same file, byte for byte/);
  const { stdout } = await run(['diff', a, a]);
  assert.match(stdout, /are the same: \d+ entries/);
  assert.not.match(stdout, /next:/);
  assert.is((await run(['diff', a, a, '-q'])).stdout, '');
});

test('the same archive, compressed otherwise', async () => {
  const other = scratch.in('fast.cpio.xz');
  assert.is((await run(['pack', a, '-o', other, ...AS_IT_IS, '--level', '1'])).status, 0);
  const plain = scratch.in('plain.cpio');
  assert.is((await run(['pack', a, '-o', plain, ...AS_IT_IS])).status, 0);
  for (const path of [other, plain]) {
    const { same, clusters, proof } = await json([scratch.in('a.cpio.xz'), path], 1);
    assert.equal([same, proof.equal, clusters.map(({ cause }) => cause)], [false, true, ['compressor']]);
  }
});

test('--propose writes rules that do what was promised', async () => {
  const file = scratch.in('more.toml');
  // Equal only with proposals, which nobody has accepted yet.
  const proposed = await run(['diff', a, b, '--after-rules']);
  assert.is(proposed.status, 1);
  assert.match(proposed.stdout, / differ: equal after the rules that apply and \d+ proposals\n/);
  assert.match(
    proposed.stdout,
    /\nnext: stillroot diff .* --propose rules\.toml, then stillroot pack .* --rules rules\.toml -o FILE\n$/,
  );
  const written = await run(['diff', a, b, '--propose', scratch.in('next.toml')]);
  assert.match(written.stdout, /\nnext: stillroot pack \S+ --rules \S+next\.toml -o FILE\n$/);
  const { proof } = await json([a, b, '--propose', file], 1);
  assert.ok(proof.equal && proof.digests !== null);
  const text = readFileSync(file, 'utf8');
  assert.match(text, /# ATTENTION: a rule below removes private keys: etc\/ssl\/private\/own\.key/);
  assert.match(text, /# Already applied: common\/machine-id-empty/);
  const digests = new Set<string>();
  for (const tree of [a, b]) {
    const out = scratch.in('proven.cpio');
    const packed = await run(['pack', tree, '-o', out, '-f', '--rules', file, '--json']);
    assert.is(packed.status, 0, packed.stderr);
    digests.add((JSON.parse(packed.stdout) as { digests: { payload: string } }).digests.payload);
  }
  assert.is(digests.size, 1);
  assert.ok(digests.has((proof.digests as { a: string }).a));
  const again = await run(['diff', a, b, '--propose', file]);
  assert.is(again.status, 2);
  assert.match(again.stderr, /already exists/);
  assert.is((await run(['diff', a, b, '--propose', file, '--force'])).status, 1);
});

test('nothing raw reaches a terminal, and no secret is shown', async () => {
  const shown = await run(['diff', a, b, '-vv', '--color', 'never']);
  const document = await run(['diff', a, b, '--json']);
  for (const { stdout } of [shown, document]) {
    assert.not.match(stdout, /\x1b/);
    assert.not.match(stdout, /AAAA/);
    assert.match(stdout, /x1b\[31mred/);
  }
  const colored: Run = await run(['diff', a, b, '--color', 'always']);
  assert.match(colored.stdout, /\x1b\[/);
});

test('lines fit 100 columns, and the number of examples is a choice', async () => {
  const { stdout } = await run(['diff', a, b], { columns: 200 });
  const long = stdout.split('\n').filter((line) => line.length > 110 && !/[/"]/.test(line));
  assert.equal(long, []);
  const none = await run(['diff', a, b, '--examples', '0']);
  assert.not.match(none.stdout, /^ +-made/m);
  assert.is((await run(['diff', a, b, '--examples', 'x'])).status, 2);
});

const NAMES = ['one', 'two', 'three', 'four'];

test('the verdict comes first, and what to run next last; --after-rules makes the status about the rules', async () => {
  const [a, b] = ['after-a', 'after-b'].map((name, n) => {
    const root = scratch.in(name);
    mkdirSync(`${root}/etc`, { recursive: true });
    writeFileSync(`${root}/etc/machine-id`, `${String(n).repeat(32)}\n`);
    return root;
  }) as [string, string];
  const fixed = await run(['diff', a, b]);
  assert.is(fixed.status, 1);
  const lines = fixed.stdout.trimEnd().split('\n');
  assert.is(lines[0], `${a} and ${b} differ: equal after the rules that apply`);
  assert.is(lines.at(-1), `next: stillroot pack ${a} -o FILE, which is the same file for both`);
  assert.is((await run(['diff', a, b, '--after-rules'])).status, 0);
  for (const [n, root] of [a, b].entries()) {
    for (const name of NAMES) writeFileSync(`${root}/etc/${name}.bin`, `\0${name}${n}\x01\x02\xff`);
  }
  // However few examples are wanted of the others.
  const left = await run(['diff', a, b, '--after-rules', '--examples', '3']);
  assert.is(left.status, 1);
  assert.match(
    left.stdout,
    /^\S+ and \S+ differ: not equal after the rules that apply; 4 differences left\n/,
  );
  // Nothing is known about these, so each is shown.
  for (const name of NAMES) assert.match(left.stdout, new RegExp(`etc/${name}\\.bin\n +byte `));
  assert.match(left.stdout, /\nnext: stillroot diff .* -v --report html=diff\.html\n$/);
});

test('what is left is named', async () => {
  const tree = scratch.in('c');
  makeTree(tree, 1);
  writeFileSync(`${tree}/etc/more.conf`, 'x');
  chmodSync(`${tree}/etc/machine-id`, 0o600);
  const { proof } = await json([a, tree], 1);
  assert.equal(proof.equal, false);
  assert.equal(proof.remaining, [{ path: 'etc/more.conf', field: 'presence' }]);
  const { stdout } = await run(['diff', a, tree]);
  assert.match(stdout, /\nnot equal .* 1 difference left\n {2}etc\/more\.conf \(presence\)/);
});

test('a side that is not there', async () => {
  const result = await run(['diff', a, scratch.in('none')]);
  assert.is(result.status, 2);
  assert.match(result.stderr, /no such file/);
});

test.run();
