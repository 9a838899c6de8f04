// A manifest is untrusted input: its command is shown or refused, and never run unasked.
import { existsSync, readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bootstrap, type Effective, Rebuilds } from './rebuilds.ts';

const test = suite('cli reproduce hostile');
const rebuilds = new Rebuilds('cli-reproduce-hostile');
const { scratch, tree, temporary } = rebuilds;
const stillroot = rebuilds.run.bind(rebuilds);
const packed = rebuilds.packed.bind(rebuilds);
const altered = rebuilds.altered.bind(rebuilds);
const place = rebuilds.place.bind(rebuilds);
const COMMAND = 'mkdir {root}/etc && echo made > {root}/etc/file';

test.after(() => scratch.remove());
test.after.each(() => {
  assert.equal(readdirSync(temporary), []);
});

/** Only copies of it are changed. */
let usual: Promise<string> | undefined;
async function hostile(change: (bootstrap: Bootstrap) => void): Promise<string> {
  usual ??= packed(['--bootstrap', COMMAND]);
  return altered(await usual, (document) => {
    change(document.inputs.bootstrap);
  });
}

for (const [name, command] of [
  ['escape sequences', 'touch TRACE {root}/x # \u001b[2K\u001b[1G innocent'],
  ['a carriage return', 'touch TRACE {root}/x #\rinnocent {root}'],
  ['a second line', 'true {root}\ntouch TRACE {root}/x'],
  ['text from right to left', 'touch TRACE {root}/x # \u202etnecconni'],
  ['no place for the tree', 'touch TRACE'],
  ['two places', 'touch TRACE {root}/x {archive}'],
  ['a huge command', `touch TRACE {root}/x ${'#'.repeat(70_000)}`],
] as const) {
  test(`a hostile command is refused, even with --run: ${name}`, async () => {
    const trace = `${place()}/trace`;
    const manifest = await hostile((bootstrap) => {
      bootstrap.command = command.replace('TRACE', trace);
    });
    for (const more of [[], ['--run'], ['--json']]) {
      const { status, stdout, stderr } = await stillroot(['reproduce', manifest, ...more]);
      assert.is(status, 2);
      assert.not.match(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
      assert.not.ok(existsSync(trace));
    }
  });
}

for (const [name, change, message] of [
  ['a command', () => {}, /records a command of its own, wanted a request for mmdebstrap/],
  [
    'a request that does not mean its command',
    (bootstrap: Bootstrap) => {
      bootstrap.request = 'mmdebstrap:bookworm';
    },
    /records a command that its request "mmdebstrap:bookworm" does not mean/,
  ],
  [
    'an archive that is not allowed',
    (bootstrap: Bootstrap) => {
      bootstrap.request = 'mmdebstrap:bookworm mirror=http://other.example/debian';
    },
    /for mirror "http:\/\/other\.example\/debian", which is not allowed here/,
  ],
] as const) {
  test(`with --allow-builder nothing else runs: ${name}`, async () => {
    const trace = `${place()}/trace`;
    const manifest = await hostile((bootstrap) => {
      bootstrap.command = `touch ${trace} {root}/x`;
      bootstrap.request = bootstrap.command;
      change(bootstrap);
    });
    const allow = ['--allow-builder', 'mmdebstrap', '--allow-mirror', 'http://one.example/debian'];
    const { status, stderr } = await stillroot(['reproduce', manifest, '--run', ...allow]);
    assert.is(status, 2);
    assert.match(stderr, message);
    assert.not.ok(existsSync(trace));
  });
}

test('a hostile command without them is shown as it is, and not run', async () => {
  const trace = `${place()}/trace`;
  const manifest = await hostile((bootstrap) => {
    bootstrap.command = `touch ${trace}; rm -rf / $(id) \`id\` {root}/../..`;
    bootstrap.request = 'mmdebstrap:bookworm';
  });
  const { status, stderr } = await stillroot(['reproduce', manifest]);
  assert.is(status, 2);
  assert.ok(stderr.includes(`touch ${trace}; rm -rf / $(id) \`id\` {root}/../..`));
  assert.not.ok(existsSync(trace));
});

for (const [name, value] of [
  ['LD_PRELOAD', '/tmp/evil.so'],
  ['NODE_OPTIONS', '--require=/tmp/evil.js'],
  ['PATH', '/tmp/evil:/usr/bin:/bin'],
  ['BASH_ENV', '/tmp/evil'],
  ['ENV\u001b[2K', 'x'],
] as const) {
  test(`a hostile environment is refused: ${JSON.stringify(name)}`, async () => {
    const trace = `${place()}/trace`;
    const manifest = await hostile((bootstrap) => {
      bootstrap.environment[name] = value;
      bootstrap.command = `touch ${trace} {root}/x`;
    });
    const { status, stderr } = await stillroot(['reproduce', manifest, '--run']);
    assert.is(status, 2);
    assert.match(stderr, /sets environment variables for its command/);
    assert.not.match(stderr, /[\x00-\x09\x0b-\x1f]/);
    assert.not.ok(existsSync(trace));
  });
}

test('a variable that is allowed is set', async () => {
  const command = 'echo "$A" > {root}/file';
  const manifest = await packed(['--bootstrap', command, '--bootstrap-env', 'A=one']);
  const refused = await stillroot(['reproduce', manifest, '--run']);
  assert.is(refused.status, 2);
  assert.match(refused.stderr, /A=one\. Allow the ones you trust: --bootstrap-env A\./);
  assert.is((await stillroot(['reproduce', manifest, '--run', '--bootstrap-env', 'A'])).status, 0);
  assert.is((await stillroot(['reproduce', manifest, '--run', '--bootstrap-env', 'A=two'])).status, 1);
  const shown = await stillroot(['reproduce', manifest, '--bootstrap-env', 'A']);
  assert.match(shown.stderr, /, with A=one\./);
});

for (const [name, change, message] of [
  [
    'a rule file with a path',
    (settings: Effective) => {
      settings.ruleFiles = [{ name: '../../etc/evil', digest: `sha256:${'0'.repeat(64)}`, text: '' }];
    },
    /ruleFiles\[0\]\.name/,
  ],
  [
    'an unknown policy for owners',
    (settings: Effective) => {
      settings.owner = 'everybody';
    },
    /settings\.effective\.owner: found "everybody", wanted/,
  ],
  [
    'an unknown policy',
    (settings: Effective) => {
      settings.policies['\u001b[31m'] = 'x';
    },
    /polic/,
  ],
  [
    'an unknown distribution',
    (settings: Effective) => {
      settings.distro = 'temple';
    },
    /--distro/,
  ],
] as const) {
  test(`settings that cannot be are refused: ${name}`, async () => {
    const manifest = altered(await packed([tree]), (document) => {
      change(document.settings.effective);
    });
    const { status, stderr } = await stillroot(['reproduce', manifest, tree]);
    assert.is(status, 2);
    assert.match(stderr, message);
  });
}

test('the name of the image is not taken for a path', async () => {
  const manifest = altered(await packed([tree]), (document) => {
    document.image.name = '../../../etc/passwd';
  });
  const { status, stderr } = await stillroot(['reproduce', manifest, tree]);
  assert.is(status, 2);
  assert.match(stderr, /image\.name/);
});

test.run();
