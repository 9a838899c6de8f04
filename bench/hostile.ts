/**
 * Feeds damaged input to every reader, a million and more: it must only cause stillroot's own errors, in bounded time
 * and memory. The inputs are those of test/fuzz, of which CI tries 150,000. Progress is kept in a file, so that a run
 * continues where one was stopped:
 *
 *     npm run bench:hostile -- --inputs 1000000 --seed 1 --state /var/tmp/hostile.json --report bench/HOSTILE.md
 *
 * Several processes may share the file, each with different readers in `--only`. Without `--report` the page goes to
 * standard output.
 */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runTarget } from '../test/fuzz/run-target.ts';
import type { FuzzTarget } from '../test/fuzz/target.ts';
import { fuzzTargets } from '../test/fuzz/targets/table.ts';

/** Inputs between two progress records. */
const CHUNK = 20_000;
/** Maximum resident bytes of the whole process. */
const MEMORY_MAX = 1e9;
/** Seconds that one input may take before the run fails. */
const SECONDS_MAX = 30;

/** Progress of one reader. */
interface Progress {
  inputs: number;
  read: number;
  refusals: number;
  milliseconds: number;
  /** Milliseconds of the slowest input. */
  slowest: number;
}

interface State {
  readonly seed: number;
  readonly started: string;
  /** Bytes. */
  peak: number;
  readonly targets: Record<string, Progress>;
}

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    state: { type: 'string', default: join(tmpdir(), 'stillroot-hostile.json') },
    report: { type: 'string' },
    only: { type: 'string' },
  },
});

await main(Number(values.inputs), Number(values.seed), values.state, values.report, values.only?.split(','));

async function main(
  inputs: number,
  seed: number,
  stateFile: string,
  report: string | undefined,
  only: readonly string[] | undefined,
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'stillroot-hostile-'));
  try {
    for (const target of fuzzTargets(scratch)) {
      if (only !== undefined && !only.includes(target.name)) continue;
      await feed(target, Math.ceil((inputs * target.share) / 100), seed, stateFile);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const text = describe(readState(stateFile, seed));
  if (report === undefined) process.stdout.write(text);
  else writeFileSync(report, text);
}

function readState(file: string, seed: number): State {
  const state = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as State) : undefined;
  return state?.seed === seed ? state : { seed, started: new Date().toISOString(), peak: 0, targets: {} };
}

async function feed(target: FuzzTarget, inputs: number, seed: number, stateFile: string): Promise<void> {
  const { name } = target;
  const none = { inputs: 0, read: 0, refusals: 0, milliseconds: 0, slowest: 0 };
  const progress = readState(stateFile, seed).targets[name] ?? none;
  while (progress.inputs < inputs) {
    const result = await runTarget(target, {
      inputs: Math.min(CHUNK, inputs - progress.inputs),
      first: progress.inputs,
      seed,
      seconds: SECONDS_MAX,
    });
    progress.inputs += result.inputs;
    progress.read += result.read;
    progress.refusals = Math.max(progress.refusals, result.refusals);
    progress.milliseconds += result.milliseconds;
    progress.slowest = Math.max(progress.slowest, result.slowest);
    // Read again: another process may have progressed with other readers in the meantime.
    const state = readState(stateFile, seed);
    state.targets[name] = progress;
    state.peak = Math.max(state.peak, peakMemory());
    writeFileSync(`${stateFile}.new`, JSON.stringify(state));
    renameSync(`${stateFile}.new`, stateFile);
    process.stderr.write(`${name}: ${progress.inputs} of ${inputs}, peak ${megabytes(state.peak)} MB\n`);
    if (state.peak > MEMORY_MAX) throw new Error(`${name}: ${megabytes(state.peak)} MB of memory`);
  }
}

/** Peak resident bytes, from VmHWM of proc_pid_status(5), which is in kibibytes. */
function peakMemory(): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  return Number(kibibytes) * 1024;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function describe({ seed, started, peak, targets }: State): string {
  const all = Object.entries(targets);
  const total = all.reduce((sum, [, { inputs }]) => sum + inputs, 0);
  const number = (value: number): string => Math.round(value).toLocaleString('en-US');
  const rows = all.map(
    ([name, { inputs, read, refusals, milliseconds, slowest }]) =>
      `| ${name} | ${number(inputs)} | ${number(read)} | ${number(refusals)} | ${number(milliseconds / 1000)} | ${number(slowest)} |`,
  );
  return `# Hostile input

\`npm run bench:hostile\` wrote this page. Begun ${started.slice(0, 10)} on ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}, seed ${seed}:
${number(total)} damaged inputs, each either read or refused with an error of stillroot's own; none took ${SECONDS_MAX} seconds, and the process,
Node included, never held more than ${megabytes(peak)} MB. "Refusals" are distinct messages of one part of a run, numbers and names left out.

| reader | inputs | read | refusals | seconds | slowest (ms) |
| --- | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`;
}
