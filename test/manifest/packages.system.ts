// What is listed is what the tools themselves say; and apt keeps to the pins.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildPacmanPackages, pacman } from '../../fixtures/packages/pacman-tools.ts';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { bootstrap, LARGER_SET } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack, runCli, runCliJson } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('manifest/packages');
const scratch = new Scratch('packages', '/var/tmp');
const SUITE = 'bookworm';
const DEBIAN = scratch.in('debian');
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

let bootstrapped: Promise<void> | undefined;
function debian(): Promise<void> {
  bootstrapped ??= bootstrap('mmdebstrap', SUITE, mirror, DEBIAN, { packages: LARGER_SET });
  return bootstrapped;
}

testWhere(test, lackingDebian, 'dpkg: a real Debian, as directory and as archive', async () => {
  await debian();
  const query = ['dpkg-query', `--admindir=${DEBIAN}/var/lib/dpkg`, '-W', '-f'];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: these are fields of dpkg-query(1)
  const format = '${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n';
  const said = await lines([...query, format]);
  assert.ok(said.length > 150);
  const ours = '{name} {version} {architecture} {source} {sourceVersion}';
  assert.equal(await listed(DEBIAN, ours), said);
  const archive = scratch.in('debian.cpio');
  await pack(DEBIAN, archive);
  assert.equal(await listed(archive, ours), said);
});

testWhere(
  test,
  lackingDebian,
  'apt-pins: apt keeps every version where an archive offers a newer one',
  async () => {
    await debian();
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
    copyFileSync(`${DEBIAN}/var/lib/dpkg/status`, `${root}/var/lib/dpkg/status`);
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
    writeFileSync(pins, (await runCli(['packages', DEBIAN, '--format', 'apt-pins'])).stdout);
    const versions = await listed(DEBIAN, '{name} {version}');
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

// Debian's rpm has no other backend; what the newest rpm says of the others is in fixtures/packages/rpm-specs.ts.
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
});

test.run();
