import fc from 'fast-check';
import picomatch from 'picomatch';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Glob, GlobError } from '../../src/rules/glob.ts';
import { MAX_GLOB_BYTES } from '../../src/rules/glob-parse.ts';

const test = suite('glob');

function check(pattern: string, hits: readonly string[], misses: readonly string[]): void {
  const glob = new Glob(pattern);
  for (const path of hits) assert.ok(glob.matches(path), `${pattern} matches ${path}`);
  for (const path of misses) assert.not(glob.matches(path), `${pattern} misses ${path}`);
}

test('a literal pattern is one path', () => {
  check(
    'etc/machine-id',
    ['etc/machine-id'],
    ['etc/machine-id2', 'xetc/machine-id', 'etc', 'a/etc/machine-id'],
  );
  assert.is(new Glob('etc/machine-id').literal, 'etc/machine-id');
  assert.is(new Glob('etc/a\\*').literal, 'etc/a*');
  assert.is(new Glob('etc/*').literal, undefined);
  assert.is(new Glob('**').literal, undefined);
  assert.is(new Glob('{a,b}').literal, undefined);
});

test('a star stays within its component and takes dot files', () => {
  check('var/log/*', ['var/log/x', 'var/log/.x', 'var/log/x.log'], ['var/log', 'var/log/x/y']);
  check('*.log', ['.log', 'a.log', 'a.log.log'], ['a.log1', 'a/b.log']);
  check('a*b*c', ['abc', 'aXbYc', 'abcbc'], ['ab', 'abcd', 'aXb/c']);
  check('a**b', ['ab', 'axxb'], ['a/b']);
  check('***', ['a'], ['a/b']);
});

test('a globstar is zero or more components', () => {
  check('a/**', ['a/b', 'a/b/c', 'a/.b'], ['a', 'ab', 'b/a/c']);
  check('**/x', ['x', 'a/x', 'a/b/x'], ['ax', 'x/a', 'a/xb']);
  check('a/**/b', ['a/b', 'a/x/b', 'a/x/y/b', 'a/b/b'], ['a', 'b', 'ab', 'a/xb', 'a/b/c']);
  check('**', ['a', 'a/b', '.a'], ['']);
  check('**/**/x/**/**', ['x/y', 'a/x/y/z'], ['x', 'a/x']);
  check('**/a/*/b/**', ['a/1/b/2', 'a/a/1/b/2', 'a/b/a/1/b/2'], ['a/b/2', 'a/1/b']);
});

test('a question mark is one byte, not one character', () => {
  check('?', ['a', '.', '\xff', '\n'], ['', 'ab', '/']);
  check('??', ['\xc3\xa9'], ['\xe9']);
});

test('brackets are sets of bytes', () => {
  check('[abc]', ['a', 'c'], ['d', 'ab', 'A']);
  check('[!abc]', ['d', '!', '.'], ['a', '']);
  check('[^abc]', ['d'], ['a', 'c']);
  check('[a-c0-2]x', ['bx', '1x'], ['dx', '3x', '-x']);
  check('[]x]', [']', 'x'], ['[', 'y']);
  check('[!]x]', ['y'], [']', 'x']);
  check('[a-]', ['a', '-'], ['b']);
  check('[\\]\\\\]', [']', '\\'], ['a']);
  check('[[:digit:]_]', ['0', '9', '_'], ['a', ':', '[']);
  check('[![:space:]]', ['a'], [' ', '\t', '\n']);
  check('[[:xdigit:]][[:upper:]][[:punct:]]', ['aZ~', 'FA!'], ['gA!', 'aa!', 'aAa']);
  check('[{,}]', ['{', ',', '}'], ['a']);
  check('[\x80-\xff]', ['\x80', '\xff'], ['\x7f']);
  check('a[+-9]b', ['a0b', 'a.b'], ['a/b']);
  check('a[!x]b', ['ayb'], ['a/b']);
});

test('braces are written out, empty, nested and across slashes', () => {
  check('{usr/,}lib/x', ['lib/x', 'usr/lib/x'], ['usr/x', '/lib/x']);
  check('a{b,c{d,e}}f', ['abf', 'acdf', 'acef'], ['acf', 'abcdf']);
  check('x{,.[0-9],.gz}', ['x', 'x.3', 'x.gz'], ['x.', 'x.a']);
  check('{a,b}{c,d}', ['ac', 'ad', 'bc', 'bd'], ['ab', 'a', 'cd']);
  check('{**/,}x', ['x', 'a/x'], ['xa']);
  check('a,b', ['a,b'], ['a']);
});

test('a backslash takes the meaning away', () => {
  check('\\*\\?\\[\\{\\}\\\\', ['*?[{}\\'], ['a?[{}\\']);
  check('\\a', ['a'], ['\\a']);
});

