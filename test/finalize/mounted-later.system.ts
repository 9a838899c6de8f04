// What is mounted in a tree after it was read, or while its run was interrupted, is never changed.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import type { Operation } from '../../src/finalize/operation.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { withCutFs } from '../support/cut-fs.ts';
import { mountFresh } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { freshDirectory, seen } from './every-kind.ts';
import { finalizeOnce, rule } from './finalize-once.ts';
import { leaveJournal } from './leave-journal.ts';

const test = suite('mounted later');
const scratch = new Scratch('mounted-later', '/var/tmp');
const asRoot = (name: string, body: () => void | Promise<void>): void =>
  testWhere(test, missing({ root: true, tools: ['mount', 'umount', 'tar'] }), name, body);
test.after(() => {
  // What a failed test has left mounted.
  execFileSync('sh', [
    '-c',
    'findmnt -rno TARGET | grep -F "$0/case-" | sort -r | xargs -r umount -l',
    scratch.path,
  ]);
  scratch.remove();
});

interface Case {
  readonly root: string;
  readonly host: string;
}

/** A tree, and a directory of the host with the same names. */
function make(): Case {
  const at = freshDirectory(scratch.path);
  const [root, host] = [`${at}/root`, `${at}/host`];
  for (const path of [root, host, `${root}/var`]) mkdirSync(path);
  for (const directory of [`${root}/var`, host]) {
    mkdirSync(`${directory}/sub`);
    for (const name of ['log', 'old', 'sub/id']) writeFileSync(`${directory}/${name}`, `in ${directory}\n`);
  }
  utimesSync(host, 1_700_000_000.5, 1_700_000_000.5);
  return { root, host };
}

const RULES = [
  rule('var/log', { do: 'truncate' }),
  rule('var/old', { do: 'drop' }),
  rule('var/sub/id', { do: 'replace', content: 'fixed\n' }),
  rule('var/mtab', { do: 'add', entry: { type: 'symlink', target: 'x' } }),
  rule('var/new', { do: 'add', entry: { type: 'directory', mode: 0o755 } }),
];
const mount = (...args: string[]): void => void execFileSync('mount', args, { stdio: 'ignore' });
const umount = (path: string): void => void execFileSync('umount', [path], { stdio: 'ignore' });

/** What can be mounted where, and what is worked on there. */
const MOUNTS: Readonly<Record<string, (place: Case) => string>> = {
  'a directory of the same filesystem': ({ root, host }) => {
    mount('--bind', host, `${root}/var`);
    return 'var';
  },
  'a directory two levels down': ({ root, host }) => {
    mount('--bind', `${host}/sub`, `${root}/var/sub`);
    return 'var/sub';
  },
  'another filesystem': ({ root }) => {
    mount('-t', 'tmpfs', '-o', 'size=1M', 'none', `${root}/var`);
    for (const name of ['log', 'old']) writeFileSync(`${root}/var/${name}`, 'mounted\n');
    mkdirSync(`${root}/var/sub`);
    return 'var';
  },
  'a file on a file that is set': ({ root, host }) => {
    mount('--bind', `${host}/log`, `${root}/var/plain`);
    return 'var/plain';
  },
  'a file on a file that is replaced': ({ root, host }) => {
    mount('--bind', `${host}/log`, `${root}/var/log`);
    return 'var/log';
  },
};

