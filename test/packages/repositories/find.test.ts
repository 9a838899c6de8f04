// Repository lists of each package manager, found in the final tree.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findRepositories, imageFiles } from '../../../src/manifest/build-manifest.ts';
import type { ManifestRepository } from '../../../src/manifest/manifest.ts';
import { matchesWildcards } from '../../../src/packages/pacman.ts';
import type { Rule } from '../../../src/rules/rule.ts';
import { Random } from '../../fuzz/random.ts';
import { makeEntry } from '../../support/entries.ts';
import { makePlan } from '../../support/make-plan.ts';
import { type Given, memorySource } from '../../support/memory-source.ts';

const test = suite('manifest/repositories');

function find(given: readonly Given[], rules: readonly Rule[] = []): ManifestRepository[] {
  return findRepositories(imageFiles(makePlan(memorySource(given), rules)));
}

/** `TYPE URL SUITE COMPONENTS SNAPSHOT`, for short. */
function lines(given: readonly Given[], rules: readonly Rule[] = []): string[] {
  return find(given, rules).map(({ type, url, suite: name = '-', components = ['-'], snapshot = '-' }) =>
    [type, url, name, components.join('+'), snapshot].join(' '),
  );
}

test('apt, one line each', () => {
  const text = [
    '# deb http://example.org/commented a main',
    'deb http://example.org/debian bookworm main contrib # a comment',
    'deb-src http://example.org/debian bookworm main',
    'deb\t[ arch=amd64 signed-by=/k.gpg ]  http://me:word@example.org/debian  bookworm-updates\tmain',
    'deb [snapshot=20240301T000000Z] http://example.org/ubuntu noble main',
    'deb [snapshot=yes] http://example.org/ubuntu noble-updates main',
    'deb cdrom:[Debian GNU/Linux 12]/ bookworm main',
    'deb file:/srv/flat ./',
    'deb http://example.org/archive/debian/20240301T000000Z/ bookworm main',
    'deb',
    'deb http://example.org/nothing-more',
    'rpm http://example.org/x y',
  ].join('\n');
  assert.equal(lines([['etc/apt/sources.list', text]]), [
    'deb cdrom:[Debian GNU/Linux 12]/ bookworm main -',
    'deb file:/srv/flat ./ - -',
    'deb http://example.org/archive/debian/20240301T000000Z/ bookworm main 20240301T000000Z',
    'deb http://example.org/debian bookworm main+contrib -',
    'deb http://example.org/debian bookworm-updates main -',
    'deb http://example.org/ubuntu noble main 20240301T000000Z',
    'deb http://example.org/ubuntu noble-updates main -',
  ]);
});

test('apt, deb822', () => {
  const text = `# our mirror
Types: deb deb-src
URIs: http://u:p@example.org/debian http://example.com/debian
Suites: bookworm
 bookworm-updates
# inside
Components: main
 contrib
Signed-By: /k.gpg

Types: deb
Enabled: no
URIs: http://example.org/off
Suites: x

Types: deb-src
URIs: http://example.org/src
Suites: x

types: deb
uris: http://example.org/ubuntu
suites: noble/
snapshot: 20240301T000000Z
`;
  assert.equal(lines([['etc/apt/sources.list.d/a.sources', text]]), [
    'deb http://example.com/debian bookworm main+contrib -',
    'deb http://example.com/debian bookworm-updates main+contrib -',
    'deb http://example.org/debian bookworm main+contrib -',
    'deb http://example.org/debian bookworm-updates main+contrib -',
    'deb http://example.org/ubuntu noble/ - 20240301T000000Z',
  ]);
});

test('apt: only files that apt reads, and those twice named once', () => {
  const line = 'deb http://example.org/debian bookworm main\n';
  assert.equal(
    lines([
      ['etc/apt/sources.list', line],
      ['etc/apt/sources.list.d/b.list', line],
      ['etc/apt/sources.list.d/b.list.save', 'deb http://example.org/saved x\n'],
      ['etc/apt/sources.list.d/deeper/c.list', 'deb http://example.org/deeper x\n'],
    ]),
    ['deb http://example.org/debian bookworm main -'],
  );
});

test('each once: what differs only in components or in a snapshot is two', () => {
  const urls = ['[snapshot=20240302T000000Z] ', '[snapshot=20240301T000000Z] ', ''];
  const list = urls.flatMap((option) => [
    `deb ${option}http://example.org/d noble universe`,
    `deb ${option}http://example.org/d noble main`,
  ]);
  assert.equal(lines([['etc/apt/sources.list', [...list, ...list].join('\n')]]), [
    'deb http://example.org/d noble main -',
    'deb http://example.org/d noble main 20240301T000000Z',
    'deb http://example.org/d noble main 20240302T000000Z',
    'deb http://example.org/d noble universe -',
    'deb http://example.org/d noble universe 20240301T000000Z',
    'deb http://example.org/d noble universe 20240302T000000Z',
  ]);
});

