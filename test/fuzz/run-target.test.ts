import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { runCommand } from '../support/run-command.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { runTarget } from './run-target.ts';
import { ARCHIVE_CODES, type FuzzTarget } from './target.ts';

const test = suite('fuzz: runTarget');

function target(read: FuzzTarget['read']): FuzzTarget {
  const corpus = (): Buffer[] => [Buffer.from('sound')];
  return { name: 'made-up', share: 100, codes: ARCHIVE_CODES, corpus, change: mutate, read };
}

const SOUND = Buffer.from('sound');

async function failureOf(read: FuzzTarget['read'], only?: number): Promise<string> {
  const options = { inputs: 300, seed: 5, ...(only === undefined ? {} : { only }) };
  const error = await runTarget(target(read), options).catch((cause: unknown) => cause);
  return String(error);
}

test('the same seed gives the same inputs, another one others', () => {
  const inputs = (seed: number): string =>
    Array.from({ length: 50 }, (_, i) => mutate(SOUND, [SOUND], new Random(seed + i)).toString('hex')).join();
  assert.is(inputs(1), inputs(1));
  assert.is.not(inputs(1), inputs(1000));
  assert.ok(new Set(inputs(1).split(',')).size > 40);
});

test('answers are counted: what is read, and how many ways of refusing there are', async () => {
  const result = await runTarget(
    target((bytes) => {
      if (bytes.length !== 5) throw new StillrootError('archive-malformed', `${bytes.length} bytes`);
    }),
    { inputs: 300, seed: 5 },
  );
  assert.ok(result.read > 50 && result.read < 290, `${result.read} read`);
  assert.is(result.refusals, 1);
});

test('what is no answer fails, with what repeats it', async () => {
  const reads: readonly FuzzTarget['read'][] = [
    (bytes) => void (bytes.length === 4 && bytes.readUInt32LE(1)),
    (bytes) => {
      if (!bytes.equals(SOUND)) throw new StillrootError('internal', 'not meant');
    },
    (bytes) => {
      if (!bytes.equals(SOUND)) throw new StillrootError('archive-malformed', '\x1b[31m');
    },
  ];
  for (const read of reads) {
    const message = await failureOf(read);
    const [, input, seed] = /again with STILLROOT_FUZZ_ONLY=made-up:(\d+):(\d+)\)/.exec(message) ?? [];
    assert.is(seed, '5', message);
    assert.is(await failureOf(read, Number(input)), message);
  }
});

test('a corpus that is not sound is no corpus', async () => {
  const read = (): never => {
    throw new StillrootError('archive-malformed', 'all of it');
  };
  assert.match(await failureOf(read), /corpus 0 is not read: all of it/);
});

test('an input without end ends the process, and is named', async () => {
  const url = new URL('./watchdog.ts', import.meta.url).href;
  const script = `import('${url}').then(async ({ Watchdog }) => {
    const dog = await Watchdog.start('made-up, seed 5', 0.2);
    for (dog.begin(17); ; );
  });`;
  const { signal, stderr } = await runCommand([process.execPath, '-e', script], {
    timeout: 30_000,
  });
  assert.is(signal, 'SIGKILL');
  assert.match(stderr, /input 17 of made-up, seed 5 takes more than 0\.2 seconds/);
});

test.run();
