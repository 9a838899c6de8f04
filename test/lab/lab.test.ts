// The whole lab without root: leaks are named, what cannot be varied does not count as passed, and failures are
// reported.
import { spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dimension } from '../../src/lab/dimension.ts';
import type { LabResult } from '../../src/lab/result.ts';
import { before } from '../support/before.ts';
import { STILLROOT } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { casesOf } from '../support/thorough.ts';
import { until } from '../support/until.ts';
import { dimension, inLab, leaky, leakyOption, of, outcome, packer } from './in-lab.ts';

const test = suite('lab');
const scratch = new Scratch('lab');
const tree = scratch.in('tree');
const EPOCH = 1_600_000_000;

const blind: Dimension = {
  ...dimension('process/home'),
  id: 'process/blind',
  vary: () => {},
};
const impossible: Dimension = {
  ...dimension('process/home'),
  id: 'process/impossible',
  lacking: () => 'needs a moon',
};
const careless: Dimension = {
  ...dimension('tree/times-of-files'),
  id: 'tree/careless',
  vary: ({ tree: setup }) => {
    setup.make = { ...setup.make, grown: 'etc/b' };
  },
};
/** What the tests below ask for by name. */
const NAMED = [
  ...['tree/times-of-files', 'tree/times-of-directories', 'tree/times-of-symlinks', 'tree/path'],
  ...['process/umask', 'process/home', 'process/trailing-slash', 'process/relative-path'],
  ...['content/one-byte', 'content/hard-links'],
];
const OTHERS = [
  ...['tree/made-again', 'process/working-directory', 'process/two-at-once', 'process/interruptions'],
  'content/mode',
];
const DIMENSIONS = casesOf([...NAMED, ...OTHERS], NAMED).map(dimension);
const FEW = ['process/umask', 'process/home', 'content/one-byte'].map(dimension);

/** Packers that leak one thing each. */
let result: LabResult;
/** Packers that fail, or do odd things. */
let odd: LabResult;

before(test, async () => {
  mkdirSync(`${tree}/etc/below`, { recursive: true });
  for (const name of ['a', 'b', 'C', '_d']) writeFileSync(`${tree}/etc/${name}`, `content of ${name}\n`);
  linkSync(`${tree}/etc/a`, `${tree}/etc/below/hard`);
  symlinkSync('etc/a', `${tree}/soft`);
  for (const name of ['etc/a', 'etc/b', 'etc/C', 'etc/_d', 'etc/below', 'etc', '.'])
    utimesSync(`${tree}/${name}`, EPOCH + 5, EPOCH + 5);
  const options = { epoch: EPOCH, rounds: 1, against: 'leaks-nothing' };
  result = await inLab(
    tree,
    [...DIMENSIONS, blind, impossible, careless],
    ['nothing', 'umask', 'mtime', 'home', 'path', 'links'].map(leaky),
    options,
  );
  odd = await inLab(
    tree,
    casesOf(DIMENSIONS, FEW),
    [
      ...['nothing', 'random'].map(leaky),
      packer('fails', 'false {root} {out}'),
      packer('empty', ': > {out}; test -d {root}'),
      packer('not-there', 'x {root} {out}', { programs: ['no-such-program-here'] }),
      packer('needs-home', `test "$HOME" = /root && ${leaky('nothing').command}`),
      packer('writes', `touch {root}/etc/a && ${leaky('nothing').command}`),
      packer('garbage', 'cat {root}/etc/b > {out}'),
    ],
    options,
  );
});
test.after(() => scratch.remove());

test('one that leaks nothing is reproducible', () => {
  const { holdsStill, distinctRaw, distinctCompressed, splitBy, losses, failedOn, stable, output } = of(
    result,
    'leaks-nothing',
  );
  assert.equal([output, of(odd, 'garbage').output], ['plain', null]);
  assert.equal(losses, []);
  assert.equal([splitBy, failedOn, stable], [[], [], true]);
  assert.equal([distinctRaw, distinctCompressed, holdsStill], [1, 1, true]);
});

