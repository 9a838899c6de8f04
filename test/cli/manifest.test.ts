// The manifest that pack and finalize --archive write: where it goes, what is in it, what is not.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ENCODER } from '../../src/formats/encoders.ts';
import { canonicalJson } from '../../src/manifest/canonical-json.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { parseManifest } from '../../src/manifest/read-manifest.ts';
import { PROFILE, toolVersion } from '../../src/versions.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';

const test = suite('cli manifest');
const scratch = new Scratch('cli-manifest');
const tree = scratch.in('tree');
const rules = scratch.in('own.toml');
let count = 0;

before(test, () => {
  mkdirSync(`${tree}/etc/apt`, { recursive: true });
  mkdirSync(`${tree}/var/log`, { recursive: true });
  writeFileSync(`${tree}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  writeFileSync(`${tree}/etc/os-release`, 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n');
  writeFileSync(`${tree}/etc/apt/sources.list`, 'deb https://me:word@example.org/debian bookworm main\n');
  writeFileSync(`${tree}/var/log/dpkg.log`, 'today\n');
  writeFileSync(`${tree}/big`, 'stillroot '.repeat(50_000));
  utimesSync(`${tree}/big`, 1e9, 1e9);
  writeFileSync(rules, '[policies]\nmachine-id = "absent"\nhostname = "keep"\n');
});
test.after(() => scratch.remove());

/** A separate directory for the outputs of one run. */
function place(): string {
  count += 1;
  const path = scratch.in(`out-${count}`);
  mkdirSync(path);
  return path;
}

async function pack(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const result = await run(['pack', tree, '--level', '0', ...args], { env });
  assert.is(result.status, 0, result.stderr);
  return result;
}

async function packed(
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<{ text: string; manifest: Manifest; directory: string }> {
  const directory = place();
  await pack(['-o', `${directory}/rootfs.cpio.xz`, ...args], env);
  const text = readFileSync(`${directory}/rootfs.cpio.xz.manifest.json`, 'utf8');
  return { text, manifest: parseManifest(text, 'manifest'), directory };
}

const sha256 = (path: string): string =>
  `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;

test('it lies beside the archive, canonical, and says what the report says', async () => {
  const directory = place();
  const output = `${directory}/rootfs.cpio.xz`;
  const { stdout } = await pack(['-o', output, '-v']);
  assert.equal(readdirSync(directory).sort(), ['rootfs.cpio.xz', 'rootfs.cpio.xz.manifest.json']);
  assert.ok(stdout.includes(`  manifest     ${output}.manifest.json\n`));
  const text = readFileSync(`${output}.manifest.json`, 'utf8');
  const manifest = parseManifest(text, 'x');
  assert.is(canonicalJson(manifest), text);
  assert.is(manifest.image.digest, sha256(output));
  assert.is(manifest.image.name, 'rootfs.cpio.xz');
  assert.ok(stdout.includes(manifest.image.payload.digest.slice('sha256:'.length)));
  assert.equal(manifest.tool, {
    name: 'stillroot',
    version: toolVersion(),
    profile: PROFILE,
    encoder: ENCODER,
  });
  assert.is(manifest.entries, undefined);
  const ids = manifest.settings.rules.map(({ id }) => id);
  assert.ok(ids.includes('common/machine-id-empty') && ids.includes('common/logs-truncate'), ids.join(' '));
  assert.not.ok(ids.some((id) => id.startsWith('normalize/')));
});

test('--manifest names another file, --no-manifest none', async () => {
  const directory = place();
  const output = `${directory}/rootfs.cpio`;
  const { stdout } = await pack(['-o', output, '--manifest', `${directory}/other.json`, '--json']);
  assert.is((JSON.parse(stdout) as { manifest: string }).manifest, `${directory}/other.json`);
  assert.equal(readdirSync(directory).sort(), ['other.json', 'rootfs.cpio']);
  const without = place();
  const report = await pack(['-o', `${without}/rootfs.cpio`, '--no-manifest', '--json']);
  assert.not.ok('manifest' in (JSON.parse(report.stdout) as object));
  assert.equal(readdirSync(without), ['rootfs.cpio']);
});

test('where the archive is no file there is none, unless it is named', async () => {
  const directory = place();
  await pack(['-o', '/dev/null']);
  assert.not.ok(existsSync('/dev/null.manifest.json'));
  await pack(['-o', '/dev/null', '--manifest', `${directory}/m.json`, '--format', 'cpio.xz']);
  const manifest = parseManifest(readFileSync(`${directory}/m.json`, 'utf8'), 'm');
  assert.equal([manifest.image.name, manifest.config.name], ['image.cpio.xz', 'image']);
});

test('--manifest-entries: every entry, in the order of the archive', async () => {
  const { manifest } = await packed(['--manifest-entries', '--root-entry']);
  const paths = manifest.entries?.map(({ path }) => path);
  assert.equal(paths?.slice(0, 4), ['.', 'big', 'etc', 'etc/apt']);
  assert.is(paths?.length, manifest.image.payload.entries);
  assert.is(manifest.entries?.[1]?.digest, sha256(`${tree}/big`));
  assert.is(manifest.entries?.[1]?.mtime, 0);
});

test('what is there already is refused before any work, and neither of the two is touched', async () => {
  const directory = place();
  const output = `${directory}/rootfs.cpio`;
  writeFileSync(`${output}.manifest.json`, 'old');
  const again = await run(['pack', scratch.in('no such tree'), '-o', output]);
  assert.is(again.status, 2);
  assert.match(
    again.stderr,
    /rootfs\.cpio\.manifest\.json: already exists\. .*--manifest.*--no-manifest.*--force/,
  );
  assert.equal(readdirSync(directory), ['rootfs.cpio.manifest.json']);
  assert.is(readFileSync(`${output}.manifest.json`, 'utf8'), 'old');
  await pack(['-o', output, '--force']);
  assert.is.not(readFileSync(`${output}.manifest.json`, 'utf8'), 'old');
});

test('a manifest that cannot be, by its name', async () => {
  const directory = place();
  const output = `${directory}/rootfs.cpio`;
  mkdirSync(`${directory}/directory`);
  for (const [manifest, wanted] of [
    ['-', /--manifest: invalid value "-", wanted a file name/],
    ['', /--manifest: (is ""|.*value)/],
    [output, /names the archive itself/],
    [`${directory}/./rootfs.cpio`, /names the archive itself/],
    [`${directory}/directory`, /is a directory/],
    [`${tree}/manifest.json`, /lies inside the source/],
    [`${directory}/no/such.json`, /no\/such\.json/],
  ] as const) {
    const { status, stderr } = await run(['pack', tree, '-o', output, '--manifest', manifest]);
    assert.is(status, 2, manifest);
    assert.match(stderr, wanted);
    assert.equal(readdirSync(directory), ['directory'], manifest);
  }
});

test('on a failure neither of the two is left', async () => {
  const directory = place();
  const { status } = await run([
    'pack',
    tree,
    '-o',
    `${directory}/a.cpio`,
    '--rules',
    scratch.in('none.toml'),
  ]);
  assert.is(status, 2);
  const strict = await run(['pack', tree, '-o', `${directory}/a.cpio`, '--strict', '--init', '/no/init']);
  assert.is(strict.status, 2);
  assert.equal(readdirSync(directory), []);
});

test('place, time, name of the machine, number of threads and what is printed are not in it', async () => {
  const { text, manifest } = await packed(['--source-date-epoch', '1500000000']);
  const copy = scratch.in('another place', 'copy');
  cpSync(tree, copy, { recursive: true, preserveTimestamps: true });
  const directory = place();
  const output = `${directory}/rootfs.cpio.xz`;
  const argv = [
    'pack',
    copy,
    '-o',
    output,
    '-j',
    '3',
    '-v',
    '--json',
    '--level=0',
    '--force',
    '--no-progress',
  ];
  const { status } = await run([...argv, '--source-date-epoch=1500000000'], {
    env: {
      TZ: 'Pacific/Kiritimati',
      LC_ALL: 'tr_TR.UTF-8',
      HOME: '/nonexistent',
      USER: 'nobody',
      HOSTNAME: 'x',
    },
  });
  assert.is(status, 0);
  assert.is(readFileSync(`${output}.manifest.json`, 'utf8'), text);
  for (const secret of [tree, directory, 'word', process.env.HOSTNAME ?? 'another place']) {
    assert.not.ok(text.includes(secret), secret);
  }
  assert.is(manifest.inputs.repositories[0]?.url, 'https://example.org/debian');
});

test('what was given, each with its origin; what decides no byte is not among it', async () => {
  const { manifest } = await packed(
    [
      ...[
        '--mtime',
        'clamp',
        '--skip',
        'dpkg/*',
        '--skip',
        'common/l*',
        '--rules',
        rules,
        '--root-entry',
        '-j',
        '2',
        '-q',
      ],
      ...['--map-uid', '1:2', '--policy', 'shadow=keep', '--init', '/sbin/init', '--color', 'never'],
    ],
    { SOURCE_DATE_EPOCH: '1600000000' },
  );
  assert.equal(manifest.settings.given, [
    { key: 'init', value: '/sbin/init', origin: 'option' },
    { key: 'level', value: '0', origin: 'option' },
    { key: 'map-uid', value: ['1:2'], origin: 'option' },
    { key: 'mtime', value: 'clamp', origin: 'option' },
    { key: 'policy', value: ['machine-id=absent', 'hostname=keep'], origin: 'rule-file' },
    { key: 'policy', value: ['shadow=keep'], origin: 'option' },
    { key: 'root-entry', value: true, origin: 'option' },
    { key: 'rules', value: ['own.toml'], origin: 'option' },
    { key: 'skip', value: ['dpkg/*', 'common/l*'], origin: 'option' },
    { key: 'source-date-epoch', value: '1600000000', origin: 'environment' },
  ]);
  assert.equal(manifest.inputs.epoch, { value: 1_600_000_000, origin: 'environment' });
  const { policies, ruleFiles, ...effective } = manifest.settings.effective;
  assert.equal(effective, {
    ...{
      format: 'cpio.xz',
      level: 0,
      epoch: 1_600_000_000,
      mtime: 'clamp',
      owner: 'auto',
      hardLinks: 'keep',
    },
    ...{ mapUid: ['1:2'], mapGid: [], rootEntry: true, init: '/sbin/init', distro: 'auto' },
    ...{ skip: ['dpkg/*', 'common/l*'], only: [], crossMounts: false, dropSegments: false },
  });
  assert.equal([policies['machine-id'], policies.shadow, policies.adjtime], ['absent', 'keep', 'drop']);
  assert.equal(ruleFiles, [{ name: 'own.toml', digest: sha256(rules), text: readFileSync(rules, 'utf8') }]);
});

test('the option wins over the variable, and without either the epoch is the default', async () => {
  const both = await packed(['--source-date-epoch', '5'], { SOURCE_DATE_EPOCH: '6' });
  assert.equal(both.manifest.inputs.epoch, { value: 5, origin: 'option' });
  assert.equal(
    both.manifest.settings.given.filter(({ key }) => key === 'source-date-epoch'),
    [{ key: 'source-date-epoch', value: '5', origin: 'option' }],
  );
  const neither = await packed([], { SOURCE_DATE_EPOCH: '' });
  assert.equal(neither.manifest.inputs.epoch, { value: 0, origin: 'default' });
});

test('no default is said to be given', async () => {
  const { manifest } = await packed();
  assert.equal(
    manifest.settings.given.map(({ key }) => key),
    ['level'],
  );
});

test('with an early archive in front: its digest, and those of the archive without it', async () => {
  const microcode = scratch.in('early.cpio');
  const { status } = await run(['pack', `${tree}/var`, '-o', microcode, '--no-manifest']);
  assert.is(status, 0);
  const plain = await packed();
  const { manifest, directory } = await packed(['--segment', microcode]);
  assert.is(manifest.settings.effective.segment?.digest, sha256(microcode));
  assert.equal(manifest.image.payload, plain.manifest.image.payload);
  assert.is(manifest.image.digest, sha256(`${directory}/rootfs.cpio.xz`));
  assert.equal(manifest.image.tree, plain.manifest.image.tree);
});

test('the digest of the tree does not depend on the format or the level', async () => {
  const { manifest } = await packed();
  const directory = place();
  await pack(['-o', `${directory}/a.cpio`, '--manifest-entries', '--root-entry']);
  const other = parseManifest(readFileSync(`${directory}/a.cpio.manifest.json`, 'utf8'), 'x');
  assert.is(other.image.tree.digest, manifest.image.tree.digest);
  assert.equal([other.image.mediaType, other.image.blocks], ['application/x-cpio', []]);
  assert.is(other.image.payload.digest, other.image.digest);
  assert.is(other.settings.effective.level, undefined);
});

test('finalize --archive writes the manifest that pack writes for the untouched tree', async () => {
  const copy = scratch.in('finalized');
  cpSync(tree, copy, { recursive: true, preserveTimestamps: true });
  const wanted = place();
  const result = await run(['pack', copy, '-o', `${wanted}/image.cpio`, '--source-date-epoch', '1500000000']);
  assert.is(result.status, 0, result.stderr);
  const output = place();
  const argv = ['finalize', copy, '--source-date-epoch', '1500000000', '--archive', 'image.cpio'];
  const { status, stdout, stderr } = await run(argv, { env: { OUTPUTDIR: output } });
  assert.is(status, 0, stderr);
  assert.equal(readdirSync(output).sort(), ['image.cpio', 'image.cpio.manifest.json']);
  assert.ok(stdout.includes(`manifest  ${output}/image.cpio.manifest.json`), stdout);
  const text = (directory: string): string => readFileSync(`${directory}/image.cpio.manifest.json`, 'utf8');
  assert.is(text(output), text(wanted));
  const none = place();
  await run([...argv, '--no-manifest'], { env: { OUTPUTDIR: none } });
  assert.equal(readdirSync(none), ['image.cpio']);
});

test.run();
