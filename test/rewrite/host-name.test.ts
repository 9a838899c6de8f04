import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { debconfHostName, hostsHostName, hostsOwnName, mailHostName } from '../../src/rewrite/host-name.ts';
import { sortDebconf } from '../../src/rewrite/sorted-texts.ts';
import { contextOf, type Files } from './build-host-context.ts';
import { apply, lookUpIn, survivesDamage, textAfter } from './damage.ts';

const test = suite('host-name');

const COPIED: Files = { dropped: { 'etc/hostname': 'vm\n' } };
const DEBCONF = 'Name: exim4/mailname\nTemplate: exim4/mailname\nValue: vm\nOwners: exim4-config';
const stanzas = [
  'Name: exim4/dc_other_hostnames\nTemplate: exim4/dc_other_hostnames\nValue: vm\nOwners: exim4-config\nVariables:\n fqdn = vm',
  DEBCONF,
  'Name: other/name\nTemplate: other/name\nValue: vm\nOwners: other',
  'Name: postfix/destinations\nTemplate: postfix/destinations\nValue: $myhostname, vm, localhost\nOwners: postfix',
  'Name: shared/mailname\nTemplate: shared/mailname\nValue: vm\nOwners: slrn',
];

test('debconf-host-name: what nobody answered forgets the name, alone and while it is sorted', () => {
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
        .replace('shared/mailname\nValue: vm', 'shared/mailname\nValue: localhost')
        .replace('$myhostname, vm, ', '$myhostname, '),
    );
});

test('debconf-host-name: slrn marks its own answer as seen, which does not make the name a chosen one', () => {
  const given = 'Name: shared/mailname\nTemplate: shared/mailname\nValue: vm\nOwners: slrn\nFlags: seen\n';
  const files: Files = { ...COPIED, kept: { 'var/cache/debconf/config.dat': given } };
  const context = contextOf('var/cache/debconf/config.dat', files);
  assert.is(textAfter(debconfHostName, given, context), given.replace('vm', 'localhost'));
  assert.is(textAfter(mailHostName, 'vm\n', contextOf('etc/mailname', files)), 'localhost\n');
});

test('debconf-host-name: a given answer stays, and with it the same name everywhere', () => {
  const answered = `${stanzas.join('\n\n')}\n\n`.replace(DEBCONF, `${DEBCONF}\nFlags: seen`);
  const kept = { 'var/cache/debconf/config.dat': answered };
  const context = contextOf('var/cache/debconf/config.dat', { ...COPIED, kept });
  for (const rewrite of [debconfHostName, sortDebconf])
    assert.is(apply(rewrite, answered, context).outcome, 'unchanged');
});

