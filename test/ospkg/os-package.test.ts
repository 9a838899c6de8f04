import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  descriptorPath,
  goJson,
  osPackageDescriptor,
  osPackageManifest,
  requireOsPackage,
} from '../../src/ospkg/os-package.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('ospkg/os-package');
const PLAIN = { label: 'My system', cmdline: 'console=ttyS0 ro', url: '' };

// As stmgr wrote them, when it was given files named kernel and initramfs.cpio.xz.
test('the manifest is that of stmgr', () => {
  assert.is(
    osPackageManifest(PLAIN, 'cpio.xz'),
    `{
  "version": 1,
  "label": "My system",
  "kernel": "boot/kernel",
  "initramfs": "boot/initramfs.cpio.xz",
  "cmdline": "console=ttyS0 ro"
}`,
  );
});

test('so is the descriptor', () => {
  assert.is(
    osPackageDescriptor({ ...PLAIN, url: 'https://example.org/os.zip?a=1&b=2' }),
    `{
  "version": 1,
  "os_pkg_url": "https://example.org/os.zip?a=1\\u0026b=2",
  "certificates": null,
  "signatures": null
}`,
  );
});

test('texts are escaped as Go does, and mean the same', () => {
  const label = 'a<b>&"c"\\ \u2028\u2029 ü \u{1f427}';
  const text = goJson({ label });
  assert.is(text, '{\n  "label": "a\\u003cb\\u003e\\u0026\\"c\\"\\\\ \\u2028\\u2029 ü \u{1f427}"\n}');
  assert.equal(JSON.parse(text), { label });
});

test('refuses what stboot or the kernel would not take', async () => {
  requireOsPackage(PLAIN);
  requireOsPackage({ ...PLAIN, cmdline: '', url: 'http://example.org/os.zip' });
  await rejects(() => requireOsPackage({ ...PLAIN, label: '' }), 'usage', /--ospkg: is empty/);
  await rejects(() => requireOsPackage({ ...PLAIN, label: 'a\x1b[2J' }), 'usage', /--ospkg: .*control/);
  await rejects(() => requireOsPackage({ ...PLAIN, cmdline: 'a\nb' }), 'usage', /--cmdline/);
  for (const url of ['example.zip', 'ftp://example.org/os.zip', 'https://', 'file:///os.zip']) {
    await rejects(() => requireOsPackage({ ...PLAIN, url }), 'usage', /--ospkg-url/);
  }
});

test('the descriptor is beside the archive', () => {
  assert.is(descriptorPath('out/my.zip'), 'out/my.json');
  assert.is(descriptorPath('a.zip.d/b.zip'), 'a.zip.d/b.json');
});

test.run();
