/** A process of the test runner: runs the files that it is sent, one after another. See run.ts. */
import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { processorTimeOfAll } from './support/until.ts';

type Outcome = [errors: string | true, passed: number, skipped: number, total: number];
type Group = Array<() => Promise<Outcome>>;
declare global {
  var UVU_DEFER: number;
  var UVU_INDEX: number;
  var UVU_QUEUE: Group[];
}

/** A file of tests, as the runner sends it. */
export interface TestFile {
  readonly name: string;
  readonly file: string;
}

export interface FileResult extends TestFile {
  readonly passed: number;
  readonly skipped: number;
  readonly total: number;
  readonly seconds: number;
  /** Processor time in seconds, with that of programs that it started. */
  readonly work: number;
  /** What kept tests from being counted: a file that cannot be imported, a hook that threw. */
  readonly problems: readonly string[];
}

/** Ends what a file prints on either stream: nothing that a test prints has it. */
export const END_OF_FILE = '\0stillroot end of test file\0';

/** Sent in place of a file: the process may end. */
export const NO_MORE_FILES = 'no more files';

// yargs lays its help out in every run, which nobody sees. As in the program that is shipped, this takes little time.
const STRING_WIDTH = new URL('../src/single-file/string-width.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'string-width' ? { url: STRING_WIDTH, shortCircuit: true } : next(specifier, context),
});

// uvu reads this once, on its first import, which is that of the first file.
globalThis.UVU_DEFER = 1;

async function runFile({ name, file }: TestFile): Promise<FileResult> {
  const [begin, before] = [performance.now(), processorTimeOfAll()];
  const tally = { passed: 0, skipped: 0, total: 0 };
  const problems: string[] = [];
  const group: Group = [];
  globalThis.UVU_INDEX = 0;
  globalThis.UVU_QUEUE = [group];
  process.stdout.write(`${name}\n`);
  try {
    await import(pathToFileURL(file).href);
    if (group.length === 0) problems.push('registered nothing (is .run() missing?)');
    for (const suite of group) {
      const [errors, passed, skipped, total] = await suite();
      tally.passed += passed;
      tally.skipped += skipped;
      tally.total += total;
      if (errors !== true) process.stdout.write(`\n${errors}\n`);
      // `true` means uvu saw no error; fewer passes than tests then means that a hook threw, or something other than an
      // Error was thrown.
      else if (passed < total) problems.push(`${total - passed} test(s) never finished`);
    }
  } catch (error) {
    problems.push(`cannot be run: ${error instanceof Error ? error.stack : String(error)}`);
  }
  const seconds = (performance.now() - begin) / 1000;
  return { name, file, ...tally, seconds, work: processorTimeOfAll() - before, problems };
}

process.on('message', (file: TestFile | typeof NO_MORE_FILES) => {
  if (file === NO_MORE_FILES) {
    process.disconnect();
    return;
  }
  // A test that waits for what never comes then ends the process, and the runner says so.
  process.channel?.unref();
  void runFile(file).then((result) => {
    process.channel?.ref();
    for (const descriptor of [1, 2]) writeSync(descriptor, END_OF_FILE);
    process.send?.(result);
  });
});
