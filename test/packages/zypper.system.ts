// zypper from Debian 12, with the database where openSUSE has it. The newest: test/rewrite/rpm-newest.system.ts.
import { suite } from 'uvu';
import { missing, testWhere } from '../support/requires.ts';
import { Scratch } from '../support/temporary.ts';
import { zypperTwice } from './zypper-scenario.ts';

const test = suite('packages/zypper');
const scratch = new Scratch('zypper', '/var/tmp');
const tools = ['zypper', 'rpm', 'rpmbuild', 'rpmdb', 'createrepo_c', 'gpg', 'gpgconf'];
const lacking = missing({ root: true, tools: [...tools, 'faketime', 'unshare', 'bsdtar', 'diff'] });

test.after(() => scratch.remove());

testWhere(test, lacking, 'two clocks and two orders, one digest, and zypper goes on from there', async () => {
  await zypperTwice({
    tools: {},
    directory: scratch.in('trees'),
    scratch: scratch.path,
    backend: 'sqlite',
    database: ['rpmdb.sqlite'],
  });
});

test.run();
