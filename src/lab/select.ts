/** Which dimensions and packers the user selects. */
import { StillrootError } from '../errors.ts';
import type { Dimension } from './dimension.ts';
import { ENVIRONMENT, LOCALE } from './dimensions/environment.ts';
import { FILESYSTEMS } from './dimensions/filesystems.ts';
import { INODES_AND_NAMES, PATHS } from './dimensions/inodes-and-names.ts';
import { MACHINE, RESOURCES, USER } from './dimensions/machine.ts';
import { CONTENT, TIMES } from './dimensions/times-and-content.ts';
import { TOOL, VERSIONS } from './dimensions/versions.ts';
import type { Packer } from './packer.ts';
import { PACKERS } from './packers.ts';
import { Random } from './random.ts';
import { parsePacker } from './shell.ts';

/** Every dimension, in the order of reports. */
export const DIMENSIONS: readonly Dimension[] = [
  ...INODES_AND_NAMES,
  ...TIMES,
  ...FILESYSTEMS,
  ...PATHS,
  ...USER,
  ...LOCALE,
  ...ENVIRONMENT,
  ...MACHINE,
  ...RESOURCES,
  ...TOOL,
  ...VERSIONS,
  ...CONTENT,
];

/**
 * @param patterns ids, in which `*` matches anything; empty for all
 * @throws usage for a pattern that matches nothing
 */
export function selectDimensions(patterns: readonly string[], quick: boolean): Dimension[] {
  const some = select('--dimension', DIMENSIONS, patterns);
  return quick && patterns.length === 0 ? some.filter((dimension) => dimension.quick === true) : some;
}

/**
 * @param own `NAME=COMMAND`, see parsePacker
 * @throws usage
 */
export function selectPackers(patterns: readonly string[], quick: boolean, own: readonly string[]): Packer[] {
  const added = own.map((text): Packer => {
    const { name, command } = parsePacker(text);
    return {
      id: name,
      about: 'named by --packer',
      source: 'the command line',
      command,
      extension: '.archive',
      programs: [],
    };
  });
  const all = [...PACKERS, ...added];
  for (const [at, { id }] of all.entries()) {
    if (all.findIndex((other) => other.id === id) === at) continue;
    throw new StillrootError('usage', `there is a packer ${id} already`, {
      where: '--packer',
      hint: 'Give it another name.',
    });
  }
  if (patterns.length === 0)
    return quick ? all.filter((packer) => packer.quick === true || added.includes(packer)) : all;
  const chosen = select('--packers', all, patterns);
  return [...chosen, ...added.filter((packer) => !chosen.includes(packer))];
}

function select<T extends { readonly id: string }>(
  option: string,
  all: readonly T[],
  patterns: readonly string[],
): T[] {
  if (patterns.length === 0) return [...all];
  const tests = patterns.map((pattern) => {
    const test = new RegExp(`^${pattern.split('*').map(literally).join('.*')}$`);
    if (all.some(({ id }) => test.test(id))) return test;
    throw new StillrootError('usage', `nothing is called ${JSON.stringify(pattern)}`, {
      where: option,
      hint: 'See stillroot bench --list; * matches any part of a name.',
    });
  });
  return all.filter(({ id }) => tests.some((test) => test.test(id)));
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Selects what is varied all at once: one dimension of each slot, chosen by the seed, and all without a slot. */
export function combineDimensions(dimensions: readonly Dimension[], seed: number): Dimension[] {
  const random = new Random(seed);
  const slots = new Map<string, Dimension[]>();
  const chosen = new Set<Dimension>();
  for (const dimension of dimensions) {
    const { slot, equality } = dimension;
    if (equality !== 'required' || slot === '') continue;
    if (slot === undefined) chosen.add(dimension);
    else slots.set(slot, [...(slots.get(slot) ?? []), dimension]);
  }
  for (const [first, ...others] of slots.values()) {
    if (first !== undefined) chosen.add(random.pick([first, ...others]));
  }
  return dimensions.filter((dimension) => chosen.has(dimension));
}
