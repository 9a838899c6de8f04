/** Against pwck(8) and grpck(8) of shadow-utils, which sort the same way. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sortAccounts } from '../../src/rewrite/account-files.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCommand } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { after, lookUpIn } from './damage.ts';

const test = suite('account-files against shadow-utils');
const scratch = new Scratch('accounts');
test.after(() => scratch.remove());

const FILES: Readonly<Record<string, string>> = {
  passwd: [
    'nobody:x:65534:65534:nobody:/nonexistent:/bin/sh',
    'bin:x:2:2:bin:/bin:/bin/sh',
    'root:x:0:0:root:/root:/bin/sh',
    'me:x:1000:1000::/home/me:/bin/sh',
    'daemon:x:1:1::/:/bin/sh',
  ].join('\n'),
  shadow: [
    'me:$y$j9T$x:1:0:99999:7:::',
    'daemon:*:1:0:99999:7:::',
    'root:*:1:0:99999:7:::',
    'nobody:*:1:0:99999:7:::',
    'bin:*:1:0:99999:7:::',
  ].join('\n'),
  group: ['me:x:1000:', 'root:x:0:', 'nobody:x:65534:', 'bin:x:2:me', 'daemon:x:1:'].join('\n'),
  gshadow: ['nobody:*::', 'me:!::', 'bin:*::me', 'root:*::', 'daemon:*::'].join('\n'),
};

for (const [tool, main, shadow] of [
  ['pwck', 'passwd', 'shadow'],
  ['grpck', 'group', 'gshadow'],
] as const) {
  testWhere(test, missing({ root: true, tools: [tool] }), `${tool} -s`, async () => {
    for (const name of [main, shadow]) writeFileSync(scratch.in(name), `${FILES[name]}\n`);
    copyFileSync(scratch.in(main), scratch.in('unsorted'));
    await runCommand([tool, '-s', scratch.in(main), scratch.in(shadow)]);
    assert.not.equal(readFileSync(scratch.in(main)), readFileSync(scratch.in('unsorted')), 'it sorted');
    const lookUp = lookUpIn({ [`etc/${main}`]: { content: `${FILES[main]}\n` } });
    for (const name of [main, shadow]) {
      const ours = after(sortAccounts, `${FILES[name]}\n`, { path: `etc/${name}`, lookUp });
      assert.is(ours.toString(), readFileSync(scratch.in(name), 'utf8'), name);
    }
  });
}

test.run();
