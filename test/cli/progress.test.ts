import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ProgressBar } from '../../src/cli/progress.ts';
import { guarded } from '../../src/cli/terminal.ts';
import { TestTerminal } from '../support/test-terminal.ts';

const test = suite('progress');
const ERASE = '\r\x1b[2K';

class Shown {
  readonly bar: ProgressBar;
  /** Milliseconds on the clock of the bar. */
  at = 0;
  #text = '';

  constructor(total: number, columns?: number) {
    const write = (piece: string): void => {
      this.#text += piece;
    };
    const below = Object.assign(new TestTerminal(), {
      progressStream: columns === undefined ? { write } : { write, columns },
    });
    this.bar = new ProgressBar(guarded(below).progressStream, total, () => this.at);
  }

  lines(): string[] {
    return this.#text.split(ERASE).slice(1);
  }
}

test('share, bytes, rate and time to go', () => {
  const shown = new Shown(100 * 1024 * 1024);
  shown.at = 10_000;
  shown.bar.update(25 * 1024 * 1024);
  assert.equal(shown.lines(), [
    '[######..................]  25%  25.0 MiB of 100.0 MiB, 2.5 MiB/s, 30.0 s left',
  ]);
});

test('it is drawn at most every tenth of a second', () => {
  const shown = new Shown(1000);
  for (let at = 0; at <= 1000; at += 10) {
    shown.at = at;
    shown.bar.update(at);
  }
  assert.is(shown.lines().length, 11);
});

test('it is never wider than the terminal', () => {
  for (const columns of [1, 10, 40, 80]) {
    const shown = new Shown(1000, columns);
    shown.bar.update(500);
    assert.ok((shown.lines()[0] as string).length <= Math.max(1, columns - 1));
  }
});

test('more than the total is the total: headers are not in it', () => {
  const shown = new Shown(1000);
  shown.at = 1000;
  shown.bar.update(5000);
  assert.match(shown.lines()[0] as string, /100% {2}1000 B of 1000 B, .*, 0\.0 s left/);
});

test('an empty tree is done', () => {
  const shown = new Shown(0);
  shown.bar.update(0);
  assert.match(shown.lines()[0] as string, /100%/);
});

test('it is erased at the end, where it was drawn', () => {
  const shown = new Shown(10);
  shown.bar.finish();
  assert.equal(shown.lines(), []);
  shown.bar.update(1);
  shown.bar.finish();
  assert.is(shown.lines().at(-1), '');
});

test.run();