test('newlines and bytes that are no UTF-8 are ordinary', () => {
  check('a\nb', ['a\nb'], ['a', 'b']);
  check('*.x', ['a\nb.x', '\xff\xfe.x'], []);
  check('\xff*', ['\xff', '\xff\n'], ['\xfe']);
});

test('the names of objects are names', () => {
  check('{constructor,__proto__}/*', ['constructor/a', '__proto__/toString'], ['toString/a']);
});

test('targets may be absolute and climb', () => {
  assert.ok(new Glob('/run/**', 'target').matches('/run/systemd/x'));
  assert.not(new Glob('/run/**', 'target').matches('run/systemd/x'));
  assert.ok(new Glob('../*', 'target').matches('../x'));
  assert.not(new Glob('../*', 'target').matches('x'));
  assert.ok(new Glob('**/x', 'target').matches('/a/x'));
});

const refused: readonly [pattern: string, at: number, message: string][] = [
  ['', 0, "glob '': empty pattern at byte 1."],
  ['/etc', 0, "glob '/etc': leading slash at byte 1. Paths are relative to the root of the tree."],
  ['{,a}/b', 4, "glob '{,a}/b': leading slash at byte 5. Paths are relative to the root of the tree."],
  ['/', 0, "glob '/': empty component at byte 1."],
  ['a//b', 2, "glob 'a//b': empty component at byte 3."],
  ['a/', 1, "glob 'a/': empty component at byte 2."],
  ['a/./b', 2, "glob 'a/./b': component '.' at byte 3."],
  ['a/{b,..}', 5, "glob 'a/{b,..}': component '..' at byte 6."],
  ['a\\', 1, "glob 'a\\\\': backslash at the end at byte 2. Write \\\\ for a backslash."],
  ['a[b', 1, "glob 'a[b': unclosed bracket at byte 2. Write \\[ for a bracket."],
  ['[]', 0, "glob '[]': unclosed bracket at byte 1. Write \\[ for a bracket."],
  ['[a-', 0, "glob '[a-': unclosed bracket at byte 1. Write \\[ for a bracket."],
  ['[a\\', 0, "glob '[a\\\\': unclosed bracket at byte 1. Write \\[ for a bracket."],
  ['[z-a]', 1, "glob '[z-a]': range that runs backwards at byte 2."],
  ['[a/b]', 2, "glob '[a/b]': slash inside brackets at byte 3. Brackets match one byte of a name."],
  ['[[=a=]]', 1, "glob '[[=a=]]': collating symbol at byte 2. Only [:class:] names are supported."],
  ['{a,b', 0, "glob '{a,b': unclosed brace at byte 1. Write \\{ for a brace."],
  [
    '{a,{b}',
    3,
    "glob '{a,{b}': braces without a comma at byte 4. Write {a,b} for alternatives and \\{ for a brace.",
  ],
  ['a}', 1, "glob 'a}': closing brace without an opening one at byte 2. Write \\} for a brace."],
  ['a\0', 1, "glob 'a\\x00': character that cannot occur in a path at byte 2."],
];

test('refuses what has no clear meaning, with the position', () => {
  for (const [pattern, at, message] of refused) {
    let error: unknown;
    try {
      new Glob(pattern);
    } catch (thrown) {
      error = thrown;
    }
    assert.instance(error, GlobError, pattern);
    assert.is((error as GlobError).code, 'bad-glob');
    assert.is((error as GlobError).at, at, pattern);
    assert.is((error as GlobError).message, message);
  }
  assert.throws(() => new Glob('[[:nope:]]'), /unknown character class at byte 2\. Known classes: alnum,/);
  assert.throws(() => new Glob('[[:toString:]]'), /unknown character class/);
});

test('limits the length and the number of patterns that braces stand for', () => {
  new Glob('a'.repeat(MAX_GLOB_BYTES));
  assert.throws(() => new Glob('a'.repeat(MAX_GLOB_BYTES + 1)), /more than 4096 bytes at byte 4097/);
  assert.is(new Glob('{a,b}'.repeat(10)).branches.length, 1024);
  assert.throws(() => new Glob('{a,b}'.repeat(11)), /expand to more than 1024 patterns at byte 51/);
  assert.throws(() => new Glob(`{${','.repeat(2000)}}{${','.repeat(2000)}}`), /more than 1024 patterns/);
  assert.throws(() => new Glob('{'.repeat(MAX_GLOB_BYTES)), /braces nested more than 64 deep at byte 65/);
  const deep = 64;
  check(`${'{'.repeat(deep)}a${',b}'.repeat(deep)}`, ['a', 'b'], ['c']);
});

