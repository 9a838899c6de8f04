// A rebuilder farm: rebuilderd and two workers take images from their list, rebuild them without privileges, and compare.

import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { buildPackage, DebianRepository, debsIn, fetchMinimalDebian } from '../support/debian-repository.ts';
import { memoryScratch } from '../support/mounts.ts';
import { type PackageStatus, processTree, RebuilderFarm, serveFiles } from '../support/rebuilder-farm.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { until } from '../support/until.ts';

const test = suite('farm');
const scratch = memoryScratch('farm');
const TOOLS = ['mmdebstrap', 'apt-get', 'dpkg', 'dpkg-deb', 'gpg', 'unshare', 'pivot_root', 'setpriv'];
const lacking =
  missing({ root: true, tools: TOOLS }) ??
  ((await debianMirror('bookworm')) === undefined ? 'apt on this machine knows no archive' : undefined);

const KEYRING = '/usr/share/keyrings/archive-of-the-test.gpg';
const COOKIE = randomBytes(16).toString('hex');
const SECRET = randomBytes(16).toString('hex');
const PUBLISHED = scratch.in('published');
let farm: RebuilderFarm;
let server: Server;
let base: string;

before(test, async () => {
  if (lacking !== undefined) return;
  mkdirSync(PUBLISHED);
  const [debs, repository] = await Promise.all([
    fetchMinimalDebian(scratch).then(debsIn),
    DebianRepository.create(scratch, 'archive'),
    RebuilderFarm.create(scratch).then((made) => {
      farm = made;
    }),
  ]);
  const drawn = await buildPackage(scratch.path, 'drawn', '1.0', {
    postinst: '#!/bin/sh\ncat /proc/sys/kernel/random/uuid > /etc/drawn.conf\n',
  });
  // Only with a hook, which a request cannot ask for, mmdebstrap merges /usr before usr-is-merged looks.
  const split = await buildPackage(scratch.path, 'usrmerge', '37');
  const others = debs.filter((deb) => !deb.includes('/usr-is-merged_'));
  await repository.publish([...others, split, drawn]);
  farm.write(KEYRING, readFileSync(repository.keyring));
  ({ server, base } = await serveFiles({ archive: repository.path, images: PUBLISHED }));
  const request = `mmdebstrap:bookworm variant=apt keyring=${KEYRING} mirror=${base}/archive`;
  await Promise.all([
    farm.publish(PUBLISHED, 'good.cpio.zst', request),
    farm.publish(PUBLISHED, 'drawn.cpio.zst', `${request} include=drawn`),
  ]);
  refusedImage('evil.cpio.zst');
  const script = await stillroot(['hook', 'rebuilderd']);
  farm.configure(script, `${base}/archive`, { cookie: COOKIE, secret: SECRET });
});
test.after(async () => {
  await farm?.stop();
  server?.close();
  server?.closeAllConnections();
  scratch.remove();
});

async function stillroot(args: readonly string[]): Promise<string> {
  const { status, text, stderr } = await runCli(args);
  assert.is(status, 0, stderr);
  return text;
}

/** The good image, with a manifest that asks for a command. */
function refusedImage(name: string): void {
  const bytes = readFileSync(`${PUBLISHED}/good.cpio.zst`);
  writeFileSync(`${PUBLISHED}/${name}`, bytes);
  const manifest = JSON.parse(readFileSync(`${PUBLISHED}/good.cpio.zst.manifest.json`, 'utf8'));
  manifest.image.name = name;
  const command = 'touch /var/lib/worker/was-here; cp -a /etc {root}';
  manifest.inputs.bootstrap = { ...manifest.inputs.bootstrap, request: command, command };
  writeFileSync(`${PUBLISHED}/${name}.manifest.json`, JSON.stringify(manifest));
}

testWhere(test, lacking, 'a server takes the list of images', async () => {
  const listed = JSON.parse(await stillroot(['index', PUBLISHED, '--base-url', `${base}/images`, '--json']));
  assert.equal(listed.files, ['rebuilderd.amd64.json', 'index.html']);
  const page = readFileSync(`${PUBLISHED}/index.html`, 'utf8');
  await stillroot(['index', PUBLISHED, '--base-url', `${base}/images/`, '--force']);
  assert.is(readFileSync(`${PUBLISHED}/index.html`, 'utf8'), page);
  farm.startServer();
  await until(() => /Listening on/.test(readFileSync(farm.log('server'), 'utf8')), 'the server listens');
  const list = readFileSync(`${PUBLISHED}/rebuilderd.amd64.json`, 'utf8');
  await farm.rebuildctl(['pkgs', 'sync-stdin'], list);
  const known = (await farm.packages()).map(({ name }) => name);
  assert.equal(known.sort(), ['drawn.cpio.zst', 'evil.cpio.zst', 'good.cpio.zst']);
});

