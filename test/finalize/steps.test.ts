import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { finish, finishUnlessAborted, type Reached, type Steps } from '../../src/finalize/steps.ts';

const test = suite('steps');

interface Seen {
  readonly steps: Steps<string>;
  /** What the work did, its cleaning included. */
  readonly log: string[];
}

function work(reached: readonly Reached[], onStep: (at: number) => void = () => {}): Seen {
  const log: string[] = [];
  function* steps(): Steps<string> {
    try {
      for (const [at, each] of reached.entries()) {
        onStep(at);
        log.push(`step ${at}`);
        yield each;
      }
      onStep(reached.length);
      return 'done';
    } catch (error) {
      log.push(`failed: ${(error as Error).message}`);
      throw error;
    } finally {
      log.push('closed');
    }
  }
  return { steps: steps(), log };
}

test('all at once', () => {
  const { steps, log } = work(['nothing', 'part']);
  assert.is(finish(steps), 'done');
  assert.equal(log, ['step 0', 'step 1', 'closed']);
});

async function aborted(at: number): Promise<{ log: string[]; reached: Reached[]; outcome: unknown }> {
  const controller = new AbortController();
  const reason = new Error('a signal');
  // It comes while a step is done, and is delivered in the turn after it.
  const { steps, log } = work(['nothing', 'part', 'part'], (step) => {
    if (step === at) setImmediate(() => controller.abort(reason));
  });
  const reached: Reached[] = [];
  const { signal } = controller;
  const onInterrupted = (each: Reached): void => {
    log.push('told');
    reached.push(each);
  };
  const outcome: unknown = await finishUnlessAborted(steps, {
    signal,
    atEnd: () => 'all',
    onInterrupted,
  }).catch((error: unknown) => (error === reason ? 'ended by the signal' : error));
  return { log, reached, outcome };
}

test('a signal ends it after the step that it came in; it is told when all is cleaned up', async () => {
  const cleaned = ['failed: a signal', 'closed', 'told'];
  const ended = 'ended by the signal';
  assert.equal(await aborted(0), { log: ['step 0', ...cleaned], reached: ['nothing'], outcome: ended });
  assert.equal(await aborted(1), {
    log: ['step 0', 'step 1', ...cleaned],
    reached: ['part'],
    outcome: ended,
  });
  const all = ['step 0', 'step 1', 'step 2', 'closed', 'told'];
  assert.equal(await aborted(3), { log: all, reached: ['all'], outcome: ended });
  assert.equal(await aborted(9), { log: all.slice(0, -1), reached: [], outcome: 'done' });
});

test('each step is told, also the one after which it ends', async () => {
  const { steps } = work(['nothing', 'part', 'part'], () => {});
  const told: Reached[] = [];
  const onStep = (reached: Reached): void => void told.push(reached);
  const { signal } = new AbortController();
  await finishUnlessAborted(steps, { signal, onStep, atEnd: () => 'all', onInterrupted: () => {} });
  assert.equal(told, ['nothing', 'part', 'part']);
});

test('another failure is thrown as it is, that of cleaning up too', async () => {
  const onInterrupted = (): void => assert.unreachable();
  const options = { signal: new AbortController().signal, atEnd: () => 'all' as const, onInterrupted };
  const failing = work(['nothing', 'part'], (at) => {
    if (at === 1) throw new Error('a full disk');
  });
  const first: unknown = await finishUnlessAborted(failing.steps, options).catch((error: unknown) => error);
  assert.is((first as Error).message, 'a full disk');
  function* stubborn(): Steps<void> {
    try {
      yield 'nothing';
    } finally {
      // biome-ignore lint/correctness/noUnsafeFinally: what a failed cleaning does.
      throw new Error('cannot clean up');
    }
  }
  const signal = AbortSignal.abort(new Error('a signal'));
  const second: unknown = await finishUnlessAborted(stubborn(), { ...options, signal }).catch(
    (error: unknown) => error,
  );
  assert.is((second as Error).message, 'cannot clean up');
});

test.run();
