/**
 * Measures how long finalize takes: the whole command from outside, and its parts in one process. `node
 * bench/finalize.ts TREE [TURNS]`, as root; the tree is copied for each turn, and is not changed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Target } from '../src/finalize/target.ts';
import { inspect } from '../src/plan/inspect.ts';
import { DEFAULT_SETTINGS, Plan } from '../src/plan/plan.ts';
import { decide } from '../src/rules/decide.ts';
import { layersOf, selectRules } from '../src/rules/layers.ts';
import { choosePolicies, POLICIES } from '../src/rules/policies.ts';
import { TABLES } from '../src/rules/tables/index.ts';
import { measure, median } from './measure.ts';

const EPOCH = 1_700_000_000;
const BIN = fileURLToPath(new URL('../src/cli/bin.ts', import.meta.url));
const [tree, turns = '7'] = process.argv.slice(2);
if (tree === undefined) {
  console.error('usage: node bench/finalize.ts TREE [TURNS]');
  process.exit(2);
}
const scratch = mkdtempSync(`${tmpdir()}/stillroot-bench-`);
const root = `${scratch}/tree`;
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** A warm copy: everything just written is in the page cache. */
function copy(): void {
  rmSync(root, { recursive: true, force: true });
  const { status, stderr } = spawnSync('cp', ['-a', tree as string, root], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  spawnSync('sync');
}

/** Milliseconds of each part, without start-up. */
function parts(): Record<string, number> {
  const times: Record<string, number> = {};
  let last = performance.now();
  const lap = (name: string): void => {
    const now = performance.now();
    times[name] = now - last;
    last = now;
  };
  const target = new Target(root);
  const source = target.scan();
  lap('scan');
  const { detection, ownership } = inspect(source, undefined);
  const policies = choosePolicies(POLICIES, []);
  const context = {
    owned: ownership === undefined ? undefined : (path: string) => ownership.owns(path),
    policy: (name: string) => policies.get(name),
    privileged: process.getuid?.() === 0,
  };
  const rules = selectRules(layersOf(TABLES, detection.layers, []), { skip: [], only: [], elsewhere: [] });
  const decisions = decide(source.tree, rules, context);
  lap('packages and rules');
  let number = 0;
  const inodeHash = (): number => (number += 1);
  const plan = new Plan(source, decisions, { ...DEFAULT_SETTINGS, epoch: EPOCH }, inodeHash, context);
  lap('plan and rewrites');
  const drafts = target.draft(plan);
  lap('operations');
  target.apply(drafts, source);
  lap('stage and carry out');
  source.close();
  target.close();
  return times;
}

function show(name: string, values: readonly number[]): void {
  const [best, middle] = [Math.min(...values), median(values)].map((value) => value.toFixed(0).padStart(5));
  console.log(`${name.padEnd(26)} best ${best} ms, median ${middle} ms`);
}

const walls: number[] = [];
const cpus: number[] = [];
const byPart = new Map<string, number[]>();
for (let turn = 0; turn < Number(turns); turn += 1) {
  copy();
  const script = `'${process.execPath}' '${BIN}' finalize '${root}' --source-date-epoch ${EPOCH} --quiet`;
  const { wall, cpu } = measure({ name: 'finalize', script }, scratch);
  walls.push(wall * 1000);
  cpus.push(cpu * 1000);
  copy();
  for (const [name, time] of Object.entries(parts())) byPart.set(name, [...(byPart.get(name) ?? []), time]);
}
show('the whole command, wall', walls);
show('the whole command, CPU', cpus);
for (const [name, times] of byPart) show(name, times);
