/** Against the real thing: GNU cpio, libarchive and busybox write, and the first two say what they read. */
import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SMALL_TREE } from '../../../fixtures/cpio/small-tree.ts';
import { archiveOf, type CpioWriter, makeTree, pathsFor, WRITERS } from '../../../fixtures/cpio/writers.ts';
import type { Spec } from '../../../fixtures/materialize.ts';
import { readSlice } from '../../../fixtures/read-slice.ts';
import { StillrootError } from '../../../src/errors.ts';
import type { ParsedEntry } from '../../../src/formats/cpio/cpio-parser.ts';
import { modeLetters } from '../../../src/list/lines.ts';
import { readArchive } from '../../../src/source/archive.ts';
import { typeOfMode } from '../../../src/source/archive-entry.ts';
import { missing, testWhere } from '../../support/requires.ts';
import { runCommand } from '../../support/run-command.ts';
import { Scratch } from '../../support/temporary.ts';
import { expectTree, swapBinary } from './expected-tree.ts';
import { libarchiveReading, mtreeLine } from './mtree.ts';
import { parse } from './sample.ts';

const test = suite('cpio against the tools');
const scratch = new Scratch('cpio-tools');
test.after(() => scratch.remove());

const TREES: Readonly<Record<string, () => readonly Spec[]>> = {
  small: () => SMALL_TREE,
  'debian-slice': () => readSlice('first'),
};
const made = new Map<string, readonly Spec[]>();

function tree(name: string): readonly Spec[] {
  const specs = made.get(name) ?? TREES[name]?.() ?? [];
  if (!made.has(name)) makeTree(scratch.in(name), specs);
  made.set(name, specs);
  return specs;
}

async function written(writer: Pick<CpioWriter, 'argv' | 'lacks'>, name: string): Promise<Buffer> {
  const specs = tree(name);
  return archiveOf(writer.argv, scratch.in(name), pathsFor({ ...writer, name, format: 'odc' }, specs));
}

function kept(name: string, bytes: Buffer): string {
  const path = scratch.in(name);
  writeFileSync(path, bytes);
  return path;
}

const entriesOf = (bytes: Buffer): ParsedEntry[] => parse(bytes, [bytes.length]).entries;

/** As `cpio -itvn` prints an entry, without its time. */
function gnuLine({ header, name, target }: ParsedEntry): string {
  const type = typeOfMode(header.mode);
  const device = type === 'character' || type === 'block';
  const size = device ? `${header.rdeviceMajor}, ${header.rdeviceMinor}` : header.fileSize;
  const arrow = type === 'symlink' ? ` -> ${target}` : '';
  return `${modeLetters(type, header.mode)} ${header.nlink} ${header.uid} ${header.gid} ${size} ${name}${arrow}`;
}

