import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { digestFiles } from '../../src/bootstrap/bootstrap.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('bootstrap/input-files');
const scratch = new Scratch('input-files');

test.after(() => scratch.remove());

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

test('files by their name, directories by the paths in them', () => {
  const image = scratch.in('image');
  for (const part of ['mkosi.conf.d', 'mkosi.extra/etc', 'mkosi.output/image', 'mkosi.cache', '.git']) {
    mkdirSync(`${image}/${part}`, { recursive: true });
  }
  writeFileSync(`${image}/mkosi.conf`, 'conf');
  writeFileSync(`${image}/mkosi.conf.d/a.conf`, 'a');
  writeFileSync(`${image}/mkosi.extra/etc/empty`, '');
  symlinkSync('/etc/passwd', `${image}/mkosi.extra/etc/link`);
  writeFileSync(Buffer.from(`${image}/mkosi.extra/\xff`, 'latin1'), 'x');
  // What mkosi itself writes is none of its configuration.
  writeFileSync(`${image}/mkosi.output/image/file`, 'out');
  writeFileSync(`${image}/mkosi.cache/x`, 'out');
  writeFileSync(`${image}/.git/x`, 'out');
  writeFileSync(scratch.in('keys.gpg'), 'keys');
  assert.equal(digestFiles([image, scratch.in('keys.gpg')]), {
    'keys.gpg': sha256('keys'),
    'mkosi.conf': sha256('conf'),
    'mkosi.conf.d/a.conf': sha256('a'),
    'mkosi.extra/\\xff': sha256('x'),
    'mkosi.extra/etc/empty': sha256(''),
    'mkosi.extra/etc/link': sha256('/etc/passwd'),
  });
  assert.equal(digestFiles([]), {});
});

test('what is missing, no file, or too large to be a configuration', async () => {
  await rejects(() => digestFiles([scratch.in('none')]), 'bootstrap-failed', /none: no such file/);
  await rejects(() => digestFiles(['/dev/zero']), 'bootstrap-failed', /neither a directory nor a file/);
  const large = scratch.in('large');
  mkdirSync(large);
  writeFileSync(`${large}/sparse`, '');
  truncateSync(`${large}/sparse`, 2 ** 31);
  await rejects(() => digestFiles([large]), 'bootstrap-failed', /holds 1 file of 2147483648 bytes/);
  await rejects(() => digestFiles([`${large}/sparse`]), 'bootstrap-failed', /neither/);
});

test.run();