test('what leaks is named', () => {
  assert.equal(of(result, 'leaks-umask').splitBy, ['process/umask']);
  assert.equal(of(result, 'leaks-home').splitBy, ['process/home']);
  assert.equal(of(result, 'leaks-mtime').splitBy, [
    'tree/times-of-files',
    'tree/times-of-directories',
    'tree/times-of-symlinks',
  ]);
  // What another process creates meanwhile can change the order of inode numbers, here and there.
  const because = of(result, 'leaks-mtime').because.filter((fact) => fact !== 'order of inode numbers');
  assert.equal(because, ['times of files', 'times of directories', 'times of symlinks']);
  assert.equal(of(result, 'leaks-path').splitBy, [
    'tree/path',
    'process/trailing-slash',
    'process/relative-path',
  ]);
  assert.equal(of(result, 'leaks-path').because.includes('path of the root'), true);
});

test('the first difference is said', () => {
  const cell = of(result, 'leaks-mtime').cells.find((each) => each.dimension === 'tree/times-of-files');
  assert.equal(cell?.difference, {
    title: 'mtime of an entry',
    path: 'etc/C',
    lines: [`-${EPOCH + 5}`, `+${EPOCH + 5 + 57_600}`],
  });
});

test('one that is never the same is not blamed on a dimension', () => {
  const { stable, splitBy, holdsStill, cells } = of(odd, 'leaks-random');
  assert.equal([stable, splitBy, holdsStill], [false, [], false]);
  assert.ok(cells.some((cell) => cell.outcome === 'unstable'));
});

test('what a packer loses is said, and makes it lossy', () => {
  const { lossy, losses, holdsStill, distinctRaw } = of(result, 'leaks-links');
  assert.equal([lossy, holdsStill, distinctRaw], [true, false, 1]);
  assert.equal(
    losses.map(({ what, count }) => [what, count]),
    [['links', 2]],
  );
  assert.equal(
    of(odd, 'garbage').losses.map(({ what }) => what),
    ['unreadable'],
  );
  assert.ok(of(odd, 'garbage').lossy);
});

test('a change of content has to show', () => {
  assert.is(outcome(result, 'leaks-nothing', 'content/one-byte'), 'follows');
  assert.is(outcome(result, 'leaks-nothing', 'content/hard-links'), 'follows');
  assert.equal(of(result, 'leaks-links').ignored, ['content/hard-links']);
});

test('what failed has not passed', () => {
  assert.is(of(odd, 'fails').status, 'failed');
  assert.match(of(odd, 'fails').reason ?? '', /ended with 1/);
  assert.match(of(odd, 'empty').reason ?? '', /empty archive/);
  assert.equal(
    [of(odd, 'not-there').status, of(odd, 'not-there').reason],
    ['skipped', 'not here: no-such-program-here'],
  );
  const { failedOn, holdsStill, distinctRaw } = of(odd, 'needs-home');
  assert.equal([failedOn, holdsStill, distinctRaw], [['process/home'], false, 1]);
});

test('what cannot be varied, or shows no effect, has not passed', () => {
  const status = (id: string): unknown[] => {
    const found = result.dimensions.find((each) => each.id === id);
    return [found?.status, found?.reason];
  };
  assert.equal(status('process/impossible'), ['skipped', 'needs a moon']);
  assert.is(status('process/blind')[0], 'no-effect');
  assert.is(outcome(result, 'leaks-home', 'process/blind'), 'no-effect');
  assert.is(outcome(result, 'leaks-home', 'process/impossible'), 'none');
  assert.is(status('tree/careless')[0], 'no-effect');
  assert.match(String(status('tree/careless')[1]), /the content changed too: etc\/b/);
});

test('self-checks of all others are true, and say what was seen', () => {
  for (const { id } of DIMENSIONS) {
    const found = result.dimensions.find((each) => each.id === id);
    assert.is(found?.status, 'ran', `${id}: ${found?.reason}`);
  }
  const find = (id: string): LabResult['dimensions'][number] | undefined =>
    result.dimensions.find((each) => each.id === id);
  assert.match(find('process/umask')?.seen ?? '', /0077 \(control: 0022\)/);
});

test('what is put around a command can be typed again, and names no scratch directory', () => {
  const commandOf = (id: string): string | null | undefined =>
    result.dimensions.find((each) => each.id === id)?.command;
  assert.match(
    commandOf('process/umask') ?? '',
    /^sh -c 'umask 0077 && exec "\$@"' sh (bash|sh) -c COMMAND$/,
  );
  assert.match(
    commandOf('process/home') ?? '',
    /^env HOME=\/nonexistent\/captured-home (bash|sh) -c COMMAND$/,
  );
  assert.is(commandOf('tree/times-of-files'), null);
  assert.not.match(JSON.stringify(result), /stillroot-in-lab-/);
});

