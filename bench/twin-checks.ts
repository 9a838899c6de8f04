/** What the programs of a packed tree say about it, and whether they say the same of the tree before packing. */
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { keptArchive } from './twin-build.ts';
import { BOOT, SERVICE_CHECKS, TOOL_CHECKS, type TreeCheck } from './twin-services.ts';
import type { PackageSet } from './twin-set.ts';
import { FIRST, type Places, runInTree } from './twin-side.ts';

export interface CheckResult {
  readonly name: string;
  readonly isGood: boolean;
  /** The end of what it printed, where it is not good. */
  readonly output: string;
  /** Where it is not good: whether the tree as it was bootstrapped gives the same output, so that the rules are not the cause. */
  readonly isSameUntouched?: boolean;
}

/** @param root of the first side after packing and unpacking */
export async function runChecks(
  set: Pick<PackageSet, 'name'>,
  root: string,
  places: Places,
): Promise<{ tools: readonly CheckResult[]; services: readonly CheckResult[] }> {
  const log = join(places.kept, `${set.name}-check.log`);
  const tools = await runAll(TOOL_CHECKS, { root, places, log });
  if (SERVICE_CHECKS.some(({ needs }) => isThere(root, needs))) await boot({ root, places, log });
  const services = await runAll(SERVICE_CHECKS, { root, places, log });
  const [failedTools, failedServices] = [TOOL_CHECKS, SERVICE_CHECKS].map((checks) =>
    checks.filter(({ name }) => [...tools, ...services].some((one) => one.name === name && !one.isGood)),
  ) as [TreeCheck[], TreeCheck[]];
  if (failedTools.length + failedServices.length === 0) return { tools, services };
  const untouched = { root: join(places.trees, 'untouched'), places, log };
  unpackUntouched(set.name, untouched.root, places);
  const before = await runAll(failedTools, untouched);
  if (failedServices.length > 0) await boot(untouched);
  before.push(...(await runAll(failedServices, untouched)));
  execFileSync('rm', ['-rf', '--one-file-system', untouched.root]);
  return { tools: compareChecks(tools, before), services: compareChecks(services, before) };
}

/** Says of what fails whether it fails in the same way before packing. */
export function compareChecks(after: readonly CheckResult[], before: readonly CheckResult[]): CheckResult[] {
  return after.map((check) => {
    if (check.isGood) return check;
    const isSameUntouched = before.some(
      ({ name, isGood, output }) => name === check.name && !isGood && output === check.output,
    );
    return { ...check, isSameUntouched };
  });
}

interface Where {
  readonly root: string;
  readonly places: Places;
  readonly log: string;
}

async function runAll(checks: readonly TreeCheck[], where: Where): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, needs, command, isQuiet = false } of checks) {
    if (!isThere(where.root, needs)) continue;
    const { status, output } = await run(command, where);
    const isGood = status === 0 && !(isQuiet && output !== '');
    results.push({ name, isGood, output: isGood ? '' : output.trim().slice(-LONGEST_OUTPUT) });
  }
  return results;
}

async function boot(where: Where): Promise<void> {
  await run(BOOT, where);
}

function run(command: string, where: Where): ReturnType<typeof runInTree> {
  return runInTree(['sh', '-c', command], { ...where, side: FIRST, hasServices: true });
}

function unpackUntouched(set: string, root: string, places: Places): void {
  execFileSync('rm', ['-rf', '--one-file-system', root]);
  execFileSync('mkdir', [root]);
  const archive = keptArchive(set, FIRST, places);
  execFileSync('bsdtar', ['--numeric-owner', '-xpf', archive], { cwd: root });
}

function isThere(root: string, pattern: string): boolean {
  return globSync(pattern, { cwd: root }).length > 0;
}

const LONGEST_OUTPUT = 600;
