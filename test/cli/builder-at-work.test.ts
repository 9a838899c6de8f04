// mmdebstrap works on the tree after its hooks: what it needs for that must stay.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isStateOfBuilder } from '../../src/app/builder-root.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('builder-at-work');
const scratch = new Scratch('at-work');
const CONFIGURATION = ['tmp/mmdebstrap.apt.conf.QJ3kd0aaBcde', 'etc/apt/apt.conf.d/00mmdebstrap'];
test.after(() => scratch.remove());

function tree(name: string): string {
  const root = scratch.in(name);
  for (const path of ['etc/apt/apt.conf.d', 'tmp', 'var/lib/dpkg', 'var/log']) {
    mkdirSync(`${root}/${path}`, { recursive: true });
  }
  writeFileSync(`${root}/etc/os-release`, 'ID=debian\n');
  writeFileSync(`${root}/var/lib/dpkg/status`, '');
  for (const path of [...CONFIGURATION, 'var/log/alternatives.log']) writeFileSync(`${root}/${path}`, 'x');
  return root;
}

test('in a hook of mmdebstrap its files stay, and the rest goes', async () => {
  const root = tree('hook');
  const { status, stderr } = await run(['finalize', root], { env: { MMDEBSTRAP_MODE: 'root' } });
  assert.is(status, 0, stderr);
  for (const path of CONFIGURATION) assert.ok(existsSync(`${root}/${path}`), path);
  assert.not.ok(existsSync(`${root}/var/log/alternatives.log`));
});

test('an archive that is written in the hook does not have them', async () => {
  const root = tree('archive');
  const env = { MMDEBSTRAP_MODE: 'root', OUTPUTDIR: scratch.path };
  const { status, stderr } = await run(['finalize', root, '--archive', 'a.cpio'], { env });
  assert.is(status, 0, stderr);
  const { stdout } = await run(['list', scratch.in('a.cpio')]);
  assert.match(stdout, 'etc/apt');
  assert.not.match(stdout, 'mmdebstrap');
  assert.ok(existsSync(`${root}/${CONFIGURATION[0]}`));
});

test('beside mmdebstrap, and not in a hook of it, the tree is refused', async () => {
  const root = tree('beside');
  const { status, stderr } = await run(['finalize', root]);
  assert.is(status, 2);
  assert.match(
    stderr,
    /beside\/tmp\/mmdebstrap\.apt\.conf\.QJ3kd0aaBcde: mmdebstrap is still working on this tree/,
  );
  assert.ok(existsSync(`${root}/var/log/alternatives.log`));
});

test('a rule that is left out by the user as well is no mistake', async () => {
  const root = tree('both');
  const args = ['finalize', root, '--skip', 'common/tmp', '--skip', 'dpkg/*'];
  const { status, stderr } = await run(args, { env: { MMDEBSTRAP_MODE: 'unshare' } });
  assert.is(status, 0, stderr);
});

test('what mmdebstrap itself has put in place is no warning in its hooks, even with --strict', async () => {
  const policy = 'usr/sbin/policy-rc.d';
  const [hook, alone] = ['own-state', 'no-hook'].map((name) => {
    const root = scratch.in(name);
    mkdirSync(`${root}/usr/sbin`, { recursive: true });
    mkdirSync(`${root}/var/lib/dpkg/info`, { recursive: true });
    writeFileSync(`${root}/var/lib/dpkg/status`, '');
    writeFileSync(`${root}/${policy}`, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    return root;
  });
  const elsewhere = await run(['finalize', alone as string, '--strict']);
  assert.is(elsewhere.status, 2);
  assert.match(elsewhere.stderr, policy);
  const { status, stdout, stderr } = await run(['finalize', hook as string, '--strict'], {
    env: { MMDEBSTRAP_MODE: 'root' },
  });
  assert.is(status, 0, stderr);
  assert.not.match(stdout, /warning/);
  const mount = { code: 'mount-point', path: 'dev/pts', message: '' };
  assert.ok(isStateOfBuilder(mount, '/root', { MMDEBSTRAP_MODE: 'root' }));
  assert.not(isStateOfBuilder(mount, '/root', {}));
  assert.not(isStateOfBuilder({ ...mount, path: 'devices/x' }, '/root', { MMDEBSTRAP_MODE: 'root' }));
});

test('what mkosi 14 mounts on run and tmp is no warning in its scripts', () => {
  const env = { BUILDROOT: '/work/root' };
  for (const path of ['run', 'tmp']) {
    const mount = { code: 'mount-point', path, message: '' };
    assert.ok(isStateOfBuilder(mount, '/work/root', env));
    assert.not(isStateOfBuilder(mount, '/another/root', env), 'another tree');
    assert.not(isStateOfBuilder({ ...mount, path: `${path}/x` }, '/work/root', env));
    assert.not(isStateOfBuilder({ ...mount, code: 'rule-report' }, '/work/root', env));
  }
});

test.run();
