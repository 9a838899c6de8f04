/**
 * Changes the program in one small place at a time and runs the tests concerned: a change that no test notices means a
 * branch or a number that nothing pins.
 *
 *     node bench/mutants.ts [--count N] [--seed TEXT] [--jobs N] [--only ID,...] [--again] [--quick] [--state FILE] [--report FILE]
 *
 * Works on copies of the checkout in the directory for temporary files. For each mutant the test of the same name runs
 * first, then its directory, then directories that use it, until one fails. Results are kept in the state file, so that
 * an interrupted run continues; --again retries survivors without a reason in equivalent-mutants.json. --report writes
 * a page of Markdown about all that were run.
 *
 * The tests run a deliberately broken program. As root, give it a mount namespace in which everything but /tmp is
 * read-only; bench/README.md says how.
 */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Outcome, renderMutants } from './mutant-report.ts';
import {
  applyMutation,
  findMutations,
  MUTATED,
  type Mutation,
  moduleOf,
  mutatedFiles,
  sample,
} from './mutations.ts';

const NEEDED = ['src', 'test', 'fixtures', 'bench', '.ci', 'package.json', 'tsconfig.json', 'README.md'];
/** A test run may take this many times as long as without a mutant, plus some seconds. */
const SLOWER = 4;
const GRACE = 20;
/** Upper limit, in seconds, for a test file that the test runner does not list as slow. */
const QUICK = 5;
/** Seconds. */
const BASELINE_LIMIT = 900;

const ALL_TESTS = String.raw`^[\w-]+\.test\.ts$`;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '240' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    only: { type: 'string' },
    again: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    state: { type: 'string', default: join(tmpdir(), 'stillroot-mutants.jsonl') },
    report: { type: 'string' },
  },
});
const checkout = new URL('..', import.meta.url).pathname;

/** One process of tests: a directory of test/ and a pattern for its files. */
interface Stage {
  readonly directory: string;
  readonly pattern: string;
  /** Seconds after which it counts as failed. */
  readonly limit: number;
}

/** How long a test directory takes without a mutant, in seconds. */
interface Baseline {
  readonly directory: string;
  readonly seconds: number;
  /** Times of files that take more than a few seconds; they run last. */
  readonly slow: Readonly<Record<string, number>>;
}

const texts = mutatedFiles(checkout);
const all = findMutations(texts);
const only = values.only?.split(',');
const chosen =
  only === undefined
    ? sample(all, Number(values.count), values.seed)
    : all.filter(({ id }) => only.includes(id));
const reasons = JSON.parse(
  readFileSync(new URL('equivalent-mutants.json', import.meta.url), 'utf8'),
) as Record<string, string>;
const { outcomes, baselines } = readState(values.state);
const left = chosen.filter(({ id }) => {
  const known = outcomes.get(id);
  return (
    known === undefined ||
    only !== undefined ||
    (values.again && known.end === 'survived' && reasons[id] === undefined)
  );
});
console.log(`${all.length} mutants, ${chosen.length} in the sample, ${left.length} to run`);

