/**
 * Starts the lab in its own process: as root also in its own mount and PID namespaces, so that every mount and every
 * process ends with it, however it ends. What it leaves in its scratch directory is removed here, outside its mount
 * namespace, where none of its mounts can be reached.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, StillrootError, systemCode } from '../errors.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import { processWords } from '../system/entry-points.ts';
import { storedPath } from '../system/streams.ts';
import { LastLines } from './command.ts';
import type { Progress } from './lab.ts';
import type { LabResult } from './result.ts';

/** Milliseconds for an orderly end. */
const GRACE = 5000;
/** Characters kept of the last lines of an error that the lab did not report itself. */
const MAX_ERRORS = 4096;

const MOUNTS = ['--mount', '--propagation', 'private'];
const PROCESSES = ['--pid', '--fork', '--mount-proc', '--kill-child'];

interface StartOptions {
  /** Environment of the process; packers get a different one. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory in which the scratch directory is created. */
  readonly temporary: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** @throws what the lab threw; whatever `signal` was aborted with */
export async function startLab(request: LabRequest, options: StartOptions): Promise<LabResult> {
  const namespaces = findNamespaces(options.env);
  const scratch = makeScratch(options.temporary);
  try {
    const order: LabOrder = {
      request,
      scratch,
      hasOwnMounts: namespaces.includes('--mount'),
      isCopied: storedPath(request.source) !== request.source,
    };
    return await converse(order, namespaces, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The options of unshare that work here; empty if it cannot be used. */
function findNamespaces(env: StartOptions['env']): readonly string[] {
  if (process.geteuid?.() !== 0) return [];
  return (
    [[...MOUNTS, ...PROCESSES], MOUNTS].find((flags) => {
      return spawnSync('unshare', [...flags, 'true'], { env, stdio: 'ignore' }).status === 0;
    }) ?? []
  );
}

function makeScratch(temporary: string): string {
  try {
    const scratch = mkdtempSync(join(temporary, 'stillroot-lab-'));
    // Packers may run as a different user.
    chmodSync(scratch, 0o711);
    return scratch;
  } catch (cause) {
    throw new StillrootError(
      'output-failed',
      `no directory can be made there (${(cause as NodeJS.ErrnoException).code})`,
      {
        where: temporary,
        hint: 'Name another one by --scratch.',
        cause,
      },
    );
  }
}

function converse(order: LabOrder, namespaces: readonly string[], options: StartOptions): Promise<LabResult> {
  const { env, signal, onProgress } = options;
  signal.throwIfAborted();
  const line = processWords('lab-process');
  const [program = '', ...args] = namespaces.length === 0 ? line : ['unshare', ...namespaces, ...line];
  // The copy of a stream has no name that another process could open.
  const input = order.isCopied ? openSync(storedPath(order.request.source), 'r') : 'ignore';
  const child = spawn(program, args, { env, stdio: [input, 'ignore', 'pipe', 'ipc'] });
  if (typeof input === 'number') closeSync(input);
  return new Promise((resolve, reject) => {
    let answer: (() => void) | undefined;
    const errors = new LastLines(MAX_ERRORS);
    let timer: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      // Without a channel there is no event when it closes.
      child.once('exit', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
      // The lab notices the closed channel, ends what it started and unmounts. If not, killing unshare kills its child,
      // and thereby everything below.
      if (child.connected) child.disconnect();
      timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
    };
    signal.addEventListener('abort', onAbort);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => errors.add(text));
    child.on('message', (message: LabMessage) => {
      if (message.type === 'progress') onProgress(message.progress);
      else if (message.type === 'result') answer ??= () => resolve(message.result);
      else answer ??= () => reject(unpacked(message.error));
    });
    child.on('error', (cause) => {
      const what = `${program} cannot be started (${systemCode(cause) ?? cause.message})`;
      const hint = 'Look at PATH, and at the limit of processes.';
      answer ??= () => reject(new StillrootError('system', what, { where: 'bench', hint, cause }));
    });
    child.on('close', (status, name) => {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(timer);
      answer ??= () =>
        reject(
          new StillrootError('internal', `the lab ended with ${status ?? name}: ${errors.text().trim()}`),
        );
      answer();
    });
    child.send(order, (error) => {
      if (error !== null && error !== undefined) child.kill('SIGKILL');
    });
  });
}

function unpacked({ code, message, where, hint, stack }: LabError): Error {
  if (code === undefined) return Object.assign(new Error(message), { stack });
  const error = new StillrootError(code, '', {
    ...(where === undefined ? {} : { where }),
    ...(hint === undefined ? {} : { hint }),
  });
  // The message is already complete.
  error.message = message;
  return error;
}

// Messages between the command line and the process of the lab.

export interface LabRequest {
  /** Directory or archive. */
  readonly source: string;
  readonly limits: Partial<ReadLimits>;
  readonly crossMounts: boolean;
  /** See ImageOptions. */
  readonly image?: string | false | undefined;
  readonly platform?: string | undefined;
  /** See select.ts. */
  readonly dimensions: readonly string[];
  readonly packers: readonly string[];
  readonly ownPackers: readonly string[];
  readonly quick: boolean;
  readonly seed: number;
  readonly epoch: number | null;
  readonly rounds: number;
  readonly against: string | null;
  /** PATH of the user. */
  readonly path: string;
  /** Absolute path of a directory with other versions of tools. */
  readonly variantPath: string | null;
}

/** The request, plus what the process that starts the lab knows. */
export interface LabOrder {
  readonly request: LabRequest;
  readonly scratch: string;
  readonly hasOwnMounts: boolean;
  /** Whether the source is a stream, whose copy is standard input of the process. */
  readonly isCopied: boolean;
}

export type LabMessage =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'result'; readonly result: LabResult }
  | { readonly type: 'error'; readonly error: LabError };

/** An error passed between processes. */
export interface LabError {
  /** Undefined for anything but a StillrootError. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly where: string | undefined;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
}
