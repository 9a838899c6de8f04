import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attributeSettings, whyNoName, whyNoValue } from '../../src/normalize/attributes.ts';
import { choosePolicies, POLICIES } from '../../src/rules/policies.ts';
import { encodeAccessList, parseAccessList } from '../../src/tree/access-list.ts';

const test = suite('normalize/attributes');

const DEFAULT = attributeSettings(choosePolicies(POLICIES, []));
const choose = (name: string, value: string): ReadonlyMap<string, string> =>
  choosePolicies(POLICIES, [{ name, value, where: 'test' }]);

test('what packages and users set is kept', () => {
  for (const name of [
    'security.capability',
    'system.posix_acl_access',
    'system.posix_acl_default',
    'user.',
    'user.comment',
    'user.overlays',
    'security.ima',
  ]) {
    assert.is(whyNoName(name, DEFAULT), undefined, name);
  }
});

test('what the build machine sets is not, each for its reason', () => {
  const reasons: readonly (readonly [string, RegExp])[] = [
    ['trusted.overlay.opaque', /overlay filesystem/],
    ['trusted.overlay.redirect', /overlay filesystem/],
    ['user.overlay.whiteout', /overlay filesystem/],
    ['user.fuseoverlayfs.override_stat', /container engine/],
    ['user.containers.override_stat', /container engine/],
    ['user.rootlesscontainers', /container engine/],
    ['security.selinux', /labels are those of the machine.*--policy security-labels=keep/],
    ['security.SMACK64', /labels/],
    ['security.SMACK64EXEC', /labels/],
    ['security.evm', /seals the inode/],
    ['trusted.md', /no such attribute is known/],
    ['security.apparmor', /no such attribute is known/],
    ['system.nfs4_acl', /no such attribute is known/],
    ['btrfs.compression', /no such attribute is known/],
    ['userx', /no such attribute is known/],
  ];
  for (const [name, why] of reasons) assert.match(whyNoName(name, DEFAULT) ?? '', why, name);
});

test('policies: labels of a builder are kept on request, and everything goes on request', () => {
  const labels = attributeSettings(choose('security-labels', 'keep'));
  assert.is(whyNoName('security.selinux', labels), undefined);
  assert.is(whyNoName('security.SMACK64', labels), undefined);
  assert.match(whyNoName('trusted.overlay.opaque', labels) ?? '', /overlay/);
  const none = attributeSettings(choose('extended-attributes', 'drop'));
  for (const name of ['security.capability', 'user.x', 'security.selinux']) {
    assert.match(whyNoName(name, none) ?? '', /the policy extended-attributes is drop/);
  }
});

test('a signature of IMA is kept with the content that it signs, a digest never', () => {
  assert.is(whyNoValue('security.ima', '\x03signature', false), undefined);
  assert.match(whyNoValue('security.ima', '\x03signature', true) ?? '', /content that rules have changed/);
  assert.match(whyNoValue('security.ima', '\x01digest', false) ?? '', /digest that the kernel computes/);
  assert.match(whyNoValue('security.ima', '\x04\x04digest', false) ?? '', /digest that the kernel computes/);
  assert.is(whyNoValue('security.capability', '', true), undefined);
});

test('an access list must be one', () => {
  const list = encodeAccessList(
    parseAccessList('user::rw-,user:5:r--,group::r--,mask::r--,other::---') ?? [],
  );
  for (const name of ['system.posix_acl_access', 'system.posix_acl_default']) {
    assert.is(whyNoValue(name, list, false), undefined);
    assert.match(whyNoValue(name, 'user::rw-,user:bob:r--', false) ?? '', /without their numbers/);
  }
  assert.is(whyNoValue('user.x', 'user:bob:r--', false), undefined);
});

test.run();
