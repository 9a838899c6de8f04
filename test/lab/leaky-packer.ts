/**
 * node leaky-packer.ts ROOT OUT [LEAK]
 *
 * A packer that is deterministic except for one thing that it deliberately leaks into the archive. It shares no code
 * with src.
 */
import { spawnSync } from 'node:child_process';
import { lstatSync, opendirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

const [root = '', out = '', leak = 'nothing'] = process.argv.slice(2);
const pieces: Buffer[] = [];
const epoch = Number(process.env.SOURCE_DATE_EPOCH);
const groups = new Map<bigint, { readonly number: number; left: number }>();
/** Names inside the tree, by inode: link counts count names outside too. */
const counts = new Map<bigint, number>();

function count(path: Buffer): void {
  const { ino } = lstatSync(path, { bigint: true });
  counts.set(ino, (counts.get(ino) ?? 0) + 1);
  if (!lstatSync(path).isDirectory()) return;
  for (const child of names(path)) count(Buffer.concat([path, Buffer.from('/'), child]));
}

function names(directory: Buffer): Buffer[] {
  const handle = opendirSync(directory, { encoding: 'buffer' as BufferEncoding });
  const found: Buffer[] = [];
  for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) {
    found.push(entry.name as unknown as Buffer);
  }
  handle.closeSync();
  if (leak === 'order') return found;
  if (leak !== 'locale') return found.sort(Buffer.compare);
  const { stdout } = spawnSync('sort', {
    input: found.map((name) => `${name.toString('latin1')}\n`).join(''),
  });
  return stdout
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((name) => Buffer.from(name, 'latin1'));
}

function write(name: Buffer | string, fields: number[], content: Buffer, device = [0, 0]): void {
  const bytes = Buffer.concat([Buffer.from(name), Buffer.alloc(1)]);
  const numbers = [...fields, content.length, 0, 0, ...device, bytes.length, 0];
  const header = `070701${numbers.map((number) => number.toString(16).toUpperCase().padStart(8, '0')).join('')}`;
  const padded = (piece: Buffer): Buffer => Buffer.concat([piece, Buffer.alloc(-piece.length & 3)]);
  pieces.push(padded(Buffer.concat([Buffer.from(header), bytes])), padded(content));
}

function visit(path: Buffer, name: Buffer): void {
  const stats = lstatSync(path, { bigint: true });
  const isDirectory = stats.isDirectory();
  let mode = Number(stats.mode);
  if (leak === 'umask') mode &= ~process.umask();
  let inode = 0;
  let links = 1;
  const seconds = Number(stats.mtimeNs / 1_000_000_000n);
  let content: Buffer = Buffer.alloc(0);
  if (stats.isFile()) content = readFileSync(path);
  else if (stats.isSymbolicLink()) content = Buffer.from(readlinkSync(path, { encoding: 'buffer' }));
  if (stats.isFile() && (counts.get(stats.ino) ?? 0) > 1 && leak !== 'links') {
    const group = groups.get(stats.ino) ?? { number: groups.size + 1, left: 0 };
    groups.set(stats.ino, group);
    inode = group.number;
    links = 2;
    if (group.left > 0) content = Buffer.alloc(0);
    group.left += 1;
  }
  if (leak === 'inode') inode = Number(stats.ino & 0xffff_ffffn);
  if (leak === 'directory-links' && isDirectory) links = Number(stats.nlink);
  const mtime = leak === 'mtime' ? seconds & 0x7fff_ffff : Math.min(seconds, epoch);
  // See makedev(3); these devices have small numbers.
  const device = [Number((stats.rdev >> 8n) & 0xfffn), Number(stats.rdev & 0xffn)];
  write(name, [inode, mode, Number(stats.uid), Number(stats.gid), links, mtime], content, device);
  if (!isDirectory) return;
  for (const child of names(path)) {
    visit(Buffer.concat([path, Buffer.from('/'), child]), Buffer.concat([name, Buffer.from('/'), child]));
  }
}

count(Buffer.from(root));
visit(Buffer.from(root), Buffer.from('.'));
const extra: Readonly<Record<string, string>> = {
  clock: String(new Date().getFullYear()),
  host: hostname(),
  home: process.env.HOME ?? 'none',
  user: String(process.getuid?.()),
  path: root,
};
if (leak === 'random') write('leak', [0, 0o100644, 0, 0, 1, 0], Buffer.from(String(Math.random())));
const text = extra[leak];
if (text !== undefined) write('leak', [0, 0o100644, 0, 0, 1, 0], Buffer.from(text));
write('TRAILER!!!', [0, 0, 0, 0, 1, 0], Buffer.alloc(0));
writeFileSync(out, Buffer.concat(pieces));
