// Outputs planted by other users, as root: nothing is written to what they own, nor to what they point at.
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkOutput, openFileSink } from '../../src/pack/sink.ts';
import { missing, testWhere } from '../support/requires.ts';
import { STILLROOT } from '../support/run-cli.ts';
import { runCommand, succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('pack/output-kind (system)');
const scratch = new Scratch('output-kind');
const NEEDS = missing({ root: true, tools: ['losetup', 'chattr', 'setpriv', 'mkfifo', 'chown'] });
const USER = '1000';
test.after(() => scratch.remove());

/** A directory that everybody writes to, as /tmp. */
async function shared(name: string): Promise<string> {
  const path = scratch.in(name);
  await succeed(['chmod', '755', scratch.path]);
  await succeed(['mkdir', '-m', '1777', path]);
  return path;
}

async function ofUser(...argv: string[]): Promise<void> {
  await succeed(['setpriv', '--reuid', USER, '--regid', USER, '--clear-groups', ...argv]);
}

testWhere(
  test,
  NEEDS,
  'a block device wants --force, and is never reached by the link of another',
  async () => {
    const place = await shared('block');
    const image = scratch.in('disk.img');
    writeFileSync(image, Buffer.alloc(1024 * 1024));
    const device = await succeed(['losetup', '-f', '--show', image]);
    try {
      await ofUser('ln', '-s', device, `${place}/link`);
      await ofUser('ln', '-s', '/dev', `${place}/dev`);
      assert.throws(() => checkOutput(device, false), /is a block device/);
      assert.throws(() => checkOutput(`${place}/link`, false), /already exists \(a symlink\)/);
      assert.throws(() => checkOutput(`${place}/dev/${device.slice(5)}`, false), /already exists/);
      await succeed(['mkdir', `${place}/sub`]);
      assert.throws(() => checkOutput(`${place}/sub/.././/link`, false), /already exists \(a symlink\)/);
      // With --force the link is replaced, and what it leads to is not.
      const replaced = openFileSink(`${place}/link`, true);
      replaced.write(Buffer.from('archive'));
      replaced.commit();
      assert.ok(lstatSync(`${place}/link`).isFile());
      assert.ok(readFileSync(image).every((byte) => byte === 0));
      const sink = openFileSink(device, true);
      sink.write(Buffer.from('archive'));
      sink.commit();
      assert.is(readFileSync(image).toString('latin1', 0, 7), 'archive');
    } finally {
      await succeed(['losetup', '-d', device]);
    }
  },
);

testWhere(
  test,
  NEEDS,
  'a capability reaches what access(2), which leaves capabilities out, calls denied',
  async () => {
    const closed = scratch.in('closed');
    const inside = `${closed}/of-user`;
    mkdirSync(closed, { mode: 0o700 });
    await succeed(['install', '-d', '-o', USER, inside]);
    const tree = scratch.in('small');
    mkdirSync(tree);
    const pack = (...capabilities: string[]) =>
      runCommand([
        ...['setpriv', '--reuid', USER, '--regid', USER, '--clear-groups', ...capabilities],
        ...[process.execPath, STILLROOT, 'pack', tree, '-o', `${inside}/out.cpio`, '--quiet'],
      ]);
    const denied = await pack();
    assert.is(denied.status, 2);
    assert.match(denied.stderr, /cannot be written \(EACCES\)/);
    const reader = '-all,+dac_read_search';
    const allowed = await pack('--inh-caps', reader, '--ambient-caps', reader);
    assert.is(allowed.status, 0, allowed.stderr);
    await succeed(['test', '-s', `${inside}/out.cpio`]);
  },
);

/** What is found out about an output, for a user, before anything is written. */
async function askedBy(path: string, ...capabilities: string[]): Promise<string> {
  const script = `
    import { outputKind } from ${JSON.stringify(new URL('../../src/pack/output-kind.ts', import.meta.url).href)};
    try {
      console.log(outputKind(process.argv[1], true).kind);
    } catch (error) {
      console.log(error.message);
    }`;
  const user = ['setpriv', '--reuid', USER, '--regid', USER, '--clear-groups', ...capabilities];
  return await succeed([...user, process.execPath, '--input-type=module', '-e', script, path]);
}

testWhere(test, NEEDS, 'where a file cannot be made is found out before anything is written', async () => {
  await succeed(['chmod', '755', scratch.path]);
  const closed = scratch.in('of-root');
  mkdirSync(closed, { mode: 0o755 });
  assert.match(await askedBy(`${closed}/file`), /cannot be written \(EACCES\)/);
  const writer = '-all,+dac_override';
  assert.is(await askedBy(`${closed}/file`, '--inh-caps', writer, '--ambient-caps', writer), 'file');

  // In a sticky directory only the owner of a file, or of the directory, may replace it.
  const place = await shared('sticky-kinds');
  for (const [name, owner] of [
    ['own', USER],
    ['other', '2000'],
  ] as const) {
    writeFileSync(`${place}/${name}`, '');
    await succeed(['chown', owner, `${place}/${name}`]);
  }
  assert.is(await askedBy(`${place}/own`), 'file');
  assert.match(await askedBy(`${place}/other`), /belongs to uid 2000, and its directory is sticky/);
  await succeed(['chown', USER, place]);
  assert.is(await askedBy(`${place}/other`), 'file');
  await succeed(['chown', '0', place]);
  await succeed(['chmod', '777', place]);
  assert.is(await askedBy(`${place}/other`), 'file');
});

testWhere(test, NEEDS, 'the link of another to what is open is a file that exists', async () => {
  const place = await shared('open');
  await ofUser('ln', '-s', '/proc/self/fd/1', `${place}/out`);
  assert.throws(() => checkOutput(`${place}/out`, false), /already exists \(a symlink\)/);
});

testWhere(test, NEEDS, 'a memory device is written to whoever owns it, another device is not', async () => {
  const place = await shared('devices');
  const minors = { null: 3, port: 4, zero: 5, core: 6, full: 7, random: 8 };
  for (const [name, minor] of Object.entries(minors)) {
    await succeed(['mknod', `${place}/${name}`, 'c', '1', String(minor)]);
    await succeed(['chown', USER, `${place}/${name}`]);
  }
  for (const name of ['null', 'zero', 'full']) assert.is(checkOutput(`${place}/${name}`, false), 'stream');
  for (const name of ['port', 'core', 'random'])
    assert.throws(() => checkOutput(`${place}/${name}`, false), /is a device owned by uid 1000/);
});

testWhere(test, NEEDS, 'a FIFO of another user is refused, and nobody waits for its reader', async () => {
  const place = await shared('fifo');
  await ofUser('mkfifo', '-m', '666', `${place}/fifo`);
  for (const force of [false, true]) {
    assert.throws(() => openFileSink(`${place}/fifo`, force), /is a FIFO owned by uid 1000/);
  }
});

testWhere(test, NEEDS, 'the old archive and manifest stay where one of them cannot be replaced', async () => {
  const tree = scratch.in('tree');
  mkdirSync(tree);
  writeFileSync(`${tree}/f`, 'x');
  const pack = (output: string): string[] => [
    process.execPath,
    STILLROOT,
    'pack',
    tree,
    '-o',
    output,
    '-f',
    '-q',
  ];
  const place = scratch.in('immutable');
  mkdirSync(place);
  const [image, manifest] = [`${place}/x.cpio`, `${place}/x.cpio.manifest.json`];
  for (const path of [image, manifest]) writeFileSync(path, 'old');
  await succeed(['chattr', '+i', manifest]);
  const { status, stderr } = await runCommand(pack(image));
  await succeed(['chattr', '-i', manifest]);
  assert.is(status, 2);
  assert.match(stderr, /manifest\.json: cannot be replaced \(EPERM\)/);
  assert.equal([readFileSync(image, 'utf8'), readFileSync(manifest, 'utf8')], ['old', 'old']);
  assert.is(await succeed(['ls', '-A', place]), 'x.cpio\nx.cpio.manifest.json');

  const sticky = await shared('sticky');
  writeFileSync(`${sticky}/x.cpio`, 'old');
  await succeed(['chown', USER, `${sticky}/x.cpio`]);
  writeFileSync(`${sticky}/x.cpio.manifest.json`, 'theirs');
  const asUser = ['setpriv', '--reuid', USER, '--regid', USER, '--clear-groups', 'env', 'HOME=/nonexistent'];
  const ended = await runCommand([...asUser, ...pack(`${sticky}/x.cpio`)]);
  assert.is(ended.status, 2);
  assert.match(
    ended.stderr,
    /manifest\.json: belongs to uid 0, and its directory is sticky, so nobody else can replace it/,
  );
  assert.is(readFileSync(`${sticky}/x.cpio`, 'utf8'), 'old');
});

test.run();
