// Any call of a run fails once, or all calls from one on fail: before the list is committed nothing is left, after that
// the next run completes it.
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { withCutFs } from '../support/cut-fs.ts';
import { Scratch } from '../support/temporary.ts';
import { runsOf, stepOf } from '../support/thorough.ts';
import {
  discard,
  FAST_PLACE,
  freshDirectory,
  makeEveryKind,
  openDescriptors,
  RULES,
  seen,
} from './every-kind.ts';
import { finalizeOnce } from './finalize-once.ts';

const test = suite('failed calls');
const scratch = new Scratch('failed-calls', FAST_PLACE);
test.after(() => scratch.remove());

interface Outcome {
  readonly calls: number;
  /** Undefined where the run got over it. */
  readonly error: unknown;
  /** Whether the list counted before the call failed. */
  readonly isCommitted: boolean;
}

/** @param isFailing by the number of the call, from 0 */
function runWith(root: string, code: string, isFailing: (call: number) => boolean): Outcome {
  let calls = 0;
  let isCommitted = false;
  let error: unknown;
  try {
    withCutFs(
      Number.POSITIVE_INFINITY,
      () => finalizeOnce(root, { rules: RULES }),
      (name, [from]) => {
        if (isFailing(calls++)) throw Object.assign(new Error(`${code}: ${name}`), { code, syscall: name });
        if (name === 'renameSync' && String(from).endsWith('/seal.new')) isCommitted = true;
      },
    );
  } catch (caught) {
    error = caught;
  }
  return { calls, error, isCommitted };
}

const exactTime = (root: string): bigint => lstatSync(root, { bigint: true }).mtimeNs;

/** The tree as it will be, and the calls that it takes. */
function wholeRun(): { calls: number; expected: string } {
  const at = freshDirectory(scratch.path);
  makeEveryKind(`${at}/root`, `${at}/outside`);
  const { calls, error } = runWith(`${at}/root`, 'none', () => false);
  assert.is(error, undefined);
  const expected = seen(`${at}/root`);
  discard(at);
  return { calls, expected };
}

const { calls: TOTAL, expected } = wholeRun();
const CODES = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'] as const;

test('one call fails', () => {
  const open = openDescriptors();
  let undone = 0;
  // Until the list counts more of the calls than after it.
  for (let failing = 0, step = stepOf(1, 11); failing < TOTAL; failing += step) {
    const code = CODES[failing % CODES.length] as string;
    const at = freshDirectory(scratch.path);
    const root = `${at}/root`;
    makeEveryKind(root, `${at}/outside`);
    const [before, time, outside] = [seen(root), exactTime(root), seen(`${at}/outside`)];
    const { error, isCommitted } = runWith(root, code, (call) => call === failing);
    if (isCommitted) step = stepOf(11, 43);
    const where = `${code} at call ${failing} of ${TOTAL}`;
    if (error !== undefined) {
      assert.instance(error, StillrootError, where);
      const { code: kind, message } = error as StillrootError;
      assert.is(kind, 'tree-unwritable', `${where}: ${message}`);
      assert.ok(message.includes(code), `${where}: ${message}`);
    }
    if (!isCommitted) {
      assert.ok(error !== undefined, where);
      assert.is(seen(root), before, where);
      assert.is(exactTime(root), time, where);
      undone += 1;
    }
    assert.is(seen(`${at}/outside`), outside, where);
    finalizeOnce(root, { rules: RULES });
    assert.is(seen(root), expected, where);
    discard(at);
  }
  assert.ok(undone > runsOf(20, 4), `${undone} failed before the list counted`);
  assert.is(openDescriptors(), open);
});

test('all calls from one on fail: what is left is told, and the next run ends right', () => {
  for (let first = 0; first < TOTAL; first += stepOf(17, 61)) {
    const at = freshDirectory(scratch.path);
    const root = `${at}/root`;
    makeEveryKind(root, `${at}/outside`);
    const { error, isCommitted } = runWith(root, 'EROFS', (call) => call >= first);
    const where = `EROFS from call ${first} of ${TOTAL} on`;
    assert.instance(error, StillrootError, where);
    const { message } = error as StillrootError;
    assert.match(message, /EROFS/, where);
    if (!isCommitted) {
      const isLeft = readdirSync(root).includes(JOURNAL_DIRECTORY);
      assert.is(/The tree was not changed, but .*could not be removed/.test(message), isLeft, where);
    }
    // This process goes on, which one that failed does not; its mark could not be removed either.
    rmSync(`${root}/${JOURNAL_DIRECTORY}/process`, { force: true });
    finalizeOnce(root, { rules: RULES });
    assert.is(seen(root), expected, where);
    discard(at);
  }
});

test('without the program touch the time of the root comes back to within the steps of a double', () => {
  const { PATH } = process.env;
  const at = freshDirectory(scratch.path);
  const root = `${at}/root`;
  makeEveryKind(root, `${at}/outside`);
  const time = exactTime(root);
  process.env.PATH = '/nonexistent';
  try {
    const { error } = runWith(root, 'ENOSPC', (call) => call === 5);
    assert.instance(error, StillrootError);
  } finally {
    process.env.PATH = PATH;
  }
  const difference = exactTime(root) - time;
  assert.ok(difference > -1000n && difference < 1000n, `${difference} ns`);
  assert.is(readFileSync(`${root}/id`, 'utf8'), 'random\n');
  assert.is(readlinkSync(`${root}/plain/l`), 'nowhere');
  discard(at);
});

test.run();