test('pacman, with lists of mirrors', () => {
  const conf = `[options]
Server = http://example.org/not-a-repository
Include = /etc/pacman.d/mirrorlist
[core]
Include = /etc/pacman.d/mirrorlist
[extra]
Server = https://example.org/repos/2024/03/01/$repo/os/$arch
Include=/etc/pacman.d/more*.list
# [testing]
[empty]
SigLevel = Never
`;
  const mirrors =
    '## World\n#Server = https://example.org/off/$repo\nServer = https://example.com/$repo/os/$arch\n';
  assert.equal(
    lines([
      ['etc/pacman.conf', conf],
      ['etc/pacman.d/mirrorlist', mirrors],
      ['etc/pacman.d/more-a.list', 'Server = https://example.org/a\nInclude = /etc/pacman.d/loop\n'],
      ['etc/pacman.d/more[.list', 'Server = https://example.org/b\n'],
      ['etc/pacman.d/loop', 'Include = /etc/pacman.d/loop\nServer = https://example.org/loop\n'],
    ]),
    [
      'alpm https://example.com/$repo/os/$arch core - -',
      'alpm https://example.org/a extra - -',
      'alpm https://example.org/b extra - -',
      'alpm https://example.org/loop extra - -',
      'alpm https://example.org/repos/2024/03/01/$repo/os/$arch extra - 2024/03/01',
    ],
  );
});

test('dnf, yum and zypper', () => {
  const repo = `[fedora]
name=Fedora $releasever
baseurl = https://example.org/a
          https://example.org/b, https://example.org/c
metalink=https://example.org/metalink?repo=fedora-$releasever&arch=$basearch
enabled=1
gpgkey=file:///etc/key

[debug]
baseurl=https://example.org/debug
enabled=0
; comment
[second]
mirrorlist=https://user:word@example.org/list
`;
  assert.equal(
    lines([
      ['etc/yum.repos.d/fedora.repo', repo],
      [
        'etc/dnf/dnf.conf',
        '[main]\nbaseurl=https://example.org/none\n[own]\nbaseurl=https://example.org/own\n',
      ],
      ['etc/yum.conf', '[main]\n[old]\nbaseurl=https://example.org/yum\n'],
      ['etc/zypp/repos.d/oss.repo', '[oss]\nenabled=1\nbaseurl=https://example.org/history/20240301/oss/\n'],
      ['etc/yum.repos.d/README', '[x]\nbaseurl=https://example.org/readme\n'],
    ]),
    [
      'rpm https://example.org/a fedora - -',
      'rpm https://example.org/b fedora - -',
      'rpm https://example.org/c fedora - -',
      'rpm https://example.org/history/20240301/oss/ oss - 20240301',
      'rpm https://example.org/list second - -',
      'rpm https://example.org/metalink?repo=fedora-$releasever&arch=$basearch fedora - -',
      'rpm https://example.org/own own - -',
      'rpm https://example.org/yum old - -',
    ],
  );
});

test('apk', () => {
  const text =
    '# x\nhttps://example.org/alpine/v3.19/main\n@edge https://me:word@example.org/edge/main\n/srv/packages\n\nnothing\n';
  const given: Given[] = [
    ['etc/apk/repositories', text],
    ['etc/apk/repositories.d/own.list', 'https://example.org/20240301T000000Z/main\n'],
    ['etc/apk/repositories.d/own.list.orig', 'https://example.org/not-read\n'],
    ['lib/apk/repositories.d/feeds.list', 'https://example.org/feeds/packages.adb\n'],
    ['usr/lib/apk/repositories.d/base.list', '# of the distribution\nv3 https://example.org/base main\n'],
    ['usr/lib/apk/repositories.d/own.list', 'https://example.org/hidden\n'],
  ];
  assert.equal(lines(given), [
    'apk /srv/packages - - -',
    'apk https://example.org/20240301T000000Z/main - - 20240301T000000Z',
    'apk https://example.org/alpine/v3.19/main - - -',
    'apk https://example.org/base - - -',
    'apk https://example.org/edge/main @edge - -',
    'apk https://example.org/feeds/packages.adb - - -',
  ]);
});

