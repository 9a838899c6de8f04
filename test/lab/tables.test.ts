// The tables of dimensions and packers: what the lab promises to vary, and what it runs.
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKERS } from '../../src/lab/packers.ts';
import { DIMENSIONS } from '../../src/lab/select.ts';
import { hasBlank } from '../../src/lab/shell.ts';
import { archiveFormats, formatOf, isCompressed, rowOf } from '../../src/pack/formats.ts';

const test = suite('tables of the lab');

test('ids are unique and of one form', () => {
  for (const table of [DIMENSIONS, PACKERS]) {
    const ids = table.map(({ id }) => id);
    assert.is(new Set(ids).size, ids.length);
  }
  for (const { id, kind } of DIMENSIONS) {
    assert.match(id, /^(tree|process|tool|content)\/[a-z0-9-]+$/);
    assert.ok(id.startsWith(`${kind}/`) || (id.startsWith('content/') && kind === 'tree'), id);
  }
});

test('there is a lot to vary', () => {
  const required = DIMENSIONS.filter(({ equality }) => equality === 'required');
  assert.ok(required.length >= 70, String(required.length));
  for (const kind of ['tree', 'process', 'tool']) assert.ok(required.some((each) => each.kind === kind));
});

test('every dimension can be seen to take effect', () => {
  // Company and numbers of threads are looked at in each run, and a change of content is found in the tree.
  const seenInRuns = [
    'process/load',
    'process/two-at-once',
    'process/interruptions',
    'tool/one-thread',
    'tool/many-threads',
  ];
  for (const { id, facts, check, equality } of DIMENSIONS) {
    if (equality === 'changes' || seenInRuns.includes(id)) continue;
    assert.ok(facts !== undefined || check !== undefined, id);
  }
});

test('every packer reads the tree, writes the archive, and is sure of its programs', () => {
  for (const { id, command, programs, extension } of PACKERS) {
    assert.ok(hasBlank(command, 'root') && hasBlank(command, 'out'), id);
    assert.match(extension, /^\.((cpio|tar)(\.(gz|xz|zst|lz4))?|oci\.tar)$/);
    for (const program of programs) assert.ok(command.includes(program), `${id}: ${program}`);
  }
});

test('what a recipe calls is in its list of programs', () => {
  const known = new Set(PACKERS.flatMap(({ programs }) => programs));
  for (const { id, command, programs } of PACKERS) {
    const called = command
      .split(/\|\s*|&&|;/)
      .map((part) => part.trim().split(' ')[0] as string)
      .filter((word) => known.has(word));
    for (const program of called) assert.ok(programs.includes(program), `${id} calls ${program}`);
  }
});

test('every output format that is one file has a packer of ours, and one each', () => {
  const formats = archiveFormats().filter((format) => rowOf(format).extension !== undefined);
  assert.ok(formats.length >= 9);
  const own = PACKERS.filter(({ command }) => hasBlank(command, 'stillroot'));
  assert.equal(own.map(({ extension }) => formatOf(`tree${extension}`)).sort(), [...formats].sort());
  // What nothing compresses is not run again with other numbers of threads.
  for (const { id, command, extension } of own) {
    assert.is(hasBlank(command, 'threads'), isCompressed(formatOf(`tree${extension}`)), id);
  }
});

test('recipes set a date for touch and tar from SOURCE_DATE_EPOCH and nowhere else', () => {
  for (const { id, command } of PACKERS)
    assert.not.match(command, /\bdate\b(?!=| -u -d "@\$SOURCE_DATE_EPOCH")/, id);
});

test('the README of the lab names every kind of outcome', () => {
  const text = readFileSync(new URL('../../src/lab/README.md', import.meta.url), 'utf8');
  for (const word of ['skipped', 'no-effect', 'failed', 'unstable', 'follows', 'ignores'])
    assert.ok(text.includes(word), word);
});

test.run();
