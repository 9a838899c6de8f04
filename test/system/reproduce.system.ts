// Full circle with real builders: bootstrap and pack, remove everything but the manifest, and rebuild the same file.

import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { unpackPackage } from '../support/debian-package.ts';
import { buildPackage, DebianRepository, debsIn, fetchMinimalDebian } from '../support/debian-repository.ts';
import { mountFresh } from '../support/mounts.ts';
import { makePacmanRepository } from '../support/pacman-repository.ts';
import { missing, testWhere } from '../support/requires.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('reproduce');
const scratch = new Scratch('reproduce', '/var/tmp');
const TOOLS = [
  ...['mmdebstrap', 'debootstrap', 'pacman', 'bsdtar', 'apt-get', 'dpkg', 'dpkg-deb', 'gpg', 'python3'],
  ...['mount', 'umount', 'unshare', 'systemd-tmpfiles'],
];
const lacking =
  missing({ root: true, tools: TOOLS }) ??
  ((await debianMirror('bookworm')) === undefined ? 'apt on this machine knows no archive' : undefined);
const temporary = scratch.in('tmp');
const env = { ...process.env, TMPDIR: temporary };
const EPOCH = ['--source-date-epoch', '1700000000'];

/** Two chains of bootstraps, side by side on two processors. */
type Work = () => Promise<void>;
const ends = new Map<string, Promise<void>>();

before(test, async () => {
  if (lacking !== undefined) return;
  chmodSync(scratch.path, 0o755);
  // dpkg waits for the disk after every file.
  await mountFresh(scratch, 'tmp', 'tmpfs', '3G');
  const debs = debsIn(await fetchMinimalDebian(scratch));
  const held = await Promise.all(
    ['1.0', '1.1'].map((version) => buildPackage(scratch.path, 'held', version)),
  );
  const one = await DebianRepository.create(scratch, 'one');
  const other = await DebianRepository.create(scratch, 'other');
  await other.publish([...debs, ...held.slice(0, 1)]);
  const chains: ReadonlyArray<Readonly<Record<string, Work>>> = [
    { mmdebstrap: () => mmdebstrap(one, debs, held as [string, string]) },
    { debootstrap: () => debootstrap(other), mkosi: () => mkosi(other) },
  ];
  for (const chain of chains) {
    let last: Promise<unknown> = Promise.resolve();
    for (const [name, work] of Object.entries(chain)) {
      const end = last.then(work);
      last = end.catch(() => {});
      ends.set(name, end);
    }
  }
});
test.after(async () => {
  await Promise.allSettled(ends.values());
  scratch.remove();
});

interface Packed {
  readonly manifest: string;
  readonly digest: string;
  /** The image, where `reproduce` does not look. */
  readonly image: string;
}

async function packed(name: string, args: readonly string[]): Promise<Packed> {
  const directory = scratch.in(`packed-${name}`);
  mkdirSync(directory);
  const file = `${directory}/image.${name}`;
  const result = await stillroot(['pack', '-o', file, ...EPOCH, ...args]);
  assert.is(result.status, 0, result.stderr);
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
  const image = scratch.in(`kept-${name}`);
  renameSync(file, image);
  return { manifest: `${file}.manifest.json`, digest, image };
}

function stillroot(args: readonly string[]): Promise<CliResult> {
  return runCli(args, { env, timeout: 600_000 });
}

/** The command is there, and did the same again, with so many packages held at their versions. */
async function reproduced(
  { manifest, digest }: Packed,
  args: readonly string[],
  pinned: number,
): Promise<void> {
  const result = await stillroot(['reproduce', manifest, '--run', '--json', ...args]);
  assert.is(result.status, 0, result.text + result.stderr);
  const document = JSON.parse(result.text) as {
    readonly file: { readonly found: { readonly digest: string } };
    readonly bootstrap: { readonly pinned: number; readonly toolVersion: string };
  };
  assert.is(document.file.found.digest, `sha256:${digest}`);
  assert.match(document.bootstrap.toolVersion, /^\d/);
  assert.ok(document.bootstrap.pinned >= pinned && (pinned > 0 || document.bootstrap.pinned === 0));
}

