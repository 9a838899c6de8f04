// Lists and manifests agree with the tools themselves, and apt respects the pins.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildPacmanPackages, pacman } from '../../fixtures/packages/pacman-tools.ts';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { parseManifest } from '../../src/manifest/read-manifest.ts';
import { oneDebian } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { type Mkosi, unpackMkosi } from '../support/mkosi.ts';
import { recordedByMkosi } from '../support/mkosi-record.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack, runCli, runCliJson } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';

const test = suite('manifest/packages');
const scratch = memoryScratch('packages');
const SUITE = 'bookworm';
let mirror = '';

test.after(() => scratch.remove());

type Row = Readonly<Record<string, string>>;

/** One line a package, as the format of the tool has it. */
async function listed(tree: string, format: string): Promise<string[]> {
  const document = (await runCliJson(['packages', tree])) as { readonly packages: readonly Row[] };
  return document.packages
    .map((each) => format.replace(/\{(\w+)\}/g, (_, key: string) => each[key] ?? ''))
    .sort();
}

async function lines(argv: readonly string[]): Promise<string[]> {
  const text = await succeed(argv, { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  return text.split('\n').sort();
}

const lackingDebian =
  missing({ root: true, tools: ['mmdebstrap', 'dpkg-query', 'apt-get', 'apt-cache'] }) ??
  (await withoutMirror());

async function withoutMirror(): Promise<string | undefined> {
  const found = await debianMirror(SUITE);
  mirror = found ?? '';
  return found === undefined ? `apt on this machine knows no archive of ${SUITE}` : undefined;
}

testWhere(test, lackingDebian, 'dpkg: a real Debian, as directory and as archive', async () => {
  const debian = await oneDebian('larger', mirror);
  const query = ['dpkg-query', `--admindir=${debian}/var/lib/dpkg`, '-W', '-f'];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: these are fields of dpkg-query(1)
  const format = '${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n';
  const said = await lines([...query, format]);
  assert.ok(said.length > 150);
  const ours = '{name} {version} {architecture} {source} {sourceVersion}';
  assert.equal(await listed(debian, ours), said);
  const archive = scratch.in('debian.cpio');
  await pack(debian, archive);
  assert.equal(await listed(archive, ours), said);
});

/** Packs a tree; where the image is, and what its manifest says. */
async function described(tree: string, name: string, ...args: string[]): Promise<[string, Manifest]> {
  const image = scratch.in(name);
  await pack(tree, image, ['--level', '0', '--force', ...args]);
  const file = `${image}.manifest.json`;
  return [image, parseManifest(readFileSync(file, 'utf8'), file)];
}

async function shell(script: string, ...args: string[]): Promise<string> {
  return await succeed(['bash', '-o', 'pipefail', '-c', script, 'bash', ...args]);
}

const lackingOracles = lackingDebian ?? missing({ tools: ['xz', 'cpio', 'bsdtar', 'sha256sum'] });

testWhere(test, lackingOracles, 'manifest: every number of an image, by other tools', async () => {
  const debian = await oneDebian('larger', mirror);
  const [image, manifest] = await described(debian, 'image.cpio.xz', '--manifest-entries');
  const { size, digest, payload, blocks } = manifest.image;
  assert.is(await shell('stat -c %s "$1"', image), String(size));
  assert.is(`sha256:${await shell('sha256sum < "$1" | cut -d " " -f 1', image)}`, digest);
  const plain = scratch.in('image.cpio');
  await shell('xz -dc "$1" > "$2"', image, plain);
  assert.is(`sha256:${await shell('sha256sum < "$1" | cut -d " " -f 1', plain)}`, payload.digest);
  assert.is(await shell('stat -c %s "$1"', plain), String(payload.size));
  assert.is(await shell('cpio -t --quiet < "$1" | wc -l', plain), String(payload.entries));
  // block, stream, block in stream, block in file, offset, uncompressed offset, size, uncompressed size
  const rows = (await shell('xz --list --robot -vv "$1" | grep ^block', image)).split('\n');
  const bytes = readFileSync(image);
  assert.ok(rows.length > 3);
  assert.equal(
    rows.map((row) => {
      const [, , , , offset = 0, , length = 0, uncompressedSize = 0] = row.split('\t').map(Number);
      const hash = createHash('sha256').update(bytes.subarray(offset, offset + length));
      return { size: length, uncompressedSize, digest: `sha256:${hash.digest('hex')}` };
    }),
    blocks,
  );
  const unpacked = scratch.in('unpacked');
  mkdirSync(unpacked);
  await succeed(['bsdtar', '-xpf', plain, '-C', unpacked]);
  const found =
    'cd "$1" && find . -mindepth 1 -printf "%P %m %U %G %T@\\n" | sed "s/[.]0*$//" | LC_ALL=C sort';
  // find and sha256sum each show a backslash in their own way.
  const isPlain = (line: string): boolean => !line.includes('\\');
  const entries = (manifest.entries ?? []).filter(({ path }) => isPlain(path));
  assert.ok(entries.length > 12_000);
  assert.equal(
    (await shell(found, unpacked)).split('\n').filter(isPlain),
    entries
      .map(
        ({ path, mode, uid, gid, mtime }) => `${path} ${mode.replace(/^0+(?=.)/, '')} ${uid} ${gid} ${mtime}`,
      )
      .sort(),
  );
  const sums = 'cd "$1" && find . -type f -printf "%P\\0" | LC_ALL=C sort -z | xargs -0 sha256sum';
  assert.equal(
    (await shell(sums, unpacked)).split('\n').filter(isPlain),
    entries
      .filter(({ type }) => type === 'file')
      .map(({ path, digest: of = '' }) => `${of.slice('sha256:'.length)}  ${path}`)
      .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)),
  );
  const installed = await shell('dpkg-query --admindir="$1/var/lib/dpkg" -W | wc -l', debian);
  assert.is(installed, String(manifest.packages.length));
  const { config, inputs } = manifest;
  assert.equal([config.distribution, config.release, config.architecture], ['debian', SUITE, 'x86-64']);
  assert.ok(inputs.repositories.some(({ type, suite: of }) => type === 'deb' && of === SUITE));
  assert.is(inputs.osRelease.VERSION_CODENAME, SUITE);
});

