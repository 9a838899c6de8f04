/** Trees in which installation left the name of the build machine, through all stages from rules to archive. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('names of the build machine');
const scratch = new Scratch('build-host');
test.after(() => scratch.remove());

/** As a bootstrap on a machine of this name leaves exim. */
function filesOf(name: string, answered = ''): Readonly<Record<string, string>> {
  return {
    'etc/os-release': 'ID=debian\n',
    'etc/hostname': `${name}\n`,
    'etc/resolv.conf': 'nameserver 10.0.0.1\n',
    'etc/mailname': `${name}\n`,
    'etc/exim4/update-exim4.conf.conf': `dc_other_hostnames='${name}'\n`,
    'var/lib/dpkg/status':
      'Package: base-files\nStatus: install ok installed\nVersion: 12\nArchitecture: all\n\n',
    'var/lib/dpkg/info/base-files.list': '/.\n',
    'var/cache/debconf/config.dat': `Name: exim4/mailname\nTemplate: exim4/mailname\nValue: ${name}\nOwners: exim4-config\n${answered}\n`,
  };
}

function treeOf(directory: string, files: Readonly<Record<string, string>>): string {
  const root = scratch.in(directory);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

async function digest(root: string, ...more: string[]): Promise<string> {
  const output = ['-o', scratch.in('out.cpio'), '--force', '--no-manifest', '--json'];
  const { stdout } = await run(['pack', root, ...output, ...more]);
  return (JSON.parse(stdout) as { digests: { file: string } }).digests.file;
}

test('two machines give two trees and one archive', async () => {
  const [first, second] = [treeOf('a', filesOf('vm')), treeOf('b', filesOf('builder-7'))];
  assert.is.not(await digest(first, '--skip', '*'), await digest(second, '--skip', '*'));
  assert.is(await digest(first), await digest(second));
  for (const rule of ['dpkg/hostname', 'debian/mail-host-name', 'dpkg/debconf-host-name']) {
    assert.is.not(await digest(first, '--skip', rule), await digest(second, '--skip', rule), rule);
  }
  assert.is.not(
    await digest(first, '--policy', 'hostname=keep'),
    await digest(second, '--policy', 'hostname=keep'),
  );
});

test('finalize drops the evidence and what it proves together, and does nothing the second time', async () => {
  const root = treeOf('finalized', filesOf('vm'));
  await run(['finalize', root]);
  const path = join(root, 'etc/mailname');
  assert.is(readFileSync(path, 'utf8'), 'localhost\n');
  cpSync(root, scratch.in('once'), { recursive: true });
  const { stdout } = await run(['finalize', root, '--json']);
  assert.is((JSON.parse(stdout) as { operations: number }).operations, 0);
  for (const name of ['etc/mailname', 'etc/exim4/update-exim4.conf.conf', 'var/cache/debconf/config.dat'])
    assert.is(readFileSync(join(root, name), 'utf8'), readFileSync(scratch.in('once', name), 'utf8'));
});

test('a preseeded name stays although the machine has it too, and nothing is told of it', async () => {
  const root = treeOf('preseeded', filesOf('mail', 'Flags: seen\n'));
  const { stdout, stderr } = await run(['check', root, '-v']);
  assert.not.match(stdout + stderr, /mail-host-name/);
});

test('a name that nothing proves is told and stays, once in a report', async () => {
  const { 'etc/hostname': _none, ...files } = filesOf('vm');
  const { stdout, stderr } = await run(['check', treeOf('unproved', files), '-v']);
  assert.is((stdout + stderr).split('preseed exim4/mailname').length - 1, 1);
  assert.match(stdout + stderr, /etc\/mailname/);
});

test('a name that goes from etc/hostname and stays in etc/hosts is told; strip, keep and another name are silence', async () => {
  const told = async (root: string, ...more: string[]): Promise<number> => {
    const { stdout, stderr } = await run(['check', root, ...more]);
    return (
      (stdout + stderr).split(/removed from etc\/hostname|etc\/hosts also contains this name/).length - 1
    );
  };
  const hosts = (name: string): string => `127.0.0.1\tlocalhost\n127.0.1.1\t${name}.example ${name}\n`;
  const debian = treeOf('hosts', { ...filesOf('vm'), 'etc/hosts': hosts('vm') });
  assert.is(await told(debian), 1);
  assert.is(await told(debian, '--policy', 'hosts=strip'), 0);
  assert.is(await told(debian, '--policy', 'hostname=keep'), 0);
  assert.is(await told(treeOf('hosts-other', { ...filesOf('vm'), 'etc/hosts': hosts('kiosk') })), 0);
  const alpine = {
    'lib/apk/db/installed': '',
    'etc/os-release': 'ID=alpine\n',
    'etc/hostname': 'vm\n',
    'etc/hosts': '127.0.0.1\tvm.lan vm localhost.localdomain localhost\n',
  };
  assert.is(await told(treeOf('alpine', alpine)), 1);
  assert.is(await told(scratch.in('alpine'), '--policy', 'hostname=keep'), 0);
  const usual = { ...alpine, 'etc/hosts': '127.0.0.1\tlocalhost\n' };
  assert.is(await told(treeOf('alpine-usual', usual)), 0);
});

test.run();
