import {
  closeSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readArchive } from '../../src/source/archive.ts';
import { header, pax } from '../formats/tar/build.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli check');
const scratch = new Scratch('cli-check');
const tree = scratch.in('tree');
const EPOCH = ['--source-date-epoch', '1600000000'];

before(test, () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  mkdirSync(`${tree}/usr/bin`, { recursive: true });
  writeFileSync(`${tree}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  writeFileSync(`${tree}/etc/shadow`, 'root:*:20000:0:99999:7:::\n');
  writeFileSync(`${tree}/usr/bin/tool`, 'tool\n', { mode: 0o755 });
  symlinkSync('usr/bin', `${tree}/bin`);
});
test.after(() => scratch.remove());

test('status 1 and what would change, by rule', async () => {
  const { status, stdout, stderr } = await run(['check', tree, '-v', ...EPOCH]);
  assert.is(status, 1);
  assert.is(stderr, '');
  assert.match(
    stdout,
    /^\S+tree: 2 changes by 2 generic rules\n {2}7 time stamps clamped to 2020-09-13T12:26:40Z\n/,
  );
  assert.match(stdout, /\n {2}truncated by common\/machine-id-empty: etc\/machine-id\n/);
  assert.match(stdout, /normalize\/mtime/);
});

test('status 1 is for what rules change; --times counts time stamps too', async () => {
  const root = scratch.in('times');
  mkdirSync(root);
  writeFileSync(`${root}/file`, 'x');
  const without = await run(['check', root, ...EPOCH]);
  assert.is(without.status, 0, without.stderr);
  assert.match(without.stdout, /: 1 time stamp clamped to 2020-09-13T12:26:40Z\n$/);
  assert.is((await run(['check', root, '--times', ...EPOCH])).status, 1);
  utimesSync(`${root}/file`, 1_000_000_000, 1_000_000_000);
  assert.is((await run(['check', root, '--times', ...EPOCH])).status, 0);
});

test('-vv names every path', async () => {
  const { stdout } = await run(['check', tree, '-vv', ...EPOCH]);
  assert.match(
    stdout,
    /normalize\/mtime +bin, etc, etc\/machine-id, etc\/shadow, usr, usr\/bin, usr\/bin\/tool/,
  );
});

test('--format: what it cannot hold, and what it holds', async () => {
  const source = scratch.in('attributes.tar');
  const capability = ['SCHILY.xattr.security.capability', 'x'] as const;
  const parts = [
    pax(capability),
    header({ name: 'ping' }),
    header({ name: 'TRAILER!!!' }),
    Buffer.alloc(1024),
  ];
  writeFileSync(source, Buffer.concat(parts));
  const cpio = await run(['check', source, ...EPOCH]);
  assert.is(cpio.status, 2);
  assert.match(cpio.stderr, /TRAILER!!!: .* pack a \.tar/);
  const tar = await run(['check', source, '--format', 'tar', ...EPOCH]);
  assert.equal([tar.status, tar.stderr], [0, '']);
  assert.not.match(tar.stdout, /warning/);
  writeFileSync(source, Buffer.concat([parts[0]!, parts[1]!, Buffer.alloc(1024)]));
  assert.match((await run(['check', source, ...EPOCH])).stdout, /warning xattr: 1/);
});

test('-q says it by the status alone', async () => {
  assert.equal(await run(['check', tree, '-q', ...EPOCH]), {
    status: 1,
    stdout: '',
    stderr: '',
    progress: '',
  });
});

/** Files, directories and symlinks of an archive, as any user can make them. */
async function unpack(archive: string, target: string): Promise<void> {
  const times: [path: string, mtime: number][] = [];
  let file: number | undefined;
  const close = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  mkdirSync(target);
  await readArchive(archive, {
    entry({ name, type, mode, mtime, target: link }) {
      close();
      const path = `${target}/${name}`;
      if (type === 'symlink') symlinkSync(link, path);
      else if (type === 'directory') mkdirSync(path, { mode });
      else file = openSync(path, 'wx', mode);
      times.push([path, mtime]);
    },
    data: (bytes) => void writeSync(file as number, bytes),
  });
  close();
  for (const [path, mtime] of times.reverse()) lutimesSync(path, mtime, mtime);
}

test('what was packed and unpacked has nothing left to change', async () => {
  const archive = scratch.in('a.cpio.xz');
  assert.is((await run(['pack', tree, '-o', archive, '-q', ...EPOCH])).status, 0);
  await unpack(archive, scratch.in('again'));
  const { status, stdout } = await run(['check', scratch.in('again'), '-vv', ...EPOCH, '--owner', 'keep']);
  assert.match(stdout, /again: nothing to change in 7 entries/);
  assert.is(status, 0);
});

test('what pack refuses, check refuses with the same words', async () => {
  const cases: readonly (readonly [name: string, said: RegExp, make: (path: string) => void])[] = [
    ['TRAILER!!!', /^stillroot: TRAILER!!!: a file of this name/, (path) => writeFileSync(path, '')],
    ['huge', /^stillroot: huge: file has 4294967296 bytes/, sparse],
  ];
  for (const [index, [name, said, make]] of cases.entries()) {
    const refused = scratch.in(`refused-${index}`);
    mkdirSync(refused);
    make(`${refused}/${name}`);
    const checked = await run(['check', refused]);
    assert.equal([checked.status, checked.stdout], [2, '']);
    assert.match(checked.stderr, said);
    const packed = await run(['pack', refused, '-o', scratch.in('refused.cpio')]);
    assert.equal([packed.status, packed.stderr], [2, checked.stderr]);
    const without = await run(['check', refused, '--rules', ruleAgainst(name)]);
    assert.is(without.status, 1, without.stderr);
  }
});

function sparse(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 2 ** 32);
}

function ruleAgainst(name: string): string {
  const text = `[[rule]]\nid = "x"\nmatch = "${name}"\naction = "drop"\nwhy = "Refused."\n`;
  writeFileSync(scratch.in('against.toml'), text);
  return scratch.in('against.toml');
}

test('nothing to change is status 0, and said', async () => {
  const clean = scratch.in('clean');
  mkdirSync(clean);
  writeFileSync(`${clean}/file`, 'x');
  utimesSync(`${clean}/file`, 1_600_000_000, 1_600_000_000);
  const args = ['check', clean, '--owner', 'keep', ...EPOCH];
  const { status, stdout } = await run(args);
  assert.is(status, 0);
  assert.match(stdout, /clean: nothing to change in 1 entry, by the generic rules\n$/);
  assert.equal(await run([...args, '-q']), { status: 0, stdout: '', stderr: '', progress: '' });
});

test('an epoch later than the clock is warned of, and with --strict an error', async () => {
  const args = ['check', tree, ...EPOCH];
  const early = { clock: () => 1_599_999_999.9 };
  assert.match((await run(args, early)).stdout, /\n {2}warning epoch-in-future: 1\n/);
  const { status, stderr } = await run([...args, '--strict'], early);
  assert.is(status, 2);
  assert.match(stderr, /the epoch 1600000000 .* is later than the current time, 1599999999 /);
  const just = { clock: () => 1_600_000_000 };
  assert.not.match((await run(args, just)).stdout, /epoch-in-future/);
});

test('an archive does not depend on the clock', async () => {
  const archives = await Promise.all(
    [0, 2 ** 31].map(async (now) => {
      const output = scratch.in(`clock-${now}.cpio`);
      const { status } = await run(['pack', tree, '-o', output, ...EPOCH], { clock: () => now });
      assert.is(status, 0);
      return readFileSync(output);
    }),
  );
  assert.ok(archives[0]!.equals(archives[1]!));
});

test.run();
