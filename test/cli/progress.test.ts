import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { labStep, ProgressLine, packSteps, type Step, withProgress } from '../../src/cli/progress.ts';
import { guarded } from '../../src/cli/terminal.ts';
import { TestTerminal } from '../support/test-terminal.ts';

const test = suite('progress');
const ERASE = '\r\x1b[2K';
const MIB = 1024 * 1024;

class Shown {
  readonly line: ProgressLine;
  /** Milliseconds on the clock of the line. */
  at = 0;
  #text = '';

  constructor(columns?: number) {
    const write = (piece: string): void => {
      this.#text += piece;
    };
    const below = Object.assign(new TestTerminal(), {
      progressStream: columns === undefined ? { write } : { write, columns },
    });
    this.line = new ProgressLine(guarded(below).progressStream, 'reading', () => this.at);
  }

  /** What is drawn a while after the line before. */
  after(seconds: number, step?: Step): string {
    this.at += seconds * 1000;
    if (step === undefined) this.line.draw();
    else this.line.show(step);
    return this.lines().at(-1) as string;
  }

  lines(): string[] {
    return this.#text.split(ERASE).slice(1);
  }

  [Symbol.dispose](): void {
    this.line.finish();
  }
}

const packing = (done: number, begun: number): Step => ({
  ...{ what: 'packing', done: done * MIB, begun: begun * MIB },
  ...{ total: 100 * MIB, unit: 'bytes' },
});

test('entries while a tree is scanned, then bytes: done, with an encoder, and the time left', () => {
  using shown = new Shown(100);
  assert.is(shown.after(0.1), 'reading  0:00');
  assert.is(
    shown.after(1, { what: 'scanning', done: 12_345, unit: 'entries' }),
    'scanning  12,345 entries  0:01',
  );
  assert.is(
    shown.after(1, packing(0, 25)),
    'packing  [------..................]   0%  0 B of 100.0 MiB  0:02',
  );
  assert.is(
    shown.after(10, packing(25, 50)),
    'packing  [######------............]  25%  25.0 MiB of 100.0 MiB  0:12  eta 0:30',
  );
  // The timer alone: the clock moves on, and the rate falls.
  assert.match(shown.after(10), / 25% {2}25\.0 MiB of 100\.0 MiB {2}0:22 {2}eta 1:00$/);
  assert.match(shown.after(3600), / {2}1:00:22 {2}eta 3:01:00$/);
});

test('nothing is drawn in the first tenth of a second, and then at most ten times a second', () => {
  using shown = new Shown();
  for (let at = 0; at <= 1000; at += 10) {
    shown.at = at;
    shown.line.show(packing(at / 100, at / 100));
  }
  assert.is(shown.lines().length, 10);
});

test('a narrow terminal gets what matters most, never more than fits', () => {
  const fits: Readonly<Record<number, RegExp>> = {
    80: /^packing {2}\[#{12}\.{12}\] {2}50% {2}50\.0 MiB of 100\.0 MiB {2}0:10 {2}eta 0:10$/,
    75: /^\[#{12}\.{12}\] {2}50% {2}50\.0 MiB of 100\.0 MiB {2}0:10 {2}eta 0:10$/,
    60: /^\[#{12}\.{12}\] {2}50% {2}0:10 {2}eta 0:10$/,
    40: /^\[#{6}\.{6}\] {2}50% {2}0:10 {2}eta 0:10$/,
    24: /^ 50% {2}0:10 {2}eta 0:10$/,
    14: /^ 50% {2}0:10$/,
    6: /^50%$/,
    2: /^5$/,
    1: /^5$/,
  };
  for (const [columns, expected] of Object.entries(fits)) {
    using shown = new Shown(Number(columns));
    shown.after(0, packing(0, 0));
    const text = shown.after(10, packing(50, 50));
    assert.match(text, expected);
    assert.ok(text.length <= Math.max(1, Number(columns) - 1), columns);
  }
});

test('more than the total is the total: headers are not in it; nothing of nothing is all', () => {
  using shown = new Shown();
  assert.match(shown.after(1, packing(500, 500)), /100% {2}100\.0 MiB of 100\.0 MiB/);
  assert.match(shown.after(1, { what: 'packing', done: 0, total: 0 }), /#\] {1}100%/);
});

test('the time left is that of the whole work, whatever each step is called', () => {
  using shown = new Shown();
  shown.after(10, { what: 'starting' });
  const run = (done: number): Step => labStep({ done, all: 10, what: `run ${done}` });
  shown.after(0, run(0));
  assert.match(shown.after(20, run(2)), /2 of 10 {2}0:30 {2}eta 1:20$/);
  assert.match(shown.after(10, run(3)), /3 of 10 {2}0:40 {2}eta 1:10$/);
});

test('it is erased at the end, where it was drawn', () => {
  const shown = new Shown();
  shown.line.show({ what: 'x' });
  shown.line.finish();
  assert.equal(shown.lines(), []);
  const drawn = new Shown();
  drawn.after(1);
  drawn.line.finish();
  drawn.line.finish();
  assert.equal(drawn.lines(), ['reading  0:01', '']);
});

test('what runs is shown without what a terminal would act on', () => {
  using shown = new Shown(40);
  assert.is(
    shown.after(0.2, labStep({ done: 1, all: 4, what: 'a\u001b[2Jb\r\n\u202ec' })),
    '[######..................]  25%  0:00',
  );
  assert.match(shown.after(0.2, { what: '\u001b[2Jb\r' }), /^\\x1b\[2Jb\\x0d {2}0:00$/);
});

test('it moves by itself, and is only there where it is wanted', async () => {
  const written: string[] = [];
  const terminal = Object.assign(new TestTerminal(), {
    progressStream: { write: (text: string) => written.push(text) },
  });
  const wait = async (): Promise<void> => {
    const since = written.length;
    while (written.length < since + 2) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await withProgress({ progress: true, quiet: false }, guarded(terminal), 'waiting', wait);
  assert.match(written[0] as string, /waiting {2}0:00$/);
  assert.is(written.at(-1), ERASE);
  written.length = 0;
  await withProgress({ progress: false, quiet: false }, guarded(terminal), 'waiting', async (show) => {
    packSteps(show, 10)(5, 5);
    await new Promise((resolve) => setTimeout(resolve, 250));
  });
  assert.equal(written, []);
});

test.run();
