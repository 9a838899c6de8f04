// Maglev stays off in every process of stillroot, and in its threads.
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('compilers');
const scratch = new Scratch('compilers');
test.after(() => scratch.remove());

const TREE = fileURLToPath(new URL('../../fixtures/debian-slice', import.meta.url));
/** V8 names what it compiles, and for which compiler. */
const TRACE = [process.execPath, '--trace-opt'];
const BUSY = `
let sum = 0;
for (let round = 0; round < 3e6; round++) sum = (sum + round * 7) | 0;
console.log(sum);
`;

/** Node's own functions, which find the first file, before that can switch anything off. */
const BEFORE = /JSFunction (isPosixPathSeparator|normalizeString|toRealPath|resolve) /;

/** What a compiler got during a command of the sources. */
async function compiled(compiler: string, ...args: string[]): Promise<string[]> {
  const { status, text, stderr } = await runCli(args, { node: TRACE });
  assert.is(status, 0, stderr);
  return text.split('\n').filter((line) => line.includes(`target ${compiler}`) && !BEFORE.test(line));
}

test('the loop of a plain script is compiled by Maglev, so its trace would show', async () => {
  assert.match(await succeed([...TRACE, '-e', BUSY]), /target MAGLEV/);
});

test('nothing of a command is compiled by Maglev, in any thread, but by TurboFan', async () => {
  const args = ['pack', TREE, '-o', scratch.in('tree.cpio.zst'), '-q', '--force'];
  assert.not.equal(await compiled('TURBOFAN', ...args), []);
  assert.equal(await compiled('MAGLEV', ...args), []);
});

test.run();
