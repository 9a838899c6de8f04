import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { elfArchitecture, platformOfTree } from '../../src/manifest/tree-platform.ts';

const test = suite('tree-platform');

/** The first bytes of a program: class 1 or 2, data 1 (little) or 2 (big), machine. */
function program(bits: 32 | 64, endian: 'little' | 'big', machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header[4] = bits === 32 ? 1 : 2;
  header[5] = endian === 'little' ? 1 : 2;
  if (endian === 'little') header.writeUInt16LE(machine, 18);
  else header.writeUInt16BE(machine, 18);
  return header;
}

for (const [bits, endian, machine, wanted] of [
  [64, 'little', 62, 'amd64'],
  [32, 'little', 3, '386'],
  [64, 'little', 183, 'arm64'],
  [32, 'little', 40, 'arm'],
  [64, 'little', 243, 'riscv64'],
  [64, 'big', 22, 's390x'],
  [64, 'little', 21, 'ppc64le'],
  [64, 'big', 21, 'ppc64'],
  [64, 'little', 8, 'mips64le'],
  [32, 'big', 8, 'mips'],
  [64, 'little', 258, 'loong64'],
  [32, 'little', 243, undefined],
  [64, 'little', 9999, undefined],
] as const) {
  test(`machine ${machine} with ${bits} bits, ${endian} endian, is ${wanted}`, () => {
    assert.is(elfArchitecture(program(bits, endian, machine)), wanted);
  });
}

test('the program that builds this is of the architecture that Node names', async () => {
  const { readFileSync } = await import('node:fs');
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  assert.is(
    elfArchitecture(readFileSync(process.execPath).subarray(0, 64)),
    names[process.arch] ?? process.arch,
  );
});

test('anything else is no program', () => {
  assert.is(elfArchitecture(undefined), undefined);
  assert.is(elfArchitecture(Buffer.alloc(0)), undefined);
  assert.is(elfArchitecture(Buffer.from('\x7fELF', 'latin1')), undefined);
  assert.is(elfArchitecture(Buffer.from('#!/bin/sh\necho a long enough script\n')), undefined);
});

function treeOf(files: Readonly<Record<string, Buffer>>) {
  return {
    read: (path: string) => files[path],
    list: (directory: string) =>
      Object.keys(files).filter((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))) === directory),
  };
}

test('a tree without a shell is of the architecture of another program', () => {
  const files = treeOf({ 'etc/x': Buffer.from('x'), server: program(64, 'little', 183) });
  assert.equal(platformOfTree(files, [], 'linux'), { os: 'linux', architecture: 'arm64', variant: 'v8' });
  assert.is(platformOfTree(treeOf({ 'bin/sh': Buffer.from('#!/bin/busybox') }), [], 'linux'), undefined);
});

test('an architecture of packages that nobody knows says nothing', () => {
  const files = treeOf({ 'bin/sh': program(32, 'little', 40) });
  assert.equal(platformOfTree(files, ['constructor', '__proto__'], 'debian'), {
    os: 'linux',
    architecture: 'arm',
  });
});

test('the variant of 32-bit Arm is that of its packages', () => {
  const files = treeOf({ 'bin/sh': program(32, 'little', 40) });
  const variant = (packages: readonly string[], id: string): string | null | undefined =>
    platformOfTree(files, packages, id)?.variant;
  assert.is(variant(['all', 'armhf'], 'debian'), 'v7');
  assert.is(variant(['armel'], 'debian'), 'v5');
  assert.is(variant(['armhf'], 'alpine'), 'v6');
  assert.is(variant(['armv7'], 'alpine'), 'v7');
  assert.is(variant(['noarch'], 'fedora'), undefined);
});

test.run();
