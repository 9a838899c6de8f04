import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { askVersion } from '../../src/bootstrap/bootstrap.ts';
import { programName, toolOf, versionIn } from '../../src/bootstrap/builders.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('bootstrap/tools');

test('the version in what programs say', () => {
  for (const [said, version] of [
    ['mmdebstrap 1.3.5\n', '1.3.5'],
    ['debootstrap 1.0.128+nmu2+deb12u2\n', '1.0.128+nmu2+deb12u2'],
    ['mkosi 27.1\n', '27.1'],
    ['mkosi 28~devel', '28~devel'],
    ['apt 2.6.1 (amd64)\n', '2.6.1'],
    ['\n .--.                  Pacman v6.0.2 - libalpm v13.0.2\n/ _.-', '6.0.2'],
    ['4.14.0\n  Installed: dnf-0:4.14.0-1.fc37.noarch', '4.14.0'],
    ['zypper 1.14.42', '1.14.42'],
    ['apk-tools 2.14.0, compiled for x86_64.', '2.14.0'],
    ['no version', undefined],
    ['', undefined],
  ] as const) {
    assert.is(versionIn(said), version, said);
  }
});

test('a tool is known by its name, wherever it is', () => {
  assert.is(toolOf('/opt/bin/mkosi --x {root}')?.name, 'mkosi');
  assert.is(toolOf('make {root}'), undefined);
  assert.is(toolOf('toString {root}'), undefined);
  assert.is(programName('A=1 ./make {root}'), 'make');
  assert.is(programName('$(x) {root}'), '');
});

test('its version and those of the programs behind it', () => {
  const env = { PATH: process.env.PATH ?? '' };
  const say = (text: string): [string, ...string[]] => ['sh', '-c', `echo ${text}`];
  assert.is(askVersion({ versions: [say('x 1.2')] }, env), '1.2');
  assert.is(askVersion({ versions: [say('x 1.2 >&2'), say('apt 2.6')] }, env), '1.2 (sh 2.6)');
  assert.is(askVersion({ versions: [say('nothing')] }, env), '');
});

test('a missing tool is said', async () => {
  const tool = { versions: [['stillroot-no-such-tool', '--version']] as const };
  await rejects(
    () => askVersion(tool, { PATH: '/usr/bin' }),
    'bootstrap-failed',
    /stillroot-no-such-tool: no such program in \/usr\/bin/,
  );
});

test.run();
