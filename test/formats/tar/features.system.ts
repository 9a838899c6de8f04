// What tars do on request: attributes, labels, incremental and split archives, global headers, huge holes.
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WRITER_ENVIRONMENT } from '../../../fixtures/tar/writers.ts';
import { StillrootError } from '../../../src/errors.ts';
import type { TarEntry } from '../../../src/formats/tar/member.ts';
import { TarParser } from '../../../src/formats/tar/tar-parser.ts';
import { missing, testWhere } from '../../support/requires.ts';
import { runCommand, succeed } from '../../support/run-command.ts';
import { Scratch } from '../../support/temporary.ts';
import { asGnuLines, gnuLines, lineDifferences } from './listings.ts';
import { parseTar } from './parsed.ts';

const test = suite('formats/tar/features');
// Attributes and holes need a filesystem that has them.
const scratch = new Scratch('tar-features', '/var/tmp');
test.after(() => scratch.remove());

const env = { ...process.env, ...WRITER_ENVIRONMENT };
const archive = (name: string): string => scratch.in(`${name}.tar`);
const tree = scratch.in('tree');

mkdirSync(`${tree}/sub`, { recursive: true });
writeFileSync(`${tree}/plain`, 'plain\n');
writeFileSync(`${tree}/sub/capable`, 'capable\n');

async function pack(name: string, command: readonly string[]): Promise<Buffer> {
  await succeed([...command.map((word) => (word === 'ARCHIVE' ? archive(name) : word))], { cwd: tree, env });
  return readFileSync(archive(name));
}

/** Parses, and compares with the lines of GNU tar. */
async function sameAsGnu(name: string, bytes: Buffer): Promise<readonly TarEntry[]> {
  const { members } = parseTar(bytes);
  assert.equal(lineDifferences(asGnuLines(members), await gnuLines(archive(name))), []);
  return members;
}

const attributeTools = ['tar', 'bsdtar', 'setfattr', 'setcap'];
testWhere(test, missing({ root: true, tools: attributeTools }), 'names of attributes', async () => {
  await succeed(['setcap', 'cap_net_raw+ep', `${tree}/sub/capable`]);
  await succeed(['setfattr', '-n', 'user.still=\nroot', '-v', 'a=\nb', `${tree}/sub/capable`]);
  await succeed(['setfattr', '-n', 'trusted.empty', `${tree}/plain`]);
  await succeed(['setfattr', '-n', 'user.sub', '-v', '1', `${tree}/sub`]);
  const commands = {
    gnu: ['tar', '--format=pax', '--xattrs', '--xattrs-include=*', '-cf', 'ARCHIVE', '.'],
    bsd: ['bsdtar', '--format=pax', '--xattrs', '-cf', 'ARCHIVE', '.'],
  };
  for (const [tool, command] of Object.entries(commands)) {
    const { members } = parseTar(await pack(`attributes-${tool}`, command));
    const found = new Map(members.map(({ path, attributes }) => [path, [...attributes.keys()]]));
    assert.equal(found.get('./sub'), ['user.sub'], tool);
    assert.ok(found.get('./sub/capable')?.includes('security.capability'), tool);
    assert.equal(found.get('./plain'), ['trusted.empty'], tool);
  }
});

testWhere(test, missing({ tools: ['tar'] }), 'a volume label is no member', async () => {
  for (const format of ['gnu', 'oldgnu', 'pax']) {
    const command = ['tar', `--format=${format}`, '-V', 'a label', '-cf', 'ARCHIVE', '.'];
    const bytes = await pack(`label-${format}`, command);
    const { members } = parseTar(bytes);
    assert.equal(members.map(({ path }) => path).toSorted(), ['.', './plain', './sub', './sub/capable']);
  }
});

testWhere(
  test,
  missing({ tools: ['tar'] }),
  'directories of an incremental archive have no data',
  async () => {
    for (const format of ['gnu', 'pax']) {
      const snapshot = scratch.in(`snapshot-${format}`);
      const command = ['tar', `--format=${format}`, '-g', snapshot, '-cf', 'ARCHIVE', '.'];
      const { members } = parseTar(await pack(`incremental-${format}`, command));
      assert.equal(
        members.map(({ path, type, size }) => `${path} ${type} ${size}`).toSorted(),
        ['. directory 0', './plain file 6', './sub directory 0', './sub/capable file 8'],
        format,
      );
    }
  },
);

testWhere(test, missing({ tools: ['tar'] }), 'the second volume of an archive is not read', async () => {
  const large = scratch.in('large');
  mkdirSync(large);
  writeFileSync(`${large}/file`, Buffer.alloc(60_000, 'x'));
  for (const format of ['gnu', 'pax']) {
    const volumes = [1, 2, 3, 4].map((index) => scratch.in(`volume-${format}-${index}.tar`));
    const files = volumes.flatMap((volume) => ['-f', volume]);
    await succeed(['tar', `--format=${format}`, '-c', '-M', '-L', '20', ...files, 'file'], {
      cwd: large,
      env,
    });
    assert.throws(
      () => parseTar(readFileSync(volumes[1] as string)),
      (error: unknown) => error instanceof StillrootError && error.code === 'archive-not-supported',
      format,
    );
    // The first one ends inside the file.
    assert.throws(() => parseTar(readFileSync(volumes[0] as string)), /cut short|began in another/);
  }
});

