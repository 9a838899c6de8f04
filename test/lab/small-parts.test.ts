// The parts of the lab that are functions of their arguments.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { localeKey } from '../../src/lab/host.ts';
import { versionIn } from '../../src/lab/packer.ts';
import { attribute, figuresOf, ratiosOf, spreadOf } from '../../src/lab/packer-record.ts';
import { PackerRunner } from '../../src/lab/packer-run.ts';
import { Random } from '../../src/lab/random.ts';
import { combineDimensions, selectDimensions, selectPackers } from '../../src/lab/select.ts';
import {
  commandLine,
  controlSetup,
  DEPTH,
  describeCommand,
  environmentOf,
  prefix,
} from '../../src/lab/setup.ts';
import { fillIn, parsePacker, quoteWord } from '../../src/lab/shell.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('small parts of the lab');
const set = (...facts: string[]): Set<string> => new Set(facts);

test('the same seed shuffles the same way, another one otherwise', () => {
  const values = Array.from({ length: 50 }, (_, at) => at);
  assert.equal(new Random(7).shuffled(values), new Random(7).shuffled(values));
  assert.not.equal(new Random(7).shuffled(values), new Random(8).shuffled(values));
  assert.equal(
    new Random(7).shuffled(values).sort((a, b) => a - b),
    values,
  );
  const random = new Random(3);
  for (let at = 0; at < 1000; at += 1) assert.ok([0, 1, 2].includes(random.below(3)));
});

test('words for a shell come out as they are', () => {
  assert.is(quoteWord('/a/b-c_d.e'), '/a/b-c_d.e');
  assert.is(quoteWord("it's $HOME\n"), "'it'\\''s $HOME\n'");
  assert.is(quoteWord(''), "''");
});

test("blanks are filled in as one word each, and other braces are the shell's", () => {
  const blanks = { root: '/a b', out: '/o', threads: '3', stillroot: 'node x' };
  assert.is(
    fillIn("{stillroot} pack {root} {out} -j {threads} '{}' {rootless}", blanks),
    "node x pack '/a b' /o -j 3 '{}' {rootless}",
  );
});

test('a packer of the user needs a name, and both blanks', () => {
  assert.equal(parsePacker('mine=tar -C {root} -cf {out} .'), {
    name: 'mine',
    command: 'tar -C {root} -cf {out} .',
  });
  const program = resolve('mk');
  assert.is(parsePacker('mine=./mk {root} {out}').command, `${program} {root} {out}`);
  assert.is(parsePacker('mine=../mk {root} {out}').command, `${resolve('../mk')} {root} {out}`);
  for (const command of ['cd {root} && ./mk > {out}', 'mk ./a {root} {out}', '/mk {root} {out}'])
    assert.is(parsePacker(`mine=${command}`).command, command);
  assert.throws(() => parsePacker('tar {root} {out}'), /wanted NAME=COMMAND/);
  assert.throws(() => parsePacker('a b=tar {root} {out}'), /wanted NAME=COMMAND/);
  assert.throws(() => parsePacker('mine=tar {root}'), /no \{out\}/);
  assert.throws(() => parsePacker('mine=tar {out}'), /no \{root\}/);
});

test('dimensions and packers are found by id and by star', () => {
  assert.equal(
    selectDimensions(['process/umask', 'content/m*'], false).map(({ id }) => id),
    ['process/umask', 'content/mode'],
  );
  assert.throws(() => selectDimensions(['process/umas'], false), /nothing is called "process\/umas"/);
  const packers = selectPackers(['bsd*'], false, ['mine=x {root} {out}']).map(({ id }) => id);
  assert.equal(packers, ['bsdcpio', 'bsdtar-newc', 'bsdtar-twice', 'mine']);
  assert.throws(() => selectPackers([], false, ['cpio=x {root} {out}']), /a packer cpio already/);
  assert.ok(selectDimensions([], true).length < selectDimensions([], false).length);
  // What is asked for by name is not left out for speed.
  assert.is(selectDimensions(['process/niceness'], true).length, 1);
});

test('wrappers stand from the outermost to the innermost', () => {
  const { run: setup } = controlSetup({
    place: 'tmpfs',
    shell: ['sh', '-c'],
    threads: 2,
    env: { PATH: '/bin', A: '1' },
  });
  setup.wrappers.push(
    prefix(DEPTH.user, 'setpriv'),
    prefix(DEPTH.namespace, 'unshare', '--uts'),
    prefix(DEPTH.limit, 'nice'),
  );
  assert.equal(commandLine(setup, 'x'), ['unshare', '--uts', 'nice', 'setpriv', 'sh', '-c', 'x']);
});

test('an empty environment keeps what no packer can do without', () => {
  const env = { PATH: '/bin', SOURCE_DATE_EPOCH: '5', HOME: '/root' };
  const { run: setup } = controlSetup({ place: 'tmpfs', shell: ['sh', '-c'], threads: 2, env });
  assert.equal(environmentOf(setup), env);
  setup.env.HOME = undefined;
  assert.equal(environmentOf(setup), { PATH: '/bin', SOURCE_DATE_EPOCH: '5' });
  setup.env.HOME = '/x';
  setup.emptyEnvironment = true;
  assert.equal(environmentOf(setup), { PATH: '/bin', SOURCE_DATE_EPOCH: '5' });
});

