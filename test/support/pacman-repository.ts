import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { buildPacmanPackages, PACMAN_PACKAGES } from '../../fixtures/packages/pacman-tools.ts';
import { succeed } from './run-command.ts';

export interface PacmanRepository {
  /** Configuration of pacman that knows this repository only. */
  readonly config: string;
  /** The same packages as an archive by names and versions has them. */
  readonly archive: string;
  readonly repository: string;
}

/** A repository of two small packages, with the database that repo-add would make of them. */
export async function makePacmanRepository(directory: string): Promise<PacmanRepository> {
  mkdirSync(directory);
  const repository = `${directory}/repository`;
  const archive = `${directory}/archive`;
  const files = await buildPacmanPackages({}, directory);
  mkdirSync(repository);
  for (const [i, { name, version }] of PACMAN_PACKAGES.entries()) {
    const file = files[i] ?? '';
    copyFileSync(file, `${repository}/${basename(file)}`);
    const kept = `${archive}/packages/${name[0]}/${name}`;
    mkdirSync(kept, { recursive: true });
    // What it is compressed with, pacman sees in the file.
    copyFileSync(file, `${kept}/${name}-${version}-any.pkg.tar.zst`);
  }
  await describeRepository(
    repository,
    PACMAN_PACKAGES.map((each, i) => ({ ...each, file: files[i] ?? '' })),
  );
  const config = `${directory}/repository.conf`;
  const lines = [
    '[options]',
    'SigLevel = Never',
    'Architecture = auto',
    '[here]',
    `Server = file://${repository}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  return { config, archive, repository };
}

/** Writes `here.db`, as repo-add would, for packages that are in the directory. */
export async function describeRepository(
  repository: string,
  packages: readonly { readonly name: string; readonly version: string; readonly file: string }[],
): Promise<void> {
  const database = `${repository}.described`;
  for (const { name, version, file } of packages) {
    mkdirSync(`${database}/${name}-${version}`, { recursive: true });
    writeFileSync(
      `${database}/${name}-${version}/desc`,
      description(name, version, basename(file), statSync(file).size),
    );
  }
  const names = packages.map(({ name, version }) => `${name}-${version}`);
  await succeed(['bsdtar', '-C', database, '-czf', `${repository}/here.db`, ...names]);
}

/** Without a digest: a package that is installed from its file is not checked by one either, and pacman records it. */
function description(name: string, version: string, file: string, size: number): string {
  const fields = {
    FILENAME: file,
    NAME: name,
    BASE: name,
    VERSION: version,
    CSIZE: size,
    ISIZE: 12,
    ARCH: 'any',
  };
  return Object.entries(fields)
    .map(([key, value]) => `%${key}%\n${value}\n\n`)
    .join('');
}