testWhere(
  test,
  missing({ tools: ['tar'] }),
  'pax options: global headers and what goes over them',
  async () => {
    const command = (option: string): string[] => [
      ...['tar', '--format=pax', `--pax-option=${option}`, '-cf', 'ARCHIVE', '.'],
    ];
    const global = await sameAsGnu('global', await pack('global', command('gid=77,comment=x,mtime=12.5')));
    for (const { gid } of global) assert.is(gid, 77);
    const each = await sameAsGnu('each', await pack('each', command('uid:=99,gid=77')));
    for (const { uid, gid } of each) assert.equal([uid, gid], [99, 77]);
  },
);

testWhere(test, missing({ tools: ['git', 'tar'] }), 'git archive, with its global comment', async () => {
  const repository = scratch.in('repository');
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  mkdirSync(`${repository}/${'d'.repeat(100)}`, { recursive: true });
  writeFileSync(`${repository}/${'d'.repeat(100)}/${'f'.repeat(120)}`, 'long\n');
  writeFileSync(`${repository}/file`, 'still\n');
  await succeed(['git', 'init', '-q', '.'], { cwd: repository });
  await succeed(['git', 'add', '.'], { cwd: repository });
  await succeed(['git', ...identity, 'commit', '-qm', 'one'], { cwd: repository });
  await succeed(['git', 'archive', '--format=tar', '-o', archive('git'), 'HEAD'], { cwd: repository });
  const bytes = readFileSync(archive('git'));
  assert.is(String.fromCharCode(bytes[156] as number), 'g');
  const entries = await sameAsGnu('git', bytes);
  assert.is(entries.length, 3);
  assert.is(Math.max(...entries.map(({ path }) => path.length)), 221);
});

testWhere(
  test,
  missing({ tools: ['tar'] }),
  'members that were appended, and any size of records',
  async () => {
    for (const blocks of ['1', '20', '256']) {
      const bytes = await pack(`blocks-${blocks}`, ['tar', '-b', blocks, '-cf', 'ARCHIVE', 'plain']);
      assert.is(parseTar(bytes).used, bytes.length);
    }
    const appended = await pack('blocks-1', ['tar', '-b', '1', '-rf', 'ARCHIVE', 'sub']);
    const entries = await sameAsGnu('blocks-1', appended);
    assert.equal(
      entries.map(({ path }) => path),
      ['plain', 'sub', 'sub/capable'],
    );
  },
);

testWhere(
  test,
  missing({ tools: ['tar', 'bsdtar'] }),
  'a file of 20 GB that is nearly all hole',
  async () => {
    const holes = scratch.in('holes');
    const size = 20_000_000_003;
    mkdirSync(holes);
    writeFileSync(`${holes}/lastlog`, 'first');
    truncateSync(`${holes}/lastlog`, size);
    const versions = ['0.0', '0.1', '1.0'].map((version) => ['--format=pax', `--sparse-version=${version}`]);
    const commands = [
      ...['gnu', 'oldgnu'].map((format) => ['tar', `--format=${format}`, '-S']),
      ...versions.map((flags) => ['tar', ...flags, '-S']),
      ['bsdtar', '--format=pax', '--read-sparse'],
    ];
    for (const command of commands) {
      const path = archive('holes');
      rmSync(path, { force: true });
      await succeed([...command, '-cf', path, 'lastlog'], { cwd: holes, env });
      const entries: TarEntry[] = [];
      const parser = new TarParser('holes.tar', { entry: (entry) => entries.push(entry) });
      const bytes = readFileSync(path);
      parser.push(bytes);
      parser.finish();
      const [entry] = entries as [TarEntry];
      assert.is(entry.size, size, command.join(' '));
      const [segment] = entry.segments ?? [];
      assert.is(bytes.toString('latin1', segment?.dataOffset, (segment?.dataOffset ?? 0) + 5), 'first');
    }
  },
);

testWhere(
  test,
  missing({ tools: ['tar', 'sh'] }),
  'two archives in one file: where the first ends',
  async () => {
    await pack('first', ['tar', '-cf', 'ARCHIVE', 'plain']);
    await pack('second', ['tar', '-cf', 'ARCHIVE', 'sub']);
    const { stdout } = await runCommand(['cat', archive('first'), archive('second')]);
    const { members, used } = parseTar(stdout);
    assert.equal(
      members.map(({ path }) => path),
      ['plain'],
    );
    assert.is(used, readFileSync(archive('first')).length);
  },
);

test.run();
