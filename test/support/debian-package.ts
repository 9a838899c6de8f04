import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { debianMirror } from './debian-mirror.ts';
import { retried } from './retried.ts';
import { succeed } from './run-command.ts';
import type { Scratch } from './temporary.ts';

const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

let known: string | undefined;

/** The archive of this machine, asked once. @throws where apt knows none */
export async function machineMirror(): Promise<string> {
  known ??= await debianMirror('bookworm');
  if (known === undefined) throw new Error('apt on this machine knows no archive');
  return known;
}

/** Directories of apt that have the lists of their suite. */
const updated = new Set<string>();

/**
 * Unpacks the newest package of a suite, which this machine need not have among its sources, without
 * installing it.
 *
 * @returns the directory, the version, and the packages that it needs
 */
export async function unpackPackage(
  scratch: Scratch,
  suite: string,
  name: string,
): Promise<{ directory: string; version: string; depends: string }> {
  const home = scratch.in(`apt-${suite}`);
  const debs = `${home}/debs-${name}`;
  for (const part of ['lists/partial', 'cache/archives/partial', `debs-${name}`]) {
    mkdirSync(`${home}/${part}`, { recursive: true });
  }
  writeFileSync(`${home}/sources.list`, `deb [signed-by=${KEYS}] ${await machineMirror()} ${suite} main\n`);
  const settings = [
    `Dir::State::lists "${home}/lists";`,
    `Dir::Cache "${home}/cache";`,
    `Dir::Etc::sourcelist "${home}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    'APT::Sandbox::User "root";',
    // A mirror that is not quite current is as good here.
    'Acquire::Check-Valid-Until "false";',
  ];
  writeFileSync(`${home}/apt.conf`, `${settings.join('\n')}\n`);
  const env = { ...process.env, APT_CONFIG: `${home}/apt.conf` };
  if (!updated.has(home)) await retried(() => succeed(['apt-get', 'update', '-q'], { env }));
  updated.add(home);
  await retried(() => succeed(['apt-get', 'download', '-q', name], { env, cwd: debs }));
  const file = readdirSync(debs).find((each) => each.endsWith('.deb')) ?? '';
  const directory = scratch.in(`${name}-${suite}`);
  await succeed(['dpkg', '-x', `${debs}/${file}`, directory]);
  const [version, depends] = await Promise.all(
    ['Version', 'Depends'].map((field) => succeed(['dpkg-deb', '-f', `${debs}/${file}`, field])),
  );
  return { directory, version: version ?? '', depends: depends ?? '' };
}
