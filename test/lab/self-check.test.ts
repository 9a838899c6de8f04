// What a variation may change in the tree, and what it must.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dimension, Seen } from '../../src/lab/dimension.ts';
import type { Fact } from '../../src/lab/facts.ts';
import { type CheckContext, checkEffect } from '../../src/lab/self-check.ts';
import type { Setup } from '../../src/lab/setup.ts';
import type { World } from '../../src/lab/world.ts';
import type { Source } from '../../src/source/source.ts';
import { makeEntry } from '../support/entries.ts';
import { memorySource } from '../support/memory-source.ts';

const test = suite('lab/self-check');

interface Made {
  readonly mode?: number;
  readonly mtime?: number;
  /** Value of an extended attribute. */
  readonly label?: string;
}

function sourceOf({ mode = 0o644, mtime = 0, label }: Made): Source {
  const source = memorySource([makeEntry('f', 'file', { mode, mtime })]);
  const attributes = new Map(label === undefined ? [] : [['user.label', label]]);
  return Object.assign(source, { attributesOf: () => attributes });
}

/** What is made of a tree that differs so from its model, and in these facts from that of the control. */
function seen(made: Made, given: Partial<Dimension>, observed: readonly Fact[] = []): Promise<Seen> {
  const varied = { id: 'tree/x', equality: 'required', ...given } as unknown as Dimension;
  const world = { root: '/', source: () => sourceOf(made) } as unknown as World;
  const context = { model: sourceOf({}), varied: [varied] } as unknown as CheckContext;
  return checkEffect(varied, { ownTree: true } as unknown as Setup, world, new Set(observed), context);
}

test('content that changes with the variation spoils it, unless it is what varies', async () => {
  assert.equal(await seen({}, {}), { tookEffect: true, text: '' });
  const spoiled = await seen({ mode: 0o600 }, {});
  assert.is(spoiled.tookEffect, false);
  assert.match(spoiled.text, /^the content changed too: .*f/);
  assert.is((await seen({ mode: 0o600 }, { equality: 'changes' })).tookEffect, true);
  const same = await seen({}, { equality: 'changes' });
  assert.equal(same, { tookEffect: false, text: 'the content did not change' });
});

test('extended attributes are not part of the content, since filesystems set some of their own', async () => {
  assert.equal(await seen({ label: 'x' }, {}), { tookEffect: true, text: '' });
  assert.is((await seen({ label: 'x' }, { equality: 'changes' })).tookEffect, false);
});

test('times are part of the content where nothing varies them', async () => {
  assert.is((await seen({ mtime: 5 }, {})).tookEffect, false);
  const times = await seen({ mtime: 5 }, { facts: ['times of files'] }, ['times of files']);
  assert.equal(times, { tookEffect: true, text: 'other times of files' });
});

test('a fact that should differ and does not: what differs instead is said', async () => {
  const found = await seen({}, { facts: ['inode numbers'] }, ['blocks']);
  assert.equal(found, { tookEffect: false, text: 'no other inode numbers; what differs: blocks' });
});

test.run();
