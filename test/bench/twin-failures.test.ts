// What apt and dpkg print about packages that cannot be installed: pieces captured from real runs, names shortened.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  configured,
  failures,
  lastConfigured,
  simulated,
  unknownPackages,
  unmetPackage,
} from '../../bench/twin-failures.ts';

const test = suite('failures of twins');

test('names that apt does not know, and those that it knows from others only', () => {
  const output = `Reading package lists...
Building dependency tree...
E: Unable to locate package salt-minion
Package mail-server is not available, but is referred to by another package.
E: Package 'mail-server' has no installation candidate
`;
  assert.equal(unknownPackages(output), ['salt-minion', 'mail-server']);
  assert.equal(unknownPackages('0 upgraded, 5 newly installed'), []);
});

const UNMET = `Some packages could not be installed. This may mean that you have
requested an impossible situation.
The following information may help to resolve the situation:

The following packages have unmet dependencies:
 postfix-lmdb : Depends: postfix (= 3.7.11) but it is not going to be installed
 exim4-daemon-light : Conflicts: mail-transport-agent
                      Breaks: postfix
E: Unable to correct problems, you have held broken packages.
`;

test('of packages that cannot be beside each other the first that was asked for', () => {
  assert.equal(unmetPackage(UNMET, ['vim', 'exim4-daemon-light']), {
    package: 'exim4-daemon-light',
    reason: 'cannot be beside the others: Conflicts: mail-transport-agent',
  });
  assert.is(unmetPackage(UNMET, ['vim']), undefined);
  assert.is(unmetPackage('0 upgraded', ['vim']), undefined);
});

const LOG = `Setting up libfoo1:amd64 (1.0-1) ...
Setting up food (1.0-1) ...
Failed to connect to bus: No such file or directory
dpkg: error processing package food (--configure):
 installed food package post-installation script subprocess returned error exit status 1
dpkg: dependency problems prevent configuration of food-extras:
 food-extras depends on food; however:
  Package food is not configured yet.

dpkg: error processing package food-extras (--configure):
 dependency problems - leaving unconfigured
Setting up bar:amd64 (2) ...
dpkg: error processing package bar:amd64 (--configure):
 installed bar:amd64 package post-installation script subprocess was killed by signal (Killed)
dpkg: error processing archive /var/cache/apt/archives/baz_1%3a2_all.deb (--unpack):
 trying to overwrite '/usr/bin/baz', which is also in package foo 1
Processing triggers for libc-bin (2.36-9) ...
Errors were encountered while processing:
 food
`;

test('packages that failed, with what their script said, and not those that depend on them', () => {
  assert.equal(failures(LOG), [
    {
      package: 'food',
      reason:
        'post-installation script subprocess returned error exit status 1 (Failed to connect to bus: No such file or directory)',
    },
    { package: 'bar', reason: 'post-installation script subprocess was killed by signal (Killed)' },
    {
      package: 'baz',
      reason: "trying to overwrite '/usr/bin/baz', which is also in package foo 1",
    },
  ]);
  assert.equal(failures('Setting up food (1.0-1) ...\n'), []);
});

test('a package that asked about a conffile, and got no answer', () => {
  const log =
    '*** grub (Y/I/N/O/D/Z) [default=N] ? dpkg: error processing package grub-cloud-amd64 (--configure):\n end of file on stdin at conffile prompt\nSetting up a (1) ...\n';
  assert.equal(
    failures(log).map(({ package: name }) => name),
    ['grub-cloud-amd64'],
  );
});

test('a long reason is cut', () => {
  const log = (reason: string): string => `dpkg: error processing package a (--configure):\n ${reason}\n`;
  assert.equal(failures(log('r'.repeat(200)))[0]?.reason, 'r'.repeat(200));
  assert.equal(failures(log(`${'r'.repeat(200)}s`))[0]?.reason, `${'r'.repeat(200)}...`);
});

test('the package in work when nothing more came, and the order of configuration', () => {
  assert.is(lastConfigured('Setting up a (1) ...\nSetting up b:amd64 (1) ...\nbuilding formats\n'), 'b');
  assert.is(lastConfigured(LOG), 'libc-bin');
  assert.is(lastConfigured('Reading package lists...'), undefined);
  assert.equal(configured(LOG), ['libfoo1', 'food', 'bar']);
});

test('what a simulated installation would install', () => {
  const output = 'Inst libfoo1 (1.0-1 Debian:12/stable [amd64])\nInst food:i386 (1)\nConf food (1)\n';
  assert.equal(simulated(output), ['libfoo1', 'food']);
});

test.run();
