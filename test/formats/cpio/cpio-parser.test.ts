import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../../src/errors.ts';
import { CpioParser } from '../../../src/formats/cpio/cpio-parser.ts';
import type { CpioFormat } from '../../../src/formats/cpio/header.ts';
import { archive, FILE, FORMATS, LINES, LINK, parse, record, trailer } from './sample.ts';

const test = suite('formats/cpio/cpio-parser');

for (const format of FORMATS) {
  const bytes = archive(format);

  for (const pieces of [[bytes.length], [113], [7], [1], [1, 90, 2, 5]]) {
    test(`${format}: the same events in pieces of ${pieces}`, () => {
      const { lines, entries, used, parser } = parse(bytes, pieces);
      assert.equal(lines, LINES);
      assert.ok(entries.every(({ header }) => header.format === format));
      assert.is(used, bytes.length);
      assert.ok(parser.ended);
      parser.finish();
    });
  }

  test(`${format}: the same events cut in two anywhere`, () => {
    for (let cut = 1; cut < bytes.length; cut += 1) {
      assert.equal(parse(bytes, [cut, bytes.length]).lines, LINES, `cut at ${cut}`);
    }
  });

  test(`${format}: offset and dataOffset are where header and data are`, () => {
    for (const { offset, dataOffset, header, name } of parse(bytes, [11]).entries) {
      const data = bytes.toString('latin1', dataOffset, dataOffset + header.fileSize);
      const wanted = { 'etc/four': 'abcd', 'etc/hostname': 'still\n', 'etc/odd': 'target\0' }[name];
      if (wanted !== undefined) assert.is(data, wanted);
      assert.equal(bytes.subarray(offset, offset + 2), bytes.subarray(0, 2), name);
    }
  });

  test(`${format}: what follows the trailer is left to the caller`, () => {
    const { used, parser } = parse(Buffer.concat([bytes, Buffer.from('more')]), [50]);
    assert.is(used, bytes.length);
    assert.is(parser.push(bytes), 0);
    assert.is(parser.skippable, 0);
  });

  test(`${format}: a trailer in the middle ends the archive`, () => {
    const first = Buffer.concat([record(format, 'a', 'x'), trailer(format)]);
    const { lines, used } = parse(Buffer.concat([first, bytes]), [9]);
    assert.is(lines.length, 1);
    assert.is(used, first.length);
  });

  test(`${format}: an archive that is cut at any byte is said to be cut, or to have no trailer`, () => {
    // The trailer takes the last of them.
    const borders = new Set(parse(bytes, [bytes.length]).entries.map(({ offset }) => offset));
    borders.add(bytes.length - trailer(format).length);
    borders.delete(0);
    for (let end = 0; end < bytes.length; end += 1) {
      const { parser } = parse(bytes.subarray(0, end), [bytes.length]);
      if (borders.has(end)) {
        parser.finish();
        assert.equal([parser.ended, parser.endMarked], [true, false], `${end}`);
      } else assert.throws(() => parser.finish(), malformed(/cut short: it ends inside/), `${end}`);
    }
    const { parser } = parse(bytes, [bytes.length]);
    assert.equal([parser.ended, parser.endMarked], [true, true]);
  });

  test(`${format}: without a trailer it ends where no header follows`, () => {
    const alone = Buffer.concat([record(format, 'a', 'x'), record(format, 'b', 'odd')]);
    for (const next of [Buffer.alloc(9), Buffer.from('\x1f\x8b\x08 a compressed archive', 'latin1')]) {
      for (const pieces of [[1], [5], [1000]]) {
        const { lines, used, parser } = parse(Buffer.concat([alone, next]), pieces);
        assert.equal([lines.length, used, parser.ended, parser.endMarked], [2, alone.length, true, false]);
        assert.is(parser.push(next), 0);
        parser.finish();
      }
    }
  });
}

