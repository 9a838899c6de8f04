// Every command of the README, in its order, in one directory, by a user unless root is needed; and the table at its top.
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { debianMirror } from '../support/debian-mirror.ts';
import { findTool, missing, testWhere } from '../support/requires.ts';
import { runCommand, succeed } from '../support/run-command.ts';
import { stillrootOnPath } from '../support/stillroot-on-path.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('README');
const scratch = new Scratch('readme');
const CHECKOUT = new URL('../../', import.meta.url).pathname;
const README = readFileSync(`${CHECKOUT}README.md`, 'utf8');
test.after(() => scratch.remove());

/** The lines of all blocks of shell, without comments. */
const COMMANDS = [...README.matchAll(/```sh\n(.*?)```/gs)]
  .flatMap(([, block = '']) => block.split('\n'))
  .filter((line) => line !== '' && !line.startsWith('#'));
/** Run by the script that runs the tests: the set-up of the checkout. */
const SETS_UP = (command: string): boolean => command.startsWith('npm run setup');
/** A tree that root has bootstrapped has files that nobody else may read. */
const NEEDS_ROOT = (command: string): boolean => /rootfs|mmdebstrap/.test(command);
const USER = 65534;
const AS_USER = ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--'];
/** Exit status 1 means a difference: two trees that are not normalized, and the packer of a user. */
const DIFFERS = (command: string): boolean => /stillroot (?:diff|check|bench) /.test(command);

const mirror = await debianMirror('bookworm');
const lacking =
  missing({ root: true, tools: ['mmdebstrap', 'cpio', 'sha256sum', 'setpriv'] }) ??
  (mirror === undefined ? 'apt on this machine knows no archive' : undefined);

/**
 * The programs that a reader has. Ours; mmdebstrap makes a tree of few packages, from this machine's mirror: what it
 * does is tried elsewhere.
 */
function prepare(directory: string): NodeJS.ProcessEnv {
  const bin = stillrootOnPath(scratch);
  chmodSync(scratch.path, 0o755);
  mkdirSync(directory);
  chownSync(directory, USER, USER);
  const mmdebstrap = findTool('mmdebstrap') as string;
  writeFileSync(
    `${bin}/mmdebstrap`,
    `#!/bin/sh
case "$*" in *--version*) exec ${mmdebstrap} "$@" ;; esac
exec ${mmdebstrap} --include=base-files,dash,bzip2 "$@" --variant=extract '${mirror}'
`,
  );
  writeFileSync(`${directory}/mkimage`, '#!/bin/sh\nexec tar -C "$1" -cf "$2" .\n');
  for (const file of [`${bin}/mmdebstrap`, `${directory}/mkimage`]) chmodSync(file, 0o755);
  return {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    HOME: directory,
    npm_config_prefix: undefined,
  };
}

testWhere(test, lacking, 'each command does what the README says', async () => {
  const directory = scratch.in('here');
  const env = prepare(directory);
  // Its sample trees go to /tmp; here they go to a place of their own.
  const own = (command: string): string =>
    command.replaceAll('/tmp/', `${directory}/`).replaceAll('npm run', `npm --prefix ${CHECKOUT} run`);
  const tried: string[] = [];
  for (const command of COMMANDS.filter((line) => !SETS_UP(line))) {
    const line = [...(NEEDS_ROOT(command) ? [] : AS_USER), 'sh', '-c', own(command)];
    const { status, stdout, stderr } = await runCommand(line, { cwd: directory, env, timeout: 900_000 });
    const wanted = DIFFERS(command) ? [0, 1] : [0];
    assert.ok(wanted.includes(status ?? -1), `${command}: ${status}: ${stderr}`);
    // The kernel finds what an example names.
    assert.not.match(`${stdout}${stderr}`, /init-missing/, command);
    if (command.includes('bench')) assert.match(stdout.toString(), /^mine +\d+ archives /m);
    tried.push(command);
  }
  for (const verb of ['pack', 'check', 'diff', 'hook', 'verify', 'reproduce', 'bench'])
    assert.ok(
      tried.some((command) => command.includes(`stillroot ${verb} `)),
      verb,
    );
  const [first, second] = ['first', 'second'].map((name) => readFileSync(`${directory}/${name}.cpio.zst`));
  assert.equal(first, second);
  assert.is(statSync(`${directory}/first.cpio.zst`).uid, USER);
  for (const made of ['rootfs.cpio.xz', 'initrd.cpio.zst', 'image.oci.tar', 'image.cpio.zst', 'rules.toml'])
    assert.ok(existsSync(`${directory}/${made}`), made);
});

testWhere(test, lacking, 'the table at its top: two digests of cpio, one of ours', async () => {
  const cells = [...README.matchAll(/^\|.*\| `([0-9a-f]{12})\.\.\.` \| `([0-9a-f]{12})\.\.\.` \|$/gm)];
  assert.is(cells.length, 2);
  const digests = async (command: (root: string) => string): Promise<string[]> => {
    const found: string[] = [];
    for (const option of [[], ['--second']]) {
      const root = scratch.in(`sample${option.length}`);
      if (!existsSync(root))
        await succeed([process.execPath, `${CHECKOUT}fixtures/unpack-slice.ts`, root, ...option]);
      const sum = await succeed(['sh', '-c', `cd ${root} && (${command(root)}) | sha256sum`]);
      found.push(sum.slice(0, 12));
    }
    return found;
  };
  const path = stillrootOnPath(scratch);
  const cpio = await digests(() => 'find . | LC_ALL=C sort | cpio -o -H newc --reproducible --quiet -R 0:0');
  const own = await digests((root) => `${path}/stillroot pack ${root} -q -o - --format cpio.zst`);
  assert.equal(
    [cpio, own],
    cells.map(([, first, second]) => [first, second]),
  );
  assert.is.not(cpio[0], cpio[1]);
});

test('its table of packers is what the full run found', () => {
  const rows = [...README.matchAll(/^\| (`.*) \| (\d+) \| .* ?\|$/gm)];
  assert.ok(rows.length > 4);
  const page = readFileSync(`${CHECKOUT}bench/determinism.md`, 'utf8');
  for (const [, packers = '', archives] of rows) {
    for (const [, packer = ''] of packers.matchAll(/`([\w.-]+)`/g)) {
      const row = new RegExp(
        `^\\| \\[\`${packer}\`\\]\\(\\S+\\) \\| (?:(reproducible)|(\\d+) archives)`,
        'm',
      ).exec(page);
      assert.is(row?.[1] === undefined ? row?.[2] : '1', archives, packer);
    }
  }
});

test('typed in its order, no command finds the output of another in its way', () => {
  const outputs = COMMANDS.flatMap((command) => [...command.matchAll(/ -o (\S+)/g)].map(([, file]) => file));
  assert.ok(outputs.length > 6);
  assert.equal(
    outputs.filter((file, at) => outputs.indexOf(file) < at),
    [],
  );
});

test('it is short enough to be read, and links to what exists', () => {
  assert.ok(Buffer.byteLength(README) <= 9 * 1024, `${Buffer.byteLength(README)} bytes`);
  const links = [...README.matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => link);
  for (const link of links) assert.ok(existsSync(`${CHECKOUT}${link}`), link);
});

test.run();