async function mmdebstrap(
  repository: DebianRepository,
  debs: readonly string[],
  [older, newer]: readonly [string, string],
): Promise<void> {
  const command = [
    'mmdebstrap --variant=apt --include=held --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
    `--keyring=${repository.keyring} bookworm {archive} copy://${repository.path}`,
  ].join(' ');
  await repository.publish([...debs, older]);
  const image = await packed('mmdebstrap.cpio.xz', ['--bootstrap', command, '--level', '0']);
  const shown = await stillroot(['reproduce', image.manifest]);
  assert.is(shown.status, 2);
  assert.ok(shown.stderr.includes(command));
  await reproduced(image, [], 80);

  await repository.publish([...debs, newer]);
  const moved = await stillroot(['reproduce', image.manifest, '--run', '--against', image.image]);
  assert.is(moved.status, 1, moved.stderr);
  const [verdict, ...lines] = moved.text.split('\n');
  assert.match(verdict ?? '', /: not reproduced: a different tree$/);
  assert.equal(lines.slice(0, 2), ['  1 package moved:', '    held (all): 1.0 -> 1.1']);
  assert.match(moved.text, /usr\/share\/held\/version/);

  await repository.publish([...debs, older, newer]);
  await reproduced(image, [], 80);
}

async function debootstrap({ path, keyring }: DebianRepository): Promise<void> {
  const request = `debootstrap:bookworm variant=minbase include=held keyring=${keyring} mirror=file://${path}`;
  const image = await packed('debootstrap.cpio', ['--bootstrap', request]);
  await reproduced(image, [], 0);
}

async function mkosi({ path }: DebianRepository): Promise<void> {
  const { directory } = await unpackPackage(scratch, 'unstable', 'mkosi');
  const bin = scratch.in('bin-mkosi');
  mkdirSync(bin);
  const start = `PYTHONPATH=${directory}/usr/lib/python3/dist-packages exec python3 -m mkosi "$@"`;
  writeFileSync(`${bin}/mkosi`, `#!/bin/sh\n${start}\n`, { mode: 0o755 });
  const configuration = scratch.in('mkosi-image');
  mkdirSync(configuration);
  const lines = [
    '[Distribution]\nDistribution=debian\nRelease=bookworm',
    `LocalMirror=file://${path}`,
    '[Content]\nBootable=no\nPackages=apt,held',
  ];
  writeFileSync(`${configuration}/mkosi.conf`, `${lines.join('\n')}\n`);
  const where = ['--bootstrap-env', `PATH=${bin}:/usr/sbin:/usr/bin:/sbin:/bin`];
  const image = await packed('mkosi.cpio', ['--bootstrap', `mkosi:${configuration}`, ...where]);
  assert.equal(readdirSync(configuration), ['mkosi.conf']);
  await reproduced(image, ['--bootstrap-env', 'PATH'], 80);
}

testWhere(test, lacking, 'pacstrap: from its repository, and from an archive of the packages', async () => {
  const { directory } = await unpackPackage(scratch, 'bookworm', 'arch-install-scripts');
  const { config, archive, repository } = await makePacmanRepository(scratch.in('pacman'));
  const where = ['--bootstrap-env', `PATH=${directory}/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin`];
  const request = `pacstrap:first,second-lib config=${config}`;
  const image = await packed('pacstrap.cpio.xz', ['--bootstrap', request, ...where]);
  await reproduced(image, ['--bootstrap-env', 'PATH'], 0);
  renameSync(repository, `${repository}-gone`);
  const more = ['--package-archive', `file://${archive}`];
  await reproduced(image, ['--bootstrap-env', 'PATH', ...more], 2);
});

for (const [name, what] of [
  [
    'mmdebstrap',
    'the same file; another version of a package is named first; and where both are there, it is held',
  ],
  ['debootstrap', 'the same file, with nothing held'],
  ['mkosi', 'the same file'],
] as const) {
  testWhere(test, lacking, `${name}: ${what}`, async () => ends.get(name));
}

testWhere(test, lacking, 'nothing is left of any of them', async () => {
  await Promise.allSettled(ends.values());
  assert.equal(readdirSync(temporary), []);
  assert.not.match(readFileSync('/proc/self/mountinfo', 'utf8'), new RegExp(`${temporary}/`));
});

test.run();