if (left.length > 0) {
  const scratch = mkdtempSync(join(tmpdir(), 'stillroot-mutants-'));
  try {
    const copies = Array.from({ length: Number(values.jobs) }, (_, number) =>
      makeCopy(join(scratch, `${number}`)),
    );
    await measureBaselines(copies);
    await Promise.all(copies.map(work));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
if (values.report !== undefined) {
  const method = { seed: values.seed, date: new Date().toISOString().slice(0, 10) };
  writeFileSync(values.report, renderMutants(all, outcomes, reasons, texts, method));
}

/** One line of JSON for each outcome and each baseline; the last one for each counts. */
function readState(file: string): { outcomes: Map<string, Outcome>; baselines: Map<string, Baseline> } {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const outcomes = new Map<string, Outcome>();
  const baselines = new Map<string, Baseline>();
  for (const line of lines) {
    const record = JSON.parse(line) as Outcome | Baseline;
    if ('directory' in record) baselines.set(record.directory, record);
    else outcomes.set(record.id, record);
  }
  return { outcomes, baselines };
}

function record(line: Outcome | Baseline): void {
  appendFileSync(values.state, `${JSON.stringify(line)}\n`);
}

/** Shares the packages of the checkout: nothing changes them. */
function makeCopy(directory: string): string {
  for (const part of NEEDED) cpSync(join(checkout, part), join(directory, part), { recursive: true });
  symlinkSync(join(checkout, 'node_modules'), join(directory, 'node_modules'));
  return directory;
}

/** Checks that all tests pass without a mutant, and measures how long they take. */
async function measureBaselines(copies: readonly string[]): Promise<void> {
  const needed = new Set(left.flatMap((mutation) => directoriesFor(moduleOf(mutation))));
  const waiting = [...needed].filter((directory) => !baselines.has(directory));
  const measure = async (copy: string): Promise<void> => {
    for (let directory = waiting.shift(); directory !== undefined; directory = waiting.shift()) {
      const stage = { directory, pattern: ALL_TESTS, limit: BASELINE_LIMIT };
      const { isGreen, output, seconds } = await runTests(copy, stage);
      if (!isGreen) throw new Error(`tests of ${directory} fail without a mutant:\n${output.slice(-2000)}`);
      const slow = [...output.matchAll(/^ +(\d+) s {2}(.+)\.test\.ts$/gm)];
      const baseline = {
        directory,
        seconds,
        slow: Object.fromEntries(slow.map(([, taken, name = '']) => [name, Number(taken)])),
      };
      baselines.set(directory, baseline);
      record(baseline);
      console.log(JSON.stringify(baseline));
    }
  };
  await Promise.all(copies.map(measure));
}

function directoriesFor(module: string): string[] {
  return values.quick ? [module] : [module, ...(MUTATED[module] ?? [])];
}

/** From those that are quick and likely to notice, to those that are not. */
function stagesFor(copy: string, mutation: Mutation): Stage[] {
  const module = moduleOf(mutation);
  const name = basename(mutation.file, '.ts');
  const named = readdirSync(join(copy, 'test', module)).filter(
    (file) => file.endsWith('.test.ts') && (file === `${name}.test.ts` || file.startsWith(`${name}-`)),
  );
  const stages: Stage[] = [];
  const add = (directory: string, pattern: string, seconds: number): void =>
    void stages.push({ directory, pattern, limit: seconds * SLOWER + GRACE });
  const secondsOf = (file: string): number =>
    baselines.get(module)?.slow[basename(file, '.test.ts')] ?? QUICK;
  if (named.length > 0) {
    add(
      module,
      `^(${named.join('|')})$`,
      named.reduce((sum, file) => sum + secondsOf(file), 0),
    );
  }
  for (const directory of directoriesFor(module)) {
    const { seconds, slow } = baselines.get(directory) as Baseline;
    const files = Object.entries(slow).sort((a, b) => a[1] - b[1]);
    const rest = files.reduce((left, [, taken]) => left - taken, seconds);
    const except = files.length === 0 ? '' : `(?!(${files.map(([file]) => file).join('|')})\\.)`;
    add(directory, `^${except}[\\w-]+\\.test\\.ts$`, Math.max(rest, QUICK));
    if (values.quick) continue;
    for (const [file, taken] of files) add(directory, `^${file}\\.test\\.ts$`, taken);
  }
  return stages;
}

async function work(copy: string): Promise<void> {
  for (let mutation = left.shift(); mutation !== undefined; mutation = left.shift()) {
    const path = join(copy, mutation.file);
    const text = texts[`/${mutation.file}`] as string;
    writeFileSync(path, applyMutation(text, mutation));
    const begin = performance.now();
    const { end, by } = await tryMutant(copy, mutation);
    writeFileSync(path, text);
    const seconds = Math.round((performance.now() - begin) / 100) / 10;
    const outcome: Outcome = { id: mutation.id, end, by, seconds };
    outcomes.set(mutation.id, outcome);
    record(outcome);
    console.log(
      `${end} ${mutation.id} ${mutation.file}:${mutation.line} ${mutation.operator} ${seconds} s, ${left.length} left`,
    );
  }
}

async function tryMutant(copy: string, mutation: Mutation): Promise<Pick<Outcome, 'end' | 'by'>> {
  for (const stage of stagesFor(copy, mutation)) {
    const { isGreen, isLate } = await runTests(copy, stage);
    const by = `${stage.directory} ${stage.pattern}`;
    if (isLate) return { end: 'timed out', by };
    if (!isGreen) return { end: 'killed', by };
  }
  return { end: 'survived', by: '' };
}

interface TestRun {
  readonly isGreen: boolean;
  readonly isLate: boolean;
  readonly output: string;
  readonly seconds: number;
}

/** Ends with the first test that fails. */
function runTests(copy: string, { directory, pattern, limit }: Stage): Promise<TestRun> {
  const begin = performance.now();
  // A mutant that never stops growing must not use up the machine's memory.
  const args = ['--max-old-space-size=1024', 'test/run.ts', `test/${directory}`, pattern, '--jobs', '1'];
  const child = spawn(process.execPath, args, {
    cwd: copy,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let isLate = false;
  const stop = (): void => {
    try {
      // The whole group, since tests start further processes.
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, limit * 1000);
  const take = (bytes: Buffer): void => {
    output += bytes.toString('latin1');
    if (output.includes('   FAIL  ')) stop();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      stop();
      resolve({ isGreen: code === 0, isLate, output, seconds: (performance.now() - begin) / 1000 });
    });
  });
}
