import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('check: rules that were never tried');
const scratch = new Scratch('check-evidence');
test.after(() => scratch.remove());

function treeOf(id: string): string {
  const root = scratch.in(id);
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/os-release'), `ID=${id}\n`);
  return root;
}

test('a tree of Void is told which of its rules follow documents only', async () => {
  const root = treeOf('void');
  const { stdout } = await run(['check', root]);
  assert.match(stdout, /note: written from documents and never tried on a real system: void\/\*/);
  const document = JSON.parse((await run(['check', root, '--json'])).stdout);
  assert.equal(document.untriedRules, ['void/*']);
  const without = JSON.parse((await run(['check', root, '--json', '--skip', 'void/*'])).stdout);
  assert.equal(without.untriedRules, []);
});

test('a tree of Debian is not', async () => {
  const root = treeOf('debian');
  const { stdout } = await run(['check', root]);
  assert.not.match(stdout, /never tried/);
  assert.equal(JSON.parse((await run(['check', root, '--json'])).stdout).untriedRules, []);
});

test.run();
