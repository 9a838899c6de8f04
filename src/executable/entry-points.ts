/** In place of system/entry-points.ts: what threads and processes start with is part of the executable. */
import { getAsset } from 'node:sea';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { EntryPoint, ThreadEntryPoint } from '../system/entry-points.ts';

/** Its first argument names what a process starts with, unless it is the command line. */
export const ENTRY_OPTION = '--stillroot-entry-point=';

export const HAS_OWN_NODE: boolean = true;

/** A thread starts with a script of its own that needs no other file. */
export function startThread(name: ThreadEntryPoint, options: WorkerOptions): Worker {
  return new Worker(getAsset(`${name}.js`, 'utf8'), { ...options, eval: true });
}

/** The command line that starts a process with it, without arguments. No other Node can run it. */
export function processWords(name: EntryPoint): readonly string[] {
  return [process.execPath, ...(name === 'bin' ? [] : [`${ENTRY_OPTION}${name}`])];
}

/** It is not beside the executable. */
export function findSingleFile(): undefined {
  return undefined;
}
