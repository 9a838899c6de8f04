import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BASE, type PairEntry } from '../../fixtures/diff/pair.ts';
import { hostNames } from '../../src/diff/host-names.ts';
import { diffOf, pairSource } from './make-side.ts';

const test = suite('host names');

for (const [path, content, names] of [
  ['etc/hostname', 'builder-17\n', ['builder-17']],
  ['etc/mailname', 'vm.example.org\n', ['vm.example.org', 'vm']],
  ['etc/hosts', '127.0.0.1 localhost\n127.0.1.1\tvm.lan vm\n', ['vm.lan', 'vm']],
  ['etc/ssh/ssh_host_rsa_key.pub', 'ssh-rsa AAAA root@twin-b\n', ['twin-b']],
  ['etc/.git/description', 'vm7 /etc repository\n', ['vm7']],
  ['etc/hostname', 'localhost\n', []],
  ['etc/hostname', 'not a name\n', []],
] as const) {
  test(`${path} says ${JSON.stringify(content)}`, () => {
    assert.equal(hostNames(pairSource([{ path, content }])), names);
  });
}

async function causeOf(
  path: string,
  a: readonly PairEntry[],
  b: readonly PairEntry[],
): Promise<string | undefined> {
  const { clusters } = await diffOf([...BASE, ...a].sort(byPath), [...BASE, ...b].sort(byPath));
  return clusters.find(({ paths }) => paths.includes(path))?.cause;
}

function byPath(x: PairEntry, y: PairEntry): number {
  return x.path < y.path ? -1 : 1;
}

test('a name of two letters, where the other side has another word', async () => {
  const side = (host: string): PairEntry[] => [
    { path: 'etc/mailname', content: `${host}\n` },
    { path: 'etc/own.conf', content: `vm.swappiness=1\nname=${host}\n` },
  ];
  assert.is(await causeOf('etc/own.conf', side('vm'), side('twin-b-host')), 'host-name');
  assert.is(await causeOf('etc/mailname', side('vm'), side('twin-b-host')), 'host-name');
});

test('no false alarm: the short name in other words, and texts that differ in more', async () => {
  const side = (host: string, text: string): PairEntry[] => [
    { path: 'etc/mailname', content: `${host}\n` },
    { path: 'etc/own.conf', content: text },
  ];
  assert.is(await causeOf('etc/own.conf', side('vm', 'lvm2\n'), side('qa', 'lqa2\n')), 'unknown');
  assert.is(await causeOf('etc/own.conf', side('vm', 'vm on\n'), side('qa', 'qa off\n')), 'unknown');
});

test('a name that only words around it tell', async () => {
  const side = (host: string): PairEntry[] => [
    { path: 'opt/x/log', content: `uname -n = ${host}\nby root@${host}\n` },
  ];
  assert.is(await causeOf('opt/x/log', side('alpha'), side('beta')), 'host-name');
});

test.run();
