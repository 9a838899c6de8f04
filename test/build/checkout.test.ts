// What `npm run` starts first. That `npm ci` of an old Node ends with its sentence is tested by package.system.ts.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCommand } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('build/checkout');
const scratch = new Scratch('checkout');
const ROOT = new URL('../../', import.meta.url);
test.after(() => scratch.remove());

/** A checkout with nothing but it, and these directories. */
function checkout(name: string, ...directories: readonly string[]): string {
  const copy = scratch.in(name);
  mkdirSync(`${copy}/.ci`, { recursive: true });
  cpSync(new URL('.ci/checkout.mjs', ROOT), `${copy}/.ci/checkout.mjs`);
  for (const directory of directories) mkdirSync(`${copy}/${directory}`, { recursive: true });
  return copy;
}

function start(copy: string, args: readonly string[], env: Record<string, string> = {}) {
  const command = [process.execPath, `${copy}/.ci/checkout.mjs`, ...args];
  return runCommand(command, { cwd: copy, env: { ...process.env, INIT_CWD: undefined, ...env } });
}

test('without the set-up it names the command that does it', async () => {
  for (const [name, why, ...directories] of [
    ['fresh', /not set up\. Its dependencies are not installed\./],
    [
      'half',
      /not set up\. .* only installed in part: .* \(you have 20\.1\.2\)/,
      'node_modules/@napi-rs/lzma',
    ],
    ['less', /not set up\. .* only installed in part/, 'node_modules'],
  ] as const) {
    const env = { npm_config_user_agent: 'npm/10.0.0 node/v20.1.2 linux x64 workspaces/false' };
    const { status, stdout, stderr } = await start(checkout(name, ...directories), ['missing.js'], env);
    assert.is(status, 2);
    assert.match(stderr, why);
    assert.match(stderr, 'Run "npm run setup"');
    assert.not.match(stderr, /^ {4}at /m);
    assert.is(stdout.toString(), '');
  }
});

test('it runs a file with its arguments where the user stands', async () => {
  const copy = checkout('whole', 'node_modules/@napi-rs/lzma-linux-x64-gnu', 'elsewhere');
  writeFileSync(
    `${copy}/file.mjs`,
    'console.log(JSON.stringify([process.cwd(), ...process.argv.slice(1)]));\n',
  );
  const args = ['file.mjs', '-o', 'a b'];
  const [there, here] = [`${copy}/elsewhere`, copy];
  const said = async (env?: Record<string, string>): Promise<unknown> => {
    const { status, stdout, stderr } = await start(copy, args, env);
    assert.is(status, 0, stderr);
    return JSON.parse(stdout.toString());
  };
  assert.equal(await said({ INIT_CWD: there }), [there, `${copy}/file.mjs`, '-o', 'a b']);
  assert.equal(await said(), [here, `${copy}/file.mjs`, '-o', 'a b']);
  assert.is((await start(copy, [])).status, 0);
});

test('every script of the package that starts with something installed comes after it', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const [name, script] of Object.entries(scripts)) {
    if (['setup', 'cover', 'check:package'].includes(name)) continue;
    assert.match(script, /^node \.ci\/checkout\.mjs\b/, name);
  }
});

test.run();
