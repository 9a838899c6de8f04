// The smallest set of bench/twins, bootstrapped twice in circumstances as different as they can be: one digest and one manifest,
// though keys and caches differ, and a tree that Debian's programs find sound.
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TwinResult } from '../../bench/twin-compare.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { missing, testWhere } from '../support/requires.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('twins');
const scratch = new Scratch('twins', '/var/tmp');
const tools = ['mmdebstrap', 'apt-get', 'bsdtar', 'cc', 'zstd', 'unshare', 'taskset', 'setpriv', 'ip'];
const lacking = missing({ root: true, tools }) ?? (await withoutMirror());

test.after(() => scratch.remove());

async function withoutMirror(): Promise<string | undefined> {
  const found = await debianMirror('bookworm');
  return found === undefined ? 'apt on this machine knows no archive of bookworm' : undefined;
}

const SET = 'smallest';
const work = ['--work', scratch.path];
const harness = (...args: string[]): Promise<string> =>
  succeed([process.execPath, 'bench/twins.ts', ...args, ...work], { timeout: 900_000 });
const result = (): TwinResult =>
  JSON.parse(readFileSync(scratch.in('results', `${SET}.json`), 'utf8')) as TwinResult;

testWhere(test, lacking, 'the smallest set twice: much differs before, one digest after', async () => {
  await harness(SET);
  const { built, differing, causes, remaining, digests, hasOneManifest, installed, tools, services } =
    result();
  assert.equal(built.leftOut, []);
  assert.ok(installed > 100, `${installed} packages`);
  assert.ok(differing.more >= 20, `${differing.more} paths`);
  const rules = new Set(causes.map(({ rule }) => rule));
  // What each package is in the set for; should Debian cure one of them, this says so.
  for (const known of KNOWN) assert.ok(rules.has(known), `${known}: ${[...rules].join(' ')}`);
  assert.equal(remaining, []);
  assert.is(digests[0], digests[1]);
  assert.ok(hasOneManifest);
  for (const { name, isGood, output } of [...tools, ...services]) assert.ok(isGood, `${name}: ${output}`);
  assert.equal(
    [...tools, ...services].map(({ name }) => name),
    [
      ...['dpkg --verify', 'dpkg --audit', 'apt-get check'],
      ...['fontconfig', 'man-db', 'openssh', 'python3'],
    ],
  );
});

const KNOWN: readonly string[] = ['common/ssh-host-keys', 'common/machine-id-empty'];

testWhere(test, lacking, 'a second run has nothing to do, and --report writes the page', async () => {
  const file = scratch.in('results', `${SET}.json`);
  const before = readFileSync(file);
  assert.match(await harness(SET), 'there is a result already');
  assert.equal(readFileSync(file), before);
  const page = scratch.in('TWINS.md');
  await harness('--report', page);
  assert.match(readFileSync(page, 'utf8'), `| ${SET} | bookworm |`);
});

test.run();
