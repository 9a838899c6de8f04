import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adjtime,
  authselectHeader,
  buildStamp,
  docBaseTimes,
  gconfMtime,
  generatedDate,
  mdadmArrays,
  propertiesDate,
  updatedStamp,
} from '../../src/rewrite/recorded-times.ts';
import { rewriteContext } from '../support/rewrite-context.ts';
import { apply, faultAt, lookUpIn, survivesDamage, textAfter } from './damage.ts';

const test = suite('recorded-times');

function outcome(text: string): string {
  const result = adjtime.apply(Buffer.from(text), rewriteContext());
  return result.outcome === 'rewritten' ? Buffer.from(result.bytes).toString() : result.outcome;
}

test('adjtime: UTC is the default, so nothing of its record is needed', () => {
  for (const text of [
    '0.0 0 0.0\n0\nUTC\n',
    '1.5 1700000000 0.0\n1700000000\nUTC\n',
    '0.0 0 0.0\n',
    'x\nLOCAL\n',
  ])
    assert.is(outcome(text), 'obsolete');
});

test('adjtime: local time is a choice: two records of it become the same, and stay so', () => {
  const neutral = '0.0 0 0.0\n0\nLOCAL\n';
  assert.is(outcome('1.5 1700000000 0.0\n1700000000\nLOCAL\n'), neutral);
  assert.is(outcome('-0.1 1600000000 0.0\n1600000000\nLOCAL'), neutral);
  assert.is(outcome(neutral), 'unchanged');
  assert.is(outcome(''), 'unchanged');
});

const stamp = (nanoseconds: string): string =>
  `# This file was created by systemd-update-done. Its only\n# purpose is to hold a timestamp of the time this directory\n# was updated. See man:systemd-update-done.service(8).\nTIMESTAMP_NSEC=${nanoseconds}\n`;
const usr = { isFile: false, mtime: 1_700_000_000, nanoseconds: 123_456_789, finalMtime: 1_650_000_000 };
const context = { path: 'etc/.updated', lookUp: lookUpIn({ usr }) };
const FINAL = '1650000000000000000';

test('updated-stamp: the time of usr becomes the one that usr will have', () => {
  assert.is(textAfter(updatedStamp, stamp('1700000000123456789'), context), stamp(FINAL));
});

test('updated-stamp: a stamp in the future stays valid, and gets the same time', () => {
  assert.is(textAfter(updatedStamp, stamp('1800000000000000000'), context), stamp(FINAL));
});

test('updated-stamp: a stamp that is right already stays, whatever usr had before', () => {
  assert.is(apply(updatedStamp, stamp(FINAL), context).outcome, 'unchanged');
});

test('updated-stamp: a stamp older than usr is of no use; it goes where no package has it', () => {
  const old = stamp('1700000000123456788');
  assert.is(apply(updatedStamp, old, { ...context, owned: () => false }).outcome, 'obsolete');
  assert.is(apply(updatedStamp, old, { ...context, owned: () => true }).outcome, 'unchanged');
  assert.is(apply(updatedStamp, old, context).outcome, 'unchanged');
});

test('updated-stamp: without the line or without usr nothing is known', () => {
  assert.is(apply(updatedStamp, '# a comment\n', context).outcome, 'unchanged');
  assert.is(apply(updatedStamp, stamp('1700000000123456789')).outcome, 'unchanged');
});

test('updated-stamp: what is no number is reported where it stands', () => {
  faultAt(updatedStamp, stamp('now'), stamp('').length - 1, /now/, context);
});

test('updated-stamp: damage', () => {
  survivesDamage(updatedStamp, Buffer.from(stamp('1700000000123456789')), { context, sameSize: false });
});

const xml = (mtime: string): string =>
  `<?xml version="1.0"?>\n<gconf>\n\t<entry name="a" mtime="${mtime}" type="string">\n` +
  '\t\t<stringvalue>the text mtime=&quot;1800000000&quot; and mtime="1800000000" is no attribute</stringvalue>\n' +
  `\t</entry>\n\t<entry\n\t\tname="b" mtime="7" type="bool" value="true"/>\n</gconf>\n`;

test('gconf-mtime: attributes later than the epoch become it; text stays', () => {
  assert.is(textAfter(gconfMtime, xml('1700000000'), { epoch: 1_650_000_000 }), xml('1650000000'));
});

test('gconf-mtime: a shorter epoch makes the file shorter', () => {
  assert.is(textAfter(gconfMtime, '<entry mtime="1700000000"/>', { epoch: 0 }), '<entry mtime="0"/>');
});