/** Standard output of GNU cpio listing `bytes`; undefined where it does not end well. */
async function gnuReading(bytes: Buffer): Promise<string[] | undefined> {
  const { status, stdout } = await runCommand(['cpio', '--list', '-v', '-n', '--quiet'], {
    input: bytes,
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (status !== 0) return undefined;
  const lines = stdout.toString('latin1').replace(/\n$/, '').split('\n');
  return lines.map((line) =>
    line
      .replace(/ +[A-Z][a-z]{2} +\d+ +[\d:]+ /, ' ')
      .replace(/, +(?=\d+ )/, ',')
      .replace(/ +/g, ' '),
  );
}

/** Only the lines that differ are worth printing. */
function sameLines(ours: readonly string[], theirs: readonly string[] = []): void {
  const differ = (line: string, index: number, other: readonly string[]): boolean => line !== other[index];
  assert.equal(
    ours.filter((line, index) => differ(line, index, theirs)),
    theirs.filter((line, index) => differ(line, index, ours)),
  );
}

const LISTABLE = (entry: ParsedEntry): boolean => !/[\n ]/.test(entry.name + entry.target);

for (const writer of WRITERS) {
  const tools = [writer.argv[0] ?? '', 'cpio', 'bsdtar'];
  for (const name of Object.keys(TREES)) {
    testWhere(test, missing({ root: true, tools }), `${writer.name} of ${name}`, async () => {
      const bytes = await written(writer, name);
      expectTree(bytes, tree(name), writer);
      const entries = entriesOf(bytes);
      sameLines(entries.map(mtreeLine).sort(), await libarchiveReading(kept('archive', bytes)));
      if (entries.every(LISTABLE)) {
        const ours = entries.map((entry) => gnuLine(entry).replace(', ', ','));
        sameLines(ours, await gnuReading(bytes));
      }
      const names: string[] = [];
      await readArchive(kept('archive', bytes), { entry: (entry) => names.push(entry.name) });
      assert.equal(
        names,
        entries.map((entry) => entry.name),
        'the same where data is skipped',
      );
    });
  }
}

for (const writer of WRITERS.filter(({ format }) => format === 'binary-little')) {
  const tools = [writer.argv[0] ?? '', 'cpio', 'bsdtar'];
  testWhere(test, missing({ root: true, tools }), `${writer.name} of the other byte order`, async () => {
    const bytes = await written(writer, 'debian-slice');
    const swapped = swapBinary(bytes);
    const entries = entriesOf(swapped);
    assert.ok(entries.length > 200 && entries.every(({ header }) => header.format === 'binary-big'));
    sameLines(entries.map(mtreeLine).sort(), await libarchiveReading(kept('archive', swapped)));
    if (entries.every(LISTABLE)) {
      const ours = entries.map((entry) => gnuLine(entry).replace(', ', ','));
      sameLines(ours, await gnuReading(swapped));
    }
  });
}

const gnu = (format: string): readonly string[] => ['cpio', '--null', '--create', '--quiet', '-H', format];
const lacking = missing({ root: true, tools: ['cpio'] });

testWhere(test, lacking, 'a changed byte of data breaks the checksum for GNU cpio and for us', async () => {
  const bytes = await written({ argv: gnu('crc'), lacks: [] }, 'small');
  const file = entriesOf(bytes).find(({ name }) => name === 'owned') as ParsedEntry;
  bytes[file.dataOffset] = 0x21;
  const { stderr } = await runCommand(['cpio', '--only-verify-crc', '-i', '--quiet'], { input: bytes });
  assert.match(stderr, /owned: checksum error/);
  assert.throws(() => entriesOf(bytes), /checksum of the data of owned is \d+, wanted \d+/);
});

for (const format of ['hpodc', 'hpbin']) {
  testWhere(test, lacking, `${format}: the device numbers of HP-UX are named`, async () => {
    const bytes = await written({ argv: gnu(format), lacks: [] }, 'small');
    assert.throws(
      () => entriesOf(bytes),
      (error: StillrootError) => error.code === 'archive-not-supported' && /HP-UX/.test(error.message),
    );
    const plain = await written({ argv: gnu(format), lacks: ['block', 'character'] }, 'small');
    assert.is(entriesOf(plain).length, SMALL_TREE.length - 2);
  });
}

testWhere(test, lacking, 'what GNU cpio calls the end of an archive is one for us', async () => {
  for (const format of ['newc', 'crc', 'odc', 'bin']) {
    const bytes = await written({ argv: gnu(format), lacks: [] }, 'small');
    const cut = bytes.subarray(0, bytes.lastIndexOf('TRAILER!!!') - 30);
    assert.is(await gnuReading(cut), undefined, format);
    assert.throws(
      () => parse(cut, [100]).parser.finish(),
      (error: unknown) => error instanceof StillrootError,
    );
    const both = Buffer.concat([bytes, bytes]);
    assert.is((await gnuReading(both))?.length, (await gnuReading(bytes))?.length);
    assert.is(entriesOf(both).length, entriesOf(bytes).length);
  }
});

test.run();
