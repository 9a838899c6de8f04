// How flags become rules and a plan; what is refused is in bad-input.test.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inspectTree } from '../../src/app/plan-tree.ts';
import type { OwnerPolicy } from '../../src/normalize/owner.ts';
import { before } from '../support/before.ts';
import { DEFAULT_SETTINGS } from '../support/settings.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('app/plan-tree');
const scratch = new Scratch('prepare');
const tree = scratch.in('tree');

before(test, () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  mkdirSync(`${tree}/var/lib/dpkg`, { recursive: true });
  writeFileSync(`${tree}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  writeFileSync(`${tree}/var/lib/dpkg/status`, '');
  writeFileSync(
    scratch.in('own.toml'),
    '[[rule]]\nid = "own"\nmatch = "etc/machine-id"\naction = "keep"\nwhy = "y"\n',
  );
  writeFileSync(scratch.in('policy.toml'), '[policies]\nmachine-id = "absent"\n');
});
test.after(() => scratch.remove());

interface Document {
  readonly distro: string;
  readonly changes: readonly { readonly rule: string; readonly paths: readonly string[] }[];
}

/** Ids of rules that touch etc/machine-id. */
async function touching(...args: string[]): Promise<string[]> {
  const { stdout, stderr } = await run(['check', tree, '--json', ...args]);
  assert.is(stderr, '');
  const { changes } = JSON.parse(stdout) as Document;
  return changes
    .filter(({ rule, paths }) => !rule.startsWith('normalize/') && paths.includes('etc/machine-id'))
    .map(({ rule }) => rule);
}

test('the default', async () => {
  assert.equal(await touching(), ['common/machine-id-empty']);
});

test('--policy, and the last of several wins', async () => {
  assert.equal(await touching('--policy', 'machine-id=absent'), ['common/machine-id-absent']);
  assert.equal(await touching('--policy', 'machine-id=absent', '--policy', 'machine-id=keep'), []);
});

test('--skip and --only, by id and glob', async () => {
  assert.equal(await touching('--skip', 'common/machine-id-empty'), []);
  assert.equal(await touching('--skip', 'common/*'), []);
  assert.equal(await touching('--only', 'common/machine-id-*'), ['common/machine-id-empty']);
  assert.equal(await touching('--only', 'dpkg/*'), []);
});

test('--rules: rules of one’s own have the last word, policies in them count, the flag more', async () => {
  assert.equal(await touching('--rules', scratch.in('own.toml')), []);
  assert.equal(await touching('--rules', scratch.in('policy.toml')), ['common/machine-id-absent']);
  assert.equal(await touching('--rules', scratch.in('policy.toml'), '--policy', 'machine-id=empty'), [
    'common/machine-id-empty',
  ]);
});

test('--distro', async () => {
  const distro = async (...args: string[]): Promise<string> =>
    (JSON.parse((await run(['check', tree, '--json', ...args])).stdout) as Document).distro;
  assert.is(await distro(), 'unknown');
  assert.is(await distro('--distro', 'auto'), 'unknown');
  assert.is(await distro('--distro', 'debian'), 'debian');
});

test('rules for owners are for who is not root and has not said what owners should be', async () => {
  const getuid = process.getuid;
  const privileged = async (uid: number, owner?: OwnerPolicy): Promise<boolean | undefined> => {
    process.getuid = () => uid;
    try {
      const settings = { ...DEFAULT_SETTINGS, ...(owner === undefined ? {} : { owner }) };
      const { source, context } = await inspectTree(tree, settings);
      source.close();
      return context.privileged;
    } finally {
      if (getuid !== undefined) process.getuid = getuid;
    }
  };
  assert.equal(
    [await privileged(0), await privileged(0, 'auto'), await privileged(0, 'root')],
    [true, true, true],
  );
  assert.equal([await privileged(1000), await privileged(1000, 'auto')], [false, false]);
  assert.equal([await privileged(1000, 'root'), await privileged(1000, 'keep')], [true, true]);
});

test.run();
