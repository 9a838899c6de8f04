import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { VERBS } from '../../src/cli/main.ts';
import { verbName } from '../../src/cli/verb.ts';
import { HOOKS } from '../../src/hooks/index.ts';
import { POLICIES } from '../../src/rules/policies.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
import { before } from '../support/before.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCommand } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('completion');
const scratch = new Scratch('completion');
const place = scratch.in('place');
const started = scratch.in('started');
test.after(() => scratch.remove());

const VERB_NAMES = VERBS.map(verbName);
const RULE_LAYERS = [
  ...new Set(Object.values(TABLES).flatMap((rules) => rules.map(({ id }) => id.replace(/\/.*/, '/')))),
];
const PATHS = 'a b/\netc/\netc/hostname\netc/hosts\netc/ssh/\netc/ssh/keys';

before(test, async () => {
  mkdirSync(`${place}/bin`, { recursive: true });
  mkdirSync(`${place}/rootfs`);
  writeFileSync(`${place}/a.cpio`, '');
  // In place of the program: it keeps a record of each start, and lists an archive.
  writeFileSync(
    `${place}/bin/stillroot`,
    `#!/bin/sh\necho "$*" >> '${started}'\nprintf '${PATHS.replaceAll('\n', '\\n')}\\n'\n`,
  );
  chmodSync(`${place}/bin/stillroot`, 0o755);
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { status, stdout } = await run(['completion', shell]);
    assert.is(status, 0);
    writeFileSync(scratch.in(shell), stdout);
  }
});

