import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { checkImageDirectory } from '../../src/pack/layout-directory.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('layout-directory');
const scratch = new Scratch('layout-directory');
test.after(() => scratch.remove());

const BLOB = `blobs/sha256/${'0'.repeat(64)}`;
let count = 0;

/** A layout as `pack` writes it, and more files; a name that ends in a slash is a directory. */
function layout(...more: readonly string[]): string {
  count += 1;
  const path = scratch.in(`layout-${count}`);
  mkdirSync(`${path}/blobs/sha256`, { recursive: true });
  for (const name of [BLOB, 'index.json', 'manifest.json', 'oci-layout', ...more]) {
    if (name.endsWith('/')) mkdirSync(`${path}/${name}`, { recursive: true });
    else writeFileSync(`${path}/${name}`, '');
  }
  return path;
}

function refusal(path: string): string {
  try {
    checkImageDirectory(path, true);
    return '';
  } catch (error) {
    return `${(error as StillrootError).code} ${(error as StillrootError).message}`;
  }
}

test('a layout is replaced, as others write it too, and an empty directory', () => {
  assert.is(refusal(layout()), '');
  const skopeo = layout();
  mkdirSync(`${skopeo}/blobs/sha512`);
  writeFileSync(`${skopeo}/blobs/sha512/${'a'.repeat(128)}`, '');
  assert.is(refusal(skopeo), '');
  mkdirSync(scratch.in('empty'));
  assert.is(refusal(scratch.in('empty')), '');
  assert.is(refusal(scratch.in('new')), '');
  const started = scratch.in('started');
  mkdirSync(started);
  writeFileSync(`${started}/oci-layout`, '');
  assert.is(refusal(started), '');
});

test('anything else that is in it keeps it from being replaced', () => {
  for (const name of [
    'thesis.doc',
    '.git/',
    'home/',
    'blobs/notes.txt',
    'blobs/My Documents/',
    'blobs/sha256/short',
    `blobs/sha256/${'1'.repeat(64)}.doc`,
    `blobs/sha256/${'1'.repeat(64)}/`,
  ]) {
    const path = layout(name);
    assert.match(refusal(path), /^output-refused .*is a directory with other content, such as /);
    assert.ok(refusal(path).includes(`such as ${name.replace(/\/$/, '')}.`), refusal(path));
  }
});

test('names of a layout that are something else keep it too', () => {
  const linked = layout();
  symlinkSync('/etc', `${linked}/blobs/sha512`);
  assert.match(refusal(linked), /such as blobs\/sha512/);
  const index = layout();
  symlinkSync('/etc/passwd', `${index}/blobs/sha256/${'2'.repeat(64)}`);
  assert.match(refusal(index), /such as blobs\/sha256\/2222/);
  const without = scratch.in('without');
  mkdirSync(`${without}/blobs`, { recursive: true });
  assert.match(refusal(without), /such as blobs/);
  mkdirSync(`${without}/oci-layout`);
  assert.match(refusal(without), /is a directory with other content/);
  assert.equal(readdirSync(without).sort(), ['blobs', 'oci-layout']);
});

test('without --force nothing is, and no name of its own is no name', () => {
  assert.throws(() => checkImageDirectory(layout(), false), /already exists.*--force/);
  for (const name of ['.', '..', './', `${scratch.path}/.`, `${scratch.path}/..//`]) {
    assert.match(refusal(name), /^output-refused .*is no name that a new directory could get/);
  }
  assert.match(refusal(scratch.in('none/x')), /^output-failed .*none\/x: its directory does not exist/);
});

test.run();
