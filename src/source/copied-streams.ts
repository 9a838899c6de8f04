/** Standard input and pipes as inputs: copied to a temporary file, since archives are read at more than one place. */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { STANDARD_INPUT, withStored } from '../system/streams.ts';
import { overLimit, READ_LIMITS } from './read-limits.ts';
import { DEFAULT_SPOOL_DIRECTORY, Spool, temporaryHints } from './spool.ts';

export interface StreamOptions {
  /** Descriptor of standard input. */
  readonly input: number;
  readonly isInTerminal: boolean;
  /** Where copies are made; they need space there. Default: /var/tmp. */
  readonly temporary?: string | undefined;
  /** Most bytes of a stream. Default: that of `ReadLimits`. */
  readonly limit?: number | undefined;
}

const PIECE_BYTES = 1024 * 1024;
/** How long to wait for the writer of a pipe that another process made non-blocking, in milliseconds. */
const PIPE_WAIT = 5;

/**
 * Runs work with inputs of which some are streams; the copies are gone afterwards.
 *
 * @param names as the user gave them, streams only
 * @throws StillrootError `usage` for a stream that is named twice, `source-not-supported` for a terminal or a directory,
 *   `source-unreadable`, `archive-limit`, `output-failed` without space for the copy
 */
export async function withStreams<T>(
  names: readonly string[],
  options: StreamOptions,
  work: () => Promise<T>,
): Promise<T> {
  const stored = new Map<string, string>();
  const spools: Spool[] = [];
  try {
    for (const name of names) {
      if (stored.has(name)) {
        throw new StillrootError('usage', 'is named twice, but can be read only once', {
          where: name,
          hint: 'Save one of the two to a file first.',
        });
      }
      const whole = name === STANDARD_INPUT ? seekablePath(options) : undefined;
      const spool = whole === undefined ? copyOf(name, options) : undefined;
      if (spool !== undefined) spools.push(spool);
      stored.set(name, whole ?? spool?.path ?? name);
    }
    return await withStored(stored, work);
  } finally {
    for (const spool of spools) spool.close();
  }
}

/** Standard input redirected from a file, of which nothing has been read, needs no copy. */
function seekablePath({ input }: StreamOptions): string | undefined {
  const path = `/proc/self/fd/${input}`;
  if (!fstatSync(input).isFile()) return undefined;
  try {
    const isAtStart = /^pos:\s*0$/m.test(readFileSync(`/proc/self/fdinfo/${input}`, 'utf8'));
    if (!isAtStart) return undefined;
    // Another user may have opened it.
    closeSync(openSync(path, 'r'));
    return path;
  } catch {
    return undefined;
  }
}

function copyOf(name: string, options: StreamOptions): Spool {
  const { limit = READ_LIMITS.streamSize } = options;
  const temporary = options.temporary || DEFAULT_SPOOL_DIRECTORY;
  const descriptor = openStream(name, options);
  const spool = new Spool(
    temporary,
    `the content of ${name}`,
    temporaryHints('save the stream to a file first'),
  );
  try {
    for (const piece of piecesOf(name, descriptor)) {
      spool.write(piece);
      if (spool.size > limit) throw overLimit('streamSize', `has more than ${limit} bytes`, name);
    }
    return spool;
  } catch (error) {
    spool.close();
    throw error;
  } finally {
    if (descriptor !== options.input) closeSync(descriptor);
  }
}

function openStream(name: string, { input, isInTerminal }: StreamOptions): number {
  // A socket, as standard input may be, cannot be opened by its name.
  const isInput =
    name === STANDARD_INPUT || name === '/dev/stdin' || /^\/(?:dev|proc\/self)\/fd\/0$/.test(name);
  if (isInput && isInTerminal) {
    throw new StillrootError('source-not-supported', 'is a terminal', {
      where: name,
      hint: 'Pipe an archive into it, or name a file.',
    });
  }
  if (isInput && fstatSync(input).isDirectory()) {
    throw new StillrootError('source-not-supported', 'is a directory', {
      where: name,
      hint: 'Name the directory itself.',
    });
  }
  if (isInput) return input;
  try {
    return openSync(name, constants.O_RDONLY);
  } catch (cause) {
    throw new StillrootError(
      'source-unreadable',
      `cannot be opened (${(cause as NodeJS.ErrnoException).code})`,
      {
        where: name,
        hint: 'Name an archive that you can read.',
        cause,
      },
    );
  }
}

/** Each piece is valid until the next one is requested. */
function* piecesOf(name: string, descriptor: number): Generator<Uint8Array, void, undefined> {
  const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  for (;;) {
    let count: number;
    try {
      count = readSync(descriptor, buffer, 0, buffer.length, null);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EAGAIN') {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PIPE_WAIT);
        continue;
      }
      throw new StillrootError('source-unreadable', `cannot be read (${code})`, {
        where: name,
        hint: 'Check the command that writes to it.',
        cause,
      });
    }
    if (count === 0) return;
    yield buffer.subarray(0, count);
  }
}
