/** The process of the lab: receives its order from start-lab.ts, and sends back the results. */
import { existsSync, rmSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { openSource } from '../source/open-source.ts';
import type { Source } from '../source/source.ts';
import { doWithoutMaglev } from '../system/compilers.ts';
import { withStored } from '../system/streams.ts';
import { HelperFailed, runHelper } from './command.ts';
import { lookAtHost } from './host.ts';
import { runLab } from './lab.ts';
import type { LabResult } from './result.ts';
import { selectDimensions, selectPackers } from './select.ts';
import type { LabError, LabMessage, LabOrder } from './start-lab.ts';
import { findVariants } from './variants.ts';

doWithoutMaglev();

/** Milliseconds between two messages of progress. */
const EVERY = 100;

/**
 * Where tools keep shared state, under names that outside processes may have taken, and whose content may affect results:
 * POSIX shared memory, and what container engines remember of blobs. Each becomes an empty directory, with this mode.
 */
const SHARED = [
  ['/dev/shm', '1777'],
  ['/var/lib/containers', '0755'],
] as const;

function send(message: LabMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => resolve());
  });
}

async function perform(order: LabOrder, signal: AbortSignal): Promise<LabResult> {
  const { request, scratch, hasOwnMounts } = order;
  const plain = await lookAtHost({ path: request.path, hasOwnMounts });
  const packers = selectPackers(request.packers, request.quick, request.ownPackers);
  const directory = request.variantPath ?? undefined;
  const host = { ...plain, variants: await findVariants({ path: plain.path, packers, directory }) };
  for (const [directory, mode] of hasOwnMounts ? SHARED : []) {
    if (!existsSync(directory)) continue;
    await runHelper(['mount', '-t', 'tmpfs', '-o', `mode=${mode}`, 'stillroot-lab', directory], {
      PATH: host.path,
    });
  }
  const stored = new Map(order.isCopied ? [[request.source, '/proc/self/fd/0']] : []);
  const open = (): Promise<Source> =>
    openSource(request.source, {
      limits: request.limits,
      crossMounts: request.crossMounts,
      image: request.image,
      platform: request.platform,
      temporary: scratch,
      signal,
    });
  const source = await withStored(stored, open);
  let last = 0;
  try {
    return await runLab({
      source,
      host,
      scratch,
      dimensions: selectDimensions(request.dimensions, request.quick),
      packers,
      seed: request.seed,
      epoch: request.epoch ?? undefined,
      rounds: request.rounds,
      against: request.against ?? undefined,
      signal,
      onProgress: (progress) => {
        const now = performance.now();
        if (now - last < EVERY) return;
        last = now;
        void send({ type: 'progress', progress });
      },
    });
  } finally {
    source.close();
  }
}

function packed(error: unknown): LabError {
  const known =
    error instanceof HelperFailed
      ? new StillrootError('system', error.message, {
          where: 'bench',
          hint: 'The lab cannot be set up without it: look at PATH, and run as root or without root.',
        })
      : error instanceof StillrootError
        ? error
        : undefined;
  const { message = String(error), stack } = known ?? (error instanceof Error ? error : {});
  return { code: known?.code, message, where: known?.where, hint: known?.hint, stack };
}

/** The parent process is gone, and with it the reader of the result. */
const abort = new AbortController();
process.on('disconnect', () => {
  abort.abort(new Error('the command line is gone'));
});
// A terminal sends these to every process; the parent decides when to stop.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});

process.once('message', (order: LabOrder) => {
  perform(order, abort.signal)
    .then(
      (result) => send({ type: 'result', result }),
      (error: unknown) => send({ type: 'error', error: packed(error) }),
    )
    .finally(() => {
      // The process that would remove it may have been killed; the mounts in it are gone.
      if (abort.signal.aborted) rmSync(order.scratch, { recursive: true, force: true });
      process.exit();
    });
});
