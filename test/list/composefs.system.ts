// What list prints for composefs, read by mkcomposefs of Debian unstable: the image is the one that it makes from the
// tree.
import { linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { unpackPackage } from '../support/debian-package.ts';
import { missing, testWhere } from '../support/requires.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('composefs');
const scratch = new Scratch('composefs', '/var/tmp');
const tree = scratch.in('tree');
const lacking =
  missing({ root: true, tools: ['apt-get', 'dpkg', 'bsdtar', 'mknod', 'mkfifo'] }) ??
  ((await debianMirror('bookworm')) === undefined ? 'apt on this machine knows no archive' : undefined);

test.after(() => scratch.remove());

const LIBRARIES = 'usr/lib/x86_64-linux-gnu';
let loader: readonly string[] = [];
let programs = '';

/** The C library of this machine may be older than they want, so they bring their own. */
const composefs = (name: string, ...args: string[]): Promise<string> =>
  succeed([...loader, `${programs}/usr/bin/${name}`, ...args]);

before(test, async () => {
  if (lacking !== undefined) return;
  const [{ directory }, library, libc] = [
    await unpackPackage(scratch, 'unstable', 'composefs'),
    await unpackPackage(scratch, 'unstable', 'libcomposefs1'),
    await unpackPackage(scratch, 'unstable', 'libc6'),
  ];
  programs = directory;
  const paths = [library.directory, libc.directory].map((root) => `${root}/${LIBRARIES}`);
  const path = [...paths, `/${LIBRARIES}`].join(':');
  loader = [`${libc.directory}/${LIBRARIES}/ld-linux-x86-64.so.2`, '--library-path', path];
  mkdirSync(`${tree}/usr/lib`, { recursive: true });
  const sizes = [0, 1, 64, 65, 4096, 4097, 600_000];
  for (const size of sizes) writeFileSync(`${tree}/usr/${size}`, Buffer.alloc(size, `${size} `));
  writeFileSync(Buffer.from(`${tree}/na me\\x \xff=\n`, 'latin1'), 'text\0\n');
  symlinkSync('-', `${tree}/dash`);
  symlinkSync('usr/lib', `${tree}/lib`);
  await succeed(['mknod', '-m', '600', `${tree}/null`, 'c', '1', '3']);
  await succeed(['mknod', '-m', '640', `${tree}/loop`, 'b', '4095', '74565']);
  await succeed(['mkfifo', `${tree}/fifo`]);
  utimesSync(`${tree}/usr`, 1_700_000_000, 1_700_000_000);
});

async function dumpOf(name: string): Promise<string> {
  const archive = scratch.in(`${name}.tar`);
  await succeed(['bsdtar', '--format=pax', '-cf', archive, '-C', tree, '.']);
  const { status, stdout, stderr } = await run(['list', archive, '--format', 'composefs-dump']);
  assert.is(status, 0, stderr);
  const path = scratch.in(`${name}.dump`);
  writeFileSync(path, stdout);
  return path;
}

testWhere(test, lacking, 'the image of the dump is the image of the tree', async () => {
  const dump = await dumpOf('plain');
  const image = (name: string, ...args: string[]): Promise<string> =>
    composefs('mkcomposefs', '--print-digest', ...args, scratch.in(name));
  const digest = await image('dumped', '--from-file', dump);
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.is(digest, await image('direct', '--skip-xattrs', tree));
});

testWhere(test, lacking, 'hard links are one inode in the image', async () => {
  linkSync(`${tree}/usr/4097`, `${tree}/usr/lib/other`);
  const dump = await dumpOf('linked');
  await composefs('mkcomposefs', '--from-file', dump, scratch.in('linked'));
  const lines = (await composefs('composefs-info', 'dump', scratch.in('linked'))).split('\n');
  const line = (path: string): string | undefined => lines.find((each) => each.startsWith(`${path} `));
  assert.match(line('/usr/4097') ?? '', /^\/usr\/4097 4097 100644 2 /);
  assert.match(line('/usr/lib/other') ?? '', /^\/usr\/lib\/other 4097 @100644 2 .* \/usr\/4097 - /);
});

test.run();