test('no archive is an archive of one entry cut in front of it', () => {
  const { parser } = parse(Buffer.alloc(0), [1]);
  assert.throws(() => parser.finish(), malformed(/it ends inside a header/));
  // What begins as a header of another kind is a damage and no end.
  const other = Buffer.concat([record('newc', 'a', 'x'), record('odc', 'b', 'y')]);
  assert.throws(() => parse(other, [3]), malformed(/cpio magic is "070707"/));
});

test('entries with a checksum and without in one archive', () => {
  const bytes = Buffer.concat([record('newc', 'a', 'x'), record('crc', 'b', 'y'), trailer('newc')]);
  assert.equal(
    parse(bytes, [bytes.length]).entries.map(({ header }) => header.format),
    ['newc', 'crc'],
  );
});

/** Skips wherever that is possible, at most `most` bytes at a time, and reads one byte at a time elsewhere. */
function skipping(bytes: Buffer, most: number): { names: string[]; skipped: number; used: number } {
  const names: string[] = [];
  const parser = new CpioParser('test.cpio', {
    entry: ({ name, target }) => names.push(`${name} ${target}`),
  });
  let at = 0;
  let skipped = 0;
  while (at < bytes.length && !parser.ended) {
    const count = Math.min(parser.skippable, most);
    parser.skip(count);
    at += count;
    skipped += count;
    at += parser.push(bytes.subarray(at, at + 1));
  }
  parser.finish();
  return { names, skipped, used: at };
}

for (const format of FORMATS) {
  test(`${format}: the same entries where data and padding are skipped`, () => {
    const bytes = archive(format);
    const wanted = parse(bytes, [bytes.length]).entries.map(({ name, target }) => `${name} ${target}`);
    for (const most of [1, 2, 3, 1000]) {
      const { names, skipped, used } = skipping(bytes, most);
      assert.equal(names, wanted);
      assert.is(used, bytes.length);
      if (most === 1000) assert.ok(skipped >= (format === 'crc' ? 4 : 4 + 6 + 9 + 6));
    }
  });
}

test('data with a checksum cannot be skipped, its padding can', () => {
  const bytes = record('crc', 'a', 'xyz');
  const parser = new CpioParser('test.cpio', { entry: () => {} });
  parser.push(bytes.subarray(0, -4));
  assert.is(parser.skippable, 0);
  parser.push(bytes.subarray(-4, -1));
  assert.is(parser.skippable, 1);
});

test('more than what is data and padding cannot be skipped', () => {
  const bytes = record('newc', 'a', 'xyz');
  for (const count of [5, -1, 0.5]) {
    const parser = new CpioParser('test.cpio', { entry: () => {} });
    parser.push(bytes.subarray(0, -4));
    assert.is(parser.skippable, 4);
    assert.throws(
      () => parser.skip(count),
      (error: unknown) => error instanceof StillrootError && error.code === 'internal',
    );
  }
});

test('a file of 4 GiB less one byte needs no memory and no time', () => {
  const bytes = record('newc', 'a', '', { filesize: 0xffff_ffff });
  const parser = new CpioParser('test.cpio', { entry: () => {} });
  parser.push(bytes);
  assert.is(parser.skippable, 2 ** 32);
  parser.skip(2 ** 32);
  assert.is(parser.push(trailer('newc')), trailer('newc').length);
  parser.finish();
});

test('limits can be others', () => {
  const name = 'n'.repeat(5000);
  const long = Buffer.concat([
    record('newc', name, 'x'),
    record('newc', 'l', 't'.repeat(70_000), { mode: LINK }),
    trailer('newc'),
  ]);
  assert.throws(
    () => parse(long, [100]),
    limited(/byte 94 .*c_namesize is 5001, the limit is 4096 with its NUL\. .*--limit nameLength=/),
  );
  assert.throws(
    () => parse(long, [100], { nameLength: 5000 }),
    limited(/a link target has 70000 bytes, the limit is 4095\. .*--limit targetLength=/),
  );
  const { entries } = parse(long, [100], { nameLength: 5000, targetLength: 70_000 });
  assert.equal(
    entries.map((entry) => [entry.name.length, entry.target.length]),
    [
      [5000, 0],
      [1, 70_000],
    ],
  );
  assert.throws(() => parse(archive('odc'), [9], { nameLength: 2 }), limited(/the limit is 3/));
});