testWhere(
  test,
  lacking,
  'a killed worker leaves no process, mount or scratch, and its job to another',
  async () => {
    const killed = farm.startWorker('first');
    const pid = killed.pid as number;
    const left = (): string[] => {
      const temporary = `${farm.root}/var/lib/worker/tmp-first`;
      const jobs = readdirSync(temporary).map((each) => `${temporary}/${each}/out`);
      return jobs.filter(existsSync).flatMap((out) => readdirSync(out, { recursive: true }) as string[]);
    };
    const isBootstrapping = (): boolean =>
      processTree(pid).some((each) => commandOf(each).some((word) => word.endsWith('/mmdebstrap')));
    await until(isBootstrapping, 'mmdebstrap runs');
    const running = processTree(pid);
    assert.ok(running.length > 4, `${running}`);
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
    process.kill(pid, 'SIGKILL');
    await until(() => running.every((each) => commandOf(each).length === 0), 'its processes end');
    assert.is(readFileSync('/proc/self/mountinfo', 'utf8'), mounts);
    // The mount point of the scratch directory, empty; a rebuild that had gone on would have left an image.
    assert.equal(left(), ['.scratch']);
    // The server gives a job to another worker nine minutes after the last sign of life; here they pass at once.
    const database = new DatabaseSync(`${farm.root}/var/lib/rebuilderd/rebuilderd.db`);
    const taken = database.prepare(
      "UPDATE queue SET last_ping = datetime('now', '-10 minutes') WHERE worker IS NOT NULL",
    );
    assert.is(Number(taken.run().changes), 1);
    database.close();
  },
);

testWhere(
  test,
  lacking,
  'two workers: the same image is GOOD, others are BAD, and a command does not run',
  async () => {
    farm.startWorker('second');
    farm.startWorker('third');
    let found: readonly PackageStatus[] = [];
    for (let tries = 0; tries < 240; tries += 1) {
      found = await farm.packages();
      if (found.every(({ status }) => status !== null)) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const statuses = Object.fromEntries(found.map(({ name, status }) => [name, status]));
    const logs = ['second', 'third']
      .map((name) => readFileSync(farm.log(name), 'utf8').slice(-4000))
      .join('\n');
    assert.equal(
      statuses,
      { 'good.cpio.zst': 'GOOD', 'drawn.cpio.zst': 'BAD', 'evil.cpio.zst': 'BAD' },
      logs,
    );
  },
);

testWhere(test, lacking, 'the log begins with the cause, and the report is kept', async () => {
  const log = await farm.rebuildctl(['pkgs', 'log', '--name', 'drawn.cpio.zst']);
  assert.match(log, /^drawn\.cpio\.zst: not reproduced: a different tree/);
  assert.match(log, /etc\/drawn\.conf/);
  const report = `${farm.root}/var/lib/worker/drawn.cpio.zst.report.html`;
  assert.match(readFileSync(report, 'utf8'), /etc\/drawn\.conf/);
  const refused = await farm.rebuildctl(['pkgs', 'log', '--name', 'evil.cpio.zst']);
  assert.match(refused, /records a command of its own, wanted a request for mmdebstrap/);
  assert.not.ok(existsSync(`${farm.root}/var/lib/worker/was-here`));
});

testWhere(
  test,
  lacking,
  'the signed statement is fetched and verified, and the page names who made it',
  async () => {
    const statement = await farm.rebuildctl(['pkgs', 'attestation', '--name', 'good.cpio.zst']);
    const link = `${PUBLISHED}/good.cpio.zst.farm.link`;
    const key = scratch.in('farm.pem');
    const derive = ['rebuilderd', '--derive-pubkey', '/var/lib/rebuilderd/rebuilderd.sign.key'];
    writeFileSync(key, await succeed(farm.inside(derive)));
    writeFileSync(link, statement);
    const index = [
      'index',
      PUBLISHED,
      '--base-url',
      `${base}/images`,
      '--rebuilder',
      `farm=${key}`,
      '--json',
      '--force',
    ];
    const { images } = JSON.parse(await stillroot(index));
    const rebuiltBy = Object.fromEntries(
      images.map(({ name, rebuiltBy }: { name: string; rebuiltBy: string[] }) => [name, rebuiltBy]),
    );
    assert.equal(rebuiltBy, { 'good.cpio.zst': ['farm'], 'drawn.cpio.zst': [], 'evil.cpio.zst': [] });
    const digest = createHash('sha256')
      .update(readFileSync(`${PUBLISHED}/good.cpio.zst`))
      .digest('hex');
    assert.ok(statement.includes(digest));
    writeFileSync(link, statement.replace(digest, '0'.repeat(64)));
    const altered = await runCli(index);
    assert.is(altered.status, 2);
    assert.match(altered.stderr, /has no signature by this key/);
  },
);

testWhere(test, lacking, 'no log and no published file holds a secret', async () => {
  const names = ['server', 'first', 'second', 'third'];
  const texts = names.map((name) => readFileSync(farm.log(name), 'utf8'));
  for (const name of ['good.cpio.zst', 'drawn.cpio.zst', 'evil.cpio.zst']) {
    texts.push(await farm.rebuildctl(['pkgs', 'log', '--name', name]));
  }
  for (const name of readdirSync(PUBLISHED)) texts.push(readFileSync(`${PUBLISHED}/${name}`, 'latin1'));
  for (const text of texts) assert.not.ok(text.includes(COOKIE) || text.includes(SECRET));
});

function commandOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  } catch {
    return [];
  }
}

test.run();
