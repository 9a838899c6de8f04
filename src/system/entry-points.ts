/**
 * Modules that threads and processes start with, by name. From source each is a file of its directory, in the package a
 * file of this name beside the others; the executable replaces this file, and takes them out of itself.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** The module of each, relative to this one. The build makes a file of each. */
export const ENTRY_POINTS = {
  bin: '../cli/bin.ts',
  'lab-process': '../lab/lab-process.ts',
  'xz-thread': '../formats/xz/block-worker.ts',
  'zstd-thread': '../formats/zstd/part-worker.ts',
  'gzip-thread': '../formats/gzip/deflate-worker.ts',
  'output-thread': '../pack/output-worker.ts',
  'attribute-thread': '../source/attribute-worker.ts',
} as const;

export type EntryPoint = keyof typeof ENTRY_POINTS;
export type ThreadEntryPoint = Extract<EntryPoint, `${string}-thread`>;

/** Whether Node is part of the program, so that no other one can run it. */
export const HAS_OWN_NODE: boolean = false;

/** Whether the program consists of its sources, not of what a build makes of them. */
export const IS_SOURCE: boolean = import.meta.url.endsWith('.ts');

function fileOf(name: EntryPoint): URL {
  return new URL(IS_SOURCE ? ENTRY_POINTS[name] : `./${name}.js`, import.meta.url);
}

export function startThread(name: ThreadEntryPoint, options: WorkerOptions): Worker {
  return new Worker(fileOf(name), options);
}

/** The command line that starts a process with it, without arguments. */
export function processWords(
  name: EntryPoint,
  node: readonly string[] = [process.execPath],
): readonly string[] {
  return [...node, fileURLToPath(fileOf(name))];
}

/** `stillroot-finalize.mjs`, where it has been built. */
export function findSingleFile(): string | undefined {
  const path = fileURLToPath(
    new URL(`${IS_SOURCE ? '../../dist' : '..'}/stillroot-finalize.mjs`, import.meta.url),
  );
  return existsSync(path) ? path : undefined;
}