test('debconf-host-name: other questions and other names stay, and so does what is no register', () => {
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

test('debconf-host-name: damage', () => {
  const context = contextOf('var/cache/debconf/config.dat', COPIED);
  survivesDamage(debconfHostName, Buffer.from(stanzas.join('\n\n')), { sameSize: false, step: 5, context });
});

const HOSTS = '127.0.0.1\tlocalhost\n127.0.1.1\tvm.example.org VM\n::1 localhost ip6-localhost\n';
const GOES =
  /^Contains the name removed from etc\/hostname: --policy hosts=strip .* --policy hostname=keep keeps the name\.$/;
const STAYS = /^etc\/hosts also contains this name.*--policy hostname=keep/;

/** The note about a file that has to stay as it is. */
function noteOf(text: string, path: string, files: Files, policy?: string): string {
  const result = apply(hostsHostName, text, contextOf(path, files, policy));
  if (result.outcome !== 'unchanged') throw new Error(result.outcome);
  return result.note ?? '';
}

test('hosts-host-name: a name that goes from etc/hostname and stays in etc/hosts is reported', () => {
  const dropped = { 'etc/hostname': 'vm\n' };
  assert.match(noteOf(HOSTS, 'etc/hosts', { dropped }), GOES);
  assert.match(noteOf('127.0.0.1 localhost vm\n', 'etc/hosts', { dropped }), GOES);
  assert.match(noteOf(HOSTS, 'usr/etc/hosts', { dropped: { 'usr/etc/hostname': '# ours\nvm\n' } }), GOES);
});

test('hosts-host-name: with --policy hostname=keep nothing is', () => {
  assert.is(noteOf(HOSTS, 'etc/hosts', { dropped: { 'etc/hostname': 'vm\n' } }, 'keep'), '');
  assert.is(noteOf('vm\n', 'etc/hostname', { kept: { 'etc/hosts': HOSTS } }, 'keep'), '');
});

test('hosts-host-name: near misses: another name, a part of one, a comment, an address, a machine without a name', () => {
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

test('hosts-host-name: a name that stays in etc/hostname is meant; where a rule puts another one there, the old one is reported', () => {
  const files: Files = { kept: { 'etc/hostname': 'vm\n' } };
  assert.is(noteOf(HOSTS, 'etc/hosts', files), '');
  const context = contextOf('etc/hosts', files);
  const lookUp = lookUpIn({ 'etc/hostname': { content: 'kiosk\n' } });
  const result = apply(hostsHostName, HOSTS, { ...context, lookUp });
  assert.match((result.outcome === 'unchanged' && result.note) || '', GOES);
});

test('hosts-host-name: of etc/hostname that no rule drops, that etc/hosts has its name too', () => {
  const kept = { 'etc/hosts': '127.0.0.1\tvm.lan vm localhost.localdomain localhost\n' };
  assert.match(noteOf('vm\n', 'etc/hostname', { kept }), STAYS);
  assert.is(noteOf('kiosk\n', 'etc/hostname', { kept }), '');
  assert.is(noteOf('localhost\n', 'etc/hostname', { kept }), '');
  assert.is(noteOf('', 'etc/hostname', { kept }), '');
  assert.is(noteOf('vm\n', 'etc/hostname', {}), '');
});

test('hosts-host-name: damage', () => {
  survivesDamage(hostsHostName, Buffer.from(HOSTS), { sameSize: true });
});

test('hosts-own-name: the line of the own name goes, in the middle and at the end', () => {
  assert.is(
    textAfter(hostsOwnName, '127.0.0.1\tlocalhost\n127.0.1.1\tbuilder.example builder\n::1 localhost\n'),
    '127.0.0.1\tlocalhost\n::1 localhost\n',
  );
  assert.is(textAfter(hostsOwnName, '127.0.0.1 localhost\n127.0.1.1 builder'), '127.0.0.1 localhost\n');
});

test('hosts-own-name: other addresses and comments stay', () => {
  for (const text of ['127.0.0.1 localhost\n', '127.0.1.10 x\n', '#127.0.1.1 x\n', '10.127.0.1.1 x\n']) {
    assert.is(apply(hostsOwnName, text).outcome, 'unchanged', text);
  }
});

test('hosts-own-name: damage', () => {
  survivesDamage(hostsOwnName, Buffer.from('127.0.0.1\tlocalhost\n127.0.1.1\tb\n'), { sameSize: false });
});

/** Files as installation writes them on a machine of this name, and what is left. */
type Written = readonly [path: string, write: (name: string) => string, left: string];
const WRITTEN: readonly Written[] = [
  ['etc/mailname', (name) => `${name}\n`, 'localhost\n'],
  ['etc/news/whoami', (name) => `${name}\n`, 'localhost\n'],
  [
    'etc/ssmtp/ssmtp.conf',
    (name) => `mailhub=mail\n# The full hostname\nhostname=${name}\n#hostname=other\n`,
    'mailhub=mail\n# The full hostname\nhostname=localhost\n#hostname=other\n',
  ],
  ...['webalizer', 'awffull'].map(
    (program): Written => [
      `etc/${program}/${program}.conf`,
      (name) => `# If not specified here, by uname.\n\nHostName ${name}\n\n#HTMLExtension html\n`,
      '# If not specified here, by uname.\n\n#HostName localhost\n\n#HTMLExtension html\n',
    ],
  ),
  [
    'etc/postfix/main.cf',
    (name) =>
      `compatibility_level = 3.6\nmyhostname = ${name}\nmyorigin = /etc/mailname\nmydestination = $myhostname, ${name}, localhost.localdomain, , localhost\nrelayhost = \n`,
    'compatibility_level = 3.6\nmyorigin = /etc/mailname\nmydestination = $myhostname, localhost.localdomain, , localhost\nrelayhost = \n',
  ],
  [
    'etc/exim4/update-exim4.conf.conf',
    (name) => `dc_eximconfig_configtype='local'\ndc_other_hostnames='${name}'\ndc_readhost=''\n`,
    "dc_eximconfig_configtype='local'\ndc_other_hostnames=''\ndc_readhost=''\n",
  ],
  [
    'var/lib/exim4/config.autogenerated',
    (name) =>
      `.ifndef MAIN_LOCAL_DOMAINS\nMAIN_LOCAL_DOMAINS=@:localhost:${name}\n.endif\n.ifndef ETC_MAILNAME\nETC_MAILNAME=${name}\n.endif\n`,
    '.ifndef MAIN_LOCAL_DOMAINS\nMAIN_LOCAL_DOMAINS=@:localhost\n.endif\n.ifndef ETC_MAILNAME\nETC_MAILNAME=localhost\n.endif\n',
  ],
];

test('mail-host-name: two build machines give one file', () => {
  for (const [path, write, left] of WRITTEN) {
    const files = (name: string): Files => ({ dropped: { 'etc/hostname': `${name}\n` } });
    assert.is.not(write('vm'), write('builder-7'));
    assert.is(textAfter(mailHostName, write('vm'), contextOf(path, files('vm'))), left);
    assert.is(textAfter(mailHostName, write('builder-7'), contextOf(path, files('builder-7'))), left);
  }
});

test('mail-host-name: the domain is that of the dropped resolv.conf, or none that means anything', () => {
  const path = 'etc/mailname';
  const resolv = 'nameserver 10.0.0.1\nsearch first.example\nsearch Corp.Example other.example\n';
  const files: Files = { dropped: { 'etc/hostname': '# ours\nvm\n', 'etc/resolv.conf': resolv } };
  for (const name of ['vm.corp.example', 'VM.localdomain', 'vm.UNKNOWN', 'Vm']) {
    assert.is(textAfter(mailHostName, `${name}\n`, contextOf(path, files)), 'localhost\n', name);
  }
});

test('mail-host-name: a name in the comments of dropped host keys is that of the build machine too', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB root@twin-b\n';
  const path = 'etc/ssh/ssh_host_ed25519_key.pub';
  const mailname = (files: Files): string =>
    apply(mailHostName, 'twin-b\n', contextOf('etc/mailname', files)).outcome;
  assert.is(mailname({ dropped: { [path]: key } }), 'rewritten');
  // Kept keys belong to a particular machine; so does a name that stays.
  assert.is(mailname({ kept: { [path]: key } }), 'unchanged');
  assert.is(mailname({ dropped: { [path]: key }, kept: { 'etc/hostname': 'twin-b\n' } }), 'unchanged');
  assert.is(mailname({ dropped: { [path]: key.replace('root@', 'admin@') } }), 'unchanged');
});

test('mail-host-name: a name that somebody chose stays: by policy, in etc/hostname, as an answer', () => {
  for (const [path, write] of WRITTEN) {
    const text = write('vm');
    const outcome = (files: Files, policy?: string): string =>
      apply(mailHostName, text, contextOf(path, files, policy)).outcome;
    assert.is(outcome(COPIED), 'rewritten', path);
    assert.is(outcome(COPIED, 'keep'), 'unchanged', path);
    assert.is(outcome({ kept: { 'etc/hostname': 'vm\n' } }), 'unchanged', path);
    const answered = { 'var/cache/debconf/config.dat': `${DEBCONF}\nFlags: seen\n` };
    assert.is(outcome({ dropped: { 'etc/hostname': 'vm\n', ...answered } }), 'unchanged', path);
    const made = { 'var/cache/debconf/config.dat': `${DEBCONF}\n` };
    assert.is(outcome({ ...COPIED, kept: made }), 'rewritten', path);
  }
});

test('mail-host-name: other names stay, alone and in lists', () => {
  for (const [path, write] of WRITTEN) {
    for (const name of ['mail.example.org', 'vm2', 'my-vm', 'vm.example.org', 'x.vm', '$vm', '/etc/vm']) {
      assert.is(
        apply(mailHostName, write(name), contextOf(path, COPIED)).outcome,
        'unchanged',
        `${path} ${name}`,
      );
    }
  }
  const lists: readonly (readonly [path: string, before: string, after: string])[] = [
    [
      'etc/exim4/update-exim4.conf.conf',
      "dc_other_hostnames='a.example:vm : b.example;vm'\n",
      "dc_other_hostnames='a.example:b.example'\n",
    ],
    ['etc/exim4/update-exim4.conf.conf', 'dc_other_hostnames=vm\n', 'dc_other_hostnames=\n'],
    [
      'etc/postfix/main.cf',
      'mydestination =\n  vm,\n  a.example\nx = vm\n',
      'mydestination =\n  a.example\nx = vm\n',
    ],
    ['etc/postfix/main.cf', 'mydestination = hash:vm, vm', 'mydestination = hash:vm'],
  ];
  for (const [path, before, after] of lists) {
    assert.is(textAfter(mailHostName, before, contextOf(path, COPIED)), after);
  }
  for (const text of [
    '#myhostname = vm\n',
    'myhostname = vm\n  more\n',
    'smtp_helo_name = vm\n',
    'mydomain = vm\n',
  ]) {
    assert.is(apply(mailHostName, text, contextOf('etc/postfix/main.cf', COPIED)).outcome, 'unchanged', text);
  }
});

test('mail-host-name: a machine without a name leaves nothing to remove', () => {
  for (const name of ['localhost', 'localhost.localdomain']) {
    const files: Files = { dropped: { 'etc/hostname': `${name}\n` } };
    for (const [path, write] of WRITTEN) {
      assert.is(apply(mailHostName, write(name), contextOf(path, files)).outcome, 'unchanged', path);
    }
  }
});

function mailNoteOf(path: string, text: string, files: Files, policy?: string): string {
  const result = apply(mailHostName, text, contextOf(path, files, policy));
  return 'note' in result ? (result.note ?? '') : '';
}

test('mail-host-name: where nothing proves whose name it is, it stays and is told', () => {
  const unanswered: Files = { kept: { 'var/cache/debconf/config.dat': `${DEBCONF}\n` } };
  assert.match(mailNoteOf('etc/mailname', 'other\n', unanswered), /preseed exim4\/mailname/);
  assert.match(mailNoteOf('etc/postfix/main.cf', 'myhostname = vm.example.org\n', COPIED), /build machine/);
  assert.is(mailNoteOf('etc/mailname', 'localhost\n', unanswered), '');
  assert.is(mailNoteOf('etc/mailname', 'other\n', unanswered, 'keep'), '');
  assert.is(mailNoteOf('etc/mailname', 'mail.example.org\n', COPIED), '');
  const named = (hostname: string): Files => ({
    kept: { ...unanswered.kept, 'etc/hostname': `${hostname}\n` },
  });
  assert.is(mailNoteOf('etc/mailname', 'other\n', named('other')), '');
  assert.is(mailNoteOf('etc/mailname', 'other.example.org\n', named('other')), '');
  assert.match(mailNoteOf('etc/mailname', 'another\n', named('other')), /build machine/);
  const chosen = 'Name: postfix/mailname\nValue: vm.localdomain\nFlags: seen\n';
  const domain: Files = { ...COPIED, kept: { 'var/cache/debconf/config.dat': chosen } };
  assert.is(apply(mailHostName, 'vm.localdomain\n', contextOf('etc/mailname', domain)).outcome, 'unchanged');
  assert.is(mailNoteOf('etc/mailname', 'vm.localdomain\n', domain), '');
  const bare: Files = {
    ...COPIED,
    kept: { 'var/cache/debconf/config.dat': chosen.replace('.localdomain', '') },
  };
  assert.is(mailNoteOf('etc/mailname', 'vm.example.org\n', bare), '');
  const answered: Files = { kept: { 'var/cache/debconf/config.dat': `${DEBCONF}\nFlags: seen\n` } };
  assert.is(mailNoteOf('etc/mailname', 'other\n', answered), '');
});

test('mail-host-name: damage', () => {
  for (const [path, write] of WRITTEN) {
    survivesDamage(mailHostName, Buffer.from(write('vm')), {
      sameSize: false,
      step: 5,
      context: contextOf(path, COPIED),
    });
  }
});

test.run();
