/** A tree that boots: its init says what the kernel made of the archive. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { Spec } from '../../fixtures/materialize.ts';
import { programFiles } from './programs-tree.ts';
import { findTool } from './requires.ts';
import { succeed } from './run-command.ts';

/** Says what the kernel made of the archive, one fact a line. */
const INIT = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
# What the firmware printed has no end of line.
echo
# Of the sums that find any damage, the quickest under emulation.
echo "HASH $(/bin/busybox md5sum < /programs/all | /bin/busybox cut -d ' ' -f 1)"
echo "INODES $(/bin/busybox stat -c %i /first) $(/bin/busybox stat -c %i /deep/second) links $(/bin/busybox stat -c %h /first)"
echo "DATA $(/bin/busybox cat /first)"
echo "DEVICE $(/bin/busybox stat -c '%F %t:%T %a' /dev/node)"
echo "OWNER $(/bin/busybox stat -c '%u:%g %a' /suid)"
echo "TIME $(/bin/busybox stat -c %Y /suid)"
echo "SYMLINK $(/bin/busybox readlink /symlink)"
echo "BYTES $(/bin/busybox ls /names | /bin/busybox md5sum)"
echo "ROOT $(/bin/busybox stat -c %a /)"
/bin/busybox poweroff -f
`;

const base = { uid: 0, gid: 0, mtime: 1_600_000_000, mode: 0o755 } as const;
const file = (path: string, bytes: Uint8Array, rest: Partial<Spec> = {}): Spec =>
  ({ ...base, path, type: 'file', size: bytes.length, pieces: [{ offset: 0, bytes }], ...rest }) as Spec;

/**
 * @param mebibytes of programs of different sizes
 * @param parts megabytes of one large file: larger than a block, it is cut inside itself
 */
export function bootableTree(mebibytes = 8, parts = 36): Spec[] {
  const directories = ['bin', 'deep', 'dev', 'proc', 'names'];
  const node = {
    path: 'dev/node',
    type: 'block',
    major: 259,
    minor: 1_048_575,
    ...base,
    mode: 0o640,
  } as const;
  return [
    ...directories.map((path): Spec => ({ ...base, path, type: 'directory' })),
    { ...base, path: 'dev/console', type: 'character', major: 5, minor: 1 },
    node,
    file('bin/busybox', readFileSync(findTool('busybox') as string)),
    file('init', Buffer.from(INIT)),
    file('first', Buffer.from('data of the pair\n')),
    { ...base, path: 'deep/second', type: 'link', to: 'first' },
    file('suid', Buffer.from('x'), { mode: 0o4711, uid: 12, gid: 34 }),
    { ...base, path: 'symlink', type: 'symlink', target: 'no/where' },
    file('names/\xff\xfe', Buffer.from('')),
    file('names/new\nline', Buffer.from('')),
    ...programFiles(mebibytes),
    file('programs/all', largeFile(parts)),
  ];
}

/** Megabytes of a program that are all alike but for their numbers: quick to compress, and none can stand for another. */
function largeFile(parts: number): Buffer {
  const megabyte = readFileSync(process.execPath).subarray(0, 1_000_000);
  const bytes = Buffer.alloc(parts * megabyte.length);
  for (let part = 0; part < parts; part += 1) {
    megabyte.copy(bytes, part * megabyte.length);
    for (let at = 0; at < megabyte.length; at += 10_000) {
      bytes.writeUInt32LE(part, part * megabyte.length + at);
    }
  }
  return bytes;
}

/**
 * Compares what the init printed with the tree, as `bootableTree` made it.
 *
 * @returns what it said about the mode of the root
 */
export async function expectBooted(printed: string, tree: string): Promise<string> {
  const facts = new Map(printed.split('\n').map((line) => [line.split(' ')[0] as string, line]));
  const hash = createHash('md5')
    .update(readFileSync(`${tree}/programs/all`))
    .digest('hex');
  assert.is(facts.get('HASH'), `HASH ${hash}`, printed);
  const [, inodes] = /^INODES (\d+ \d+) links 2$/.exec(facts.get('INODES') ?? '') ?? [];
  assert.ok(inodes !== undefined, facts.get('INODES'));
  assert.is(inodes.split(' ')[0], inodes.split(' ')[1], 'both names have one inode');
  assert.is(facts.get('DATA'), 'DATA data of the pair');
  assert.is(facts.get('DEVICE'), 'DEVICE block special file 103:fffff 640');
  assert.is(facts.get('OWNER'), 'OWNER 12:34 4711');
  assert.is(facts.get('TIME'), 'TIME 1600000000');
  assert.is(facts.get('SYMLINK'), 'SYMLINK no/where');
  const names = await succeed(['sh', '-c', 'busybox ls names | busybox md5sum'], { cwd: tree });
  assert.is(facts.get('BYTES'), `BYTES ${names}`);
  return facts.get('ROOT') ?? '';
}
