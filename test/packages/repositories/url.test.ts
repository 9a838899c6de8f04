import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { publicUrl, snapshotOf } from '../../../src/packages/repository.ts';

const test = suite('manifest/repositories/url');

const PUBLIC: readonly (readonly [string, string])[] = [
  ['https://example.org/debian', 'https://example.org/debian'],
  ['https://user:word@example.org/debian', 'https://example.org/debian'],
  ['https://user@example.org:8080/debian', 'https://example.org:8080/debian'],
  ['https://us%40er:p@ss:word@example.org/a@b', 'https://example.org/a@b'],
  ['tor+http://u:p@example.org/x', 'tor+http://example.org/x'],
  ['ftp://:secret@example.org', 'ftp://example.org'],
  [
    'https://example.org/?repo=fedora-$releasever&arch=$basearch',
    'https://example.org/?repo=fedora-$releasever&arch=$basearch',
  ],
  ['https://example.org/x?token=abc&arch=x', 'https://example.org/x?arch=x'],
  ['https://example.org/x?ssl_clientkey=/etc/k#part', 'https://example.org/x#part'],
  ['https://u:p@example.org?X-Sig=1', 'https://example.org'],
  ['file:/srv/repo', 'file:/srv/repo'],
  ['cdrom:[Debian @ 12]/', 'cdrom:[Debian @ 12]/'],
  ['/srv/a@b', '/srv/a@b'],
  ['https://example.org/\x1b[31m', 'https://example.org/\\x1b[31m'],
];

for (const [url, wanted] of PUBLIC)
  test(`${JSON.stringify(url)} in public`, () => assert.is(publicUrl(url), wanted));

test('whatever stands in front of the host goes', () => {
  const secret = fc.stringMatching(/^[a-z:@]{1,12}$/).map((text) => `SECRET${text}`);
  fc.assert(
    fc.property(secret, fc.constantFrom('/', '?x=1', '#y', ''), (user, rest) => {
      assert.is(publicUrl(`https://${user}@example.org${rest}`), `https://example.org${rest}`);
    }),
  );
});

test('dates of snapshots', () => {
  for (const [url, wanted] of [
    ['https://example.org/archive/debian/20240301T000000Z/', '20240301T000000Z'],
    ['https://example.org/archive/debian/20240301T000000Z', '20240301T000000Z'],
    ['https://example.org/ubuntu/20240301T120102Z/dists', '20240301T120102Z'],
    ['https://example.org/repos/2024/03/01/$repo/os/$arch', '2024/03/01'],
    ['https://example.org/history/20240301/tumbleweed/repo/oss', '20240301'],
    ['https://example.org/debian', undefined],
    ['https://example.org/archive/20240301/', undefined],
    ['https://example.org/x20240301T000000Z/', undefined],
    ['https://example.org/repos/2024/3/1/', undefined],
  ] as const)
    assert.is(snapshotOf(url), wanted, url);
});

test.run();
