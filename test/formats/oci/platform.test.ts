import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  canonicalPlatform,
  isPlatform,
  parsePlatform,
  platformText,
} from '../../../src/formats/oci/platform.ts';

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

test('the names of other programs become those of images, with the variant they mean', () => {
  const canonical = (given: string): string => platformText(canonicalPlatform(parsePlatform(given, '')));
  for (const [given, wanted] of [
    ['linux/x86_64', 'linux/amd64'],
    ['linux/x86-64', 'linux/amd64'],
    ['linux/x64', 'linux/amd64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/i386', 'linux/386'],
    ['linux/i686', 'linux/386'],
    ['linux/armel', 'linux/arm/v5'],
    ['linux/armv6l', 'linux/arm/v6'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armhf/v6', 'linux/arm/v6'],
    ['linux/armv7l', 'linux/arm/v7'],
    ['linux/loongarch64', 'linux/loong64'],
    ['linux/mips64el', 'linux/mips64le'],
    ['linux/ppc64el', 'linux/ppc64le'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['linux/riscv64', 'linux/riscv64'],
    ['linux/constructor', 'linux/constructor'],
    ['linux/__proto__/toString', 'linux/__proto__/toString'],
  ] as const) {
    assert.is(canonical(given), wanted);
  }
  assert.equal(canonicalPlatform({ os: 'linux', architecture: 'armhf', variant: null }), {
    ...{ os: 'linux', architecture: 'arm', variant: 'v7' },
  });
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
  assert.ok(means('linux/arm/v7', 'linux/armhf'));
  assert.not(means('linux/arm/v6', 'linux/armhf'));
  assert.ok(means('linux/armhf', 'linux/arm/v7'));
  assert.ok(means('linux/toString', 'linux/toString'));
});

test.run();
