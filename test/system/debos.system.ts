// debos runs the example of its page, with the text that the page tells users to paste: two trees before that, one after.

import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { debos } from '../../src/hooks/debian.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { machineMirror } from '../support/debian-package.ts';
import { memoryScratch } from '../support/mounts.ts';
import { withoutNspawn } from '../support/nspawn.ts';
import { missing, testWithOwn } from '../support/requires.ts';
import { retried } from '../support/retried.ts';
import { succeed } from '../support/run-command.ts';
import { stillrootOnPath } from '../support/stillroot-on-path.ts';

const test = suite('debos');
const scratch = memoryScratch('debos');
const EPOCH = Number(/SOURCE_DATE_EPOCH=(\d+)/.exec(debos.example)?.[1]);
/** What the second action of the hook writes. */
const ARCHIVE = 'rootfs.cpio.xz';
const TOOLS = ['debos', 'debootstrap', 'apt-get', 'unshare', 'hostname', 'tar', 'sha256sum', 'bsdtar'];

/** Actions that look at the tree and change nothing in it, for before and after those of the hook. */
function measure(name: string): string {
  const tree = `-C "$ROOTDIR" . | sha256sum | cut -d ' ' -f 1 >"$ARTIFACTDIR/${name}"`;
  return `
  - action: run
    command: tar --sort=name --numeric-owner --one-file-system -cf - ${tree}
  - action: run
    command: cp "$ROOTDIR/etc/hostname" "$ARTIFACTDIR/${name}-hostname"; touch -r "$ROOTDIR/etc" "$ARTIFACTDIR/${name}-time"
`;
}

/** The example as it is printed, but for those actions, and without the virtual machine, which needs a kernel. */
function example(): string {
  const paste = 'stillroot hook debos >> image.yaml\n';
  const command = '\ndebos ';
  assert.is(debos.example.split(paste).length, 2);
  assert.is(debos.example.split(command).length, 2);
  const append = (name: string): string => `cat >> image.yaml <<'END'\n${measure(name)}END\n`;
  return debos.example
    .replace(paste, () => `${append('before')}${paste}${append('after')}`)
    .replace(command, '\ndebos --disable-fakemachine ');
}

interface Built {
  readonly before: string;
  readonly after: string;
  readonly archive: string;
  /** In the tree and in that archive. */
  readonly hostnames: readonly [string, string];
  /** When `etc` was changed, in seconds: before the actions and after them. */
  readonly times: readonly [number, number];
}

/** One build on a machine of that name. */
async function build(name: string): Promise<Built> {
  const directory = scratch.in(name);
  const script = `hostname machine-${name}\n${example()}`;
  const env = {
    ...process.env,
    PATH: `${stillrootOnPath(scratch)}:${process.env.PATH}`,
    MIRROR: await machineMirror(),
  };
  const command = ['unshare', '--uts', 'sh', '-euc', script];
  await retried(
    async () => {
      mkdirSync(directory);
      await succeed(command, { cwd: directory, env, timeout: 400_000 });
    },
    async () => {
      await succeed(['rm', '-rf', '--one-file-system', directory]);
    },
  );
  const text = (file: string): string => readFileSync(`${directory}/${file}`, 'utf8').trim();
  const seconds = (file: string): number => Math.floor(statSync(`${directory}/${file}`).mtimeMs / 1000);
  const digest = await succeed(['sha256sum', ARCHIVE], { cwd: directory });
  const packed = await succeed(['bsdtar', '-xOf', ARCHIVE, 'etc/hostname'], { cwd: directory });
  return {
    before: text('before'),
    after: text('after'),
    archive: digest.slice(0, 64),
    hostnames: [text('after-hostname'), packed],
    times: [seconds('before-time'), seconds('after-time')],
  };
}

const lacking =
  missing({ root: true, tools: TOOLS }) ??
  ((await debianMirror('bookworm')) === undefined ? 'apt on this machine knows no archive' : undefined);

const nspawn = lacking ?? (await withoutNspawn(scratch));
const absent = lacking === undefined ? nspawn : undefined;
const name = 'the example of debos: two trees before the hook, one after it';
testWithOwn(test, lacking, absent, name, async () => {
  // The second begins in another second.
  const ends = await Promise.allSettled([build('one'), setTimeout(2000).then(() => build('two'))]);
  const [one, two] = ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  }) as [Built, Built];
  assert.is.not(one.before, two.before);
  assert.is(one.after, two.after);
  assert.is(one.archive, two.archive);
  for (const { hostnames, times } of [one, two]) {
    assert.equal(hostnames, ['example', 'example'], 'the recipe wrote it, so it stays');
    assert.ok(times[0] > EPOCH);
    assert.is(times[1], EPOCH, 'the variable of the example arrived');
  }
});

test.after(async () => {
  await succeed(['find', scratch.path, '-xdev', '-mindepth', '1', '-delete']);
  scratch.remove();
});
test.run();