test('a link target may be as long as the limit and count a NUL, not longer', () => {
  const link = (target: string): Buffer =>
    Buffer.concat([record('odc', 'l', target, { mode: LINK }), trailer('odc')]);
  for (const end of ['', '\0']) {
    assert.is(parse(link(`${'t'.repeat(4095)}${end}`), [900]).entries[0]?.target.length, 4095);
  }
  assert.throws(() => parse(link('t'.repeat(4096)), [900]), limited(/has 4096 bytes, the limit is 4095/));
});

test('of a hard-link group with checksums only the name with the data is verified', () => {
  const group = Buffer.concat([
    record('crc', 'a', '', { nlink: 2, check: 99 }),
    record('crc', 'b', 'x', { nlink: 2 }),
    trailer('crc'),
  ]);
  assert.is(parse(group, [9]).entries.length, 2);
});

test('no checksum but that of the crc format and of files means anything', () => {
  const bytes = record('newc', 'a', 'x');
  bytes.write('00000001', 102, 'latin1');
  const archives = [
    [bytes, trailer('newc')],
    [record('crc', 'l', 'x', { mode: LINK, check: 1 }), trailer('crc')],
  ];
  for (const pieces of archives) assert.is(parse(Buffer.concat(pieces), [9]).entries.length, 1);
});

function malformed(message: RegExp): (error: unknown) => boolean {
  return coded('archive-malformed', message);
}

function limited(message: RegExp): (error: unknown) => boolean {
  return coded('archive-limit', message);
}

function coded(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof StillrootError)) return false;
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  };
}

const NAME_SIZE: Readonly<Record<CpioFormat, readonly [offset: number, most: number]>> = {
  newc: [94, 0xffff_ffff],
  crc: [94, 0xffff_ffff],
  odc: [59, 0o777777],
  'binary-little': [20, 0xffff],
  'binary-big': [20, 0xffff],
};
const SIZE_OFFSET = { newc: 54, crc: 54, odc: 65, 'binary-little': 22, 'binary-big': 22 };

for (const format of FORMATS) {
  const start = record(format, 'first', 'x');
  const hostile = (
    name: string,
    bytes: Buffer,
    offset: number,
    message: RegExp,
    code = 'archive-malformed',
  ): void => {
    test(`${format}: hostile: ${name}`, () => {
      const at = new RegExp(`^test.cpio: byte ${start.length + offset} of the cpio archive: `);
      for (const pieces of [[bytes.length + start.length], [1]]) {
        const whole = Buffer.concat([start, bytes]);
        assert.throws(() => parse(whole, pieces), coded(code, message));
        assert.throws(() => parse(whole, pieces), coded(code, at));
      }
    });
  };
  const [nameSizeAt, most] = NAME_SIZE[format];
  hostile('c_namesize is 0', record(format, 'a', '', { namesize: 0 }), nameSizeAt, /c_namesize is 0/);
  hostile(
    `c_namesize is ${most}`,
    record(format, 'a', '', { namesize: most }),
    nameSizeAt,
    new RegExp(`c_namesize is ${most}, the limit is 4096`),
    'archive-limit',
  );
  hostile(
    'the name does not end with NUL',
    record(format, 'abcdefgh', '', { namesize: 4 }),
    { newc: 110, crc: 110, odc: 76, 'binary-little': 26, 'binary-big': 26 }[format],
    /the name does not end with NUL/,
  );
  hostile(
    'a link target has 2147483647 bytes',
    record(format, 'l', '', { mode: LINK, filesize: 0x7fff_ffff }),
    SIZE_OFFSET[format],
    /a link target has 2147483647 bytes, the limit is 4095/,
    'archive-limit',
  );
  for (const [name, magic] of [
    ['junk', 'hello!'],
    ['a control sequence', '\x1b[31m\x9b'],
    ['another format', format === 'odc' ? '70701' : '70707'],
  ] as const) {
    const bytes = record(format, 'a');
    // Anything that begins with a different byte is not a header: the archive has ended.
    bytes.write(magic, 1, 'latin1');
    hostile(`cpio magic is wrong: ${name}`, bytes, 0, /: cpio magic is "[ -~]+", wanted .* as before\./);
  }
}

