// mkosi 27 builds one Debian twice: different bytes each time, but the same with the single file as its finalize
// script.

import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hookText } from '../../src/hooks/hook.ts';
import { mkosi as hook } from '../../src/hooks/mkosi.ts';
import { before } from '../support/before.ts';
import { plainDigest } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import {
  buildImage,
  type ImageOptions,
  type Mkosi,
  unpackMkosi,
  withoutNodeInside,
} from '../support/mkosi.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack, runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { makeScript } from '../support/single-file.ts';

const test = suite('mkosi');
const scratch = memoryScratch('mkosi');
/** www-data exists on every Debian: mkosi needs the name of the current user. */
const USER = 33;
const TOOLS = [
  'apt-get',
  'dpkg',
  'dpkg-deb',
  'python3',
  'cpio',
  'zstd',
  'tar',
  'setpriv',
  'systemd-tmpfiles',
];
const lacking =
  missing({ root: true, tools: TOOLS }) ??
  withoutNodeInside() ??
  ((await debianMirror('bookworm')) === undefined ? 'apt on this machine knows no archive' : undefined);

let mkosi: Mkosi;
let single = '';

before(test, async () => {
  if (lacking !== undefined) return;
  chmodSync(scratch.path, 0o755);
  mkosi = await unpackMkosi(scratch, 'unstable');
  single = readFileSync(await makeScript(scratch), 'utf8');
});
test.after(async () => {
  // Trees of the user, and what mkosi mounts, are none of Node's business.
  await succeed(['find', scratch.path, '-xdev', '-mindepth', '1', '-delete']);
  scratch.remove();
});

interface Built {
  readonly directory: string;
  readonly said: string;
  readonly digest: string;
}

/**
 * Two builds, side by side on two processors; the second begins later, so that its clock shows other
 * seconds. They are gone when `look` has seen them.
 */
async function twice(options: ImageOptions, look: (one: Built, two: Built) => unknown): Promise<void> {
  const build = async (name: string, delay: number): Promise<Built> => {
    await setTimeout(delay);
    const { directory, said } = await buildImage(mkosi, scratch, name, options);
    return { directory, said, digest: await digestOf(directory, options.format) };
  };
  // Where one fails the other is waited for, or it would go on in a directory that is being removed.
  const ends = await Promise.allSettled([build('one', 0), build('two', 2000)]);
  try {
    const [one, two] = ends.map((end) => {
      if (end.status === 'rejected') throw end.reason;
      return end.value;
    }) as [Built, Built];
    await look(one, two);
  } finally {
    await succeed(['rm', '-rf', scratch.in('one'), scratch.in('two')]);
  }
}

/** The index of an OCI image has the digests of all the rest. */
function fileOf(format: 'tar' | 'cpio' | 'oci'): string {
  return { tar: 'image.tar', cpio: 'image.cpio.zst', oci: 'image/index.json' }[format];
}

async function digestOf(directory: string, format: ImageOptions['format']): Promise<string> {
  if (format === 'directory') return plainDigest(`${directory}/out/image`);
  return createHash('sha256')
    .update(readFileSync(`${directory}/out/${fileOf(format)}`))
    .digest('hex');
}

function differ(one: Built, two: Built): void {
  assert.is.not(one.digest, two.digest);
}

interface Document {
  readonly clusters: readonly {
    readonly cause: string;
    readonly rule: string;
    readonly paths: readonly string[];
  }[];
  readonly proof: {
    readonly equal: boolean;
    readonly digests: { readonly a: string; readonly b: string } | null;
  };
}

async function diff(args: readonly string[]): Promise<Document> {
  const { status, text, stderr } = await runCli(['diff', ...args, '--json'], { timeout: 200_000 });
  assert.is(status, 1, stderr);
  return JSON.parse(text) as Document;
}

/** What two images differ in, with our rules and without them; with those that are proposed they are one. */
async function explain(...sides: readonly [string, string]): Promise<void> {
  const expected = whatDiffers(sides);
  const applied = await diff(sides);
  assert.equal(foundIn(applied, 'known-rule'), expected);
  assert.ok(applied.proof.equal);
  const rules = scratch.in('proposed.toml');
  const { proof, ...skipped } = await diff([...sides, '--skip', '*', '--propose', rules, '--force']);
  assert.equal(foundIn(skipped, 'rule-not-applied'), expected);
  assert.ok(proof.equal);
  for (const side of sides) {
    const args = ['--rules', rules, '--only', 'user/*', '--force'];
    const { digests } = await pack(side, scratch.in('proven.cpio'), args);
    assert.is(digests.payload, proof.digests?.a);
  }
}

