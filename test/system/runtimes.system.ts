// One tree, one digest, whatever runs the packer: different Node, encoder build or processor.
import { readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeExecutable } from '../../.ci/build/executable.ts';
import { makeExecutableProgram } from '../../.ci/build/executable-program.ts';
import { awkwardTree } from '../../fixtures/awkward.ts';
import { materialize } from '../../fixtures/materialize.ts';
import { before } from '../support/before.ts';
import { checkoutCopy } from '../support/checkout-copy.ts';
import { programFiles } from '../support/programs-tree.ts';
import { findTool, missing, testWhere } from '../support/requires.ts';
import { type CliOptions, type PackReport, pack } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('runtimes');
const scratch = new Scratch('runtimes');
const tree = scratch.in('tree');
const ARGS = ['--skip', '**', '--source-date-epoch', '1700000000', '--level', '4'];
/** One for each compression. */
const FORMATS = ['cpio.xz', 'cpio.zst', 'cpio.gz'] as const;
const wanted = new Map<string, PackReport['digests']>();

before(test, async () => {
  materialize(tree, [...awkwardTree(), ...programFiles(3)]);
  for (const format of FORMATS) {
    wanted.set(format, (await pack(tree, scratch.in(`control.${format}`), ARGS)).digests);
  }
  assert.is(new Set([...wanted.values()].map(({ file }) => file)).size, FORMATS.length);
});
test.after(() => scratch.remove());

async function packsTheSame(name: string, options: CliOptions): Promise<void> {
  for (const format of FORMATS) {
    const output = scratch.in(`${name}.${format}`);
    const report = await pack(tree, output, ARGS, { timeout: 300_000, ...options });
    assert.equal(report.digests, wanted.get(format), format);
  }
}

/** Why a preparation, which needs the network, did not work; undefined where it did. */
async function lacking(prepare: () => Promise<void>): Promise<string | undefined> {
  try {
    await prepare();
    return undefined;
  } catch (error) {
    return `could not be prepared: ${(error as Error).message}`;
  }
}

// Node 22, the oldest supported line.
let node22 = '';
const withoutNode22 = await lacking(async () => {
  node22 = await succeed(['npm', 'exec', '--yes', '--package=node@22', '-c', 'command -v node'], {
    cwd: scratch.path,
  });
});
testWhere(test, withoutNode22, 'Node 22', async () => {
  const major = await succeed([node22, '-p', 'process.versions.node.split(".")[0]']);
  assert.is(major, '22');
  assert.is.not(major, process.versions.node.split('.')[0]);
  // So it packs .zst with the encoder as WebAssembly where its own is another release.
  const zstd = await succeed([node22, '-p', 'process.versions.zstd']);
  assert.match(zstd, /^\d+\.\d+\.\d+$/);
  await packsTheSame('node22', { node: [node22] });
});

test('V8 without its optimizing compiler', async () => {
  const node = [process.execPath, '--no-opt', '--max-lazy'];
  assert.is(await succeed([...node, '-p', 'process.execArgv.slice(0, 2).join()']), '--no-opt,--max-lazy');
  await packsTheSame('no-opt', { node });
});

// The encoder as WebAssembly, for platforms without a native build.
let wasmCopy = '';
const withoutWasm = await lacking(async () => {
  const packages = ['@napi-rs/lzma-wasm32-wasi@1.5.1'];
  wasmCopy = await checkoutCopy(scratch, 'wasm', packages, ['--cpu=wasm32']);
});
testWhere(test, withoutWasm, 'the encoder as WebAssembly', async () => {
  const encoders = readdirSync(scratch.in('wasm/node_modules/@napi-rs')).filter((name) =>
    name.startsWith('lzma-'),
  );
  assert.equal(encoders, ['lzma-wasm32-wasi'], 'only the WebAssembly build is there to be loaded');
  await packsTheSame('wasm', { bin: wasmCopy, env: { ...process.env, NAPI_RS_FORCE_WASI: '1' } });
});

// The executable for arm64, under emulation of its instructions.
const EMULATOR = 'qemu-aarch64-static';
let arm64 = '';
const withoutArm64 =
  missing({ tools: [EMULATOR, 'apt-get', 'dpkg'] }) ??
  (await lacking(async () => {
    arm64 = await writeExecutable(await makeExecutableProgram(), 'arm64', scratch.in('arm64'));
    const libraries = ['libc6-arm64-cross', 'libgcc-s1-arm64-cross', 'libstdc++6-arm64-cross'];
    await succeed(['apt-get', 'download', ...libraries], { cwd: scratch.in('arm64') });
    await succeed(['sh', '-c', 'for deb in *.deb; do dpkg -x "$deb" libraries; done'], {
      cwd: scratch.in('arm64'),
    });
  }));
testWhere(test, withoutArm64, 'arm64', async () => {
  const machine = await succeed(['od', '-An', '-tu2', '-j18', '-N2', arm64]);
  assert.is(machine.trim(), '183', 'EM_AARCH64');
  const wrapper = [findTool(EMULATOR) as string, '-L', scratch.in('arm64/libraries/usr/aarch64-linux-gnu')];
  await packsTheSame('arm64', { bin: arm64, wrapper });
});

test.run();