let mkosi: Promise<Mkosi> | undefined;

/** What a manifest has of each package that one of mkosi has, and what mkosi's own code says of the tree. */
async function besideMkosi(kind: 'deb' | 'rpm' | 'pkg', tree: string): Promise<[unknown[], unknown[]]> {
  mkosi ??= unpackMkosi(scratch, 'unstable');
  const [, { packages }] = await described(tree, `${kind}.cpio`);
  const ours = packages.map(({ type, name, version, architecture, size }) => {
    return { type, name, version, architecture, size };
  });
  return [ours, await recordedByMkosi(await mkosi, kind, tree)];
}

const lackingMkosi = lackingDebian ?? missing({ tools: ['python3', 'rpm', 'pacman', 'bsdtar', 'gzip'] });

testWhere(test, lackingMkosi, 'manifest: the packages that mkosi would record, in its order', async () => {
  const debian = await oneDebian('larger', mirror);
  const [ours, theirs] = await besideMkosi('deb', debian);
  assert.ok(theirs.length > 150);
  assert.equal(ours, theirs);
});

testWhere(
  test,
  lackingDebian,
  'apt-pins: apt keeps every version where an archive offers a newer one',
  async () => {
    const debian = await oneDebian('larger', mirror);
    const names = ['bash', 'adduser', 'libstdc++6'];
    const repository = scratch.in('repository');
    mkdirSync(repository);
    const newer = names.map((name) => {
      const architecture = name === 'adduser' ? 'all' : 'amd64';
      return `Package: ${name}\nVersion: 9999:1-1\nArchitecture: ${architecture}\nFilename: ${name}.deb\nSize: 1\nSHA256: ${'0'.repeat(64)}\n`;
    });
    writeFileSync(`${repository}/Packages`, newer.join('\n'));
    writeFileSync(scratch.in('sources.list'), `deb [trusted=yes] file:${repository} ./\n`);
    const pins = scratch.in('pins');
    // A root for apt alone: the tree and the machine stay as they are.
    const root = scratch.in('apt');
    for (const directory of [
      'etc/apt/preferences.d',
      'var/lib/dpkg',
      'var/lib/apt/lists/partial',
      'var/cache/apt',
    ]) {
      mkdirSync(`${root}/${directory}`, { recursive: true });
    }
    copyFileSync(`${debian}/var/lib/dpkg/status`, `${root}/var/lib/dpkg/status`);
    const apt = (program: string, preferences: string, ...args: string[]): Promise<string> =>
      succeed([
        ...[program, '-o', `Dir=${root}`, '-o', `Dir::State::status=${root}/var/lib/dpkg/status`],
        ...[
          '-o',
          `Dir::Etc::sourcelist=${scratch.in('sources.list')}`,
          '-o',
          'Dir::Etc::sourceparts=/dev/null',
        ],
        ...['-o', `Dir::Etc::preferences=${preferences}`, '-o', 'APT::Architecture=amd64', ...args],
      ]);
    await apt('apt-get', '/dev/null', 'update');
    const candidates = async (preferences: string): Promise<string[]> =>
      [...(await apt('apt-cache', preferences, 'policy', ...names)).matchAll(/Candidate: (.*)/g)].map(
        ([, version = '']) => version,
      );
    assert.equal(
      await candidates('/dev/null'),
      names.map(() => '9999:1-1'),
    );
    writeFileSync(pins, (await runCli(['packages', debian, '--format', 'apt-pins'])).stdout);
    const versions = await listed(debian, '{name} {version}');
    const wanted = names.map((name) =>
      versions.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1),
    );
    assert.equal(await candidates(pins), wanted);
    // apt names every pin that it has understood.
    const policy = await apt('apt-cache', pins, 'policy');
    assert.is([...policy.matchAll(/ with priority 1001$/gm)].length, versions.length);
  },
);

