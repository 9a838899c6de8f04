import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { type PublishedImage, packageReports, parseBaseUrl, versionOf } from '../../src/publish/images.ts';

const test = suite('publish/images');

function image(name: string, architecture = 'x86-64', digit = 'a'): PublishedImage {
  const manifest = {
    config: { architecture },
    image: { name, digest: `sha256:${digit.repeat(64)}` },
    settings: { effective: { epoch: 1_700_000_000 } },
  } as unknown as Manifest;
  const manifestName = `${name}.manifest.json`;
  return { manifestName, manifestDigest: `sha256:${'b'.repeat(64)}`, manifest, rebuiltBy: [] };
}

test('a report has what a server needs, and the URL changes with the manifest', () => {
  assert.equal(packageReports([image('base.cpio.xz')], 'https://x.example/a/', undefined), [
    {
      distribution: 'stillroot',
      release: null,
      architecture: 'amd64',
      packages: [
        {
          name: 'base.cpio.xz',
          version: '2023-11-14.aaaaaaaaaaaa',
          url: 'https://x.example/a/base.cpio.xz.manifest.json?sha256=bbbbbbbbbbbb',
          artifacts: [
            {
              name: 'base.cpio.xz',
              version: '2023-11-14.aaaaaaaaaaaa',
              component: null,
              architecture: 'amd64',
              url: 'https://x.example/a/base.cpio.xz',
            },
          ],
        },
      ],
    },
  ]);
});

test('another content is another version', () => {
  assert.is.not(versionOf(image('a').manifest), versionOf(image('a', 'x86-64', 'c').manifest));
});

test('a report for each architecture, by name; unknown ones as they are', () => {
  const images = [image('r', 'riscv64'), image('a', 'arm64'), image('x'), image('m', 'mips'), image('y')];
  const reports = packageReports(images, 'http://x/', undefined);
  assert.equal(
    reports.map(({ architecture, packages }) => [architecture, packages.map(({ name }) => name).join()]),
    [
      ['amd64', 'x,y'],
      ['arm64', 'a'],
      ['mips', 'm'],
      ['riscv64', 'r'],
    ],
  );
});

test('an image that names no architecture needs one', () => {
  assert.throws(
    () => packageReports([image('a', '')], 'http://x/', undefined),
    (error: StillrootError) => error.code === 'manifest-refused' && /--architecture/.test(error.message),
  );
  assert.is(packageReports([image('a', '')], 'http://x/', 'arm64')[0]?.architecture, 'arm64');
});

test('odd names stay one part of the URL', () => {
  const [report] = packageReports([image('a b/../?#%&".cpio')], 'http://x/', undefined);
  const url = report?.packages[0]?.artifacts[0]?.url ?? '';
  assert.is(url, 'http://x/a%20b%2F..%2F%3F%23%25%26%22.cpio');
  assert.is(new URL(url).pathname.split('/').length, 2);
});

test('a base URL is that of a directory', () => {
  assert.is(parseBaseUrl('https://x.example/a', '--base-url'), 'https://x.example/a/');
  assert.is(parseBaseUrl('http://x.example', '--base-url'), 'http://x.example/');
  for (const text of [
    'x',
    '',
    'file:///srv',
    'ftp://x/',
    'http://u:p@x/',
    'http://x/?a',
    'http://x/?',
    'http://x/#',
    'http://x/#a',
    'javascript:1',
  ]) {
    assert.throws(
      () => parseBaseUrl(text, '--base-url'),
      (error: StillrootError) => error.code === 'usage' && /--base-url: invalid value/.test(error.message),
    );
  }
});

test.run();
