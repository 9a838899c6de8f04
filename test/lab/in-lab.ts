/** The lab in this process, for tests that need neither root nor mounts. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import type { Dimension } from '../../src/lab/dimension.ts';
import { type Host, lookAtHost } from '../../src/lab/host.ts';
import { runLab } from '../../src/lab/lab.ts';
import type { Packer } from '../../src/lab/packer.ts';
import type { LabResult, PackerResult } from '../../src/lab/result.ts';
import { DIMENSIONS } from '../../src/lab/select.ts';
import { quoteWords } from '../../src/lab/shell.ts';
import { findVariants } from '../../src/lab/variants.ts';
import { openSource } from '../../src/source/open-source.ts';
import { Scratch } from '../support/temporary.ts';

/** Without types: each of hundreds of runs would strip them again. */
const leakyScratch = new Scratch('leaky-packer');
const LEAKY = leakyScratch.in('leaky-packer.mjs');
writeFileSync(
  LEAKY,
  transformSync(readFileSync(new URL('./leaky-packer.ts', import.meta.url), 'utf8'), { loader: 'ts' }).code,
);
chmodSync(leakyScratch.path, 0o755);

export function dimension(id: string): Dimension {
  const found = DIMENSIONS.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no dimension ${id}`);
  return found;
}

export function packer(id: string, command: string, rest: Partial<Packer> = {}): Packer {
  return { id, about: '', source: '', command, extension: '.cpio', programs: [], ...rest };
}

/** One that lets this into the archive. */
export function leaky(leak: string): Packer {
  return packer(`leaks-${leak}`, `${quoteWords([process.execPath, LEAKY])} {root} {out} ${leak}`);
}

export function leakyOption(leak: string): string {
  const { id, command } = leaky(leak);
  return `${id}=${command}`;
}

/** A host without what only root has. */
async function plainHost(path: string = process.env.PATH ?? ''): Promise<Host> {
  return { ...(await lookAtHost({ path, hasOwnMounts: false })), isRoot: false };
}

export interface InLabOptions {
  readonly rounds?: number;
  readonly against?: string;
  readonly epoch?: number;
  /** PATH of the user. */
  readonly path?: string;
  /** As --variant-path. */
  readonly directory?: string;
}

export async function inLab(
  tree: string,
  dimensions: readonly Dimension[],
  packers: readonly Packer[],
  rest: InLabOptions = {},
): Promise<LabResult> {
  const scratch = new Scratch('in-lab');
  chmodSync(scratch.path, 0o711);
  const source = await openSource(tree);
  const host = await plainHost(rest.path);
  const { directory } = rest;
  try {
    return await runLab({
      source,
      host: { ...host, variants: await findVariants({ path: host.path, packers, directory }) },
      scratch: scratch.path,
      dimensions,
      packers,
      seed: 1,
      epoch: rest.epoch,
      rounds: rest.rounds ?? 0,
      against: rest.against,
      signal: new AbortController().signal,
      onProgress: () => {},
    });
  } finally {
    source.close();
    scratch.remove();
  }
}

export function of(result: LabResult, id: string): PackerResult {
  const found = result.packers.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no packer ${id}`);
  return found;
}

export function outcome(result: LabResult, id: string, dimension: string): string | undefined {
  return of(result, id).cells.find((cell) => cell.dimension === dimension)?.outcome;
}
