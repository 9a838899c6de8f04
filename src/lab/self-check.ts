/** Checks that a variation took effect, and varied nothing else. */
import { compareTrees } from '../diff/compare-trees.ts';
import type { Source } from '../source/source.ts';
import type { Field } from '../tree/delta.ts';
import type { Dimension, Seen } from './dimension.ts';
import type { Fact } from './facts.ts';
import { describe } from './first-difference.ts';
import type { Host } from './host.ts';
import type { PackerRunner } from './packer-run.ts';
import type { Setup } from './setup.ts';
import type { World } from './world.ts';

export interface CheckContext {
  readonly runner: PackerRunner;
  /** The content that every tree should have. */
  readonly model: Source;
  readonly control: Setup;
  readonly host: Host;
  /** Everything that is varied now, including the dimension in question. */
  readonly varied: readonly Dimension[];
}

/** @param observed how the tree differs from that of the control */
export async function checkEffect(
  dimension: Dimension,
  setup: Setup,
  world: World,
  observed: ReadonlySet<Fact>,
  { runner, model, control, host, varied }: CheckContext,
): Promise<Seen> {
  const texts: string[] = [];
  if (setup.ownTree) {
    const content = checkContent(dimension, varied, world, model);
    if (!content.tookEffect) return content;
    if (content.text !== '') texts.push(content.text);
  }
  const { facts } = dimension;
  const missing = (facts ?? []).filter((fact) => !observed.has(fact));
  if (missing.length > 0) {
    const others = [...observed].join(', ') || 'nothing';
    return { tookEffect: false, text: `no other ${missing.join(', ')}; what differs: ${others}` };
  }
  if (facts !== undefined) texts.push(`other ${facts.join(', ')}`);
  const seen = await dimension.check?.({
    facts: observed,
    root: world.root,
    host,
    probe: (script) => runner.probe(script, setup.run, world.root),
    probeControl: (script) => runner.probe(script, control.run, world.root),
  });
  if (seen !== undefined) texts.push(seen.text);
  return { tookEffect: seen?.tookEffect ?? true, text: texts.join('; ') };
}

/** Facts about modification times. */
const TIMES = /^(times? of (files|directories|symlinks|the root)|fractions)/;

/**
 * The content must be unchanged, or changed if the dimension says so; times must be unchanged unless it varies them.
 */
function checkContent(
  { equality }: Dimension,
  varied: readonly Dimension[],
  world: World,
  model: Source,
): Seen {
  const variesTimes = varied.some(({ facts = [] }) => facts.some((fact) => TIMES.test(fact)));
  const source = world.source();
  try {
    const { findings } = compareTrees(model, source);
    const isContent = (field: Field): boolean => {
      // No packer here holds extended attributes, and file systems set some of their own.
      if (field === 'attributes') return false;
      return field !== 'mtime' || !variesTimes;
    };
    const [first] = findings.filter(({ field }) => isContent(field));
    const isChanged = first !== undefined;
    const tookEffect = isChanged === (equality === 'changes');
    if (!isChanged) return { tookEffect, text: tookEffect ? '' : 'the content did not change' };
    const what = describe(first, 'in this tree');
    return { tookEffect, text: tookEffect ? what : `the content changed too: ${what}` };
  } finally {
    source.close();
  }
}
