import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlatform, parsePlatform, platformText } from '../../../src/formats/oci/platform.ts';

const test = suite('formats/oci/platform');

test('a platform as it is typed, and back', () => {
  for (const given of ['linux/amd64', 'linux/arm/v7', 'freebsd/arm64/v8', 'linux/x86_64']) {
    assert.is(platformText(parsePlatform(given, '--platform')), given);
  }
  for (const given of [
    '',
    'linux',
    'amd64',
    'linux/',
    '/amd64',
    'linux/arm/v7/x',
    'Linux/amd64',
    'linux/a b',
  ]) {
    assert.throws(() => parsePlatform(given, '--platform'), /--platform: invalid value .*linux\/arm64/);
  }
});

test('which platforms a wanted one means', () => {
  const means = (found: string, wanted: string): boolean =>
    isPlatform(parsePlatform(found, ''), parsePlatform(wanted, ''));
  assert.ok(means('linux/arm/v7', 'linux/arm'));
  assert.ok(means('linux/arm/v7', 'linux/arm/v7'));
  assert.not(means('linux/arm/v6', 'linux/arm/v7'));
  assert.not(means('linux/arm', 'linux/arm/v7'));
  assert.not(means('windows/amd64', 'linux/amd64'));
  assert.not(means('linux/arm64', 'linux/arm'));
  // Other programs' names, and variants that go without saying.
  assert.ok(means('linux/amd64', 'linux/x86_64'));
  assert.ok(means('linux/arm64', 'linux/aarch64'));
  assert.ok(means('linux/arm64', 'linux/arm64/v8'));
  assert.ok(means('linux/arm64/v8', 'linux/arm64'));
  assert.ok(means('linux/amd64', 'linux/amd64/v1'));
  assert.not(means('linux/amd64', 'linux/amd64/v3'));
});

test.run();
