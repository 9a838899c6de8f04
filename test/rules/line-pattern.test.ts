import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LinePattern, StepBudget, TooManySteps } from '../../src/rules/line-pattern.ts';
import { PatternError, parsePattern } from '../../src/rules/line-pattern-parse.ts';
import { Substitution } from '../../src/rules/substitution.ts';
import { pathFromText } from '../../src/tree/path.ts';

const test = suite('line pattern');

const substitute = (text: string, pattern: string, by: string): string =>
  new Substitution([{ pattern, with: by }]).apply(text).text;

test('each line on its own, every match, with groups', () => {
  assert.is(substitute('ID="ab12"\nDAY="3"\n', '^(ID=")[0-9a-f]+', '$1x'), 'ID="x"\nDAY="3"\n');
  assert.is(substitute('a1b22\n3', '[0-9]+', '<$0>'), 'a<1>b<22>\n<3>');
  assert.is(substitute('x\n\ny\n', '^$', '-'), 'x\n-\ny\n');
  assert.is(substitute('x\r\ny\r\n', '(.)$', '$1.'), 'x.\r\ny.\r\n');
  assert.is(substitute('one two', '(\\w+) (\\w+)', '$2$$$1'), 'two$one');
  assert.is(substitute('ab', '(a)|(b)', '[$1$2]'), '[a][b]');
  assert.is(substitute('aaaa b', 'a{1,3}', 'x'), 'xx b');
  assert.is(substitute('aaaaab ab', 'a{2,3}b', 'x'), 'aax ab');
  // A repetition of what can be empty ends.
  assert.is(substitute('aab', '(?:a?)*b', 'x'), 'x');
  assert.is(substitute('', '^', 'x'), 'x');
  assert.is(substitute('x\n', '^$', '-'), 'x\n');
  assert.is(substitute('\n', '^$', '-'), '-\n');
});

test('bytes: what is no text, and characters outside ASCII as a whole', () => {
  assert.is(substitute('\xff\x00a', '.', 'b'), 'bbb');
  const umlaut = pathFromText('\u00e4');
  assert.is(substitute(`${umlaut}${umlaut}x`, `${umlaut}+`, '-'), '-x');
  assert.is(substitute(`${umlaut}x`, `${umlaut}?x`, '-'), '-');
  for (const char of ['\u00e5', '\u20ac', '\u{1f600}']) {
    const bytes = pathFromText(char);
    assert.is(substitute(`${bytes}${bytes}x`, `${bytes}+`, '-'), '-x', char);
  }
});

test('several replacements, one after another', () => {
  const all = new Substitution([
    { pattern: 'a', with: 'b' },
    { pattern: 'b', with: 'c' },
  ]);
  assert.equal(all.apply('ab\n'), { text: 'cc\n', matches: 3 });
});

const WRONG: readonly (readonly [pattern: string, at: number, what: RegExp])[] = [
  ['a)', 2, /'\)' without/],
  ['(a', 1, /'\(' without/],
  ['*a', 1, /without anything before it/],
  ['a**', 3, /quantifier after a quantifier/],
  ['a+?', 3, /Lazy/],
  ['^*', 1, /no length/],
  ['[a', 1, /'\[' without/],
  ['[b-a]', 3, /range/],
  ['[\\d-z]', 4, /range/],
  ['\\1', 1, /means nothing/],
  ['(?=a)', 1, /look-around/],
  ['(?<x>a)', 1, /look-around/],
  ['a{2,1}', 2, /repetition/],
  ['a{x', 2, /'\{' without a number/],
  ['a\\', 2, /backslash at the end/],
  ['a\nb', 2, /end of a line/],
  ['[\xc3\xa4]', 2, /outside ASCII/],
  ['(((((((((((a)))))))))))', 10, /more than 9 groups/],
  ['(?:a{1000}){1000}', 1, /more than 2000 steps/],
  [`${'(?:'.repeat(60)}a${')'.repeat(60)}`, 151, /more than 50 groups inside/],
];
for (const [pattern, at, what] of WRONG) {
  test(`refused: ${pattern.slice(0, 30).replaceAll('\n', '\\n')}`, () => {
    try {
      parsePattern(pattern);
      assert.unreachable();
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      assert.match(error.message, what);
      assert.is(error.at + 1, at);
      assert.ok(error.message.includes(` at byte ${at}`), error.message);
    }
  });
}

test('as many groups, repetitions and steps as are allowed', () => {
  for (const pattern of [
    '(a)'.repeat(9),
    '(?:a)'.repeat(60),
    `${'(?:'.repeat(50)}a${')'.repeat(50)}`,
    'a{1000}',
    // Two steps remember where the match is, one ends it.
    'a{1000}b{997}',
  ])
    assert.not.throws(() => parsePattern(pattern), pattern);
  const refused: readonly (readonly [pattern: string, what: RegExp])[] = [
    ['(a)'.repeat(10), /more than 9 groups/],
    [`${'(?:'.repeat(51)}a${')'.repeat(51)}`, /more than 50 groups inside/],
    ['a{1001}', /a repetition of more than 1000/],
    ['a{0,1001}', /a repetition of more than 1000/],
    ['a{1000}b{998}', /more than 2000 steps/],
    ['(?:ab){700}', /more than 2000 steps/],
  ];
  for (const [pattern, what] of refused) assert.throws(() => parsePattern(pattern), what, pattern);
});