/** A run that was killed as soon as its list counted. */
function cutWhenSealed(root: string): void {
  let isSealed = false;
  const cut = (): unknown =>
    withCutFs(
      Number.POSITIVE_INFINITY,
      () => finalizeOnce(root, { rules: RULES }),
      (name, [from]) => {
        if (isSealed && name !== 'fsyncSync') throw new Error('killed');
        if (name === 'renameSync' && String(from).endsWith('/seal.new')) isSealed = true;
      },
    );
  assert.throws(cut, /killed/);
  rmSync(`${root}/${JOURNAL_DIRECTORY}/process`, { force: true });
  assert.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}/seal`));
}

/** All of what is mounted, and of the host. */
function lookAt({ root, host }: Case, mounted: string): string {
  const path = `${root}/${mounted}`;
  const { mode, uid, gid, mtimeMs, ino } = lstatSync(path);
  const content = lstatSync(path).isDirectory() ? seen(path) : readFileSync(path, 'utf8');
  return [mode, uid, gid, mtimeMs, ino, content, seen(host)].join('\n');
}

for (const [what, mountIt] of Object.entries(MOUNTS)) {
  for (const when of ['between the scan and the work', 'after an interruption']) {
    asRoot(`${what}, ${when}: a clear refusal, and once it is unmounted the work is completed`, () => {
      const place = make();
      const { root } = place;
      writeFileSync(`${root}/var/plain`, 'x');
      let mounted = '';
      let before = '';
      const doMount = (): void => {
        mounted = mountIt(place);
        before = lookAt(place, mounted);
      };
      const isLater = when === 'after an interruption';
      const work = (): void => void finalizeOnce(root, isLater ? {} : { rules: RULES, meanwhile: doMount });
      if (isLater) {
        cutWhenSealed(root);
        doMount();
      }
      try {
        assert.throws(
          work,
          ({ code, message }: StillrootError) =>
            code === 'tree-unwritable' &&
            message.includes(`/root/${mounted}: `) &&
            /[Uu]nmount it, and run finalize again/.test(message),
        );
        assert.is(lookAt(place, mounted), before, 'what is mounted is as it was');
      } finally {
        umount(`${root}/${mounted}`);
      }
      const { recovered } = finalizeOnce(root, { rules: RULES });
      if (isLater) assert.ok((recovered ?? 0) > 0);
      assert.is(readFileSync(`${root}/var/log`, 'utf8'), '');
      assert.is(readFileSync(`${root}/var/sub/id`, 'utf8'), 'fixed\n');
      assert.not.ok(existsSync(`${root}/var/old`) || existsSync(`${root}/${JOURNAL_DIRECTORY}`));
      assert.equal(finalizeOnce(root, { rules: RULES }).done, []);
    });
  }
}

asRoot('something mounted on the journal itself', async () => {
  const { root, host } = make();
  const operations: Operation[] = [{ do: 'remove', path: 'var/old', isDirectory: false }];
  leaveJournal(root, operations);
  leaveJournal(host, operations);
  const before = seen(host);
  mount('--bind', `${host}/${JOURNAL_DIRECTORY}`, `${root}/${JOURNAL_DIRECTORY}`);
  const { status, stderr } = await runCli(['finalize', root]);
  assert.is(status, 2);
  assert.match(stderr, /\.stillroot-finalize: something was mounted here/);
  assert.is(seen(host), before);
  umount(`${root}/${JOURNAL_DIRECTORY}`);
  assert.is((await runCli(['finalize', root])).status, 0);
});

asRoot(
  'with --cross-mounts an interrupted run is completed on what was mounted then, and on nothing else',
  async () => {
    const { root, host } = make();
    const fresh = await mountFresh(scratch, 'crossed', 'tmpfs', '1M');
    writeFileSync(`${fresh}/old`, 'x');
    writeFileSync(`${fresh}/log`, 'x');
    mount('--bind', fresh, `${root}/var/sub`);
    const { dev, ino } = lstatSync(fresh);
    const known = { path: 'var/sub', device: `${dev}`, inode: `${ino}` };
    const work: Operation[] = [
      { do: 'remove', path: 'var/sub/old', isDirectory: false },
      { do: 'set', path: 'var/sub/log', mode: 0o600 },
    ];
    leaveJournal(root, work, [known]);
    umount(`${root}/var/sub`);
    const before = seen(host);
    mount('--bind', host, `${root}/var/sub`);
    const other = await runCli(['finalize', root, '--cross-mounts']);
    assert.is(other.status, 2);
    assert.match(other.stderr, /var\/sub: something was mounted here/);
    assert.is(seen(host), before);
    umount(`${root}/var/sub`);
    mount('--bind', fresh, `${root}/var/sub`);
    const { status, stderr } = await runCli(['finalize', root, '--cross-mounts']);
    assert.is(status, 0, stderr);
    assert.match(stderr, /completed an interrupted run \(2 operations\)/);
    assert.not.ok(existsSync(`${fresh}/old`));
    assert.is(lstatSync(`${fresh}/log`).mode & 0o777, 0o600);
  },
);

asRoot(
  'a rule that adds something where a filesystem is mounted is refused before anything is done',
  async () => {
    const { root, host } = make();
    mount('--bind', host, `${root}/var`);
    const before = seen(host);
    assert.throws(
      () => finalizeOnce(root, { rules: RULES }),
      (error: StillrootError) =>
        error.code === 'tree-unwritable' && /something should be added to it/.test(error.message),
    );
    assert.is(seen(host), before);
    assert.not.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}`));
  },
);

asRoot('a journal out of an archive, with a directory of the host mounted in the tree', async () => {
  const { root, host } = make();
  const at = freshDirectory(scratch.path);
  leaveJournal(root, [
    { do: 'remove', path: 'var/old', isDirectory: false },
    { do: 'set', path: 'var/log', owner: [1234, 1234], mode: 0o4777 },
    { do: 'set', path: 'var', owner: [1234, 1234], mode: 0o777, mtime: 0 },
  ]);
  await succeed(['tar', '-C', root, '-cf', `${at}/hostile.tar`, '.']);
  const before = seen(host);
  const run = async (tree: string): Promise<string> => {
    mount('--bind', host, `${tree}/var`);
    const { status, stderr } = await runCli(['finalize', tree]);
    assert.is(seen(host), before);
    umount(`${tree}/var`);
    return `${status} ${stderr}`;
  };
  mkdirSync(`${at}/by-tar`);
  await succeed(['tar', '-xf', `${at}/hostile.tar`, '-C', `${at}/by-tar`]);
  assert.match(
    await run(`${at}/by-tar`),
    /^2 .*not written here: it is a copy, or was extracted from an archive.*remove it/s,
  );
  const extracted = await runCli(['extract', `${at}/hostile.tar`, '-C', `${at}/by-us`]);
  assert.match(extracted.text + extracted.stderr, /left out/);
  assert.not.ok(existsSync(`${at}/by-us/${JOURNAL_DIRECTORY}`));
  assert.match(await run(`${at}/by-us`), /^0 /);
  // In its own tree it counts, but for what is mounted.
  assert.match(await run(root), /^2 .*var: something was mounted here/s);
  rmSync(at, { recursive: true });
});

asRoot('a name of a hard link that lies behind a mount is none of the tree', () => {
  const { root, host } = make();
  linkSync(`${root}/var/log`, `${root}/also`);
  utimesSync(`${root}/also`, 1_700_000_000, 1_700_000_000);
  const before = seen(host);
  assert.throws(
    () => finalizeOnce(root, { meanwhile: () => mount('--bind', host, `${root}/var`) }),
    /something was mounted here/,
  );
  assert.is(seen(host), before);
  umount(`${root}/var`);
  finalizeOnce(root);
});

test.run();
