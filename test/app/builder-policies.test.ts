import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builderPolicies, ROOT_VARIABLES } from '../../src/app/builder-root.ts';
import { HOOKS } from '../../src/hooks/index.ts';
import { choosePolicies, POLICIES } from '../../src/rules/policies.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('builder-policies');
const scratch = new Scratch('builder-policies');
test.after(() => scratch.remove());

const ID = '0123456789abcdef0123456789abcdef\n';
const EPOCH = '1600000000';

/** Debian with every sign that a bootstrap copied its name, and a machine ID. */
function debian(name: string): string {
  const root = scratch.in(name);
  mkdirSync(`${root}/etc`, { recursive: true });
  mkdirSync(`${root}/var/lib/dpkg/info`, { recursive: true });
  writeFileSync(`${root}/var/lib/dpkg/status`, '');
  writeFileSync(`${root}/etc/hostname`, 'kiosk\n');
  writeFileSync(`${root}/etc/resolv.conf`, 'nameserver 192.0.2.1\n');
  writeFileSync(`${root}/etc/machine-id`, ID);
  return root;
}

function kept(root: string): boolean[] {
  const id = readFileSync(`${root}/etc/machine-id`, 'utf8') === ID;
  return [existsSync(`${root}/etc/hostname`), existsSync(`${root}/etc/resolv.conf`), id];
}

test('only mkosi names policies, and all of them exist', () => {
  assert.equal(
    ROOT_VARIABLES.filter((name) => builderPolicies(name).length > 0),
    ['BUILDROOT'],
  );
  assert.equal(builderPolicies(undefined), []);
  assert.not.throws(() => choosePolicies(POLICIES, builderPolicies('BUILDROOT')));
});

test('within mkosi host name, machine ID and resolv.conf are those of its configuration', async () => {
  const mkosi = debian('mkosi');
  const { status, stdout, stderr } = await run(['finalize'], {
    env: { BUILDROOT: mkosi, SOURCE_DATE_EPOCH: EPOCH },
  });
  assert.is(status, 0, stderr);
  assert.equal(kept(mkosi), [true, true, true]);
  assert.match(
    stdout,
    / {2}policies +hostname=keep, machine-id=keep, resolv-conf=keep, as requested by mkosi\n/,
  );
  // The same tree as an argument is one of a bootstrap that copied them.
  const other = debian('other');
  const plain = await run(['finalize', other], { env: { BUILDROOT: mkosi, SOURCE_DATE_EPOCH: EPOCH } });
  assert.equal(kept(other), [false, false, false]);
  assert.not.match(plain.stdout, /calls for/);
});

test("the user's choice has the last word", async () => {
  const root = debian('choice');
  const env = { BUILDROOT: root, SOURCE_DATE_EPOCH: EPOCH };
  await run(['finalize', '--policy', 'hostname=drop', '--policy', 'machine-id=empty'], { env });
  assert.equal(kept(root), [false, true, false]);
  const rules = scratch.in('rules.toml');
  writeFileSync(rules, '[policies]\nresolv-conf = "drop"\n');
  await run(['finalize', '--rules', rules], { env });
  assert.equal(kept(root), [false, false, false]);
});

test('what a short report hides is not the host name', async () => {
  const root = debian('short');
  for (let n = 0; n < 20; n += 1) {
    mkdirSync(`${root}/var/log/apt`, { recursive: true });
    writeFileSync(`${root}/var/log/dpkg.log.${n}`, 'x');
    writeFileSync(`${root}/var/log/dmesg.${n}`, 'x');
  }
  const { stdout } = await run(['finalize', root], { env: { SOURCE_DATE_EPOCH: EPOCH } });
  assert.match(stdout, / {2}dropped by dpkg\/hostname: etc\/hostname\n/);
});

test('every hook passes policies that exist', () => {
  const known = new Map(POLICIES.map(({ name, values }) => [name, values]));
  let count = 0;
  for (const { id, text } of HOOKS) {
    for (const [, name = '', value = ''] of text.matchAll(/--policy ([a-z-]+)=([a-z-]+)/g)) {
      assert.ok(known.get(name)?.includes(value), `${id}: ${name}=${value}`);
      count += 1;
    }
  }
  assert.ok(count > 5);
});

test.run();