const CLASSES: readonly (readonly [pattern: string, members: RegExp])[] = [
  ['.', /[^\n]/],
  ['\\d', /[0-9]/],
  ['\\D', /[^0-9\n]/],
  ['\\w', /[0-9A-Za-z_]/],
  ['\\W', /[^0-9A-Za-z_\n]/],
  ['\\s', /[\t\v\f\r ]/],
  ['\\S', /[^\t\v\f\r \n]/],
  ['\\t', /\t/],
  ['[a-c\\d-]', /[a-c0-9-]/],
  ['[^a-c\\s]', /[^a-c\t\v\f\r \n]/],
  ['[a-a]', /a/],
  ['[]a]', /[\]a]/],
  ['[a\\]-]', /[a\]-]/],
  ['\\.', /\./],
];
for (const [pattern, members] of CLASSES) {
  test(`${pattern}: its bytes`, () => {
    const compiled = new LinePattern(pattern);
    for (let byte = 0; byte < 256; byte += 1) {
      const char = String.fromCharCode(byte);
      const found = compiled.exec(char, 0, new StepBudget(100)) !== undefined;
      assert.is(found, members.test(char), String(byte));
    }
  });
}

test('a template that names what does not exist', () => {
  assert.throws(() => substitute('', 'a', '$1'), /'\$1', but the pattern has 0 groups/);
  assert.throws(() => substitute('', 'a', 'x$'), /'\$' without a number/);
  assert.throws(() => substitute('', 'a', '$x'), /'\$' without a number/);
});

test('what takes a backtracking matcher forever takes time in proportion here', () => {
  const line = `${'a'.repeat(20_000)}b`;
  assert.is(substitute(line, '^(?:a+)+$', 'x'), line);
  assert.is(substitute(line, '^(?:a|a|aa)+$', 'x'), line);
  assert.is(substitute('a'.repeat(200), '^(?:a?){200}a{200}$', 'x'), 'x');
});

test('the steps of a file are limited, in proportion to its size', () => {
  const slow = 'a{900}b';
  assert.throws(
    () => substitute('a'.repeat(5000), slow, 'x'),
    (error: unknown) => error instanceof TooManySteps,
  );
  // Nine times as many steps as a small file may take.
  assert.is(substitute('a'.repeat(100_000), 'a{80}b', 'x').length, 100_000);
  const budget = new StepBudget(10);
  budget.take(10);
  assert.throws(
    () => budget.take(1),
    (error: unknown) => error instanceof TooManySteps,
  );
});

test('a step is a way to match at a place, and places where no match begins are free', () => {
  const steps = (pattern: string, line: string): number => {
    for (let count = 0; ; count += 1) {
      try {
        new LinePattern(pattern).exec(line, 0, new StepBudget(count));
        return count;
      } catch (error) {
        if (!(error instanceof TooManySteps)) throw error;
      }
    }
  };
  assert.is(steps('b', 'a'.repeat(1000)), 0);
  assert.is(steps('(?:b|c)d', `${'a'.repeat(1000)}e`), 0);
  assert.is(steps('ab', `${'x'.repeat(1000)}ab`), 8);
  assert.is(steps('ab', `ab${'x'.repeat(1000)}`), 8);
  // What can be empty can begin anywhere.
  assert.is(steps('b*$', 'a'.repeat(100)), 203);
});

/** What both matchers understand; what is repeated has a length, since they differ in empty repetitions. */
const atom = fc.oneof(
  ...['a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', ' ', '(?:ab)', '(a|bb)', '(b)'].map((text) =>
    fc.constant(text),
  ),
);
const piece = fc.oneof(
  fc
    .tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,}', '{0,2}'))
    .map((parts) => parts.join('')),
  fc.constantFrom('^', '$', '\\b', '\\B'),
);
const sequence = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
const pattern = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((all) => all.join('|'));
const subject = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '1', '_'), maxLength: 14 });

test('the same matches and groups as the regular expressions of the language', () => {
  fc.assert(
    fc.property(pattern, subject, (source, text) => {
      fc.pre((source.match(/\((?!\?)/g)?.length ?? 0) <= 9);
      const groups = source.match(/\((?!\?)/g)?.length ?? 0;
      const by = `<$0${Array.from({ length: groups }, (_, i) => `,$${i + 1}`).join('')}>`;
      const wanted = text.replace(new RegExp(source, 'g'), (...found) => {
        const all = found.slice(0, groups + 1).map((each) => each ?? '');
        return `<${all.join(',')}>`;
      });
      assert.is(substitute(text, source, by), wanted, source);
    }),
    { numRuns: 2000 },
  );
});

test.run();
