// `finalize` as a call: the same tree and document as from the command line; its signal stops it between two
// operations.
import { existsSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check, finalize } from '../../src/index.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { listTree } from '../support/tree-listing.ts';
import { makeTree, rejection, timeless } from './small-tree.ts';

const test = suite('library/finalize');
const scratch = new Scratch('library-finalize');
const epoch = 1_500_000_000;
test.after(() => scratch.remove());

test('the tree and the document of the command line; the second time there is nothing to do', async () => {
  const [called, typed] = [makeTree(scratch.in('called')), makeTree(scratch.in('typed'))];
  const listed = await finalize({ root: called, epoch, dryRun: true });
  assert.is(listed.dryRun?.length, listed.operations);
  assert.ok(existsSync(`${called}/var/cache/ldconfig/aux-cache`), 'nothing was done');
  const found = await finalize({ root: called, epoch });
  const { stdout } = await run(['finalize', typed, '--source-date-epoch', String(epoch), '--json']);
  const wanted: unknown = JSON.parse(stdout);
  assert.ok(found.operations > 0 && found.operations === listed.operations);
  assert.equal(JSON.parse(JSON.stringify(timeless(found)).replaceAll(called, typed)), timeless(wanted));
  assert.equal(listTree(called), listTree(typed));
  assert.is((await finalize({ root: called, epoch })).operations, 0);
});

test('wrong options change nothing', async () => {
  const root = makeTree(scratch.in('wrong'));
  const wrong = { root, level: 5 } as unknown as Parameters<typeof finalize>[0];
  await rejects(() => finalize(wrong), 'usage', /^level: unknown option/);
  await rejects(() => finalize({ root, mtime: 'x' as 'set' }), 'usage', /^mtime: /);
  await rejects(() => finalize({ root: '/' }), 'source-refused');
  assert.ok(existsSync(`${root}/var/cache/ldconfig/aux-cache`));
});

test('ended by its signal it says how far it got, and another call completes the tree', async () => {
  const control = makeTree(scratch.in('control'), 'one', 12);
  await finalize({ root: control, epoch });
  const wanted = listTree(control);
  const reached = new Set<string>();
  for (let turns = 0; turns < 40; turns += 4) {
    const root = makeTree(scratch.in(`ended-${turns}`), 'one', 12);
    const before = listTree(root);
    const controller = new AbortController();
    const reason = new Error('enough');
    const waits = (left: number): unknown =>
      left === 0 ? controller.abort(reason) : setImmediate(() => waits(left - 1));
    let far = '';
    const onInterrupted = (how: string): void => {
      far = how;
    };
    const work = rejection(finalize({ root, epoch, signal: controller.signal, onInterrupted }));
    waits(turns);
    const error = await work;
    if (error !== undefined) assert.is(error, reason);
    reached.add(far);
    if (far === 'nothing') assert.equal(listTree(root), before);
    if (far === 'part') {
      await rejects(() => check({ source: root }), 'finalize-interrupted');
      const recovered: number[] = [];
      await finalize({ root, epoch, onRecovered: (operations) => recovered.push(operations) });
      assert.ok(recovered.length === 1 && (recovered[0] ?? 0) > 0);
    } else await finalize({ root, epoch });
    assert.not.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}`));
    assert.equal(listTree(root), wanted);
  }
  assert.ok(reached.has('part'), [...reached].join());
});

test('a signal that was aborted before: the tree is not looked at', async () => {
  const root = makeTree(scratch.in('before'));
  writeFileSync(`${root}/etc/more`, '');
  const before = listTree(root);
  const error = await rejection(finalize({ root, signal: AbortSignal.abort() }));
  assert.is((error as Error).name, 'AbortError');
  assert.equal(listTree(root), before);
});

test.run();
