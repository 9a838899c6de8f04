// Outputs of one command: after any failure either all old ones or all new ones exist, and nothing else.
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { FILE_CALLS, type FileCalls } from '../../src/pack/placement.ts';
import { commitTogether, openFileSink } from '../../src/pack/sink.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('commit-together');
const scratch = new Scratch('commit-together');
const place = scratch.in('place');
test.before.each(() => {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
});
test.after(() => scratch.remove());

const contents = (): Record<string, string> =>
  Object.fromEntries(readdirSync(place).map((name) => [name, readFileSync(`${place}/${name}`, 'latin1')]));

type CallName = keyof FileCalls;
type Fails = (name: CallName, count: number, args: readonly unknown[]) => boolean;

/** System calls, some of which fail, before or after they have done their work. */
function failing(fails: Fails, made: string[] = [], isDone = false): FileCalls {
  const calls = Object.entries(FILE_CALLS).map(([name, call]) => [
    name,
    (...args: never[]) => {
      made.push(name);
      const error = Object.assign(new Error('no'), { code: 'EIO' });
      const isFailing = fails(name as CallName, made.length, args);
      // A descriptor whose close fails is closed all the same.
      if (isFailing && !isDone && name !== 'close') throw error;
      // Counted, and not waited for.
      if (name === 'sync' && !isFailing) return undefined;
      const result = (call as (...all: never[]) => unknown)(...args);
      if (isFailing) throw error;
      return result;
    },
  ]);
  return Object.fromEntries(calls) as FileCalls;
}

/** Writes outputs as a command does. @returns the error it ends with */
function write(names: readonly string[], calls: Partial<FileCalls>): Error | undefined {
  const opened: ReturnType<typeof openFileSink>[] = [];
  try {
    for (const name of names) {
      const output = openFileSink(`${place}/${name}`, true, calls);
      opened.push(output);
      output.write(Buffer.from(`new ${name}`));
    }
    commitTogether(opened);
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    for (const output of opened) output.abort();
  }
}

/** Which of the outputs were there before. */
const BEFORE: readonly (readonly string[])[] = [['image', 'manifest', 'report'], ['image'], ['manifest'], []];

for (const outputs of [['image'], ['image', 'manifest'], ['image', 'manifest', 'report']]) {
  for (const before of BEFORE.map((names) => names.filter((name) => outputs.includes(name)))) {
    test(`${outputs} over [${before}]: whichever call fails, all are old or all are new`, () => {
      const prepare = (): Record<string, string> => {
        rmSync(place, { recursive: true });
        mkdirSync(place);
        for (const name of before) writeFileSync(`${place}/${name}`, `old ${name}`);
        return contents();
      };
      const old = prepare();
      const made: string[] = [];
      assert.is(
        write(
          outputs,
          failing(() => false, made),
        ),
        undefined,
      );
      const fresh = contents();
      assert.equal(fresh, Object.fromEntries(outputs.map((name) => [name, `new ${name}`])));
      for (let call = 1; call <= made.length; call += 1) {
        prepare();
        const error = write(
          outputs,
          failing((_, count) => count === call),
        );
        const label = `call ${call} of ${made.length}, ${made[call - 1]}`;
        // A link that cannot be made has another way, and what is removed is tried twice.
        assert.equal(contents(), error === undefined ? fresh : old, `${label}: ${error?.message}`);
        if (error !== undefined) assert.ok(error instanceof StillrootError, label);
      }
    });
  }
}

test('the new names outlive a crash before what they replaced is removed', () => {
  for (const name of ['image', 'manifest']) writeFileSync(`${place}/${name}`, `old ${name}`);
  const made: string[] = [];
  assert.is(
    write(
      ['image', 'manifest'],
      failing(() => false, made),
    ),
    undefined,
  );
  const afterLastRename = made.slice(made.lastIndexOf('rename') + 1);
  const synced = ['open', 'sync', 'close'];
  assert.equal(afterLastRename, [...synced, ...synced, 'unlink', 'unlink']);
});

test('a rename that worked and failed all the same is taken back', () => {
  writeFileSync(`${place}/image`, 'old image');
  const error = write(
    ['image'],
    failing((name) => name === 'rename', [], true),
  );
  assert.match(error?.message ?? '', /cannot be written \(EIO\)/);
});

test('without hard links the old file is moved, and comes back', () => {
  const old = { image: 'old image', manifest: 'old manifest' };
  for (const [name, text] of Object.entries(old)) writeFileSync(`${place}/${name}`, text);
  let renames = 0;
  const fails: Fails = (name) => name === 'link' || (name === 'rename' && ++renames === 4);
  assert.ok(write(['image', 'manifest'], failing(fails)));
  assert.equal(contents(), old);
  assert.is(
    write(
      ['image', 'manifest'],
      failing((name) => name === 'link'),
    ),
    undefined,
  );
  assert.equal(contents(), { image: 'new image', manifest: 'new manifest' });
});

test('a symlink that is replaced comes back as one', () => {
  symlinkSync('elsewhere', `${place}/image`);
  let renames = 0;
  assert.ok(
    write(
      ['image', 'manifest'],
      failing((name) => name === 'rename' && ++renames === 2),
    ),
  );
  assert.equal(readdirSync(place), ['image']);
  assert.ok(lstatSync(`${place}/image`).isSymbolicLink());
});

test('what cannot be undone is said, with where the old file is', () => {
  writeFileSync(`${place}/image`, 'old image');
  let renames = 0;
  const error = write(
    ['image', 'manifest'],
    failing((name) => name === 'rename' && ++renames >= 2),
  );
  const [kept = ''] = readdirSync(place).filter((name) => name.endsWith('.tmp'));
  assert.is(contents()[kept], 'old image');
  assert.match(
    error?.message ?? '',
    /^.*manifest: cannot be written \(EIO\).* And then: .*image: the old file is now/,
  );
  assert.ok(error?.message.includes(`${place}/${kept}`), error?.message);
});

test('an old file that cannot be removed is named, and the new ones are complete', () => {
  for (const name of ['image', 'manifest']) writeFileSync(`${place}/${name}`, 'old');
  let removals = 0;
  const error = write(
    ['image', 'manifest'],
    failing((name) => name === 'unlink' && ++removals > 1),
  );
  const [kept = ''] = readdirSync(place).filter((name) => name.endsWith('.tmp'));
  assert.match(
    error?.message ?? '',
    /is the old version of an output, and cannot be removed\. All new outputs are complete/,
  );
  assert.ok(error?.message.includes(kept));
  assert.equal([contents().image, contents().manifest], ['new image', 'new manifest']);
});

test.run();
