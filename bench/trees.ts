/**
 * The trees that are measured, created if they do not exist yet.
 *
 *     node bench/trees.ts small base large many [--trees DIR]
 *
 * Needs root and, for all but `many`, mmdebstrap and the Debian archive that this machine's apt uses.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatCount } from '../src/text/format.ts';
import { debianMirror } from '../test/support/debian-mirror.ts';
import { makeManyFiles } from './many-files.ts';

const SUITE = 'bookworm';
const BASE = ['openssh-server', 'man-db', 'fontconfig', 'python3', 'dbus', 'systemd', 'locales'];
/** 1.8 GB installed, according to apt: a kernel, compilers, and developer tools. */
const LARGE = [...BASE, 'linux-image-amd64', 'g++', 'vim', 'git', 'perl', 'golang', 'rustc'];
/** About 20 MB of the base: programs, units, configuration, fonts, text. */
const SMALL = ['etc', 'usr/sbin', 'usr/lib/systemd', 'usr/share/fonts', 'usr/share/zoneinfo', 'var/lib/dpkg'];
const MANY = { count: 200_000, seed: 1 };

export interface TreeRecipe {
  /** For the report: the suite and the packages, so that it can be rebuilt. */
  readonly about: string;
  /** Measured by default: the others would take an hour. */
  readonly groups: readonly string[];
  readonly make: (root: string, trees: string) => Promise<void>;
}

export const TREES: Readonly<Record<string, TreeRecipe>> = {
  small: {
    about: `Of the tree \`base\`: ${SMALL.join(', ')}.`,
    groups: ['plain', 'tar', 'compressed', 'smallest', 'rebuild', 'scaling'],
    make: async (root, trees) => {
      const base = await provideTree('base', trees);
      mkdirSync(root);
      execFileSync('cp', ['-a', '--parents', ...SMALL, root], { cwd: base });
    },
  },
  base: {
    about: `Debian ${SUITE}, minbase with ${BASE.join(', ')}.`,
    groups: ['plain', 'tar', 'compressed', 'smallest', 'rebuild', 'scaling'],
    make: (root) => bootstrap(root, BASE),
  },
  large: {
    about: `Debian ${SUITE}, minbase with ${LARGE.join(', ')}.`,
    groups: ['plain', 'tar', 'compressed', 'rebuild'],
    make: (root) => bootstrap(root, LARGE),
  },
  many: {
    about: `${formatCount(MANY.count)} files of about 1 KB in directories of 100, by a generator with a seed.`,
    groups: ['plain', 'tar', 'compressed', 'rebuild', 'scaling'],
    make: async (root) => makeManyFiles(root, MANY),
  },
};

export const DEFAULT_TREES: string = join(tmpdir(), 'stillroot-bench-trees');

/** @returns the path of the tree, which is created if missing; an incomplete tree never has that name */
export async function provideTree(name: string, trees: string): Promise<string> {
  const recipe = TREES[name];
  if (recipe === undefined) throw new Error(`no tree ${name}; there are ${Object.keys(TREES).join(', ')}`);
  const root = join(trees, name);
  if (existsSync(root)) return root;
  mkdirSync(trees, { recursive: true, mode: 0o755 });
  const unfinished = join(trees, `${name}.unfinished`);
  rmSync(unfinished, { recursive: true, force: true });
  await recipe.make(unfinished, trees);
  renameSync(unfinished, root);
  return root;
}

async function bootstrap(root: string, packages: readonly string[]): Promise<void> {
  const mirror = await debianMirror(SUITE);
  if (mirror === undefined) throw new Error(`apt of this machine has no source of ${SUITE}`);
  execFileSync(
    'mmdebstrap',
    ['--mode=root', '--quiet', '--variant=minbase', `--include=${packages.join(',')}`, SUITE, root, mirror],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { trees: { type: 'string', default: DEFAULT_TREES } },
  });
  if (positionals.length === 0) throw new Error(`usage: node bench/trees.ts ${Object.keys(TREES).join(' ')}`);
  for (const name of positionals) console.log(await provideTree(name, values.trees));
}
