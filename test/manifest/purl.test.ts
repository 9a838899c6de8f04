import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Distribution, encodePurl, purlOf } from '../../src/manifest/installed.ts';
import type { Package } from '../../src/packages/package.ts';

const test = suite('manifest/purl');
const NO_QUALIFIERS = { qualifiers: {} };

/** `deb bash 5.2-1 amd64` */
function packageOf(text: string): Package {
  const [type, name, version, architecture = ''] = text.split(' ') as [
    Package['type'],
    string,
    string,
    string,
  ];
  return { type, name, version, architecture };
}

function expectPurls(distribution: Distribution, cases: Readonly<Record<string, string>>): void {
  for (const [text, wanted] of Object.entries(cases)) {
    assert.is(purlOf(packageOf(text), distribution), wanted);
  }
}

// Of each type one or more of the examples in its definition, made from what a database says.
test('deb: the epoch stays in the version, and its colon as it is', () => {
  expectPurls(
    { id: 'debian' },
    {
      'deb dpkg 1.19.0.4 amd64': 'pkg:deb/debian/dpkg@1.19.0.4?arch=amd64&distro=debian',
      'deb attr 1:2.4.47-2+b1 amd64': 'pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64&distro=debian',
      'deb x 1~rc1-1 all': 'pkg:deb/debian/x@1~rc1-1?arch=all&distro=debian',
      'deb libstdc++6 12.2.0-14 amd64': 'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian',
    },
  );
});

test('rpm: the epoch is a qualifier, names keep their case', () => {
  expectPurls(
    { id: 'fedora', version: '25' },
    {
      'rpm curl 7.50.3-1.fc25 i386': 'pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25',
      'rpm centerim 1:4.22.10-1.el6 i686':
        'pkg:rpm/fedora/centerim@4.22.10-1.el6?arch=i686&distro=fedora-25&epoch=1',
      'rpm bind 0:9-1 x86_64': 'pkg:rpm/fedora/bind@9-1?arch=x86_64&distro=fedora-25&epoch=0',
      'rpm ModemManager 1.20-1 x86_64': 'pkg:rpm/fedora/ModemManager@1.20-1?arch=x86_64&distro=fedora-25',
      'rpm gpg-pubkey 18b8e74c-62f2920f': 'pkg:rpm/fedora/gpg-pubkey@18b8e74c-62f2920f?distro=fedora-25',
    },
  );
});

test('alpm: the epoch stays in the version, a rolling distribution has no version', () => {
  expectPurls(
    { id: 'arch' },
    {
      'alpm containers-common 1:0.47.4-4 x86_64':
        'pkg:alpm/arch/containers-common@1:0.47.4-4?arch=x86_64&distro=arch',
      'alpm python-pip 21.0-1 any': 'pkg:alpm/arch/python-pip@21.0-1?arch=any&distro=arch',
      'alpm Upper 1-1 any': 'pkg:alpm/arch/upper@1-1?arch=any&distro=arch',
    },
  );
});

test('apk', () => {
  expectPurls(
    { id: 'alpine', version: '3.20.3' },
    { 'apk curl 7.83.0-r0 x86': 'pkg:apk/alpine/curl@7.83.0-r0?arch=x86&distro=alpine-3.20.3' },
  );
});

test('vendors: lower case, as advisories name them, and none where the tree does not say', () => {
  const found = packageOf('rpm zsh 5.8-1 x86_64');
  assert.is(purlOf(found, { id: 'Acme OS' }), 'pkg:rpm/acme%20os/zsh@5.8-1?arch=x86_64&distro=Acme%20OS');
  const leap = purlOf(found, { id: 'opensuse-leap', version: '15.6' });
  assert.is(leap, 'pkg:rpm/opensuse/zsh@5.8-1?arch=x86_64&distro=opensuse-leap-15.6');
  assert.match(purlOf(found, { id: 'rhel', version: '9.4' }), /^pkg:rpm\/redhat\/zsh@.*&distro=rhel-9\.4$/);
  for (const id of ['constructor', '__proto__', 'toString']) {
    assert.match(purlOf(found, { id }), new RegExp(`^pkg:rpm/${id.toLowerCase()}/zsh@`));
  }
  assert.is(purlOf(found, {}), 'pkg:rpm/zsh@5.8-1?arch=x86_64');
  assert.is(purlOf(found, { version: '9' }), 'pkg:rpm/zsh@5.8-1?arch=x86_64');
});

test('parts that are empty leave no separator, qualifiers are sorted', () => {
  const none = { type: 'deb', namespace: '', name: 'x', version: '', ...NO_QUALIFIERS };
  assert.is(encodePurl(none), 'pkg:deb/x');
  assert.is(encodePurl({ ...none, qualifiers: { b: '1', a: '2', c: '' } }), 'pkg:deb/x?a=2&b=1');
  assert.is(encodePurl({ ...none, namespace: '/a//b/' }), 'pkg:deb/a/b/x');
});

test('what separates parts is encoded inside of them, byte by byte', () => {
  const parts = {
    type: 'deb',
    namespace: 'v',
    name: 'a/b@c',
    version: '1?2#3',
    qualifiers: { arch: 'x&y=z %' },
  };
  assert.is(encodePurl(parts), 'pkg:deb/v/a%2Fb%40c@1%3F2%233?arch=x%26y%3Dz%20%25');
  assert.is(encodePurl({ ...parts, name: 'caf\xc3\xa9\xff\n' }).split('@')[0], 'pkg:deb/v/caf%C3%A9%FF%0A');
});

test('any bytes come back when they are decoded as the specification says', () => {
  const bytes = fc.uint8Array({ maxLength: 20 }).map((each) => Buffer.from(each).toString('latin1'));
  const some = bytes.filter((each) => each !== '');
  fc.assert(
    fc.property(some, some, bytes, bytes, (vendor, name, version, arch) => {
      const namespace = vendor.replaceAll('/', '_');
      const purl = encodePurl({ type: 'rpm', namespace, name, version, qualifiers: { arch } });
      assert.match(purl, /^pkg:rpm\/[A-Za-z0-9.\-_~:/%@?=&]+$/);
      const [, ns, n, v = '', a = ''] =
        /^pkg:rpm\/([^/@?]+)\/([^/@?]+)(?:@([^/@?]+))?(?:\?arch=([^/@?&=]+))?$/.exec(purl) ?? [];
      assert.equal([ns, n, v, a].map(decode), [namespace, name, version, arch]);
    }),
  );
});

function decode(text = ''): string {
  return text.replace(/%([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

test.run();
