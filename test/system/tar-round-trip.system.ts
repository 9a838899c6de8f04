// Trees as tar archives, unpacked with every available tool: all entries, and extended attributes as each restores them.
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { awkwardTree } from '../../fixtures/awkward.ts';
import { materialize } from '../../fixtures/materialize.ts';
import { type MemberFields, memberSpan, writeMember } from '../../src/formats/tar/encode-member.ts';
import { pathToBytes } from '../../src/tree/path.ts';
import { before } from '../support/before.ts';
import { afterPacking } from '../support/expected-listing.ts';
import { missing, testWhere } from '../support/requires.ts';
import { type PackReport, pack, runCliJson } from '../support/run-cli.ts';
import { runCommand, succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { compareListings, type Listed, type Listing, listTree } from '../support/tree-listing.ts';

const test = suite('tar round trip');
/** The tree has devices and owners, which only root can make. */
const withoutRoot = missing({ root: true });
// tmpfs holds every date that the awkward tree has; attributes of users need another filesystem.
const scratch = new Scratch('tar-round-trip', '/dev/shm');
const disk = new Scratch('tar-round-trip-disk', '/var/tmp');
const tree = scratch.in('tree');
const RAW = ['--skip', '**', '--source-date-epoch', '4294967295'];
let expected: Listing;

const PYTHON = `
import os, sys, tarfile
with tarfile.open(fileobj=sys.stdin.buffer, mode='r|') as archive:
    for member in archive:
        archive.extract(member, numeric_owner=True)
        if member.isdir():
            os.chmod(member.name, member.mode)
`;

/** Each reads the archive from standard input, in an empty directory, with umask 0. */
interface Unpacker {
  readonly tool: string;
  readonly command: readonly string[];
  /** What this program does not restore from any archive, so it is not compared. */
  readonly forgets?: (listed: Listed, path: string) => Partial<Listed>;
  /** Paths that it cannot create. */
  readonly lacks?: (path: string) => boolean;
}

/** Of seven octal digits, and of eleven: what is larger is in a record. */
const isLargeOwner = ({ owner }: Listed): boolean => owner.split(':').some((id) => Number(id) >= 2 ** 21);
const isLongPath = (path: string): boolean => path.length > 4000;

const UNPACKERS: readonly Unpacker[] = [
  { tool: 'tar', command: ['tar', '--numeric-owner', '-xpf', '-'] },
  { tool: 'bsdtar', command: ['bsdtar', '--numeric-owner', '-xpf', '-'] },
  {
    tool: 'busybox',
    command: ['busybox', 'tar', '--numeric-owner', '-xpf', '-'],
    // It reads names from records, and no numbers; it restores no times of directories and symlinks,
    // and no owners of symlinks.
    forgets: (listed) => ({
      ...(listed.mtime < 0 || listed.type === 'directory' || listed.type === 'symlink' ? { mtime: 0 } : {}),
      ...(isLargeOwner(listed) || listed.type === 'symlink' ? { owner: '' } : {}),
    }),
    lacks: isLongPath,
  },
  {
    tool: 'python3',
    command: ['python3', '-c', PYTHON],
    forgets: (listed) => (listed.type === 'directory' || listed.type === 'symlink' ? { mtime: 0 } : {}),
    lacks: isLongPath,
  },
];

function without(listing: Listing, { forgets, lacks }: Unpacker, asIn: Listing): Listing {
  const kept: Listing = new Map();
  for (const [path, listed] of listing) {
    if (lacks?.(path) === true) continue;
    kept.set(path, { ...listed, ...forgets?.(asIn.get(path) ?? listed, path) });
  }
  return kept;
}

before(test, async () => {
  if (withoutRoot !== undefined) return;
  materialize(tree, awkwardTree({ reservedName: true }), { outside: scratch.in('outside') });
  const listing = listTree(tree);
  assert.is(listing.get('dates/before-1970')?.mtime, -1);
  assert.ok(listing.has('special/socket'), 'a socket, which is left out');
  expected = afterPacking(listing, { epoch: 4294967295, earliest: Number.NEGATIVE_INFINITY });
  await pack(tree, scratch.in('awkward.tar'), RAW);
});
test.after(() => {
  scratch.remove();
  disk.remove();
});

for (const locale of ['C', 'C.UTF-8']) {
  for (const unpacker of UNPACKERS) {
    const { tool, command } = unpacker;
    const lacking = missing({ root: true, tools: [tool] });
    testWhere(test, lacking, `${tool} restores the awkward tree, locale ${locale}`, async () => {
      const target = scratch.in(`by-${tool}-${locale}`);
      mkdirSync(target);
      const { status, stderr } = await runCommand(['sh', '-c', 'umask 0; exec "$@"', 'sh', ...command], {
        cwd: target,
        input: readFileSync(scratch.in('awkward.tar')),
        env: { ...process.env, LC_ALL: locale },
      });
      // What it warns of is only compared where that is all: which entries come out is what counts.
      assert.ok(status === 0 || tool === 'bsdtar', `${status}: ${stderr}`);
      const found = listTree(target);
      assert.equal(
        compareListings(without(found, unpacker, expected), without(expected, unpacker, expected)),
        [],
      );
    });
  }
}

// Names that are in records because they are long: some that are UTF-8, and some that are not.
for (const locale of ['C', 'C.UTF-8']) {
  for (const tool of ['tar', 'bsdtar', 'busybox', 'python3']) {
    const lacking = missing({ root: true, tools: [tool] });
    testWhere(test, lacking, `${tool} restores long names of any bytes, locale ${locale}`, async () => {
      const root = scratch.in('names');
      const binary = `d\xff${'n'.repeat(120)}`;
      rmSync(root, { recursive: true, force: true });
      mkdirSync(pathToBytes(`${root}/${binary}`), { recursive: true });
      writeFileSync(pathToBytes(`${root}/${binary}/f\xfe`), 'x');
      writeFileSync(`${root}/d\u00e4${'n'.repeat(120)}`, 'y');
      symlinkSync(pathToBytes(binary), `${root}/link`);
      await pack(root, scratch.in('names.tar'), [...RAW, '--force']);
      const target = scratch.in(`names-by-${tool}-${locale}`);
      mkdirSync(target);
      const { command } = UNPACKERS.find((unpacker) => unpacker.tool === tool) as Unpacker;
      await runCommand([...command], {
        cwd: target,
        input: readFileSync(scratch.in('names.tar')),
        env: { ...process.env, LC_ALL: locale },
      });
      await pack(target, scratch.in('names-again.tar'), [...RAW, '--mtime', 'set', '--force']);
      await pack(root, scratch.in('names.tar'), [...RAW, '--mtime', 'set', '--force']);
      assert.ok(readFileSync(scratch.in('names-again.tar')).equals(readFileSync(scratch.in('names.tar'))));
    });
  }
}

// What the headers of one large file say, as far as tools tell before they look for its content.
const readers = [
  ['tar', ['tar', '--numeric-owner', '-tvf', '-']],
  ['bsdtar', ['bsdtar', '--numeric-owner', '-tvf', '-']],
  [
    'python3',
    [
      'python3',
      '-c',
      'import sys, tarfile; m = tarfile.open(fileobj=sys.stdin.buffer, mode="r|").next(); print(m.size, m.name)',
    ],
  ],
] as const;
for (const [tool, command] of readers) {
  testWhere(test, missing({ tools: [tool] }), `${tool} reads the size of a file over 8 GiB`, async () => {
    const size = 9 * 1024 ** 3;
    const fields: MemberFields = {
      ...{ path: 'huge', type: 'file', mode: 0o644, uid: 0, gid: 0, size, mtime: 0, linkName: '' },
      ...{ major: 0, minor: 0 },
    };
    const headers = Buffer.alloc(memberSpan(fields));
    writeMember(headers, 0, fields);
    const { stdout } = await runCommand([...command], { input: headers });
    assert.match(stdout.toString(), new RegExp(`${size} .*huge`));
  });
}

const CAPABLE = `user::rw-
user:1000:rw-
group::r--
group:2000:r--
mask::rw-
other::r--
`;

const ALL = ['--acls', '--xattrs', '--xattrs-include=*'];

/** As root, with all that each needs to restore attributes. */
const RESTORERS = [
  ['tar', ['tar', ...ALL, '-xpf', '-']],
  ['tar', ['tar', '--xattrs', '--xattrs-include=*', '-xpf', '-']],
  ['bsdtar', ['bsdtar', '--acls', '--xattrs', '-xpf', '-']],
] as const;

const attributeTools = ['setcap', 'getcap', 'setfattr', 'getfattr', 'setfacl', 'getfacl', 'tar', 'bsdtar'];
const withoutAttributes = missing({ root: true, tools: attributeTools });

async function attributesOf(root: string): Promise<string> {
  const values = await succeed(['getfattr', '-hRd', '--match=-', '--encoding=hex', '.'], {
    cwd: root,
  });
  // In the order of the filesystem.
  return values.trim().split('\n\n').sort().join('\n\n');
}

before(test, async () => {
  if (withoutAttributes !== undefined) return;
  const root = disk.in('tree');
  mkdirSync(`${root}/dir`, { recursive: true });
  for (const name of ['ping', 'list', 'user', 'plain']) writeFileSync(`${root}/${name}`, `${name}\n`);
  linkSync(`${root}/ping`, `${root}/dir/ping`);
  await succeed(['mkfifo', `${root}/fifo`]);
  await succeed(['setcap', 'cap_net_raw+ep', `${root}/ping`]);
  await succeed(['setfacl', '-m', 'u:1000:rw,g:2000:r', `${root}/list`]);
  await succeed(['setfacl', '-d', '-m', 'u:1000:rwx', `${root}/dir`]);
  await succeed(['setfattr', '-n', 'user.second', '-v', '0x00ff0a3d', `${root}/user`]);
  await succeed(['setfattr', '-n', 'user.empty', `${root}/user`]);
  await pack(root, disk.in('attributes.tar'), RAW);
});

for (const [index, [tool, command]] of RESTORERS.entries()) {
  testWhere(test, withoutAttributes, `${command.slice(0, -1).join(' ')} restores attributes`, async () => {
    const target = disk.in(`by-${tool}-${index}`);
    mkdirSync(target);
    await succeed([...command], { cwd: target, input: readFileSync(disk.in('attributes.tar')) });
    assert.is(
      (await succeed(['getcap', 'ping', 'dir/ping'], { cwd: target })).trim(),
      'ping cap_net_raw=ep\ndir/ping cap_net_raw=ep',
    );
    assert.is((await succeed(['getfacl', '-cn', 'list'], { cwd: target })).trim(), CAPABLE.trim());
    assert.is(await attributesOf(target), await attributesOf(disk.in('tree')));
    // And what was unpacked packs to the same archive.
    await pack(target, disk.in('again.tar'), [...RAW, '--force']);
    assert.ok(readFileSync(disk.in('again.tar')).equals(readFileSync(disk.in('attributes.tar'))));
  });
}

testWhere(
  test,
  withoutAttributes,
  'stillroot extract restores attributes as GNU tar does, of an image too, and the second time',
  async () => {
    const theirs = disk.in('by-tar');
    mkdirSync(theirs);
    const labelled = disk.in('labelled-tree');
    await succeed(['cp', '-a', disk.in('tree'), labelled]);
    symlinkSync('plain', `${labelled}/link`);
    await succeed(['setfattr', '-h', '-n', 'security.selinux', '-v', 'a:b:c', `${labelled}/link`]);
    await succeed(['setfacl', '-m', 'd:u:1000:rwx', disk.path]);
    const archive = disk.in('all.tar');
    await succeed(['tar', ...ALL, '--format=posix', '-cf', archive, '.'], { cwd: labelled });
    await succeed(['tar', ...ALL, '-xpf', archive], { cwd: theirs });
    const raw = [...RAW, '--root-entry', '--policy', 'security-labels=keep'];
    await pack(labelled, disk.in('of-directory.tar'), raw);
    await pack(archive, disk.in('of-archive.tar'), raw);
    assert.ok(readFileSync(disk.in('of-directory.tar')).equals(readFileSync(disk.in('of-archive.tar'))));
    await pack(archive, disk.in('all.oci.tar'), [...raw, '--platform', 'linux/amd64']);
    for (const [index, source] of [archive, disk.in('all.oci.tar')].entries()) {
      const ours = disk.in(`by-us-${index}`);
      for (const again of [[], ['--force']]) {
        const args = ['extract', source, '-C', ours, '--policy', 'security-labels=keep', ...again];
        const { warnings } = (await runCliJson(args)) as PackReport;
        assert.equal(
          warnings.filter(({ code }) => code.startsWith('xattr')),
          [],
        );
        assert.is(await attributesOf(ours), await attributesOf(theirs));
        assert.equal(compareListings(listTree(ours), listTree(theirs)), []);
        assert.is(
          (await succeed(['getcap', 'ping', 'dir/ping'], { cwd: ours })).trim(),
          'ping cap_net_raw=ep\ndir/ping cap_net_raw=ep',
        );
      }
    }
    await succeed(['setfacl', '-b', disk.path]);
  },
);

testWhere(
  test,
  withoutAttributes,
  'marks and labels of the machine change no byte, and are told',
  async () => {
    const root = disk.in('tree');
    await succeed(['setfattr', '-n', 'security.selinux', '-v', 'a:b:c', `${root}/plain`]);
    await succeed(['setfattr', '-n', 'trusted.overlay.opaque', '-v', 'y', `${root}/dir`]);
    const { warnings } = await pack(root, disk.in('marked.tar'), RAW);
    assert.ok(readFileSync(disk.in('marked.tar')).equals(readFileSync(disk.in('attributes.tar'))));
    assert.equal(
      warnings
        .filter(({ code }) => code.startsWith('xattr'))
        .map(({ code, message }) => `${code} ${/\S+ of \S+/.exec(message)?.[0]}`),
      ['xattr-dropped security.selinux of plain', 'xattr-dropped trusted.overlay.opaque of dir'],
    );
    const labelled = ['--policy', 'security-labels=keep'];
    await pack(root, disk.in('labelled.tar'), [...RAW, ...labelled]);
    const target = disk.in('labelled');
    mkdirSync(target);
    await succeed(['bsdtar', '-xpf', '-'], { cwd: target, input: readFileSync(disk.in('labelled.tar')) });
    assert.match(await succeed(['getfattr', '-n', 'security.selinux', 'plain'], { cwd: target }), /="a:b:c"/);
  },
);

testWhere(
  test,
  withoutAttributes,
  'archives of GNU tar and bsdtar pack to the archive of the directory',
  async () => {
    const writers = [
      ['tar', '--xattrs', '--xattrs-include=*', '--acls', '--format=posix', '-cf', '-', '.'],
      ['tar', '--xattrs', '--xattrs-include=*', '--format=posix', '-cf', '-', '.'],
      ['bsdtar', '--acls', '--xattrs', '--format=pax', '-cf', '-', '.'],
    ];
    for (const command of writers) {
      const { stdout } = await runCommand(command, { cwd: disk.in('tree') });
      writeFileSync(disk.in('theirs.tar'), stdout);
      await pack(disk.in('theirs.tar'), disk.in('ours.tar'), [...RAW, '--force']);
      assert.ok(
        readFileSync(disk.in('ours.tar')).equals(readFileSync(disk.in('attributes.tar'))),
        command.join(' '),
      );
    }
  },
);

test.run();