test('gconf-mtime: nothing later, other attributes and no XML at all: unchanged', () => {
  for (const text of [xml('5'), '<entry ctime="1700000000" xmtime="1700000000"/>', 'mtime="1700000000"']) {
    assert.is(apply(gconfMtime, text, { epoch: 1000 }).outcome, 'unchanged', text);
  }
});

test('gconf-mtime: damage', () => {
  survivesDamage(gconfMtime, Buffer.from(xml('1700000000')), { context: { epoch: 1000 }, sameSize: false });
});

/** 2022-04-15 05:20:00 UTC */
const EPOCH = 1_650_000_000;
/** As YAML::Tiny writes what doc-base gives it. */
const REGISTER = (first: number, second: number): string =>
  `---\n/usr/share/doc-base/findutils.findutils:\n  CT: ${first}\n  ID: findutils\n/usr/share/doc-base/users-and-groups:\n  CT: ${second}\n  ID: users-and-groups\n`;

test('doc-base-times: later change times become the epoch, and earlier ones stay', () => {
  const [a, b] = [REGISTER(1_700_000_000, 1_700_000_001), REGISTER(1_703_900_000, 1_703_900_009)];
  assert.is.not(a, b);
  assert.is(textAfter(docBaseTimes, a, { epoch: EPOCH }), REGISTER(EPOCH, EPOCH));
  assert.is(textAfter(docBaseTimes, b, { epoch: EPOCH }), REGISTER(EPOCH, EPOCH));
  assert.is(apply(docBaseTimes, REGISTER(1_600_000_000, EPOCH), { epoch: EPOCH }).outcome, 'unchanged');
});

test('doc-base-times: other keys stay', () => {
  for (const text of ['  ACT: 1700000000\n', '  CTX: 1700000000\n', '  ID: CT 1700000000\n', '']) {
    assert.is(apply(docBaseTimes, text, { epoch: EPOCH }).outcome, 'unchanged', text);
  }
});

test('doc-base-times: damage', () => {
  survivesDamage(docBaseTimes, Buffer.from(REGISTER(1_700_000_000, 1_700_000_001)), {
    context: { epoch: EPOCH },
    sameSize: false,
  });
});

/** A file as each program writes it at two times, and what is left. */
const WRITTEN: readonly (readonly [
  write: (date: string) => string,
  dates: readonly [string, string],
  left: string,
])[] = [
  [
    (date) => `#\n# Config file generated by fpcmkcfg on ${date}\n# Example fpc.cfg\n-l\n`,
    ['28-11-26 - 20:06:03', '30-11-26 - 12:06:03'],
    '#\n# Config file generated by fpcmkcfg\n# Example fpc.cfg\n-l\n',
  ],
  [
    (date) =>
      `# Generated by iptables-save v1.8.9 (nf_tables) on ${date}\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n# Completed on ${date}\n`,
    ['Sat Nov 28 20:06:03 2026', 'Mon Nov 30 12:06:03 2026'],
    '# Generated by iptables-save v1.8.9 (nf_tables)\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n# Completed\n',
  ],
  [
    (date) => `# auto-generated by /var/lib/dpkg/info/qpsmtpd.postinst at ${date}\n# \nENABLED="true"\n`,
    ['Sun Nov 29 22:54:54 UTC 2026', 'Tue Dec  1 14:54:08 UTC 2026'],
    '# auto-generated by /var/lib/dpkg/info/qpsmtpd.postinst\n# \nENABLED="true"\n',
  ],
  [
    (date) =>
      `# Warning, this file was automatically generated by faxsetup\n# on ${date} for root\nAWK='/usr/bin/awk'\n`,
    ['Sun Nov 29 22:54:54 UTC 2026', 'Tue 01 Dec 2026 02:54:08 PM CET'],
    "# Warning, this file was automatically generated by faxsetup\n# for root\nAWK='/usr/bin/awk'\n",
  ],
  [
    (date) =>
      `# Configuration for ddclient scripts\n# generated from debconf on ${date}\n#\nrun_dhclient="false"\n`,
    ['Mon Nov 30 05:17:56 UTC 2026', 'Tue Dec  1 21:17:58 UTC 2026'],
    '# Configuration for ddclient scripts\n# generated from debconf\n#\nrun_dhclient="false"\n',
  ],
  [
    (date) => `# Created by Octave 7.3.0, ${date}\n# name: global_packages\n# type: cell\n`,
    ['Mon Nov 30 05:08:52 2026 UTC <root@builder-one>', 'Tue Dec 01 21:09:05 2026 UTC <root@ci-7f3a>'],
    '# Created by Octave 7.3.0\n# name: global_packages\n# type: cell\n',
  ],
];

