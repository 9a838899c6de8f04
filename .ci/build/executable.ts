/**
 * Makes `dist/stillroot-VERSION-linux-ARCH`: Node, the program and its native parts in one file, as a single executable
 * application of Node. The bytes depend on the sources, the lock file and the pinned Node only, not on the machine.
 * Options: `--arch x64` or `--arch arm64` for one of them.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { withElfNote } from './elf-note.ts';
import { type ExecutableProgram, makeExecutableProgram } from './executable-program.ts';
import { lockedPackage, unpackedPackage } from './locked-package.ts';
import { packageVersion, ROOT } from './stand-ins.ts';

/** That of the set-up. */
export const NODE_VERSION = '24.21.0';

/** Integrity of the platform packages of `node`, which the lock file does not name. */
const NODE_PACKAGE = {
  x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
} as const;

/** SHA-256 of their program, since an unpacked package cannot be compared with its integrity. */
const NODE_PROGRAM = {
  x64: '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
  arm64: '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
} as const;

export const ARCHITECTURES = ['x64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** Where Node looks for its blob, and the byte in it that says that there is one: `src/node_sea.cc`. */
const NOTE = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';

/** Files by the names of assets. */
type Assets = Readonly<Record<string, string | Uint8Array>>;

function executableName(architecture: Architecture): string {
  return `stillroot-${packageVersion()}-linux-${architecture}`;
}

/** Writes it into the directory, in place of one that is there; returns its path. */
export async function writeExecutable(
  program: ExecutableProgram,
  architecture: Architecture,
  directory: string,
): Promise<string> {
  const { node, assets } = await partsFor(architecture);
  const blob = makeBlob(program.boot, { ...Object.fromEntries(program.assets), ...assets(program) });
  const path = join(directory, executableName(architecture));
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${path}.new`, withElfNote(withFuse(node), NOTE, blob));
  chmodSync(`${path}.new`, 0o755);
  renameSync(`${path}.new`, path);
  return path;
}

interface Parts {
  /** The program of Node. */
  readonly node: Buffer;
  readonly assets: (program: ExecutableProgram) => Assets;
}

async function partsFor(architecture: Architecture): Promise<Parts> {
  const nodeName = `node-linux-${architecture}`;
  const nodeDirectory = await unpackedPackage(
    nodeName,
    { version: NODE_VERSION, integrity: NODE_PACKAGE[architecture] },
    `node_modules/node/node_modules/${nodeName}`,
    ['bin/node', 'LICENSE'],
  );
  const node = readFileSync(join(nodeDirectory, 'bin/node'));
  const digest = createHash('sha256').update(node).digest('hex');
  if (digest !== NODE_PROGRAM[architecture]) {
    throw new Error(`${nodeDirectory}/bin/node has SHA-256 ${digest}, wanted ${NODE_PROGRAM[architecture]}`);
  }
  const native: Record<string, Uint8Array> = {};
  for (const part of ['lzma', 'xattr']) {
    const name = `@napi-rs/${part}-linux-${architecture}-gnu`;
    const file = `${part}.linux-${architecture}-gnu.node`;
    const unpacked = await unpackedPackage(name, lockedPackage(name), `node_modules/${name}`, [file]);
    native[`${part}.node`] = readFileSync(join(unpacked, file));
  }
  const sqlite = readFileSync(join(ROOT, 'node_modules/@sqlite.org/sqlite-wasm/dist/sqlite3.wasm'));
  const nodeLicence = readFileSync(join(nodeDirectory, 'LICENSE'), 'utf8');
  return {
    node,
    assets: ({ assets }) => ({
      ...native,
      'sqlite3.wasm': sqlite,
      'licences.txt': `${assets.get('licences.txt')}\n== Node.js ${NODE_VERSION}\n${nodeLicence}`,
    }),
  };
}

/** What Node reads at its start; made by the same version of Node, which has no other way to make it. */
function makeBlob(boot: string, assets: Assets): Buffer {
  if (process.versions.node !== NODE_VERSION) {
    throw new Error(`run by Node ${process.versions.node}, wanted ${NODE_VERSION}, as npm run does it`);
  }
  const scratch = mkdtempSync(join(tmpdir(), 'stillroot-build-'));
  try {
    for (const [name, content] of Object.entries(assets)) writeFileSync(join(scratch, name), content);
    writeFileSync(join(scratch, 'boot'), boot);
    const names = Object.keys(assets).sort();
    // Names without a directory: the path of the script goes into the blob.
    const config = {
      ...{ main: 'boot', output: 'blob', disableExperimentalSEAWarning: true },
      // It would depend on the processor of the machine that makes it.
      useCodeCache: false,
      // Options of Node in NODE_OPTIONS are meant for other programs.
      execArgvExtension: 'none',
      assets: Object.fromEntries(names.map((name) => [name, name])),
    };
    writeFileSync(join(scratch, 'config'), JSON.stringify(config));
    execFileSync(process.execPath, ['--experimental-sea-config', 'config'], { cwd: scratch, stdio: 'pipe' });
    return readFileSync(join(scratch, 'blob'));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function withFuse(node: Buffer): Buffer {
  const at = node.indexOf(`${FUSE}0`);
  if (at === -1 || node.includes(`${FUSE}0`, at + 1)) throw new Error('this Node has no fuse for a blob');
  const bytes = Buffer.from(node);
  bytes.write('1', at + FUSE.length, 'latin1');
  return bytes;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { arch: { type: 'string' } } });
  const chosen = ARCHITECTURES.filter((each) => values.arch === undefined || values.arch === each);
  if (chosen.length === 0) {
    console.error(`--arch: invalid value "${values.arch}", wanted one of ${ARCHITECTURES.join(', ')}`);
    process.exit(2);
  }
  const program = await makeExecutableProgram();
  for (const architecture of chosen) {
    try {
      const path = await writeExecutable(program, architecture, join(ROOT, 'dist'));
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
      console.log(`${digest}  ${path.slice(ROOT.length)}`);
    } catch (error) {
      const [message] = (error as Error).message.split('\n');
      console.error(`dist/${executableName(architecture)} was not made: ${message}`);
      // Without a network only that for this machine can be made.
      if (architecture === process.arch || values.arch !== undefined) process.exitCode = 1;
    }
  }
}
