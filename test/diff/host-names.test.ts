import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BASE, type PairEntry } from '../../fixtures/diff/pair.ts';
import { hostNames } from '../../src/diff/varying-text.ts';
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

test('the proposal says what it puts in place of the name', async () => {
  const side = (host: string, time: string): PairEntry[] => [
    { path: 'etc/mailname', content: `${host}\n` },
    { path: 'etc/own.conf', content: `name=${host}\n` },
    { path: 'etc/zoned.conf', content: `name=${host}\nmade=${time}\n` },
  ];
  const a = [...BASE, ...side('vm', '2024-01-01 10:00:00')].sort(byPath);
  const b = [...BASE, ...side('twin-b-host', '2025-03-02 11:10:07')].sort(byPath);
  const { clusters } = await diffOf(a, b);
  const adviceOf = (path: string): string => clusters.find(({ paths }) => paths.includes(path))?.advice ?? '';
  assert.match(
    adviceOf('etc/own.conf'),
    /The proposed rule keeps the file and puts `localhost` there\. Better still: make the tool/,
  );
  assert.not.match(adviceOf('etc/own.conf'), /side A/);
  assert.match(
    adviceOf('etc/zoned.conf'),
    /fixes only what varies in it, to the value of side A, drawn at its installation, and `localhost` in the place of what else varies\./,
  );
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
