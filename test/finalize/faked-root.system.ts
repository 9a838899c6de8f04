// What Buildroot and OpenEmbedded do: a preloaded library pretends that the user is root. Pins what was measured.
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { missing, testWhere } from '../support/requires.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('faked root');
const scratch = new Scratch('faked-root');
const BIN = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
const USER = 12345;
test.after(() => scratch.remove());

/** Tool to what it needs of the environment; pseudo looks for its own files where it was built to be. */
const TOOLS: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  fakeroot: {},
  pseudo: { PSEUDO_PREFIX: '/usr', PSEUDO_LIBDIR: '/usr/lib/x86_64-linux-gnu/pseudo' },
};

const TREE = `
mkdir -p r/etc r/var/mail r/data r/dev
printf 'ID=debian\\n' > r/etc/os-release
printf 'root:x:0:0::/root:/bin/sh\\n' > r/etc/passwd
printf 'root:*:19000:0:99999:7:::\\nx:!:20000::::::\\n' > r/etc/shadow
printf '0123456789abcdef0123456789abcdef\\n' > r/etc/machine-id
echo x > r/data/f; echo y > r/data/g; ln -s f r/data/l
chown -R 0:0 r; chown 0:42 r/etc/shadow; chmod 640 r/etc/shadow
chown 5:6 r/data/f; chmod 4711 r/data/f; chown 9:10 r/data/g; chown -h 7:8 r/data/l
chown 0:8 r/etc/machine-id; chmod 0444 r/etc/machine-id
mknod r/dev/null c 1 3
`;

/** Path to `type mode uid:gid size mtime` as the programs of the builder see it. */
type Seen = ReadonlyMap<string, string>;
const LIST = `find r -printf '%P|%y %m %U:%G %s %T@\\n'`;

function parse(text: string): Seen {
  return new Map(text.split('\n').map((line) => line.split('|') as [string, string]));
}

/** Runs a script in a fresh directory as a user under the tool, all in one go: what is faked ends with it. */
async function under(tool: string, script: string): Promise<string[]> {
  const at = scratch.in(`${tool}-${Math.random()}`);
  mkdirSync(at);
  chownSync(at, USER, USER);
  chmodSync(scratch.path, 0o755);
  writeFileSync(`${at}/script`, `set -e\n${script}\n`);
  const wrapper = ['setpriv', '--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'];
  const env = { ...process.env, ...TOOLS[tool], HOME: at, PSEUDO_LOCALSTATEDIR: `${at}/state`, LC_ALL: 'C' };
  const output = await succeed([...wrapper, tool, 'sh', `${at}/script`], { cwd: at, env });
  return output.split('----\n').map((part) => part.replace(/\n$/, ''));
}

const node = (code: string): string => `'${process.execPath}' -e "${code}"`;
const finalize = (...args: string[]): string =>
  `'${process.execPath}' '${BIN}' finalize r --source-date-epoch 1600000000 ${args.join(' ')}`;

for (const tool of Object.keys(TOOLS)) {
  const where = missing({ root: true, tools: [tool, 'setpriv', 'find', 'mknod'] });

  testWhere(
    test,
    where,
    `${tool}: Node is told that it is root, and sees neither owners nor devices`,
    async () => {
      const code = `const s = require('fs').lstatSync('r/data/f'), d = require('fs').lstatSync('r/dev/null');
      console.log(process.getuid(), s.uid, s.gid, d.isCharacterDevice())`;
      const [text] = await under(tool, `${TREE}\n${node(code)}`);
      assert.is(text, `0 ${USER} ${USER} false`);
    },
  );

  testWhere(test, where, `${tool}: finalize keeps owners, modes and devices that it cannot see`, async () => {
    const script = [TREE, LIST, 'echo ----', finalize('--json'), 'echo ----', LIST, 'echo ----', finalize()];
    const [before, report, after, second] = await under(tool, script.join('\n'));
    const [was, is] = [parse(before ?? ''), parse(after ?? '')];
    // Owner and mode of everything that is still there, the rewritten files among them.
    const kept = (seen: Seen): string[] =>
      [...seen]
        .filter(([path]) => is.has(path))
        .map(([path, line]) => `${path} ${line.split(' ').slice(0, 3).join(' ')}`);
    assert.equal(kept(is).sort(), kept(was).sort());
    assert.match(is.get('etc/shadow') ?? '', /^f 640 0:42 /);
    assert.match(is.get('etc/machine-id') ?? '', /^f 444 0:8 0 1600000000/);
    assert.match(is.get('data/l') ?? '', /^l 777 7:8 1 1600000000/);
    assert.not.ok(is.has('dev/null'), 'a device is an empty file to Node, and goes with /dev');
    const { warnings } = JSON.parse(report ?? '') as { warnings: { code: string }[] };
    assert.ok(warnings.some(({ code }) => code === 'faked-root'));
    assert.match(second ?? '', /nothing to do/);
  });

  testWhere(test, where, `${tool}: pack says that it sees other owners, unless all are root`, async () => {
    const pack = (...args: string[]): string =>
      `'${process.execPath}' '${BIN}' pack r -o r.cpio -f --json ${args.join(' ')}`;
    const reports = await under(tool, [TREE, pack(), 'echo ----', pack('--owner root')].join('\n'));
    const codes = reports.map((report) =>
      (JSON.parse(report) as { warnings: { code: string }[] }).warnings.map(({ code }) => code),
    );
    assert.equal(
      codes.map((found) => found.includes('faked-root')),
      [true, false],
    );
  });

  testWhere(
    test,
    where,
    `${tool}: a rule that sets an owner is heard, and says nothing of the other id`,
    async () => {
      const rules = '[[rule]]\nid = "x"\nmatch = "data/*"\naction = "owner"\nuser = 3\nwhy = "x"\n';
      const script = [
        TREE,
        `printf '${rules.replaceAll('\n', '\\n')}' > own.toml`,
        finalize('--rules own.toml -q'),
        LIST,
      ];
      const is = parse((await under(tool, script.join('\n'))).join('\n'));
      assert.match(is.get('data/f') ?? '', /^f 4711 3:6 /);
      assert.match(is.get('data/l') ?? '', /^l 777 3:8 /);
    },
  );

  testWhere(test, where, `${tool}: what is added belongs to root`, async () => {
    const rules =
      '[[rule]]\nid = "x"\nmatch = "new"\naction = "add"\ntype = "file"\ncontent = "x"\nwhy = "x"\n';
    const script = [
      TREE,
      `printf '${rules.replaceAll('\n', '\\n')}' > own.toml`,
      finalize('--rules own.toml -q'),
      LIST,
    ];
    const is = parse((await under(tool, script.join('\n'))).join('\n'));
    assert.match(is.get('new') ?? '', /^f 644 0:0 1 0/);
  });

  testWhere(test, where, `${tool}: an interrupted run is completed; an archive is refused`, async () => {
    const program = new URL('leave-journal.ts', import.meta.url).pathname;
    const journal = `${process.execPath} ${program} r '{"do":"remove","path":"data/g","isDirectory":false}'`;
    const archive = `mkdir out; OUTPUTDIR=out ${finalize('--archive a.cpio')} 2>&1 || echo "status $?"`;
    const [text] = await under(tool, [TREE, journal, finalize(), 'test ! -e r/data/g', archive].join('\n'));
    assert.match(text ?? '', /--archive: cannot be written under fakeroot[\s\S]*status 2$/);
  });
}

test.run();