test('generated-date: two times give one file', () => {
  for (const [write, [first, second], left] of WRITTEN) {
    assert.is.not(write(first), write(second));
    assert.is(textAfter(generatedDate, write(first)), left);
    assert.is(textAfter(generatedDate, write(second)), left);
  }
});

test('generated-date: other comments and lines stay', () => {
  const others = [
    'echo "# Completed on Sat Nov 28 20:06:03 2026"\n',
    '# Completed on behalf of the network team\n',
    '# Generated by iptables-save v1.8.9 on the router\n',
    '# auto-generated by my-script at Sun Nov 29 22:54:54 UTC 2026\n',
    '# on Sun Nov 29 22:54:54 UTC 2026 for root\n',
    '# Created by Octave 7.3.0, by hand\n',
    'x # Created by Octave 7.3.0, Mon Nov 30 05:08:52 2026 UTC <root@builder-one>\n',
    '# generated from debconf on boot\n',
    '# Warning, this file was automatically generated by faxsetup\n# on Sunday for root\n',
    '',
  ];
  for (const text of others) {
    assert.is(apply(generatedDate, text).outcome, 'unchanged', text);
  }
});

test('generated-date: a comment that names two times is left alone: the second run would remove the other', () => {
  const time = 'Sat Nov 28 20:06:03 2026';
  const line = `# Generated by iptables-save v1.8.9 on ${time} on ${time}\n`;
  assert.is(apply(generatedDate, line).outcome, 'unchanged');
});

test('generated-date: damage', () => {
  const whole = WRITTEN.map(([write, [first]]) => write(first)).join('');
  survivesDamage(generatedDate, Buffer.from(whole), { sameSize: false, step: 3 });
});

const HEAD = 'HOMEHOST <system>\n\n# definitions of existing MD arrays\n';
const ARRAY = 'ARRAY /dev/md/0 metadata=1.2 UUID=6b8b4567:327b23c6:643c9869:66334873 name=vm:0\n';

function written(date: string, arrays = ''): string {
  return `${HEAD}${arrays}\n# This configuration was auto-generated on ${date} by mkconf\n`;
}

function noteOf(text: string): string {
  const result = apply(mdadmArrays, text);
  return 'note' in result ? (result.note ?? '') : '';
}

test('mdadm-arrays: two times give one file', () => {
  const [first, second] = [
    written('Sat, 28 Nov 2026 20:06:03 +0000'),
    written('Mon, 30 Nov 2026 12:06:03 +0100'),
  ];
  assert.is.not(first, second);
  const left = `${HEAD}\n# This configuration was auto-generated by mkconf\n`;
  assert.is(textAfter(mdadmArrays, first), left);
  assert.is(textAfter(mdadmArrays, second), left);
});

test('mdadm-arrays: arrays stay and are told, before and after the date is gone', () => {
  const before = written('Sat, 28 Nov 2026 20:06:03 +0000', ARRAY);
  const after = textAfter(mdadmArrays, before);
  assert.ok(after.includes(ARRAY));
  for (const text of [before, after, before.replace('ARRAY', 'arr'), before.replace('ARRAY', 'Arra')]) {
    assert.match(noteOf(text), /^Unless you wrote the ARRAY lines, .*update-initramfs/);
  }
});

test('mdadm-arrays: what mkconf did not write, or holds no array, is not told', () => {
  for (const text of [
    ARRAY,
    `${HEAD}${ARRAY}`,
    `${ARRAY}# This configuration was auto-generated by hand on Monday\n`,
    written('Sat, 28 Nov 2026 20:06:03 +0000'),
    written('Sat, 28 Nov 2026 20:06:03 +0000', `#${ARRAY}`),
    written('Sat, 28 Nov 2026 20:06:03 +0000', 'MAILADDR ARRAY \n'),
    '',
  ]) {
    assert.is(noteOf(text), '', text);
  }
  assert.is(apply(mdadmArrays, ARRAY).outcome, 'unchanged');
});

test('mdadm-arrays: damage', () => {
  survivesDamage(mdadmArrays, Buffer.from(written('Sat, 28 Nov 2026 20:06:03 +0000', ARRAY)), {
    sameSize: false,
    step: 3,
  });
});

/** As Maven Resolver writes it. */
const MAVEN = (date: string): string =>
  `#NOTE: This is a Maven Resolver internal implementation file, its format can be changed without prior notice.\n#${date}\nb-1.jar>central=\nb-1.pom>central=\n`;