test('a command is described by what differs from the control', () => {
  const control = controlSetup({
    place: 'tmpfs',
    shell: ['sh', '-c'],
    threads: 2,
    env: { PATH: '/bin', A: '1' },
  }).run;
  const varied = { ...control, env: { PATH: '/bin', B: 'b c' } };
  assert.is(describeCommand(control, control, 'a b'), "sh -c 'a b'");
  assert.is(describeCommand(varied, control, 'x'), "env -u A 'B=b c' sh -c x");
});

test('the dimension that varied least is to blame', () => {
  const found = attribute([
    { id: 'inodes', facts: set('ctime', 'inodes'), split: true },
    { id: 'ext4', facts: set('ctime', 'inodes', 'order', 'filesystem'), split: true },
    { id: 'again', facts: set('ctime'), split: false },
    { id: 'order', facts: set('ctime', 'order'), split: false },
  ]);
  assert.equal(found.splitBy, ['inodes']);
  assert.equal([...found.explainedBy], [['ext4', 'inodes']]);
  assert.equal(found.because, ['inodes']);
});

test('what varied elsewhere without harm is not to blame', () => {
  const found = attribute([
    { id: 'btrfs', facts: set('ctime', 'inodes', 'order', 'nlink'), split: true },
    { id: 'inodes', facts: set('ctime', 'inodes'), split: false },
    { id: 'order', facts: set('ctime', 'order'), split: false },
  ]);
  assert.equal([found.splitBy, found.because], [['btrfs'], ['nlink']]);
});

test('an accident that comes with a dimension does not hide it', () => {
  // A device number that changed by chance, and is harmless.
  const found = attribute([
    { id: 'files', facts: set('ctime', 'device', 'files'), split: true },
    { id: 'directories', facts: set('ctime', 'directories'), split: true },
    { id: 'device', facts: set('ctime', 'device'), split: false },
  ]);
  assert.equal(
    [found.splitBy, found.because],
    [
      ['files', 'directories'],
      ['files', 'directories'],
    ],
  );
});

test('of things that do harm only together none is named but where they met', () => {
  const found = attribute([
    { id: 'both', facts: set('a', 'b'), split: true },
    { id: 'a', facts: set('a'), split: false },
    { id: 'b', facts: set('b'), split: false },
  ]);
  assert.equal([found.splitBy, found.because], [['both'], ['both']]);
});

test('two dimensions that vary the same are both named', () => {
  const found = attribute([
    { id: 'shuffled', facts: set('order'), split: true },
    { id: 'reversed', facts: set('order'), split: true },
  ]);
  assert.equal([found.splitBy, found.because], [['shuffled', 'reversed'], ['order']]);
});

test('medians and ratios are of pairs', () => {
  assert.equal(spreadOf([3, 1, 2]), { median: 2, low: 1, high: 3 });
  assert.equal(spreadOf([4, 1, 2, 3]), { median: 2.5, low: 1, high: 4 });
  const sample = (
    wall: number,
    memory?: number,
  ): { wall: number; cpu: number; memory: number | undefined } => ({
    wall,
    cpu: wall / 2,
    memory,
  });
  assert.is(figuresOf([sample(1), sample(3, 10)], 7).memory?.median, 10);
  assert.is(figuresOf([sample(1)], 7).memory, null);
  // A round in which the machine was slow affects both.
  const ratios = ratiosOf('other', [sample(2, 8), sample(20, 8)], [sample(1, 4), sample(10)], 30, 10);
  assert.equal(ratios, {
    against: 'other',
    wall: { median: 2, low: 2, high: 2 },
    cpu: { median: 2, low: 2, high: 2 },
    memory: { median: 2, low: 2, high: 2 },
    size: 3,
  });
});

test('of each slot one takes part, chosen by the seed', () => {
  const all = selectDimensions([], false);
  const chosen = combineDimensions(all, 1);
  for (const slot of new Set(chosen.map((each) => each.slot))) {
    if (slot !== undefined) assert.is(chosen.filter((each) => each.slot === slot).length, 1, slot);
  }
  assert.ok(chosen.every(({ equality, slot }) => equality === 'required' && slot !== ''));
  assert.equal(combineDimensions(all, 1), chosen);
  assert.not.equal(combineDimensions(all, 2), chosen);
});

test('versions are numbers where there is one', () => {
  assert.is(versionIn('cpio (GNU cpio) 2.13\nCopyright'), '2.13');
  assert.is(versionIn('bsdtar 3.6.2 - libarchive 3.6.2'), '3.6.2');
  assert.is(versionIn('BusyBox v1.35.0 (Debian 1:1.35.0-4) multi-call binary.'), '1.35.0');
  assert.is(versionIn('*** Zstandard CLI (64-bit) v1.5.4, by Yann Collet ***'), '1.5.4');
  assert.is(versionIn('no number'), 'no number');
  assert.is(localeKey('et_EE.UTF-8'), 'et_ee.utf8');
});

test('any user may write to the directory of temporary files, whatever the umask', () => {
  const scratch = new Scratch('packer-run');
  const umask = process.umask(0o077);
  try {
    const runner = new PackerRunner({ scratch: scratch.path, signal: new AbortController().signal });
    assert.is(statSync(runner.temporary).mode & 0o7777, 0o1777);
  } finally {
    process.umask(umask);
    scratch.remove();
  }
});

test.run();