const lackingRpm = missing({ tools: ['rpm'] });

// Debian's rpm has no other backend; what the newest rpm says about the others is in fixtures/packages/rpm-specs.ts.
testWhere(test, lackingRpm, 'rpm -qa: the captured databases', async () => {
  for (const run of ['first', 'second']) {
    const root = scratch.in(`rpm-${run}`);
    const directory = `${root}/usr/lib/sysimage/rpm`;
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/rpmdb.sqlite`, capturedDatabase(`${run}-rpmdb.sqlite`));
    const query = '%{name} %{evr} %{arch} %{sourcerpm} %{size} %{license} sha256:%{sha256header}\n';
    const ours = '{name} {version} {architecture} {source} {size} {license} {digest}';
    const read = await listed(root, ours);
    const said = await lines(['rpm', '--dbpath', directory, '-qa', '--qf', query]);
    assert.is(said.length, 4);
    assert.equal(read, said);
    if (lackingMkosi !== undefined) continue;
    const [our, their] = await besideMkosi('rpm', root);
    assert.is(their.length, 4);
    assert.equal(our, their);
  }
});

const lackingPacman = missing({ root: true, tools: ['pacman', 'bsdtar', 'gzip'] });

testWhere(test, lackingPacman, 'pacman -Q', async () => {
  const built = await buildPacmanPackages({}, scratch.in('built'));
  const root = scratch.in('pacman');
  mkdirSync(`${root}/var/lib/pacman`, { recursive: true });
  await succeed(pacman(scratch.in('built'), root, '-U', ...built));
  assert.equal(await listed(root, '{name} {version}'), await lines(pacman(scratch.in('built'), root, '-Q')));
  const details = await lines(['env', 'LC_ALL=C', ...pacman(scratch.in('built'), root, '-Qi')]);
  const architectures = details
    .filter((line) => /^Architecture/.test(line))
    .map((line) => line.replace(/.*: /, ''));
  assert.equal((await listed(root, '{architecture}')).sort(), architectures.sort());
  if (lackingMkosi !== undefined) return;
  const [ours, theirs] = await besideMkosi('pkg', root);
  // mkosi does not read the sizes of pacman.
  assert.equal(
    ours.map((each) => ({ ...(each as object), size: 0 })),
    theirs,
  );
  assert.ok(theirs.length > 1);
});

test.run();
