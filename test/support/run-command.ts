import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Null where a signal or the timeout ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Replaces the environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string | Uint8Array;
  /** Milliseconds; 300,000 by default: ends what hangs, and is not a measure of speed. */
  readonly timeout?: number;
}

/**
 * The faketime wrapper gives up before it starts its program if an earlier process with its id was killed and left its
 * semaphore behind. Trying again takes another id.
 */
const IS_FAKETIME_COLLISION = /^faketime: sem_open: File exists$/m;
const FAKETIME_TRIES = 5;

/** Runs a program without a shell and never throws for what the program does. */
export async function runCommand(
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  for (let tries = 1; ; tries += 1) {
    const result = await runOnce(argv, options);
    const isCollision = result.status !== 0 && IS_FAKETIME_COLLISION.test(result.stderr);
    if (!isCollision || tries === FAKETIME_TRIES || !argv.includes('faketime')) return result;
  }
}

function runOnce(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, options.timeout ?? 300_000);
    child.stdout.on('data', (piece: Buffer) => stdout.push(piece));
    child.stderr.on('data', (piece: Buffer) => stderr.push(piece));
    // A program that ends before it has read its input is not an error here.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error);
    });
    child.stdin.end(options.input);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      const errors = Buffer.concat(stderr).toString();
      resolve({ status, signal, stdout: Buffer.concat(stdout), stderr: errors, timedOut });
    });
  });
}

/** Runs a program that must succeed; its standard output as text without the last newline. */
export async function succeed(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { status, signal, stdout, stderr, timedOut } = await runCommand(argv, options);
  if (status !== 0) {
    const how = timedOut ? 'did not finish in time' : `ended with ${status ?? signal}`;
    throw new Error(`${argv.join(' ')}: ${how}\n${stdout.toString().slice(-2000)}${stderr.slice(-2000)}`);
  }
  return stdout.toString().replace(/\n$/, '');
}
