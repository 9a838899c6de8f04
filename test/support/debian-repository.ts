import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { machineMirror } from './debian-package.ts';
import { retried } from './retried.ts';
import { succeed } from './run-command.ts';
import type { Scratch } from './temporary.ts';

const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What debootstrap's minbase, mmdebstrap's apt and mkosi with apt install of Debian 12, and no more. */
const WANTED = ['?essential', '?priority(required)', 'apt', 'usr-is-merged'];

/**
 * Fetches the packages of the smallest Debian 12 once, so that several bootstraps need no network and find the same
 * versions.
 *
 * @returns a directory of .deb files
 */
export async function fetchMinimalDebian(scratch: Scratch): Promise<string> {
  const home = scratch.in('apt-minimal');
  for (const part of ['lists/partial', 'cache/archives/partial', 'etc/preferences.d', 'dpkg']) {
    mkdirSync(`${home}/${part}`, { recursive: true });
  }
  writeFileSync(`${home}/dpkg/status`, '');
  writeFileSync(`${home}/sources.list`, `deb [signed-by=${KEYS}] ${await machineMirror()} bookworm main\n`);
  const settings = [
    'APT::Architecture "amd64";',
    'APT::Architectures "amd64";',
    'APT::Install-Recommends "false";',
    `Dir::State "${home}";`,
    `Dir::State::status "${home}/dpkg/status";`,
    `Dir::State::lists "${home}/lists";`,
    `Dir::Cache "${home}/cache";`,
    `Dir::Etc::sourcelist "${home}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferences "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Check-Valid-Until "false";',
  ];
  writeFileSync(`${home}/apt.conf`, `${settings.join('\n')}\n`);
  const env = { ...process.env, APT_CONFIG: `${home}/apt.conf` };
  await retried(() => succeed(['apt-get', 'update', '-q'], { env }));
  const install = ['apt-get', 'install', '-q', '--yes', '--download-only', ...WANTED];
  await retried(() => succeed(install, { env, timeout: 300_000 }));
  return `${home}/cache/archives`;
}

/** Builds a package with one file, as dpkg-deb does. @param scripts of the maintainer, by name */
export async function buildPackage(
  directory: string,
  name: string,
  version: string,
  scripts: Readonly<Record<string, string>> = {},
): Promise<string> {
  const tree = `${directory}/${name}-${version}`;
  mkdirSync(`${tree}/DEBIAN`, { recursive: true });
  mkdirSync(`${tree}/usr/share/${name}`, { recursive: true });
  writeFileSync(`${tree}/usr/share/${name}/version`, `${version}\n`);
  const fields = [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: all',
    'Maintainer: Nobody <nobody@example.org>',
    'Description: A package to try versions with',
  ];
  writeFileSync(`${tree}/DEBIAN/control`, `${fields.join('\n')}\n`);
  for (const [script, text] of Object.entries(scripts)) {
    writeFileSync(`${tree}/DEBIAN/${script}`, text, { mode: 0o755 });
  }
  const file = `${directory}/${name}_${version}_all.deb`;
  const env = { ...process.env, SOURCE_DATE_EPOCH: '1600000000' };
  await succeed(['dpkg-deb', '--root-owner-group', '--build', tree, file], { env });
  rmSync(tree, { recursive: true });
  return file;
}

/** A Debian archive in a directory, signed with its own key; its packages may differ each time. */
export class DebianRepository {
  readonly path: string;
  /** With the public key. */
  readonly keyring: string;
  readonly #home: string;

  private constructor(scratch: Scratch, name: string) {
    this.path = scratch.in(name);
    this.keyring = scratch.in(`${name}-keys.gpg`);
    this.#home = scratch.in(`${name}-gnupg`);
  }

  static async create(scratch: Scratch, name: string): Promise<DebianRepository> {
    const repository = new DebianRepository(scratch, name);
    mkdirSync(repository.#home, { mode: 0o700 });
    // gpg starts an agent, which would stay.
    scratch.beforeRemoval(() => {
      spawnSync('gpgconf', ['--homedir', repository.#home, '--kill', 'all']);
    });
    await repository.#gpg(
      '--quick-gen-key',
      '--passphrase',
      '',
      'archive@example.org',
      'ed25519',
      'sign',
      'never',
    );
    await repository.#gpg('--output', repository.keyring, '--export');
    return repository;
  }

  #gpg(...args: readonly string[]): Promise<string> {
    return succeed([
      'gpg',
      '--homedir',
      this.#home,
      '--batch',
      '--quiet',
      '--pinentry-mode',
      'loopback',
      ...args,
    ]);
  }

  async publish(debs: readonly string[]): Promise<void> {
    rmSync(this.path, { recursive: true, force: true });
    const index = `${this.path}/dists/bookworm/main/binary-amd64`;
    mkdirSync(index, { recursive: true });
    mkdirSync(`${this.path}/pool`);
    const paragraphs = await Promise.all(debs.map((deb) => this.#add(deb)));
    // debootstrap loses a paragraph that is not followed by an empty line.
    const packages = paragraphs.map((each) => `${each}\n`).join('');
    writeFileSync(`${index}/Packages`, packages);
    const release = [
      'Suite: stable',
      'Codename: bookworm',
      'Date: Mon, 01 Jan 2024 00:00:00 UTC',
      'Architectures: amd64',
      'Components: main',
      'SHA256:',
      ` ${sha256(Buffer.from(packages))} ${Buffer.byteLength(packages)} main/binary-amd64/Packages`,
      // debootstrap loses the last line of what was signed.
      'Description: made for a test',
    ];
    const file = `${this.path}/dists/bookworm/Release`;
    writeFileSync(file, `${release.join('\n')}\n`);
    await this.#gpg('--output', `${this.path}/dists/bookworm/InRelease`, '--clearsign', file);
    await this.#gpg('--output', `${file}.gpg`, '--armor', '--detach-sign', file);
  }

  async #add(deb: string): Promise<string> {
    const name = deb.slice(deb.lastIndexOf('/') + 1).replaceAll('%3a', ':');
    copyFileSync(deb, `${this.path}/pool/${name}`);
    const bytes = readFileSync(deb);
    const control = await succeed(['dpkg-deb', '-f', deb]);
    return `${control}\nFilename: pool/${name}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n`;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The .deb files of a directory. */
export function debsIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => `${directory}/${name}`);
}
