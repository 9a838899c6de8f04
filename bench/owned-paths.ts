/**
 * Writes the list of paths that Debian's packages ship and that rules might touch, for the test that rules drop none of them:
 *
 *     node bench/owned-paths.ts DIRECTORY... [--output fixtures/packages/owned-paths.gz]
 *
 * Each DIRECTORY has a directory for each package with its file list, `contents`, as `dpkg-deb --contents` prints it:
 * the scratch directory of bench/twin-candidates.ts. Listed are all paths where state is kept (STATE), and of the others
 * those that a rule for Debian may drop, empty or replace by default. Make the list again after adding a rule for files
 * elsewhere.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { GlobIndex } from '../src/rules/glob-index.ts';
import { POLICIES } from '../src/rules/policies.ts';
import type { Rule } from '../src/rules/rule.ts';
import { ruleGlob } from '../src/rules/rule-set.ts';
import { TABLES } from '../src/rules/tables/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { output: { type: 'string', default: 'fixtures/packages/owned-paths.gz' } },
});

/** Where rules look for what programs leave behind. Packages ship little there. */
const STATE = /^(boot|home|media|mnt|opt|root|run|srv|tmp|usr\/local|var)\//;

/** In these, packages of a merged system name paths as before. */
const MERGED = /^(bin|sbin|lib|lib32|lib64|libx32)\//;

/** `drwxr-xr-x root/root 0 2023-01-01 00:00 ./path`; behind the path of a link, its target. */
const LINE = /^([-dlhbcps])([-rwxsStT]{9}) (\S+)\s+(\d+|\d+,\d+) \S+ \S+ \.\/(.*)$/;

/** Of the policies' values only the defaults: whoever chooses another asks for what it drops. */
function isDefault({ when }: Rule): boolean {
  if (when?.policy === undefined) return true;
  const { name, value } = when.policy;
  const byDefault = POLICIES.find((policy) => policy.name === name)?.default;
  return byDefault !== undefined && [value].flat().includes(byDefault);
}

const rules = ['common', 'dpkg', 'debian', 'ubuntu'].flatMap((layer) => TABLES[layer] ?? []);
const globs = new GlobIndex(
  rules
    .filter(({ action }) => ['drop', 'truncate', 'replace', 'link'].includes(action.do))
    .filter(isDefault)
    .flatMap((rule) => rule.match.map((pattern) => ruleGlob(rule, pattern))),
);

const lines = new Map<string, string>();
for (const directory of positionals) {
  for (const name of readdirSync(directory).sort()) {
    if (name.startsWith('.')) continue;
    const list = readFileSync(join(directory, name, 'contents'), 'latin1');
    for (const line of list.split('\n')) addLine(name, line);
  }
}
const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => `${line}\n`);
writeFileSync(values.output, gzipSync(Buffer.from(sorted.join(''), 'latin1'), { level: 9 }));
console.log(`${sorted.length} paths`);

/** The first package that names a path stands for all. */
function addLine(owner: string, line: string): void {
  const [, type = '', permissions = '', account = '', size = '', rest = ''] = LINE.exec(line) ?? [];
  if (type === '') return;
  const [named = '', target = ''] = type === 'l' ? rest.split(' -> ') : rest.split(' link to ');
  const path = named.replace(/\/$/, '').replace(MERGED, 'usr/$&');
  if (path === '' || lines.has(path)) return;
  if (!STATE.test(path) && globs.match(path).length === 0) return;
  const kind = type === 'h' ? '-' : type;
  lines.set(
    path,
    [owner, kind + permissions, account, size, path, ...(kind === 'l' ? [target] : [])].join('\t'),
  );
}
