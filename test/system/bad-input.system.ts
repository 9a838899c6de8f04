// What only root can set up: full disks, mount points, files that another user cannot read.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { awkwardTree } from '../../fixtures/awkward.ts';
import { materialize } from '../../fixtures/materialize.ts';
import { bindMount, cannotMount, mountFresh } from '../support/mounts.ts';
import { programFiles } from '../support/programs-tree.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack, runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('bad input');
const scratch = new Scratch('bad-input');
const withoutMounts = await cannotMount(scratch, 'tmpfs');
const RAW = ['--skip', '**'];

test.after(() => scratch.remove());

testWhere(test, withoutMounts, 'a full disk: exit 2, nothing left, and the reason', async () => {
  const tree = scratch.in('large');
  materialize(tree, programFiles(6));
  const disk = await mountFresh(scratch, 'disk', 'tmpfs', '1M');
  for (const name of ['out.cpio', 'out.cpio.xz']) {
    const { status, stderr } = await runCli(['pack', tree, '-o', `${disk}/${name}`, ...RAW]);
    assert.is(status, 2, name);
    assert.match(stderr, /no space left on device/);
    assert.equal(readdirSync(disk), [], name);
  }
});

testWhere(test, withoutMounts, 'a full disk leaves an existing output as it was', async () => {
  const disk = await mountFresh(scratch, 'disk-with-output', 'tmpfs', '1M');
  const output = `${disk}/out.cpio`;
  writeFileSync(output, 'the last good one');
  const { status } = await runCli(['pack', scratch.in('large'), '-o', output, '--force', ...RAW]);
  assert.is(status, 2);
  assert.equal(readdirSync(disk), ['out.cpio']);
  assert.is(await succeed(['cat', output]), 'the last good one');
});

testWhere(test, withoutMounts, 'a disk that has room for the image and not for its manifest', async () => {
  const tree = scratch.in('many');
  mkdirSync(tree);
  for (let i = 0; i < 6000; i += 1) writeFileSync(`${tree}/${'name-'.repeat(20)}${i}`, '');
  const disk = await mountFresh(scratch, 'disk-for-one', 'tmpfs', '1M');
  const argv = ['pack', tree, '-o', `${disk}/out.cpio.xz`, '--level', '0', ...RAW];
  const { status, stderr } = await runCli([...argv, '--manifest-entries']);
  assert.is(status, 2);
  assert.match(stderr, /out\.cpio\.xz\.manifest\.json: .*no space left on device/);
  assert.equal(readdirSync(disk), []);
  assert.is((await runCli(argv)).status, 0);
  assert.equal(readdirSync(disk).sort(), ['out.cpio.xz', 'out.cpio.xz.manifest.json']);
});

testWhere(
  test,
  missing({ root: true, tools: ['setpriv'] }),
  'a file that the user cannot read is an error',
  async () => {
    const tree = scratch.in('unreadable');
    mkdirSync(`${tree}/etc`, { recursive: true });
    writeFileSync(`${tree}/etc/plain`, 'x\n');
    writeFileSync(`${tree}/etc/secret`, 'x\n', { mode: 0o600 });
    const out = scratch.in('of-nobody');
    mkdirSync(out);
    await succeed(['chown', '65534:65534', out]);
    await succeed(['chmod', '0755', scratch.path]);
    const wrapper = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const { status, stderr } = await runCli(['pack', tree, '-o', `${out}/tree.cpio`, ...RAW], { wrapper });
    assert.is(status, 2);
    assert.match(stderr, /etc\/secret/);
    assert.match(stderr, /permission|EACCES|cannot be read|root/i);
    assert.equal(readdirSync(out), []);
  },
);

testWhere(test, withoutMounts, 'mount points inside the tree are not entered', async () => {
  const tree = scratch.in('mounted');
  for (const name of ['own', 'other-filesystem', 'bound']) {
    mkdirSync(`${tree}/${name}`, { recursive: true });
  }
  writeFileSync(`${tree}/own/inside`, 'x\n');
  const other = await mountFresh(scratch, 'mounted/other-filesystem/here', 'tmpfs', '1M');
  writeFileSync(`${other}/not-of-the-tree`, 'x\n');
  // The same filesystem, so only the mount table shows it.
  const elsewhere = scratch.in('elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(`${elsewhere}/not-of-the-tree`, 'x\n');
  await bindMount(scratch, elsewhere, `${tree}/bound`);

  const report = await pack(tree, scratch.in('mounted.cpio'), RAW);
  const listed = await succeed(['sh', '-c', 'cpio --list --quiet < "$0"', scratch.in('mounted.cpio')]);
  assert.equal(listed.split('\n'), [
    'bound',
    'other-filesystem',
    'other-filesystem/here',
    'own',
    'own/inside',
  ]);
  const warned = report.warnings.filter(({ code }) => code === 'mount-point').map(({ path }) => path);
  assert.equal(warned.sort(), ['bound', 'other-filesystem/here']);

  const strict = await runCli(['pack', tree, '-o', scratch.in('strict.cpio'), '--strict', ...RAW]);
  assert.is(strict.status, 2);
  assert.not.ok(existsSync(scratch.in('strict.cpio')));

  await pack(tree, scratch.in('crossed.cpio'), ['--cross-mounts', ...RAW]);
  const crossed = await succeed(['sh', '-c', 'cpio --list --quiet < "$0"', scratch.in('crossed.cpio')]);
  assert.ok(crossed.split('\n').includes('bound/not-of-the-tree'), 'bind mount');
  assert.ok(crossed.split('\n').includes('other-filesystem/here/not-of-the-tree'), 'other filesystem');
});

test('the running root is refused, by any of its names', async () => {
  for (const name of ['/', '/.', '/proc/self/root', '//']) {
    const { status, stderr } = await runCli(['pack', name, '-o', scratch.in('root.cpio'), ...RAW]);
    assert.is(status, 2, name);
    assert.match(stderr, /^stillroot: /);
  }
  assert.not.ok(existsSync(scratch.in('root.cpio')));
});

test('an output inside the tree is refused', async () => {
  const tree = scratch.in('with-output');
  materialize(tree, awkwardTree({ shortPaths: true, plainDates: true }));
  const { status } = await runCli(['pack', tree, '-o', `${tree}/order/out.cpio`, ...RAW]);
  assert.is(status, 2);
  assert.not.ok(existsSync(`${tree}/order/out.cpio`));
});

test.run();