test('one that writes to the tree gets another one each time, and disturbs nobody', () => {
  assert.ok(of(odd, 'writes').writesToTree);
  assert.not(of(odd, 'leaks-nothing').writesToTree);
  assert.not(of(odd, 'garbage').writesToTree);
});

test('all at once splits what one dimension splits, and nothing else', () => {
  assert.ok(result.together.length > 5, result.together.join());
  assert.is(of(result, 'leaks-nothing').together?.outcome, 'same');
  assert.is(of(result, 'leaks-umask').together?.outcome, 'raw');
});

test('figures and ratios are there for all that ran', () => {
  const { figures, ratios } = of(result, 'leaks-nothing');
  assert.is(figures?.runs, 3);
  assert.ok((figures?.wall.median ?? 0) > 0.01);
  // Where Node starts and ends within some 50 ms, there are too few samples, and no figure; command.test.ts has longer ones.
  const memory = figures?.memory?.median ?? null;
  assert.ok(memory === null || memory > 10_000_000, 'Node takes some memory');
  assert.equal(ratios?.wall, { median: 1, low: 1, high: 1 });
  assert.is(of(odd, 'fails').ratios, null);
});

test('the verb: a document, its status, and nothing left behind', async () => {
  const place = scratch.in('place');
  mkdirSync(place);
  const env = { PATH: process.env.PATH };
  const argv = [
    'bench',
    tree,
    '--scratch',
    place,
    '--source-date-epoch',
    String(EPOCH),
    '--dimension',
    'process/umask',
  ];
  const only = ['--packers', 'leaks-*'];
  const good = await run([...argv, ...only, '--packer', leakyOption('nothing'), '--json'], { env });
  assert.is(good.status, 0, good.stderr);
  assert.is(JSON.parse(good.stdout).packers[0].holdsStill, true);
  const bad = await run([...argv, ...only, '--packer', leakyOption('umask')], { env });
  assert.is(bad.status, 1, bad.stderr);
  assert.match(bad.stdout, /leaks-umask\s+2 archives/);
  assert.match(bad.stdout, /depends on process\/umask/);
  assert.equal(readdirSync(place), []);
});

for (const name of ['SIGTERM', 'SIGKILL'] as const) {
  test(`${name} ends it, with all that it started and made`, async () => {
    const place = scratch.in(`place-${name}`);
    mkdirSync(place);
    // A name to know it by among the processes.
    const slow = `slow=echo {root} > ${place}/at-work; sleep 61.${process.pid}; : > {out}`;
    const argv = ['bench', tree, '--scratch', place, '--packers', 'slow', '--packer', slow, '--no-progress'];
    const child = spawn(process.execPath, [STILLROOT, ...argv], { stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => child.on('close', (status) => resolve(status)));
    await until(() => existsSync(`${place}/at-work`), 'the packer is at work');
    child.kill(name);
    assert.is(await ended, name === 'SIGTERM' ? 143 : null);
    await until(() => readdirSync(place).length === 1, 'what it made is gone');
    assert.equal(readdirSync(place), ['at-work']);
    await until(() => !isRunning(`61.${process.pid}`), 'the packer has ended');
  });
}

/** Whether a process has this as its last argument. */
function isRunning(argument: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').endsWith(`\0${argument}\0`);
    } catch {
      return false;
    }
  });
}

test('the verb refuses what cannot be, before anything runs', async () => {
  for (const [argv, message] of [
    [['bench'], /bench: missing SOURCE, for example/],
    [['bench', tree, '--dimension', 'nope'], /nothing is called "nope"/],
    [['bench', tree, '--packers', 'nope'], /nothing is called "nope"/],
    [['bench', tree, '--packer', 'nope'], /wanted NAME=COMMAND/],
    [['bench', tree, '--against', 'nope'], /is not a selected packer/],
    [['bench', tree, '--report', 'pdf=x'], /wanted FORMAT=FILE. Known formats: html, md/],
    [['bench', tree, '--seed', '-1'], /whole number/],
    [['bench', scratch.in('nowhere')], /no such file or directory/],
    [['bench', tree, '--scratch', scratch.in('nowhere')], /no directory can be made there/],
  ] as const) {
    const { status, stderr, stdout } = await run(argv, { env: { PATH: process.env.PATH } });
    assert.is(status, 2, argv.join(' '));
    assert.match(stderr, message);
    assert.is(stdout, '');
  }
});

test.run();