test('properties-date: two files that differ in the date only become the same, and lose nothing else', () => {
  const first = MAVEN('Tue Nov 14 22:13:20 UTC 2023');
  const second = MAVEN('Sat Dec 30 02:33:20 CET 2023');
  assert.is.not(first, second);
  const result = textAfter(propertiesDate, first);
  assert.is(result, textAfter(propertiesDate, second));
  assert.match(result, /^#NOTE: .*notice\.\nb-1\.jar>central=\nb-1\.pom>central=\n$/);
});

test('properties-date: zones by distance, and the line ends of other systems', () => {
  for (const date of [
    'Tue Nov 14 22:13:20 GMT+01:00 2023',
    'Tue Nov 14 22:13:20 -0300 2023',
    'Tue Nov 14 22:13:20 UTC 2023\r',
  ]) {
    assert.is(textAfter(propertiesDate, `#${date}\na=b\n`), 'a=b\n');
  }
});

test('properties-date: a date behind the first property, another comment, and a file without either stay', () => {
  for (const text of [
    'a=b\n#Tue Nov 14 22:13:20 UTC 2023\nc=d\n',
    '#Written on Tue Nov 14 22:13:20 UTC 2023\na=b\n',
    '#Tue Nov 14 22:13:20 UTC 2023',
    'a=b\n',
    '',
  ]) {
    assert.is(apply(propertiesDate, text).outcome, 'unchanged', text);
  }
});

test('properties-date: damage', () => {
  survivesDamage(propertiesDate, Buffer.from(MAVEN('Tue Nov 14 22:13:20 UTC 2023')), { sameSize: false });
});

const file = (date: string): string =>
  `# Generated by authselect on ${date}\n# Do not modify this file manually.\n\nauth required pam_env.so\n`;

test('authselect-header: a later date becomes that of the epoch, in the same form', () => {
  const context = { epoch: 1_700_000_000 };
  assert.is(
    textAfter(authselectHeader, file('Fri Dec  1 09:08:07 2023'), context),
    file('Tue Nov 14 22:13:20 2023'),
  );
  assert.is(
    textAfter(authselectHeader, file('Fri Dec  1 09:08:07 2023'), { epoch: 0 }),
    file('Thu Jan  1 00:00:00 1970'),
  );
});

test('authselect-header: an earlier date stays, and so does a header without a date', () => {
  const context = { epoch: 1_700_000_000 };
  for (const text of [
    file('Tue Nov 14 22:13:20 2023'),
    '# Generated by authselect\n# Do not modify this file manually.\n',
    'passwd: files\n',
  ]) {
    assert.is(apply(authselectHeader, text, context).outcome, 'unchanged');
  }
});

test('authselect-header: the header may stand below another comment', () => {
  const text = `#%PAM-1.0\n${file('Fri Dec  1 09:08:07 2023')}`;
  assert.is(
    textAfter(authselectHeader, text, { epoch: 0 }),
    `#%PAM-1.0\n${file('Thu Jan  1 00:00:00 1970')}`,
  );
});

test('authselect-header: a date in another form is reported where it stands', () => {
  faultAt(authselectHeader, file('2023-12-01'), '# Generated by authselect on '.length, /2023-12-01/);
});

test('authselect-header: damage', () => {
  survivesDamage(authselectHeader, Buffer.from(file('Fri Dec  1 09:08:07 2023')), { context: { epoch: 7 } });
});

test('build-stamp: a later date becomes that of the epoch, with and without an end of line', () => {
  assert.is(textAfter(buildStamp, '20231114221320\n', { epoch: EPOCH }), '20220415052000\n');
  assert.is(textAfter(buildStamp, '20231114221320', { epoch: EPOCH }), '20220415052000');
  assert.is(textAfter(buildStamp, '20231114221320\n', { epoch: 0 }), '19700101000000\n');
});

test('build-stamp: earlier dates and the same one stay', () => {
  for (const text of ['20220415052000\n', '20220415051959\n', '19800101000000']) {
    assert.is(apply(buildStamp, text, { epoch: EPOCH }).outcome, 'unchanged', text);
  }
});

test('build-stamp: what is no date of fourteen digits is something else', () => {
  for (const text of [
    '',
    '4.2.1\n',
    '2023111422132\n',
    '202311142213200\n',
    '20231399999999\n',
    '20231114221320\nmore\n',
    ' 20231114221320\n',
    '99999999999999',
  ]) {
    assert.is(apply(buildStamp, text, { epoch: EPOCH }).outcome, 'unchanged', text);
  }
});

test('build-stamp: damage', () => {
  survivesDamage(buildStamp, Buffer.from('20231114221320\n'), { context: { epoch: EPOCH }, sameSize: true });
});

test.run();