const AUX_CACHE = 'var/cache/ldconfig/aux-cache';
const ALTERNATIVES = 'var/log/alternatives.log';

/**
 * The cache always differs. The log has seconds: where the builds ran at different speeds, all of them can
 * happen to be the same.
 */
function whatDiffers(sides: readonly [string, string]): string[] {
  const differs = (path: string): boolean => {
    const [one, two] = sides.map((side) => readFileSync(`${side}/${path}`, 'latin1'));
    assert.ok(one !== undefined && one.length > 0, path);
    return one !== two;
  };
  assert.ok(differs(AUX_CACHE));
  const found = [`common/ldconfig-aux-cache ${AUX_CACHE}`];
  if (differs(ALTERNATIVES)) found.push(`dpkg/package-logs ${ALTERNATIVES}`);
  return found;
}

/** What is about times and archives is left out: it follows from the format. */
function foundIn({ clusters }: Pick<Document, 'clusters'>, cause: string): string[] {
  const found = clusters.filter((each) => {
    return each.rule !== 'normalize/mtime' && each.cause !== 'archive-layer' && each.cause !== 'compressor';
  });
  assert.equal([...new Set(found.map((each) => each.cause))], [cause]);
  return found.flatMap(({ rule, paths }) => paths.map((path) => `${rule} ${path}`)).sort();
}

function agree(one: Built, two: Built): void {
  assert.match(one.said, /buildroot: finalized\n[\s\S]* for\s+debian,[\s\S]*2023-11-14T22:13:20Z/);
  assert.is(one.digest, two.digest);
}

testWhere(test, lacking, 'it is mkosi 27 or newer', () => {
  assert.ok(Number(/^\d+/.exec(mkosi.version)?.[0]) >= 27, mkosi.version);
});

testWhere(test, lacking, 'directory: two digests without the script, and diff says why', async () => {
  await twice({ format: 'directory' }, async (one, two) => {
    differ(one, two);
    await explain(`${one.directory}/out/image`, `${two.directory}/out/image`);
  });
});

testWhere(
  test,
  lacking,
  'directory: one with the script of stillroot hook, and with its archive',
  async () => {
    const [, policies] = /^set -- "\$@" (--policy .*)$/m.exec(hookText(hook)) ?? [];
    assert.ok(policies);
    const script = hookText(hook).replace(policies, `${policies} --archive rootfs.cpio`);
    await twice({ format: 'directory', script, beside: single }, async (one, two) => {
      agree(one, two);
      const [archive, other] = [one, two].map(({ directory }) =>
        readFileSync(`${directory}/out/rootfs.cpio`),
      );
      assert.ok(archive !== undefined && other?.equals(archive));
      // What mkosi does after the script changes nothing in the archive.
      const packed = scratch.in('packed.cpio');
      const args = ['--source-date-epoch', '1700000000', ...policies.split(' ')];
      await pack(`${one.directory}/out/image`, packed, args);
      assert.ok(readFileSync(packed).equals(archive));
    });
  },
);

testWhere(test, lacking, 'tar: two digests without the script', async () => {
  await twice({ format: 'tar', args: ['--compress-output=no'] }, differ);
});

testWhere(test, lacking, 'oci: two images without the script, and diff says why', async () => {
  await twice({ format: 'oci' }, async (one, two) => {
    differ(one, two);
    const sides = [one, two].map(({ directory }) => `${directory}/out/image`) as [string, string];
    const { proof, ...found } = await diff(sides);
    assert.ok(foundIn(found, 'known-rule').includes(`common/ldconfig-aux-cache ${AUX_CACHE}`));
    assert.ok(proof.equal);
  });
});

for (const [format, compression] of [
  // In the order of the file system, which is the same for both builds here: see the hook.
  ['tar', 'no'],
  ['cpio', 'zstd'],
  ['oci', 'gz'],
] as const) {
  const args = [`--compress-output=${compression}`];
  testWhere(test, lacking, `${format}: one with the single file as mkosi.finalize`, async () => {
    await twice({ format, args, script: single }, agree);
  });
}

testWhere(test, lacking, 'directory, as a user: one with the single file', async () => {
  await twice({ format: 'directory', script: single, user: USER }, (one, two) => {
    agree(one, two);
    assert.is(statSync(`${one.directory}/out/image/etc/shadow`).uid, USER);
    // Only an archive can say that it is the group shadow.
    assert.match(one.said, /owner-not-set/);
  });
});

testWhere(test, lacking, 'cpio, as a user: one with the single file', async () => {
  await twice({ format: 'cpio', args: ['--compress-output=zstd'], script: single, user: USER }, agree);
});

test.run();
