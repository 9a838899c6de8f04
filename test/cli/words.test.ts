import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spellOut, unmarked } from '../../src/cli/words.ts';
import type { StillrootError } from '../../src/errors.ts';

const test = suite('words');

const PACK = {
  call: 'stillroot pack',
  rows: [
    { option: 'output', alias: 'o', kind: 'value' },
    { option: 'level', kind: 'value' },
    { option: 'jobs', alias: 'j', kind: 'value' },
    { option: 'skip', kind: 'list' },
    { option: 'cache', kind: 'value', canBeNone: true },
    { option: 'force', alias: 'f', kind: 'flag' },
    { option: 'verbose', alias: 'v', kind: 'count' },
  ],
} as const;

/** Without the marks of values. */
function spelled(...argv: string[]): string[] {
  return spellOut(argv, PACK).map((word) => word.replaceAll('\0', ''));
}

function refusal(...argv: string[]): string {
  try {
    spellOut(argv, PACK);
  } catch (error) {
    assert.is((error as StillrootError).code, 'usage');
    return (error as StillrootError).message;
  }
  throw new Error(`${argv.join(' ')} was taken`);
}

test('letters with a value, with and without a blank', () => {
  for (const argv of [
    ['-oa.cpio'],
    ['-o', 'a.cpio'],
    ['-o=a.cpio'],
    ['--output', 'a.cpio'],
    ['--output=a.cpio'],
  ]) {
    assert.equal(spelled(...argv), ['--output=a.cpio'], argv.join(' '));
  }
  assert.equal(spelled('-o-'), ['--output=-']);
  assert.equal(spelled('-o', '-'), ['--output=-']);
  assert.equal(spelled('-fvvoa', '-j2'), ['--force', '--verbose', '--verbose', '--output=a', '--jobs=2']);
  assert.equal(spelled('-vfo', 'a', 'tree'), ['--verbose', '--force', '--output=a', 'tree']);
  assert.equal(spelled('-o', ''), ['--output=']);
});

test('a number is the level, where there is one', () => {
  assert.equal(spelled('tree', '-9'), ['tree', '--level=9']);
  assert.equal(spelled('-19'), ['--level=19']);
  assert.throws(() => spellOut(['-9'], { ...PACK, rows: [] }), /-9: unknown option/);
  // As a value it is a number, which the option may refuse.
  assert.equal(spelled('--level', '-1'), ['--level=-1']);
});

test('a letter of a similar program is answered with what to type instead', () => {
  const foreign = { letters: 'tx', hint: 'Unlike tar.' };
  assert.throws(() => spellOut(['-xf', 'a'], { ...PACK, foreign }), /^-x: unknown option\. Unlike tar\.$/);
  assert.throws(() => spellOut(['-Z'], { ...PACK, foreign }), /-Z: unknown option\. See /);
});

test('what switches an option off', () => {
  assert.equal(spelled('--no-force', '--no-cache', '--force=false', '--force=true'), [
    ...['--no-force', '--no-cache', '--no-force', '--force'],
  ]);
  assert.match(refusal('--no-output'), /^--no-output: unknown option\./);
  assert.match(
    refusal('--force=yes'),
    /^--force: takes no value, but got "yes"\. See stillroot pack --help\.$/,
  );
});

test('options without their value', () => {
  assert.is(refusal('-o'), '-o: needs a value. See stillroot pack --help.');
  assert.is(refusal('--output', '--force'), '--output: needs a value. See stillroot pack --help.');
  assert.is(refusal('-fo', '-v'), '-o: needs a value. See stillroot pack --help.');
});

test('unknown options, with what was likely meant', () => {
  assert.is(refusal('--ouptut', 'a.cpio'), "--ouptut: unknown option. Did you mean '--output'?");
  assert.is(refusal('--ouptut=a.cpio'), "--ouptut: unknown option. Did you mean '--output'?");
  assert.is(refusal('--out', 'x'), "--out: unknown option. Did you mean '--output'?");
  assert.is(refusal('--no-cahce'), "--no-cahce: unknown option. Did you mean '--no-cache'?");
  assert.is(refusal('--zzzzzz'), '--zzzzzz: unknown option. See stillroot pack --help.');
  assert.is(refusal('-Z'), '-Z: unknown option. See stillroot pack --help.');
  assert.is(refusal('-O', 'x'), "-O: unknown option. Did you mean '-o'?");
  assert.is(refusal('-fZ'), '-Z: unknown option. See stillroot pack --help.');
  // Otherwise it would write a file named "utput".
  assert.is(refusal('-output', 'x'), "-output: unknown option. Did you mean '--output'?");
  assert.is(refusal('-force'), "-force: unknown option. Did you mean '--force'?");
});

test('values and arguments arrive as they were typed, whatever they are', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      fc.pre(!value.includes('\0') && !value.startsWith('-'));
      const [option = '', argument = ''] = spellOut([`--output=${value}`, value], PACK);
      const found = unmarked({ output: option.slice('--output='.length), list: [argument], flag: true });
      assert.equal(found, { output: value, list: [value], flag: true });
    }),
  );
});

test.run();
