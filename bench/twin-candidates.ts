/**
 * Searches the scripts of a few thousand Debian packages for what may come out differently at the next installation, to
 * choose what belongs in the sets of bench/twins:
 *
 *     node bench/twin-candidates.ts [--suite bookworm] [--scratch DIR] [--most N] [--output bench/twin-candidates.tsv]
 *
 * Downloads each candidate (maintainer-scripts.ts says which) with apt from the archive that this machine uses, keeps its
 * control part and its file list in DIR/PACKAGE, and deletes the .deb: about 1.5 GB pass through, 200 MB stay. What is in
 * DIR already is not downloaded again.
 * The table has a line for each script that matches: package, script, kinds. Where all translations of a program
 * share one script, the first stands for them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseControlFile } from '../src/formats/deb822.ts';
import { debianMirror } from '../test/support/debian-mirror.ts';
import { chooseCandidates, type IndexedPackage, SCRIPTS, searchScript } from './maintainer-scripts.ts';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'bookworm' },
    scratch: { type: 'string', default: '/var/tmp/stillroot-candidates' },
    most: { type: 'string', default: '100000' },
    output: { type: 'string', default: 'bench/twin-candidates.tsv' },
  },
});

/** Packages that apt fetches in one call. */
const BATCH = 60;

const environment = await configureApt(join(values.scratch, '.apt'));
const missing = chooseCandidates(readIndex())
  .slice(0, Number(values.most))
  .filter((name) => !existsSync(join(values.scratch, name)));
console.log(`${missing.length} packages to download`);
for (let at = 0; at < missing.length; at += BATCH) {
  takeApart(missing.slice(at, at + BATCH));
  console.log(`${Math.min(at + BATCH, missing.length)} of ${missing.length}`);
}
writeFileSync(values.output, tableOf(values.scratch));

/** apt with directories of its own, so that the machine's lists and packages stay as they are. */
async function configureApt(directory: string): Promise<NodeJS.ProcessEnv> {
  const mirror = await debianMirror('bookworm');
  if (mirror === undefined) throw new Error('apt of this machine has no source of bookworm');
  for (const name of ['lists/partial', 'cache/archives/partial', 'state'])
    mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, 'status'), '');
  writeFileSync(join(directory, 'sources.list'), `deb ${mirror} ${values.suite} main\n`);
  const settings = {
    'Dir::State': join(directory, 'state'),
    'Dir::State::lists': join(directory, 'lists'),
    'Dir::State::status': join(directory, 'status'),
    'Dir::Cache': join(directory, 'cache'),
    'Dir::Etc::sourcelist': join(directory, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': 'root',
  };
  const file = join(directory, 'apt.conf');
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([key, value]) => `${key} "${value}";\n`)
      .join(''),
  );
  const own = { ...process.env, APT_CONFIG: file };
  execFileSync('apt-get', ['-q=2', 'update'], { env: own, stdio: ['ignore', 'ignore', 'inherit'] });
  return own;
}

function readIndex(): IndexedPackage[] {
  const text = execFileSync('apt-cache', ['dumpavail'], { env: environment, maxBuffer: 2 ** 29 }).toString(
    'latin1',
  );
  const wanted = new Set(['package', 'depends', 'pre-depends', 'recommends', 'tag', 'priority', 'size']);
  const found = new Map<string, IndexedPackage>();
  for (const fields of parseControlFile(text, wanted)) {
    const get = (name: string): string => fields.get(name) ?? '';
    const name = get('package');
    if (name === '' || found.has(name)) continue;
    const depends = ['depends', 'pre-depends', 'recommends'].map(get).join(',');
    found.set(name, {
      name,
      depends,
      tags: get('tag'),
      priority: get('priority'),
      size: Number(get('size')),
    });
  }
  return [...found.values()];
}

/** A package that cannot be had costs the others of its call nothing: each is then asked for alone. */
function takeApart(names: readonly string[]): void {
  const debs = join(values.scratch, '.debs');
  mkdirSync(debs, { recursive: true });
  const fetch = (wanted: readonly string[]): boolean =>
    spawnSync('apt-get', ['-q=2', 'download', ...wanted], { cwd: debs, env: environment }).status === 0;
  if (!fetch(names)) {
    const failed = names.filter((name) => !fetch([name]));
    if (failed.length > 0) console.log(`not downloaded: ${failed.join(', ')}`);
  }
  for (const file of readdirSync(debs)) {
    const path = join(debs, file);
    const unfinished = join(values.scratch, '.unfinished');
    rmSync(unfinished, { recursive: true, force: true });
    execFileSync('dpkg-deb', ['--control', path, unfinished]);
    const contents = execFileSync('dpkg-deb', ['--contents', path], { maxBuffer: 2 ** 28 });
    writeFileSync(join(unfinished, 'contents'), contents);
    renameSync(unfinished, join(values.scratch, file.slice(0, file.indexOf('_'))));
    rmSync(path);
  }
}

function tableOf(scratch: string): string {
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const name of readdirSync(scratch).sort()) {
    for (const script of SCRIPTS) {
      const path = join(scratch, name, script);
      if (!existsSync(path)) continue;
      const text = readFileSync(path, 'latin1');
      const kinds = searchScript(text);
      const isTranslation = name.includes('-l10n-');
      if (kinds.length === 0 || (isTranslation && seen.has(script + kinds))) continue;
      if (isTranslation) seen.add(script + kinds);
      lines.push(`${name}\t${script}\t${kinds.join(' ')}\n`);
    }
  }
  return lines.join('');
}
