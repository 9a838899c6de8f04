import { MANIFEST_SCHEMA, type Manifest } from '../../src/manifest/manifest.ts';

/** `sha256:` and 64 times one digit. */
export function digestOf(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

/** A manifest with every key that there is, and of each list a row. */
export const SAMPLE_MANIFEST: Manifest = {
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
      name: 'libc6',
      version: '2.36-9',
      architecture: 'amd64',
      size: 12_999_680,
      purl: 'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12',
      source: 'glibc',
      sourceVersion: '2.36-9',
      digest: `sha1:${'a'.repeat(40)}`,
      fileDigest: digestOf('b'),
    },
  ],
  schema: MANIFEST_SCHEMA,
  tool: { name: 'stillroot', version: '0.1.0', profile: 1, encoder: 'encoder 1.0.0' },
  settings: {
    given: [
      { key: 'skip', value: ['common/*'], origin: 'option' },
      { key: 'root-entry', value: true, origin: 'option' },
      { key: 'source-date-epoch', value: '1700000000', origin: 'environment' },
    ],
    effective: {
      format: 'cpio.xz',
      level: 5,
      epoch: 1_700_000_000,
      mtime: 'clamp',
      owner: 'auto',
      mapUid: ['1000:0'],
      mapGid: [],
      hardLinks: 'keep',
      rootEntry: true,
      init: '/sbin/init',
      distro: 'auto',
      skip: ['common/*'],
      only: [],
      policies: { shadow: 'clamp' },
      ruleFiles: [{ name: 'own.toml', digest: digestOf('c'), text: '[policies]\n' }],
      crossMounts: false,
      segment: { digest: digestOf('d'), size: 512 },
      dropSegments: false,
    },
    rules: [{ id: 'dpkg/logs', action: 'drop', count: 2, digest: digestOf('e') }],
  },
  inputs: {
    epoch: { value: 1_700_000_000, origin: 'environment' },
    bootstrap: {
      request: 'mmdebstrap:bookworm',
      command: 'mmdebstrap bookworm {root}',
      tool: 'mmdebstrap',
      toolVersion: 'mmdebstrap 1.3.5',
      environment: { LC_ALL: 'C.UTF-8', PATH: null },
      files: { 'mkosi.conf': digestOf('f') },
    },
    repositories: [
      {
        type: 'deb',
        url: 'https://example.org/archive/debian/20240301T000000Z/',
        suite: 'bookworm',
        components: ['main'],
        snapshot: '20240301T000000Z',
      },
    ],
    osRelease: { ID: 'debian', VERSION_ID: '12' },
  },
  image: {
    name: 'rootfs.cpio.xz',
    mediaType: 'application/x-cpio+xz',
    size: 4096,
    digest: digestOf('0'),
    payload: { size: 8192, digest: digestOf('1'), entries: 3 },
    tree: { digest: digestOf('2') },
    blocks: [{ size: 4000, uncompressedSize: 8192, digest: digestOf('3') }],
    osPackage: {
      name: 'rootfs.zip',
      size: 9000,
      digest: digestOf('5'),
      label: 'An image',
      cmdline: 'console=ttyS0',
      url: 'https://example.org/rootfs.zip',
      kernel: { size: 100, digest: digestOf('6') },
    },
  },
  entries: [
    { path: 'bin', type: 'symlink', mode: '0777', uid: 0, gid: 0, mtime: 0, target: 'usr/bin' },
    { path: 'null', type: 'character', mode: '0666', uid: 0, gid: 0, mtime: 0, device: '1:3' },
    {
      path: 'usr/bin/gunzip',
      type: 'file',
      mode: '0755',
      uid: 0,
      gid: 0,
      mtime: 0,
      size: 10,
      digest: digestOf('4'),
      hardLink: 'usr/bin/uncompress',
    },
  ],
};
