// What the package exports, and that the examples in the comment of index.ts run verbatim.
import { readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as library from '../src/index.ts';
import { makeTree } from './library/small-tree.ts';
import { Scratch } from './support/temporary.ts';

const test = suite('index');
const scratch = new Scratch('index');
test.after(() => scratch.remove());

const [comment = ''] =
  /\/\*\*[\s\S]*?\*\//.exec(readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8')) ?? [];
/** Runs of lines indented further than text. */
const EXAMPLES = comment
  .split(/\n \*(?: {0,4}\S.*)?(?=\n)/)
  .map((piece) => piece.replace(/^ \* {5}/gm, '').trim())
  .filter((piece) => piece.includes('await'));

test('it exports the calls, and little else', () => {
  assert.equal(
    Object.keys(library),
    [
      ...[
        'ENCODER',
        'ENCODERS',
        'PROFILE',
        'StillrootError',
        'check',
        'diff',
        'extract',
        'finalize',
        'list',
        'pack',
      ],
      ...['packages', 'readManifest', 'reproduce', 'toolVersion', 'verify'],
    ].sort(),
  );
});

/** @returns what it printed */
async function runExample(text: string, paths: Readonly<Record<string, string>>): Promise<unknown[][]> {
  let code = text.replace(/^import \{ (.*) \} from 'stillroot';$/m, 'const { $1 } = library;');
  assert.is.not(code, text);
  for (const [name, path] of Object.entries(paths)) {
    assert.ok(code.includes(`'${name}'`), `${name} in ${text}`);
    code = code.replace(`'${name}'`, JSON.stringify(path));
  }
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
    ...parts: string[]
  ) => (...values: readonly unknown[]) => Promise<void>;
  const printed: unknown[][] = [];
  const print = (...values: unknown[]): void => void printed.push(values);
  await new AsyncFunction('library', 'console', code)(library, { log: print, warn: print });
  return printed;
}

test('an example of four lines for pack, and one for diff', async () => {
  assert.equal(
    EXAMPLES.map((text) => [/await (\w+)\(/.exec(text)?.[1], text.split('\n').length]),
    [
      ['pack', 4],
      ['diff', 4],
    ],
  );
  const first = makeTree(scratch.in('first'));
  const second = makeTree(scratch.in('second'));
  writeFileSync(`${second}/etc/made`, 'made 2024-01-01 00:00:02\n');
  const output = scratch.in('rootfs.cpio.xz');
  const [digest = []] = await runExample(EXAMPLES[0] ?? '', { rootfs: first, 'rootfs.cpio.xz': output });
  assert.match(String(digest[0]), /^[0-9a-f]{64}$/);
  const lines = await runExample(EXAMPLES[1] ?? '', { first, 'second.tar': second });
  assert.ok(lines.flat(2).includes('etc/made'), JSON.stringify(lines));
});

test.run();