// Each of these makes a backtracking matcher run for years.
test('hostile patterns end soon', () => {
  // Of the processor, which other processes do not count for.
  const before = process.cpuUsage();
  check(`${'*a'.repeat(1000)}b`, [], ['a'.repeat(4096)]);
  check(`${'**/a/'.repeat(500)}b`, [], [`${'a/'.repeat(2000)}c`]);
  check(`${'**/*a*a*a*/'.repeat(100)}b`, [], [`${'aaaaaaaa/'.repeat(400)}c`]);
  check('{*a,a*}'.repeat(9), [], ['b'.repeat(4096)]);
  check(`${'?*'.repeat(1000)}x`, [], ['y'.repeat(4096)]);
  assert.ok(process.cpuUsage(before).user < 60_000_000, 'polynomial, not exponential');
});

const byte = fc.constantFrom('a', 'b', 'c', '.', '-', '\n', '\xe9');
const name = fc
  .array(byte, { minLength: 1, maxLength: 5 })
  .map((bytes) => bytes.join(''))
  .filter((text) => text !== '.' && text !== '..');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c', '-') },
  fc.constantFrom('*', '?', '[ab]', '[!ab]', '[a-c]', '{a,b}', '{ab,c*}'),
);
const component = fc.oneof(
  { weight: 3, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((all) => all.join('')) },
  fc.constant('**'),
);
const pattern = fc
  .array(component, { minLength: 1, maxLength: 4 })
  .map((all) => all.join('/'))
  // Two stars in a row, three of them, and `x**` mean other things to picomatch.
  .filter((text) => !/\*\*/.test(text.replace(/(^|\/)\*\*(?=\/|$)/g, '$1')));

test('agrees with picomatch where the meanings are the same', () => {
  const options = { dot: true, posix: true, nonegate: true, windows: false } as const;
  fc.assert(
    fc.property(pattern, path, (text, candidate) => {
      // picomatch lets `a/**` match `a`, and its globstar stops at a newline.
      fc.pre(!candidate.includes('\n'));
      const theirs = picomatch(text.replace(/\*\*$/, '**/*'), options)(candidate);
      assert.is(new Glob(text).matches(candidate), theirs, `${text} on ${candidate}`);
    }),
    { numRuns: 5000 },
  );
});

/** The definition, by trying everything: exponential, and right. */
function defined(glob: Glob, candidate: string): boolean {
  const names = candidate.split('/');
  const place = (branch: Glob['branches'][number], at: number, depth: number): boolean => {
    const wanted = branch[at];
    if (wanted === undefined) return depth === names.length;
    if (wanted.globstar) {
      const least = at === branch.length - 1 ? 1 : 0;
      for (let skip = least; depth + skip <= names.length; skip++) {
        if (place(branch, at + 1, depth + skip)) return true;
      }
      return false;
    }
    return (
      depth < names.length && fits(wanted, 0, names[depth] as string) && place(branch, at + 1, depth + 1)
    );
  };
  const fits = (wanted: Glob['branches'][number][number], op: number, text: string): boolean => {
    const code = wanted.ops[op];
    if (code === undefined) return text === '';
    if (code === 256) return fits(wanted, op + 1, text) || (text !== '' && fits(wanted, op, text.slice(1)));
    const first = text.charCodeAt(0);
    if (text === '' || !(code === 257 || code === first || wanted.sets[op]?.[first] === 1)) return false;
    return fits(wanted, op + 1, text.slice(1));
  };
  return glob.branches.some((branch) => place(branch, 0, 0));
}

test('agrees with its definition', () => {
  fc.assert(
    fc.property(pattern, path, (text, candidate) => {
      const glob = new Glob(text);
      assert.is(glob.matches(candidate), defined(glob, candidate), `${text} on ${candidate}`);
    }),
    { numRuns: 3000 },
  );
});

test('any text either compiles or is refused with a position inside it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'a*?[]{},!-\\/.:^'), maxLength: 12 }), (text) => {
      try {
        new Glob(text).matches('a/b');
      } catch (error) {
        assert.instance(error, GlobError);
        assert.ok(
          (error as GlobError).at <= Math.max(0, text.length - 1),
          `${text} ${(error as GlobError).at}`,
        );
      }
    }),
    { numRuns: 3000 },
  );
});

test('a pattern means the same with its letters escaped, which is parsed in full', () => {
  const part = fc.constantFrom('a', 'b', '/', '*', '**', '***', '?', '{a,b/c}', '{,*}', '{x,**}/', '.', '..');
  const pattern = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
  const compile = (text: string): unknown => {
    try {
      return new Glob(text).branches;
    } catch (error) {
      return (error as GlobError).code;
    }
  };
  fc.assert(
    fc.property(pattern, (text) => {
      assert.equal(compile(text), compile(text.replace(/[a-z]/g, '\\$&')), text);
    }),
    { numRuns: 3000 },
  );
});

test.run();
