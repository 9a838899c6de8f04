/** Starts packers in the environment that a setup describes, and examines their output. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync, readSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { processWords } from '../system/entry-points.ts';
import { makeDirectories } from '../system/files.ts';
import { type CommandResult, type Environment, runCommand } from './command.ts';
import type { Packer } from './packer.ts';
import { commandLine, environmentOf, type RunSetup } from './setup.ts';
import { fillIn, quoteWords } from './shell.ts';

export interface Run {
  /** The archive; undefined if the packer failed. */
  readonly archive: { readonly file: string; readonly digest: string; readonly size: number } | undefined;
  /** Why it failed. */
  readonly message: string | undefined;
  readonly result: CommandResult;
  /** Whether the company that should run alongside did. */
  readonly hadCompany: boolean;
}

interface RunnerContext {
  readonly scratch: string;
  readonly signal: AbortSignal;
}

interface RunOptions {
  /** Milliseconds. */
  readonly timeout: number;
  readonly withMemory?: boolean;
}

/** So that any packer may write here. */
const ANYBODY = 0o777;
/** Everybody's files are their own, as in /tmp. */
const STICKY = 0o1000;

export class PackerRunner {
  readonly #scratch: string;
  readonly #signal: AbortSignal;

  constructor({ scratch, signal }: RunnerContext) {
    this.#scratch = scratch;
    this.#signal = signal;
    for (const name of ['work', 'temporary']) {
      mkdirSync(join(scratch, name));
      // mkdir(2) takes away what the umask says.
      chmodSync(join(scratch, name), STICKY | ANYBODY);
    }
  }

