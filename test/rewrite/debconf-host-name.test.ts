import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { debconfHostName } from '../../src/rewrite/debconf-host-name.ts';
import { sortDebconf } from '../../src/rewrite/sort-debconf.ts';
import { contextOf, type Files } from './build-host-context.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('debconf-host-name');

const COPIED: Files = { dropped: { 'etc/hostname': 'vm\n' } };
const DEBCONF = 'Name: exim4/mailname\nTemplate: exim4/mailname\nValue: vm\nOwners: exim4-config';
const stanzas = [
  'Name: exim4/dc_other_hostnames\nTemplate: exim4/dc_other_hostnames\nValue: vm\nOwners: exim4-config\nVariables:\n fqdn = vm',
  DEBCONF,
  'Name: other/name\nTemplate: other/name\nValue: vm\nOwners: other',
  'Name: postfix/destinations\nTemplate: postfix/destinations\nValue: $myhostname, vm, localhost\nOwners: postfix',
];

test('what nobody answered forgets the name, alone and while it is sorted', () => {
  const given = `${stanzas.join('\n\n')}\n\n`;
  const context = contextOf('var/cache/debconf/config.dat', {
    ...COPIED,
    kept: { 'var/cache/debconf/config.dat': given },
  });
  for (const rewrite of [debconfHostName, sortDebconf])
    assert.is(
      textAfter(rewrite, given, context),
      given
        .replace('Value: vm', 'Value: ')
        .replace(' fqdn = vm', ' fqdn = localhost')
        .replace(DEBCONF, DEBCONF.replace('vm', 'localhost'))
        .replace('$myhostname, vm, ', '$myhostname, '),
    );
});

test('a given answer stays, and with it the same name everywhere', () => {
  const answered = `${stanzas.join('\n\n')}\n\n`.replace(DEBCONF, `${DEBCONF}\nFlags: seen`);
  const kept = { 'var/cache/debconf/config.dat': answered };
  const context = contextOf('var/cache/debconf/config.dat', { ...COPIED, kept });
  for (const rewrite of [debconfHostName, sortDebconf])
    assert.is(apply(rewrite, answered, context).outcome, 'unchanged');
});

test('other questions and other names stay, and so does what is no register', () => {
  for (const text of [
    'Name: other/name\nValue: vm\n',
    'Name: exim4/mailname\nValue: vm2\n',
    'a\n\n\n\nName: exim4/mailname\nValue: vm\n',
    '',
  ]) {
    const context = contextOf('var/cache/debconf/config.dat', COPIED);
    assert.is(apply(debconfHostName, text, context).outcome, 'unchanged', text);
  }
});

test('damage', () => {
  const context = contextOf('var/cache/debconf/config.dat', COPIED);
  survivesDamage(debconfHostName, Buffer.from(stanzas.join('\n\n')), { sameSize: false, step: 5, context });
});

test.run();
