import { mkdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { removeTree } from '../../src/bootstrap/remove-tree.ts';
import { makeDeepTree } from '../support/deep-tree.ts';
import { runCommand } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('every verb on deep trees');
const scratch = new Scratch('deep-trees');
const deep = scratch.in('deep');
const LEVELS = 2000;

test.before(() => {
  mkdirSync(deep);
  makeDeepTree(deep, LEVELS);
});
test.after(() => {
  // Its paths are longer than those that Node removes.
  removeTree(deep);
  scratch.remove();
});

const BIN = new URL('../../src/cli/bin.ts', import.meta.url).pathname;

/** With so few descriptors that there is not one for each level. */
async function stillroot(descriptors: number, ...args: string[]): Promise<string> {
  const script = `ulimit -n ${descriptors} && exec "$@"`;
  const argv = ['sh', '-c', script, 'sh', process.execPath, BIN, ...args];
  const { status, stdout, stderr } = await runCommand(argv, { env: { ...process.env, HOME: scratch.path } });
  return `${status}\n${stdout.toString('latin1')}${stderr}`;
}

test('every verb takes it, with 64 descriptors', async () => {
  const archive = scratch.in('deep.cpio');
  const out = scratch.in('out');
  const packed = await stillroot(64, 'pack', deep, '-o', archive, '--no-manifest', '--no-cache', '-q');
  assert.is(packed, '0\n');
  assert.match(await stillroot(64, 'check', deep), /^0\n/);
  assert.match(await stillroot(64, 'list', archive), /^0\n/);
  assert.match(await stillroot(64, 'extract', archive, '-C', out, '-q'), /^0\n/);
  try {
    // Owners differ where root does not run this.
    assert.match(await stillroot(64, 'diff', deep, archive), /^[01]\n/);
    assert.match(await stillroot(64, 'finalize', out, '--dry-run'), /^0\n/);
    assert.match(await stillroot(64, 'rules', 'explain', deep, `${'d/'.repeat(LEVELS)}f`), /^0\n/);
  } finally {
    removeTree(out);
  }
});

test.run();