test('what is read is the tree after rules', () => {
  const rule = (id: string, match: string, action: Rule['action']): Rule => ({
    ...{ id, match: [match], action, why: 'a test', source: 'the test' },
  });
  const rules = [
    rule('t/drop', 'etc/apt/sources.list', { do: 'drop' }),
    rule('t/replace', 'etc/apt/sources.list.d/b.list', {
      do: 'replace',
      content: 'deb http://example.org/new y z\n',
    }),
    rule('t/truncate', 'etc/apt/sources.list.d/c.list', { do: 'truncate' }),
    rule('t/add', 'etc/apt/sources.list.d/d.list', {
      do: 'add',
      entry: { type: 'file', mode: 0o644, content: 'deb http://example.org/added y z\n' },
    }),
  ];
  const old = 'deb http://example.org/old y z\n';
  const given: Given[] = [
    ['etc/apt/sources.list', old],
    ['etc/apt/sources.list.d/b.list', old],
    ['etc/apt/sources.list.d/c.list', old],
  ];
  assert.equal(lines(given), ['deb http://example.org/old y z -']);
  assert.equal(lines(given, rules), [
    'deb http://example.org/added y z -',
    'deb http://example.org/new y z -',
  ]);
});

test('symlinks are followed inside the tree; what leads out, or nowhere, is none', () => {
  const given: Given[] = [
    makeEntry('etc/apt/sources.list', 'symlink', { target: '/usr/share/list' }),
    makeEntry('etc/zypp/repos.d', 'symlink', { target: '../../usr/etc/repos.d' }),
    makeEntry('etc/apk/repositories', 'symlink', { target: '../../../../nowhere' }),
    ['usr/share/list', 'deb http://example.org/debian x y\n'],
    ['usr/etc/repos.d/a.repo', '[a]\nbaseurl=https://example.org/a\n'],
  ];
  assert.equal(lines(given), ['deb http://example.org/debian x y -', 'rpm https://example.org/a a - -']);
});

test('files of any size and kind are no reason to fail', () => {
  assert.equal(
    lines([
      ['etc/apt/sources.list', `deb http://example.org/x y\n${'#'.repeat(1024 * 1024)}`],
      ['etc/pacman.conf', '\0\xff[=\n[[[\nInclude = *\n[a]\nInclude = /\nInclude = ../../../*\nServer\n'],
      makeEntry('etc/apk/repositories', 'fifo'),
      ['etc/yum.repos.d/\xff.repo', '[\xff]\nbaseurl = http://example.org/\xff\n'],
    ]),
    ['rpm http://example.org/\\xff \\xff - -'],
  );
});

test('pacman: files that include each other again and again come to an end', () => {
  const again = 'Include = /etc/pacman.d/again\n'.repeat(1000);
  const found = lines([
    ['etc/pacman.conf', `[core]\nInclude = /etc/pacman.d/again\n`],
    ['etc/pacman.d/again', `Server = https://example.org/x\n${again}`],
  ]);
  assert.equal(found, ['alpm https://example.org/x core - -']);
});

test('pacman: lists are followed ten deep, as pacman follows them', () => {
  const level = (number: number): Given => [
    `etc/pacman.d/${number}`,
    `Server = https://example.org/${number}\nInclude = /etc/pacman.d/${number + 1}\n`,
  ];
  const levels = Array.from({ length: 12 }, (_, index) => level(index + 1));
  const found = lines([['etc/pacman.conf', '[core]\nInclude = /etc/pacman.d/1\n'], ...levels]);
  assert.is(found.length, 10);
  assert.ok(found.includes('alpm https://example.org/10 core - -'));
});

test('pacman: a pattern of many stars costs no more than its length', () => {
  const stars = `${'*a'.repeat(40)}b`;
  const conf = `[core]\nInclude = /etc/pacman.d/${stars}\nInclude = /etc/pacman.d/*b\n`;
  assert.equal(
    lines([
      ['etc/pacman.conf', conf],
      [`etc/pacman.d/${'a'.repeat(250)}`, 'Server = https://example.org/no\n'],
      [`etc/pacman.d/${'a'.repeat(200)}b`, 'Server = https://example.org/yes\n'],
    ]),
    ['alpm https://example.org/yes core - -'],
  );
});

test('wildcards: as a regular expression would have it', () => {
  const letters = ['a', 'b', '*', '?'];
  for (let seed = 0; seed < 5000; seed += 1) {
    const random = new Random(seed);
    const word = (from: readonly string[], most: number): string =>
      Array.from({ length: random.below(most) }, () => random.pick(from)).join('');
    const [pattern, name] = [word(letters, 6), word(['a', 'b'], 7)];
    const wanted = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name);
    assert.is(matchesWildcards(pattern, name), wanted, `${pattern} ${name}`);
  }
});

test('apt: a paragraph of more places than anybody has is passed over', () => {
  const words = (count: number): string => Array.from({ length: count }, (_, i) => `http://x/${i}`).join(' ');
  const paragraph = (count: number): string =>
    `Types: deb\nURIs: ${words(count)}\nSuites: ${words(count)}\nComponents: main\n`;
  assert.is(lines([['etc/apt/sources.list.d/a.sources', paragraph(70)]]).length, 4900);
  const many = `${paragraph(10_000)}\n${paragraph(1)}`;
  assert.is(lines([['etc/apt/sources.list.d/a.sources', many]]).length, 1);
});

test.run();
