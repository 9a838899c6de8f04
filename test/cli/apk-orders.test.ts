/** What apk actually wrote about the same packages, installed in two orders, through the rules and back. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { inspect } from '../../src/plan/inspect.ts';
import { scanDirectory } from '../../src/source/directory.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('apk in two orders');
const scratch = new Scratch('apk-orders');
test.after(() => scratch.remove());

const FILES = ['installed', 'scripts.tar', 'triggers'] as const;

function treeOf(name: string, order: 'first' | 'second'): string {
  const root = scratch.in(name);
  const directory = join(root, 'lib/apk/db');
  mkdirSync(directory, { recursive: true });
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/os-release'), 'ID=alpine\n');
  for (const file of FILES) writeFileSync(join(directory, file), capturedDatabase(`${order}-apk-${file}`));
  return root;
}

async function digest(root: string, ...more: string[]): Promise<string> {
  const { stdout } = await run([
    'pack',
    root,
    '-o',
    scratch.in('out.cpio'),
    '--force',
    '--no-manifest',
    '--json',
    ...more,
  ]);
  return (JSON.parse(stdout) as { digests: { file: string } }).digests.file;
}

test('the trees differ, and their archives do not', async () => {
  const [first, second] = [treeOf('a', 'first'), treeOf('b', 'second')];
  assert.is.not(await digest(first, '--skip', '*'), await digest(second, '--skip', '*'));
  assert.is(await digest(first), await digest(second));
  // Each of the two files that differ needs its rule.
  for (const rule of ['apk/scripts', 'apk/trigger-order']) {
    assert.is.not(await digest(first, '--skip', rule), await digest(second, '--skip', rule), rule);
  }
});

test('what comes out is a database of the same packages', async () => {
  const root = treeOf('source', 'first');
  const packagesOf = (directory: string): unknown => {
    const source = scanDirectory(directory, { crossMounts: false });
    try {
      return inspect(source).ownership?.databases[0]?.packages;
    } finally {
      source.close();
    }
  };
  await run(['pack', root, '-o', scratch.in('again.cpio'), '--no-manifest']);
  await run(['extract', scratch.in('again.cpio'), '-C', scratch.in('again')]);
  assert.equal(packagesOf(scratch.in('again')), packagesOf(root));
});

test.run();
