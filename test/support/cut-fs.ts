/**
 * What SIGKILL does to a program between two of its calls, without a process: from the Nth call on that changes the
 * filesystem, every such call fails and changes nothing, including those in `finally` blocks.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

type Call = (...args: unknown[]) => unknown;

const CHANGING: readonly string[] = [
  ...['chmodSync', 'chownSync', 'fchmodSync', 'fchownSync', 'fsyncSync', 'ftruncateSync', 'futimesSync'],
  ...['linkSync', 'mkdirSync', 'renameSync', 'rmSync', 'rmdirSync', 'symlinkSync', 'unlinkSync'],
  ...['utimesSync', 'writeFileSync'],
];

export class Killed extends Error {}

export interface Watched {
  /** Calls that changed something, or would have. */
  readonly calls: number;
  readonly wasKilled: boolean;
}

/**
 * @param limit calls that still happen
 * @param beforeCall called before each one; its own calls are not counted, and it may throw
 */
export function withCutFs(
  limit: number,
  work: () => void,
  beforeCall?: (name: string, args: readonly unknown[]) => void,
): Watched {
  const calls = fs as unknown as Record<string, Call>;
  const real = new Map([...CHANGING, 'openSync'].map((name) => [name, calls[name] as Call]));
  let count = 0;
  let isOutside = false;
  const counted =
    (name: string): Call =>
    (...args) => {
      const run = real.get(name) as Call;
      const makes = name !== 'openSync' || (Number(args[1]) & fs.constants.O_CREAT) !== 0;
      if (isOutside || !makes) return run(...args);
      count += 1;
      if (count > limit) {
        // A write may be cut in the middle.
        if (name === 'writeFileSync' && count === limit + 1) run(args[0], halfOf(args[1]), args[2]);
        throw new Killed();
      }
      isOutside = true;
      try {
        beforeCall?.(name, args);
        return run(...args);
      } finally {
        isOutside = false;
      }
    };
  for (const name of real.keys()) calls[name] = counted(name);
  syncBuiltinESMExports();
  try {
    work();
    return { calls: count, wasKilled: false };
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return { calls: count, wasKilled: true };
  } finally {
    for (const [name, call] of real) calls[name] = call;
    syncBuiltinESMExports();
  }
}

function halfOf(content: unknown): Uint8Array {
  const bytes = typeof content === 'string' ? Buffer.from(content) : (content as Uint8Array);
  return bytes.subarray(0, bytes.length >> 1);
}
