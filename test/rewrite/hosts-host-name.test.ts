import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hostsHostName } from '../../src/rewrite/hosts-host-name.ts';
import { contextOf, type Files } from './build-host-context.ts';
import { apply, lookUpIn, survivesDamage } from './damage.ts';

const test = suite('hosts-host-name');

const HOSTS = '127.0.0.1\tlocalhost\n127.0.1.1\tvm.example.org VM\n::1 localhost ip6-localhost\n';
const GOES =
  /^Has the name that goes from etc\/hostname: --policy hosts=strip .* --policy hostname=keep if it is meant\.$/;
const STAYS = /^etc\/hosts has this name too.*--policy hostname=keep/;

/** What is told of a file that has to stay as it is. */
function noteOf(text: string, path: string, files: Files, policy?: string): string {
  const result = apply(hostsHostName, text, contextOf(path, files, policy));
  if (result.outcome !== 'unchanged') throw new Error(result.outcome);
  return result.note ?? '';
}

test('a name that goes from etc/hostname and stays in etc/hosts is reported', () => {
  const dropped = { 'etc/hostname': 'vm\n' };
  assert.match(noteOf(HOSTS, 'etc/hosts', { dropped }), GOES);
  assert.match(noteOf('127.0.0.1 localhost vm\n', 'etc/hosts', { dropped }), GOES);
  assert.match(noteOf(HOSTS, 'usr/etc/hosts', { dropped: { 'usr/etc/hostname': '# ours\nvm\n' } }), GOES);
});

test('with --policy hostname=keep nothing is', () => {
  assert.is(noteOf(HOSTS, 'etc/hosts', { dropped: { 'etc/hostname': 'vm\n' } }, 'keep'), '');
  assert.is(noteOf('vm\n', 'etc/hostname', { kept: { 'etc/hosts': HOSTS } }, 'keep'), '');
});

test('near misses: another name, a part of one, a comment, an address, a machine without a name', () => {
  const dropped = { 'etc/hostname': 'vm\n' };
  for (const text of [
    '127.0.0.1 localhost\n',
    '127.0.1.1 vm2 my-vm xvm.example.org\n',
    '127.0.1.1 other # vm\n',
    '# 127.0.1.1 vm\n',
    'vm 127.0.0.1\n',
    '',
  ])
    assert.is(noteOf(text, 'etc/hosts', { dropped }), '', text);
  assert.is(noteOf('127.0.0.1 localhost\n', 'etc/hosts', { dropped: { 'etc/hostname': 'localhost\n' } }), '');
  assert.is(noteOf(HOSTS, 'etc/hosts', {}), '');
});

test('a name that stays in etc/hostname is meant; where a rule puts another one there, the old one is reported', () => {
  const files: Files = { kept: { 'etc/hostname': 'vm\n' } };
  assert.is(noteOf(HOSTS, 'etc/hosts', files), '');
  const context = contextOf('etc/hosts', files);
  const lookUp = lookUpIn({ 'etc/hostname': { content: 'kiosk\n' } });
  const result = apply(hostsHostName, HOSTS, { ...context, lookUp });
  assert.match((result.outcome === 'unchanged' && result.note) || '', GOES);
});

test('of etc/hostname that no rule drops, that etc/hosts has its name too', () => {
  const kept = { 'etc/hosts': '127.0.0.1\tvm.lan vm localhost.localdomain localhost\n' };
  assert.match(noteOf('vm\n', 'etc/hostname', { kept }), STAYS);
  assert.is(noteOf('kiosk\n', 'etc/hostname', { kept }), '');
  assert.is(noteOf('localhost\n', 'etc/hostname', { kept }), '');
  assert.is(noteOf('', 'etc/hostname', { kept }), '');
  assert.is(noteOf('vm\n', 'etc/hostname', {}), '');
});

test('damage', () => {
  survivesDamage(hostsHostName, Buffer.from(HOSTS), { sameSize: true });
});

test.run();