  /** TMPDIR of every command. */
  get temporary(): string {
    return join(this.#scratch, 'temporary');
  }

  /** @returns one run, or both of a packer that was started twice */
  async run(packer: Packer, setup: RunSetup, root: string, options: RunOptions): Promise<Run[]> {
    const first = this.#outputFile('out', packer, setup);
    const runs = [this.#start(packer, setup, root, first, options)];
    if (setup.company === 'twin') {
      runs.push(this.#start(packer, setup, root, this.#outputFile('out-twin', packer, setup), options));
    }
    return Promise.all(runs);
  }

  /** Standard output of a script in the environment of a packer, for self-checks. */
  async probe(script: string, setup: RunSetup, root: string): Promise<string> {
    const line = commandLine(setup, script);
    const spelled = this.#spell(setup, root);
    const env: Environment = {
      ...environmentOf(setup),
      STILLROOT_LAB_TREE: spelled,
      STILLROOT_LAB_OUT: join(this.#scratch, 'out', setup.output),
      STILLROOT_LAB_NODE: quoteWords([setup.node, ...setup.nodeFlags]),
    };
    const cwd = this.#directory(setup, root);
    const { stdout, stderr } = await runCommand(line, {
      env,
      cwd,
      timeout: PROBE_TIMEOUT,
      signal: this.#signal,
    });
    return stdout.trim() || stderr.split('\n').at(-1) || '';
  }

  /** What the shell runs; also used by reports, with their own placeholders. */
  script({ command }: Packer, setup: RunSetup, root: string, out: string): string {
    const stillroot = quoteWords(processWords('bin', [setup.node, ...setup.nodeFlags]));
    const filled = fillIn(command, { root, out, threads: String(setup.threads), stillroot });
    // A pipeline fails if any part does, but not every shell supports that.
    return setup.shell[0] === 'bash' ? `set -o pipefail; ${filled}` : filled;
  }

  async #start(
    packer: Packer,
    setup: RunSetup,
    root: string,
    out: string,
    options: RunOptions,
  ): Promise<Run> {
    const line = commandLine(setup, this.script(packer, setup, this.#spell(setup, root), out));
    const env = environmentOf(setup);
    const load = setup.company === 'load' ? new Load(env) : undefined;
    let stops: Stops | undefined;
    try {
      const result = await runCommand(line, {
        env,
        cwd: this.#directory(setup, root),
        timeout: options.timeout,
        signal: this.#signal,
        withMemory: options.withMemory ?? false,
        meanwhile: (child) => {
          if (setup.company === 'stops') stops = new Stops(child);
          return () => stops?.end();
        },
      });
      const hadCompany = (load?.isThere ?? true) && (stops === undefined || stops.count > 0);
      return { ...look(result, out), result, hadCompany };
    } finally {
      load?.end();
    }
  }

  #outputFile(name: string, { extension }: Packer, { output }: RunSetup): string {
    const usual = join(this.#scratch, name);
    rmSync(usual, { recursive: true, force: true });
    const directory = output === 'usual' ? usual : join(usual, 'elsewhere', 'and-below');
    const umask = process.umask(0);
    try {
      makeDirectories(directory, ANYBODY);
    } finally {
      process.umask(umask);
    }
    return join(directory, `${output === 'usual' ? 'tree' : 'another name of the archive'}${extension}`);
  }

  #spell({ spelling }: RunSetup, root: string): string {
    if (spelling === 'relative') return '.';
    if (spelling === 'slash') return `${root}/`;
    if (spelling === 'absolute') return root;
    const link = join(this.#scratch, 'link');
    rmSync(link, { force: true });
    symlinkSync(dirname(root), link);
    return join(link, 'tree');
  }

  #directory({ cwd }: RunSetup, root: string): string {
    if (cwd === 'tree') return root;
    return cwd === 'root' ? '/' : join(this.#scratch, 'work');
  }
}

const PROBE_TIMEOUT = 60_000;

function look(result: CommandResult, file: string): Pick<Run, 'archive' | 'message'> {
  const { status, timedOut, stderr } = result;
  // Later lines repeat the error for other files, or are a stack trace.
  const said = stderr.split('\n').find((line) => line.trim() !== '') ?? '';
  const failure = timedOut
    ? 'did not end in time'
    : status === 0
      ? undefined
      : `ended with ${status ?? 'a signal'}${said === '' ? '' : `: ${said}`}`;
  if (failure !== undefined) return { archive: undefined, message: failure };
  try {
    const { digest, size } = digestFile(file);
    if (size > 0) return { archive: { file, digest, size }, message: undefined };
    return { archive: undefined, message: 'wrote an empty archive' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { archive: undefined, message: `wrote no archive that can be read (${code})` };
  }
}

// What happens alongside a packer: load, or being stopped and continued.

/** Milliseconds between two stops, and how long each lasts. */
const EVERY = 40;
const PAUSE = 15;

/**
 * Stops a process and its group, and continues it; the first time immediately, so that even the shortest run has one.
 */
class Stops {
  count = 0;
  readonly #pid: number;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor({ pid }: ChildProcess) {
    this.#pid = pid ?? 0;
    this.#stop();
    this.#timers.push(setInterval(() => this.#stop(), EVERY));
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#signal('SIGCONT');
  }

  #stop(): void {
    if (!this.#signal('SIGSTOP')) return;
    this.count += 1;
    this.#timers.push(setTimeout(() => this.#signal('SIGCONT'), PAUSE));
  }

  #signal(name: 'SIGSTOP' | 'SIGCONT'): boolean {
    try {
      process.kill(-this.#pid, name);
      return true;
    } catch {
      // It has ended.
      return false;
    }
  }
}

/** Busy processes, twice as many as processors. */
class Load {
  readonly #children: ChildProcess[];

  constructor(env: Environment) {
    this.#children = Array.from({ length: 2 * availableParallelism() }, () =>
      spawn('sh', ['-c', 'while :; do :; done'], { env, stdio: 'ignore' }),
    );
  }

  /** Whether all of them ran until now. */
  get isThere(): boolean {
    return this.#children.every(
      ({ pid, exitCode, signalCode }) => pid && exitCode === null && signalCode === null,
    );
  }

  end(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}

const PIECE_SIZE = 1024 * 1024;

/** SHA-256 in hex, and how many bytes there are. */
function digestFile(path: string): { readonly digest: string; readonly size: number } {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(PIECE_SIZE);
  const descriptor = openSync(path, 'r');
  try {
    let size = 0;
    for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) {
      hash.update(buffer.subarray(0, count));
      size += count;
    }
    return { digest: hash.digest('hex'), size };
  } finally {
    closeSync(descriptor);
  }
}
