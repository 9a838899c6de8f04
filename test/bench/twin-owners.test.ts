// Which package a path comes from: the one that ships it, or whose scripts name it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Owners } from '../../bench/twin-owners.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('owners of paths of twins');
const scratch = new Scratch('twin-owners');
test.after(() => scratch.remove());

const info = scratch.in('var/lib/dpkg/info');
mkdirSync(info, { recursive: true });
for (const [name, text] of Object.entries({
  'food.list': '/.\n/etc\n/etc/food.conf\n',
  'food.postinst': '#!/bin/sh\nmkdir -p /var/lib/food/keys\nhead -c 9 /dev/urandom >/etc/food.key\n',
  'bar:amd64.list': '/usr/bin/bar\n',
  'bar:amd64.config': 'ls /etc/food.keys /var/lib/dpkg\n',
  'reader.postinst': 'cat /etc/food.key /etc/three\n',
  'one.postinst': 'chown root /etc/three\n',
  'two.postinst': 'touch /etc/three\n',
  'three.postinst': 'touch /etc/three\n',
  'baz.prerm': 'rm /etc/food.key\n',
  'baz.md5sums': '/etc/food.key\n',
}))
  writeFileSync(`${info}/${name}`, text);
const owners = new Owners(scratch.path);

test('a path that is shipped has that owner', () => {
  assert.is(owners.shippedBy('etc/food.conf'), 'food');
  assert.is(owners.of('usr/bin/bar'), 'bar');
  assert.is(owners.shippedBy('etc/food.key'), undefined);
});

test('one that is not: the script of an installation that writes it', () => {
  assert.is(owners.of('etc/food.key'), 'food (postinst)');
  assert.is(owners.of('etc/food.keys'), 'bar (config)');
});

test('two of several that make it, and none that only reads it', () => {
  assert.is(owners.of('etc/three'), 'three (postinst), two (postinst)');
});

test('or that makes a directory above it', () => {
  assert.is(owners.of('var/lib/food/keys/a/b'), 'food (postinst)');
  assert.is(owners.of('etc/other/file'), 'no package');
});

test.run();