for (const [format, offset, length, step, kind] of [
  ['newc', 6, 8, 8, 'eight hex'],
  ['crc', 6, 8, 8, 'eight hex'],
  ['odc', 6, 6, 6, 'six octal'],
] as const) {
  test(`${format}: hostile: digits that are none, in every field`, () => {
    const fields = format === 'odc' ? [6, 12, 18, 24, 30, 36, 42, 48, 59, 65] : undefined;
    for (let index = 0; index < (fields?.length ?? 13); index += 1) {
      const at = fields?.[index] ?? offset + index * step;
      const wanted = at === 48 || at === 65 ? 'eleven octal' : kind;
      for (const bad of [' ', '-', 'x', '\0', '\x9b', format === 'odc' ? '8' : 'g']) {
        const bytes = record(format, 'a');
        bytes.write(bad, at + length - 1, 'latin1');
        assert.throws(
          () => parse(bytes, [31]),
          malformed(new RegExp(`^test.cpio: byte 0 .*: c_[a-z]+ is "[ -~]+", wanted ${wanted} digits`)),
        );
      }
    }
  });
}

test('hostile: checksum is wrong, of data and of no data', () => {
  const bytes = record('crc', 'a', 'xyz', { check: 1 });
  for (const pieces of [[bytes.length], [1]]) {
    assert.throws(
      () => parse(bytes, pieces),
      malformed(/byte 102 of the cpio archive: checksum of the data of a is 363, wanted 1\./),
    );
  }
  assert.throws(
    () => parse(record('crc', 'a', '', { check: 1 }), [9]),
    malformed(/checksum .* is 0, wanted 1/),
  );
});

test('hostile: sizes that reach beyond the end are said to', () => {
  for (const format of FORMATS) {
    const { parser } = parse(record(format, 'a', 'xx', { filesize: 0xffff_ffff }), [40]);
    assert.throws(() => parser.finish(), malformed(/ends inside the data of a file/));
  }
});

test('formats that borrowed the magic are named, not called damaged', () => {
  for (const [magic, name] of [
    ['070727', /afio/],
    ['07070X', /RPM/],
    ['070703', /extended attributes/],
  ] as const) {
    const bytes = record('newc', 'a');
    bytes.write(magic, 0, 'latin1');
    assert.throws(() => parse(bytes, [9]), coded('archive-not-supported', name));
  }
});

test('device numbers as HP-UX wrote them are named, not taken for data', () => {
  for (const format of ['odc', 'binary-little', 'binary-big'] as const) {
    for (const mode of [0o20644, 0o60644, 0o10644, 0o140644]) {
      const bytes = record(format, 'c', '', { mode, rdev: 1, filesize: 0x0803 });
      assert.throws(() => parse(bytes, [9]), coded('archive-not-supported', /HP-UX/));
    }
    assert.is(parse(record(format, 'f', 'xx', { mode: FILE, rdev: 1 }), [9]).lines.length, 1);
  }
});

test('an error is not forgotten', () => {
  const parser = new CpioParser('test.cpio', { entry: () => {} });
  for (let turn = 0; turn < 3; turn += 1) assert.throws(() => parser.push(Buffer.from('junk'.repeat(40))));
});

test('hostile: the checksum of the one name with data is wrong, of a single byte too', () => {
  for (const [data, sum] of [
    ['x', 120],
    ['xy', 241],
  ] as const) {
    const group = Buffer.concat([
      record('crc', 'a', '', { nlink: 2, check: 99 }),
      record('crc', 'b', data, { nlink: 2, check: 1 }),
    ]);
    assert.throws(() => parse(group, [9]), malformed(new RegExp(`data of b is ${sum}, wanted 1\\.`)));
  }
});

test.run();
