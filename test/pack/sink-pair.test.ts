import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkOutput, type FileOutput, openFileSink } from '../../src/pack/sink.ts';
import { SinkPair } from '../../src/pack/sink-pair.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('sink-pair');
const scratch = new Scratch('sink-pair');
const place = scratch.in('place');
test.before.each(() => {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
});
test.after(() => scratch.remove());

const names = (): string[] => readdirSync(place).sort();

/** An archive and what goes with it, both written; `steps` says what is made durable and visible, in order. */
function written(steps: string[], fails: (step: string) => boolean = () => false): [FileOutput, FileOutput] {
  const open = (name: string): FileOutput => {
    const step = (what: string): void => {
      steps.push(`${what} ${name}`);
      if (fails(`${what} ${name}`)) throw Object.assign(new Error('no'), { code: 'EIO' });
    };
    return openFileSink(`${place}/${name}`, true, {
      sync: () => step('sync'),
      rename: (from, to) => {
        step('rename');
        writeFileSync(to, readFileSync(from));
        rmSync(from);
      },
    });
  };
  const pair: [FileOutput, FileOutput] = [open('image'), open('manifest')];
  for (const [index, sink] of pair.entries()) sink.write(Buffer.from(`bytes ${index}`));
  return pair;
}

test('both appear, the archive first, and what can fail has been done by then', () => {
  const steps: string[] = [];
  const sink = new SinkPair(...written(steps));
  assert.not.ok(names().includes('image'));
  sink.commit();
  sink.abort();
  assert.equal(names(), ['image', 'manifest']);
  assert.equal(steps.slice(0, 3), ['sync image', 'sync manifest', 'rename image']);
  assert.ok(steps.indexOf('rename manifest') > steps.indexOf('rename image'));
});

for (const failing of ['sync manifest', 'sync image', 'rename image', 'rename manifest']) {
  test(`${failing} fails: none of them is left`, () => {
    const sink = new SinkPair(...written([], (step) => step === failing));
    assert.throws(() => sink.commit(), /cannot be written/);
    sink.abort();
    assert.equal(names(), []);
  });
}

test('aborted: none of them is left', () => {
  const sink = new SinkPair(...written([]));
  sink.abort();
  sink.abort();
  assert.equal(names(), []);
});

test('an output is checked without being opened', () => {
  writeFileSync(`${place}/there`, 'x');
  assert.is(checkOutput(`${place}/new`, false), 'file');
  assert.is(checkOutput(`${place}/there`, true), 'file');
  assert.is(checkOutput('/dev/null', false), 'stream');
  assert.throws(() => checkOutput(`${place}/there`, false, 'Do this.'), /already exists\. Do this\./);
  assert.throws(() => checkOutput(place, true), /is a directory/);
  assert.equal(names(), ['there']);
});

test.run();
