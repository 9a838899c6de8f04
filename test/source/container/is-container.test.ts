import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CONTAINER_ENTRIES_MAX, isContainer } from '../../../src/source/container/is-container.ts';

const test = suite('container/is-container');

const HEX = 'ab'.repeat(32);
/** Directories end in a slash. */
const is = (...paths: readonly string[]): boolean =>
  isContainer(
    paths.map((path) => ({ path: path.replace(/\/$/, ''), type: path.endsWith('/') ? 'directory' : 'file' })),
  );

test('OCI layouts and archives of docker save, old and new', () => {
  assert.ok(is('blobs/', 'blobs/sha256/', 'index.json', 'oci-layout'));
  assert.ok(is('README', 'index.json', 'oci-layout'), 'with other files');
  assert.ok(is(`${HEX}/`, `${HEX}/layer.tar`, `${HEX}.json`, 'manifest.json', 'repositories'));
  assert.ok(is(`${HEX}.json`, `${HEX}.tar`, 'manifest.json'));
  assert.ok(is(`blobs/sha256/${HEX}`, 'manifest.json'));
});

test('a root filesystem stays one, whatever else is in it', () => {
  for (const directory of ['bin/', 'etc/', 'lib/', 'sbin/', 'usr/', 'var/', 'usr/share/x']) {
    assert.not(is('blobs/', 'index.json', 'oci-layout', directory), directory);
  }
  assert.not(is('srv/', 'srv/image/oci-layout', 'srv/image/index.json'), 'an image further down');
  assert.ok(is('index.json', 'oci-layout', 'etcetera/'));
});

test('half of an image is none', () => {
  assert.not(is('oci-layout'));
  assert.not(is('oci-layout/', 'index.json'));
  assert.not(is('index.json', 'blobs/'));
  assert.not(is('manifest.json', 'page.html'), 'as web pages have one');
  assert.not(is(`${HEX}/layer.tar`));
  const many = Array.from({ length: CONTAINER_ENTRIES_MAX }, (_, at) => `f${at}`);
  assert.not(is('oci-layout', 'index.json', ...many));
});

test.run();
