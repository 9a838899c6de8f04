// The worked examples of the rules' README, verbatim, for root and for another user.
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack, runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';

const test = suite('user rules');
const scratch = memoryScratch('user-rules');
const lacking = missing({ root: true, tools: ['setpriv', 'chown'] });
/** A user unknown to both the machine and the tree. */
const USER = 12345;
const AS_USER = { wrapper: ['setpriv', '--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'] };
const tree = scratch.in('tree');
const output = scratch.in('out');

/** The examples of the README that have a rule of this id. */
function example(id: string): string {
  const readme = readFileSync(new URL('../../src/rules/README.md', import.meta.url), 'utf8');
  const found = [...readme.matchAll(/```toml\n(.*?)```/gs)].map(([, text]) => text as string);
  const text = found.find((each) => each.includes(`id = "${id}"`));
  assert.ok(text, `an example ${id}`);
  writeFileSync(scratch.in(`${id}.toml`), text as string);
  return scratch.in(`${id}.toml`);
}

// No os-release: only the rules for all distributions apply besides the user's.
before(test, async () => {
  if (lacking !== undefined) return;
  chmodSync(scratch.path, 0o711);
  for (const directory of ['etc', 'root', 'srv/app/deep'])
    mkdirSync(`${tree}/${directory}`, { recursive: true });
  writeFileSync(`${tree}/etc/passwd`, 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(`${tree}/etc/group`, 'root:x:0:\nshadow:x:42:\n');
  for (const name of ['shadow', 'gshadow'])
    writeFileSync(`${tree}/etc/${name}`, 'root:*::\n', { mode: 0o640 });
  writeFileSync(`${tree}/etc/hostname`, 'build-machine\n');
  for (const log of ['root/build.log', 'srv/app/deep/build-1.log', 'srv/app/deep/other.log']) {
    writeFileSync(`${tree}/${log}`, 'a line\n');
  }
  await succeed(['chown', '-hR', `${USER}:${USER}`, tree]);
  mkdirSync(output);
  chownSync(output, USER, USER);
});
test.after(() => scratch.remove());

interface Listed {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
}

async function packed(name: string, args: readonly string[], options: object): Promise<Map<string, Listed>> {
  const archive = `${output}/${name}.cpio`;
  await pack(tree, archive, args, options);
  const { text } = await runCli(['list', archive, '--json']);
  const { entries } = JSON.parse(text) as { entries: Listed[] };
  return new Map(entries.map((entry) => [entry.path, entry]));
}

const owner = (entries: ReadonlyMap<string, Listed>, path: string): string =>
  `${entries.get(path)?.uid}:${entries.get(path)?.gid}`;

testWhere(
  test,
  lacking,
  'shadow-owner: a user gives the files to root:shadow, and all else to root',
  async () => {
    const rules = ['--rules', example('shadow-owner')];
    const byUser = await packed('by-user', rules, AS_USER);
    assert.is(owner(byUser, 'etc/shadow'), '0:42');
    assert.is(owner(byUser, 'etc/gshadow'), '0:42');
    for (const path of byUser.keys()) {
      if (!path.endsWith('shadow')) assert.is(owner(byUser, path), '0:0', path);
    }
    const without = await packed('without', [], AS_USER);
    assert.is(owner(without, 'etc/shadow'), '0:0', 'only the rule does it');
    const said = await runCli(['rules', 'explain', tree, '/etc/shadow', ...rules], AS_USER);
    assert.match(said.text, /owner +12345:12345 -> 0:42/);
  },
);

testWhere(test, lacking, 'shadow-owner: root can give files away, so the tree is believed', async () => {
  const byRoot = await packed('by-root', ['--rules', example('shadow-owner')], {});
  assert.is(owner(byRoot, 'etc/shadow'), `${USER}:${USER}`);
});

testWhere(test, lacking, 'build-log and hostname', async () => {
  const rules = ['--rules', example('build-log'), '--rules', example('hostname')];
  const entries = await packed('log', rules, AS_USER);
  assert.not(entries.has('root/build.log'));
  assert.not(entries.has('srv/app/deep/build-1.log'));
  assert.ok(entries.has('srv/app/deep/other.log'));
  assert.is(entries.get('etc/hostname')?.size, 'kiosk\n'.length);
});

test.run();
