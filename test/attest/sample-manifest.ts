import type { Manifest } from '../../src/manifest/manifest.ts';

export function digest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

/** Has one of everything. */
export const SAMPLE: Manifest = {
  manifest_version: 1,
  config: {
    name: 'rootfs',
    distribution: 'debian',
    architecture: 'x86-64',
    output_format: 'cpio',
    release: 'bookworm',
  },
  packages: [
    {
      type: 'deb',
      name: 'base-files',
      version: '12.4+deb12u5',
      architecture: 'amd64',
      size: 348160,
      purl: 'pkg:deb/debian/base-files@12.4%2Bdeb12u5?arch=amd64',
      fileDigest: digest('a'),
    },
    {
      type: 'rpm',
      name: 'bash',
      version: '5.2.26-3.fc40',
      architecture: 'x86_64',
      size: 8283867,
      purl: 'pkg:rpm/fedora/bash@5.2.26-3.fc40?arch=x86_64',
      digest: digest('b'),
    },
  ],
  schema: 'stillroot/manifest/1',
  tool: { name: 'stillroot', version: '0.1.0', profile: 1, encoder: '@napi-rs/lzma 1.5.1' },
  settings: {
    given: [
      { key: 'init', value: '/sbin/init', origin: 'option' },
      { key: 'level', value: 3, origin: 'option' },
      { key: 'policy', value: ['machine-id=uninitialized'], origin: 'option' },
      { key: 'rules', value: ['own.toml'], origin: 'option' },
    ],
    effective: {
      format: 'cpio.xz',
      level: 3,
      epoch: 1700000000,
      mtime: 'clamp',
      owner: 'auto',
      mapUid: [],
      mapGid: ['1000:0'],
      hardLinks: 'keep',
      rootEntry: false,
      init: '/sbin/init',
      distro: 'auto',
      skip: [],
      only: [],
      policies: { 'apt-lists': 'drop', 'machine-id': 'uninitialized' },
      ruleFiles: [{ name: 'own.toml', digest: digest('c'), text: '[[rule]]\n' }],
      crossMounts: false,
      segment: { digest: digest('d'), size: 1024 },
      dropSegments: false,
    },
    rules: [{ id: 'dpkg.log', action: 'drop', count: 1, digest: digest('e') }],
  },
  inputs: {
    epoch: { value: 1700000000, origin: 'environment' },
    bootstrap: {
      request: 'mmdebstrap:bookworm',
      command: 'mmdebstrap bookworm {root}',
      tool: 'mmdebstrap',
      toolVersion: '1.3.5-7',
      environment: { PATH: '/usr/bin:/bin', http_proxy: null },
      files: { 'mkosi.conf': digest('f') },
    },
    repositories: [
      {
        type: 'deb',
        url: 'https://deb.example.org/archive/debian/20240101T000000Z/',
        suite: 'bookworm',
        components: ['main'],
        snapshot: '20240101T000000Z',
      },
    ],
    osRelease: { ID: 'debian' },
  },
  image: {
    name: 'rootfs.cpio.xz',
    mediaType: 'application/x-xz',
    size: 4096,
    digest: digest('0'),
    payload: { size: 8192, digest: digest('1'), entries: 12 },
    tree: { digest: digest('2') },
    blocks: [{ size: 4000, uncompressedSize: 8192, digest: digest('3') }],
  },
};
