import { mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { warningLines } from '../../src/cli/report.ts';
import type { Paint } from '../../src/cli/terminal.ts';
import { isSecret } from '../../src/rules/rule.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli secrets');
const scratch = new Scratch('cli-secrets');
const tree = scratch.in('tree');
const clean = scratch.in('clean');
const plain: Paint = (_style, text) => text;

before(test, () => {
  mkdirSync(`${tree}/root/.ssh`, { recursive: true });
  mkdirSync(`${tree}/boot`);
  mkdirSync(`${clean}/etc`, { recursive: true });
  writeFileSync(`${tree}/root/.ssh/id_ed25519`, 'key\n');
  writeFileSync(`${tree}/root/.netrc`, 'machine x\n');
  writeFileSync(`${tree}/root/.aws`, '');
  writeFileSync(`${tree}/boot/initrd.img-6.1`, 'x');
  writeFileSync(`${clean}/etc/x`, '');
});
test.after(() => scratch.remove());

test('a rule for secrets is known by its name', () => {
  const named = (id: string): boolean =>
    isSecret({ id, match: ['a'], action: { do: 'report' }, why: 'a test', source: 'the test' });
  assert.ok(named('common/secret-keys') && named('user/secret'));
  assert.not(named('common/credential-secret'));
  assert.not(named('common/secretary') || named('secret/x'));
});

test('secrets come before other kinds of warnings, each with its path', () => {
  const warnings = ['b', 'secret', 'a', 'secret'].map((code, n) => ({ code, path: `p${n}`, message: 'm' }));
  assert.equal(warningLines(warnings, 0, plain), [
    '  warning secret: 2',
    '    p1: m',
    '    p3: m',
    '  warning a: 1',
    '    p2: m',
    '  warning b: 1',
    '    p0: m',
  ]);
});

test('check and pack name every secret, and with --quiet nothing else', async () => {
  const output = scratch.in('out.cpio');
  for (const argv of [
    ['check', tree],
    ['pack', tree, '-o', output],
  ]) {
    const { stdout } = await run(argv);
    assert.match(stdout, /warning secret: 2\n {4}root\/\.netrc: .*\n {4}root\/\.ssh\/id_ed25519: /);
    assert.match(stdout, /warning rule-report: 1\n {4}boot\/initrd/);
    const quiet = await run([...argv, '--quiet', ...(argv[0] === 'pack' ? ['--force'] : [])]);
    assert.is(quiet.stdout, '');
    assert.match(
      quiet.stderr,
      /^ {2}warning secret: 2\n {4}root\/\.netrc: .*\n {4}root\/\.ssh\/id_ed25519: .*\n$/,
    );
  }
});

test('a tree without secrets is quiet with --quiet', async () => {
  const { stdout, stderr } = await run(['check', clean, '--quiet']);
  assert.equal([stdout, stderr], ['', '']);
});

test('in a document they have a code of their own', async () => {
  const { stdout } = await run(['check', tree, '--json']);
  const { warnings } = JSON.parse(stdout) as { warnings: { code: string; path: string }[] };
  assert.equal(
    warnings.filter(({ code }) => code === 'secret').map(({ path }) => path),
    ['root/.netrc', 'root/.ssh/id_ed25519'],
  );
});

test.run();