function starts(): string[] {
  try {
    return readFileSync(started, 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}

test('the shell of the user, another one, and one that is not known', async () => {
  const first = async (args: readonly string[], SHELL?: string): Promise<string> =>
    /in (\w+);/.exec((await run(['completion', ...args], { env: { SHELL } })).stdout)?.[1] ?? '';
  assert.is(await first([]), 'bash');
  assert.is(await first([], '/usr/bin/fish'), 'fish');
  assert.is(await first([], '/bin/tcsh'), 'bash');
  assert.is(await first(['zsh'], '/usr/bin/fish'), 'zsh');
  const { status, stderr } = await run(['completion', 'tcsh']);
  assert.is(status, 2);
  assert.match(stderr, /completion: unknown shell "tcsh", wanted bash, zsh, fish\./);
});

/** What bash offers, and how it is told to go on: `default` for files, `dirnames`, `nospace`. */
async function inBash(line: string, words: readonly string[]): Promise<{ offered: string[]; how: string }> {
  const script = `
source '${scratch.in('bash')}'
compopt() { how=$2; }
COMP_LINE=$1; COMP_POINT=\${#1}; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_stillroot
printf '%s\\n' "$how" "\${COMPREPLY[@]}"`;
  const env = { ...process.env, PATH: `${place}/bin:${process.env.PATH}` };
  const argv = ['bash', '--norc', '--noprofile', '-c', script, 'bash', line, ...words];
  const { stdout, stderr } = await runCommand(argv, { cwd: place, env });
  assert.is(stderr, '', line);
  const [how = '', ...offered] = stdout.toString().replace(/\n$/, '').split('\n');
  return { offered: offered.filter((word) => word !== ''), how };
}

/** As bash takes a line apart: at blanks, and with = and : as words of their own. */
function wordsOf(line: string): string[] {
  return line
    .split(' ')
    .flatMap((word) => (word === '' ? [''] : (word.match(/[=:]+|[^=:]+/g) ?? [])))
    .concat(/[=:]$/.test(line) ? [''] : []);
}

const BASH_CASES: ReadonlyArray<readonly [line: string, offered: readonly string[], how: string]> = [
  ['stillroot ', VERB_NAMES, ''],
  ['stillroot pa', ['pack', 'packages'], ''],
  ['stillroot --color never ver', ['verify', 'version'], ''],
  ['stillroot --color ne', ['never'], ''],
  ['stillroot --vers', ['--version'], ''],
  ['stillroot pack ', [], 'default'],
  ['stillroot pack ro', [], 'default'],
  ['stillroot pack rootfs --pol', ['--policy'], ''],
  ['stillroot pack rootfs --no-', ['--no-manifest', '--no-image', '--no-cache'], ''],
  ['stillroot pack rootfs --policy ', POLICIES.map(({ name }) => `${name}=`), ''],
  ['stillroot pack rootfs --policy mail', ['mail-spool='], 'nospace'],
  ['stillroot pack rootfs --policy machine-id=', ['uninitialized', 'empty', 'absent', 'keep'], ''],
  ['stillroot pack rootfs --policy=machine-id=k', ['keep'], ''],
  ['stillroot pack rootfs --skip ', RULE_LAYERS, ''],
  ['stillroot pack rootfs --skip=common/machine-id-em', ['common/machine-id-empty'], ''],
  ['stillroot pack rootfs --only common/machine-id-em', ['common/machine-id-empty'], ''],
  ['stillroot pack rootfs --mtime ', ['clamp', 'set', 'keep'], ''],
  ['stillroot pack rootfs --cache ', [], 'dirnames'],
  ['stillroot pack rootfs --kernel ', [], 'default'],
  ['stillroot pack rootfs --init ', [], ''],
  ['stillroot pack --bootstrap mm', ['mmdebstrap:'], 'nospace'],
  ['stillroot pack --bootstrap mmdebstrap:', [''], 'nospace'],
  ['stillroot hook ', HOOKS.map(({ id }) => id), ''],
  ['stillroot rules ', ['list', 'show', 'explain'], ''],
  ['stillroot rules show common/machine-id-em', ['common/machine-id-empty'], ''],
  ['stillroot rules show mail', ['mail-spool'], ''],
  ['stillroot rules explain ', [], 'default'],
  ['stillroot cache ', ['info', 'clear'], ''],
  ['stillroot help pac', ['pack', 'packages'], ''],
  ['stillroot completion ', ['bash', 'zsh', 'fish'], ''],
  ['stillroot diff a b --report ', ['html=', 'md=', 'diffoscope='], ''],
  ['stillroot diff a b --report html=', [], 'default'],
  ['stillroot pack -o x --format cpio.z', ['cpio.zst'], ''],
];

testWhere(
  test,
  missing({ tools: ['bash'] }),
  'bash: from the tables, without a start of the program',
  async () => {
    const before = starts().length;
    for (const [line, offered, how] of BASH_CASES) {
      const found = await inBash(line, wordsOf(line));
      assert.equal(
        [found.offered.sort(), found.how],
        [offered.filter((word) => word !== '').sort(), how],
        line,
      );
    }
    assert.is(starts().length, before);
  },
);

testWhere(
  test,
  missing({ tools: ['bash'] }),
  'bash: what is in an archive, a directory at a time',
  async () => {
    for (const [line, offered] of [
      ['stillroot list a.cpio ', ['a\\ b/', 'etc/']],
      ['stillroot list a.cpio etc/ho', ['etc/hostname', 'etc/hosts']],
      ['stillroot extract -C rootfs a.cpio etc/s', ['etc/ssh/']],
      ['stillroot list a.cpio etc etc/ssh/', ['etc/ssh/keys']],
      ['stillroot list none.cpio etc/', []],
    ] as const) {
      assert.equal((await inBash(line, wordsOf(line))).offered, [...offered], line);
    }
    assert.equal([...new Set(starts())], ['list --format paths -q -- a.cpio']);
  },
);

testWhere(test, missing({ tools: ['fish'] }), 'fish', async () => {
  const offeredFor = async (line: string): Promise<string[]> => {
    const script = `source '${scratch.in('fish')}'; complete -C ${JSON.stringify(line)}`;
    const env = {
      ...process.env,
      HOME: place,
      XDG_CONFIG_HOME: place,
      PATH: `${place}/bin:${process.env.PATH}`,
    };
    const { stdout, stderr } = await runCommand(['fish', '--no-config', '-c', script], { cwd: place, env });
    assert.is(stderr, '', line);
    return stdout
      .toString()
      .split('\n')
      .map((each) => each.split('\t')[0] as string)
      .filter((each) => each !== '')
      .sort();
  };
  for (const [line, offered] of [
    ['stillroot ', VERB_NAMES],
    ['stillroot pa', ['pack', 'packages']],
    ['stillroot --color ne', ['never']],
    ['stillroot pack ro', ['rootfs/']],
    ['stillroot pack rootfs --policy machine-id=k', ['machine-id=keep']],
    ['stillroot rules show common/machine-id-em', ['common/machine-id-empty']],
    ['stillroot hook mkosi-', ['mkosi-14']],
    ['stillroot cache ', ['clear', 'info']],
    ['stillroot list a.cpio etc/ho', ['etc/hostname', 'etc/hosts']],
    ['stillroot extract a.cpio -C ro', ['rootfs/']],
  ] as const) {
    assert.equal(await offeredFor(line), [...offered].sort(), line);
  }
});

testWhere(test, missing({ tools: ['zsh'] }), 'zsh reads its script', async () => {
  const check = await runCommand(['zsh', '-f', '-n', scratch.in('zsh')]);
  assert.equal([check.status, check.stderr], [0, '']);
  const script = `autoload -Uz compinit; compinit -D -u; source '${scratch.in('zsh')}'; print $_comps[stillroot]`;
  const { stdout, stderr } = await runCommand(['zsh', '-f', '-c', script], {
    env: { ...process.env, HOME: place },
  });
  assert.equal([stdout.toString(), stderr], ['_stillroot\n', '']);
  // zsh's own _directories and _files -/ offer files where no directory fits.
  assert.match(
    readFileSync(scratch.in('zsh'), 'utf8'),
    /\{-C\+,--directory=\}'\[[^\]]+\]:DIR:_path_files -\/'/,
  );
});

test.run();
