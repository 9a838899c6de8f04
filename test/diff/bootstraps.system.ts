// Two real bootstraps: every difference is explained, and the proposals make them one archive.
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { twoDebians } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack, runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';

const test = suite('diff of bootstraps');
const scratch = memoryScratch('diff-bootstraps');
const SUITE = 'bookworm';
let mirror = '';
const lacking =
  missing({ root: true, tools: ['mmdebstrap', 'debootstrap', 'cpio'] }) ?? (await withoutMirror());

test.after(() => scratch.remove());

async function withoutMirror(): Promise<string | undefined> {
  const found = await debianMirror(SUITE);
  mirror = found ?? '';
  return found === undefined ? `apt on this machine knows no archive of ${SUITE}` : undefined;
}

interface Document {
  readonly same: boolean;
  readonly packages: { readonly same: number; readonly changes: readonly unknown[] };
  readonly clusters: readonly {
    readonly cause: string;
    readonly rule: string | null;
    readonly paths: readonly string[];
    readonly remedy: string;
  }[];
  readonly proof: {
    readonly equal: boolean;
    readonly remaining: readonly unknown[];
    readonly digests: { readonly a: string; readonly b: string } | null;
  };
}

async function diff(args: readonly string[]): Promise<Document> {
  const { status, text, stderr } = await runCli(['diff', ...args, '--json'], { timeout: 300_000 });
  assert.is(status, 1, stderr);
  return JSON.parse(text) as Document;
}

async function foreign(tree: string, output: string): Promise<string> {
  const script = `find . -mindepth 1 -print0 | LC_ALL=C sort -z | cpio --quiet -0 -o -H newc --reproducible > '${output}'`;
  await succeed(['bash', '-o', 'pipefail', '-c', script], { cwd: tree, timeout: 200_000 });
  return output;
}

testWhere(
  test,
  lacking,
  'mmdebstrap twice, on two days: all is explained, as directories and as archives',
  async () => {
    const trees = await twoDebians('larger', mirror);
    const rules = scratch.in('rules.toml');
    const directories = await diff([...trees, '--propose', rules]);
    assert.not(directories.same);
    assert.ok(directories.packages.same > 100);
    assert.equal(directories.packages.changes, []);
    const unexplained = directories.clusters.filter(
      ({ cause }) => cause === 'unknown' || cause === 'one-side-only',
    );
    assert.equal(unexplained, []);
    assert.equal(directories.proof.remaining, []);
    assert.ok(directories.proof.equal);
    const packed = await Promise.all(
      trees.map((tree, i) => pack(tree, scratch.in(`own-${i}.cpio`), ['--rules', rules])),
    );
    for (const { digests } of packed) assert.is(digests.payload, directories.proof.digests?.a);

    const archives = [
      await foreign(trees[0], scratch.in('a.cpio')),
      await foreign(trees[1], scratch.in('b.cpio')),
    ];
    const foreigners = await diff(archives);
    const explained = ({ clusters }: Document): string[] =>
      clusters.flatMap(({ cause, rule, paths }) => paths.map((path) => `${cause} ${rule} ${path}`)).sort();
    const withoutTimes = (all: readonly string[]): string[] =>
      all.filter((each) => !each.includes('normalize/mtime'));
    assert.equal(withoutTimes(explained(foreigners)), withoutTimes(explained(directories)));
    assert.ok(foreigners.proof.equal);
  },
);

testWhere(
  test,
  lacking,
  'debootstrap twice: the rules that are skipped are proposed, and prove equality',
  async () => {
    const trees = await twoDebians('debootstrap', mirror);
    const rules = scratch.in('skipped.toml');
    const skip = ['--skip', 'common/ldconfig-aux-cache', '--skip', '*/*log*'];
    const { clusters, proof } = await diff([...trees, ...skip, '--propose', rules]);
    const causeOf = (path: string): string[] =>
      clusters.filter(({ paths }) => paths.includes(path)).map(({ cause }) => cause);
    assert.ok(causeOf('var/cache/ldconfig/aux-cache').includes('rule-not-applied'));
    assert.ok(causeOf('var/log/alternatives.log').includes('rule-not-applied'));
    assert.ok(proof.equal, JSON.stringify(proof.remaining));
    assert.match(readFileSync(rules, 'utf8'), /common-ldconfig-aux-cache/);
  },
);

test.run();
