import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findCacheDirectory, openCacheDirectory } from '../../src/cache/cache-directory.ts';
import type { StillrootError } from '../../src/errors.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('cache directory');
const scratch = new Scratch('cache-directory');
test.after(() => scratch.remove());

function refusal(path: string): string {
  try {
    openCacheDirectory(path).close();
    return '';
  } catch (error) {
    assert.is((error as StillrootError).code, 'cache-refused');
    return (error as StillrootError).message.slice(scratch.path.length + 1);
  }
}

test('made with its parents, tagged, and opened again', () => {
  const path = scratch.in('a', 'b');
  openCacheDirectory(path).close();
  assert.equal(readdirSync(path).sort(), ['CACHEDIR.TAG', 'blocks']);
  assert.ok(
    readFileSync(`${path}/CACHEDIR.TAG`, 'latin1').startsWith(
      'Signature: 8a477f597d28d172789f06886806bc55\n',
    ),
  );
  openCacheDirectory(path).close();
  findCacheDirectory(path)?.close();
  symlinkSync('a/b', scratch.in('link'));
  assert.is(refusal(scratch.in('link')), '');
});

test('looked for, it is not made', () => {
  assert.is(findCacheDirectory(scratch.in('nowhere')), undefined);
  mkdirSync(scratch.in('empty'));
  assert.is(findCacheDirectory(scratch.in('empty')), undefined);
  assert.equal(readdirSync(scratch.in('empty')), []);
});

test('a beginning of the tag is completed', () => {
  for (const [at, text] of ['', 'Signature: 8a477f'].entries()) {
    const path = scratch.in(`begun-${at}`);
    mkdirSync(path);
    writeFileSync(`${path}/CACHEDIR.TAG`, text);
    assert.is(refusal(path), '');
    assert.match(readFileSync(`${path}/CACHEDIR.TAG`, 'latin1'), /stillroot cache clear/);
  }
});

test('a tag that is no file is refused, and nothing waits for its other end', async () => {
  const kinds: Record<string, (tag: string) => void> = {
    fifo: (tag) => execFileSync('mkfifo', [tag]),
    directory: (tag) => mkdirSync(tag),
    symlink: (tag) => symlinkSync('elsewhere', tag),
  };
  for (const [kind, make] of Object.entries(kinds)) {
    mkdirSync(scratch.in(kind));
    make(scratch.in(kind, 'CACHEDIR.TAG'));
    assert.match(refusal(scratch.in(kind)), /its CACHEDIR\.TAG is not a regular file/, kind);
  }
  assert.not.ok(existsSync(scratch.in('symlink', 'elsewhere')));
  mkdirSync(scratch.in('socket'));
  const server = createServer().listen(scratch.in('socket', 'CACHEDIR.TAG'));
  await once(server, 'listening');
  assert.match(refusal(scratch.in('socket')), /its CACHEDIR\.TAG is not a regular file/);
  server.close();
});

test('a directory of something else is refused, and nothing put into it', () => {
  const other = scratch.in('other');
  mkdirSync(other);
  writeFileSync(`${other}/file`, '');
  assert.match(refusal(other), /^other: is neither empty nor a stillroot cache\. Choose another/);
  assert.equal(readdirSync(other), ['file']);
  const tagged = scratch.in('tagged');
  mkdirSync(tagged);
  writeFileSync(`${tagged}/CACHEDIR.TAG`, 'Signature: 8a477f597d28d172789f06886806bc55\n# ccache\n');
  assert.match(refusal(tagged), /^tagged: its CACHEDIR.TAG says that it is not a cache of stillroot/);
});

test('one that others may write to is refused, and so are its blocks', () => {
  for (const mode of [0o777, 0o770, 0o720, 0o702, 0o1777]) {
    const path = scratch.in(`mode-${mode.toString(8)}`);
    mkdirSync(path);
    chmodSync(path, mode);
    assert.match(refusal(path), /is not trusted: others can write to it \(mode .*chmod go-w/);
  }
  const path = scratch.in('inside');
  openCacheDirectory(path).close();
  chmodSync(`${path}/blocks`, 0o777);
  assert.match(refusal(path), /^inside\/blocks: is not trusted/);
});

test('a file, and a way that leads through one', () => {
  writeFileSync(scratch.in('file'), '');
  assert.match(refusal(scratch.in('file')), /^file: is not a directory/);
  assert.match(refusal(scratch.in('file', 'x')), /^file\/x: is not a directory/);
  openCacheDirectory(scratch.in('with-link')).close();
  const path = scratch.in('linked-blocks');
  openCacheDirectory(path).close();
  assert.ok(findCacheDirectory(path));
});

test('a link in place of the blocks is not followed', () => {
  const path = scratch.in('replaced');
  mkdirSync(path);
  symlinkSync('../a/b/blocks', `${path}/blocks`);
  writeFileSync(`${path}/CACHEDIR.TAG`, readFileSync(scratch.in('a', 'b', 'CACHEDIR.TAG')));
  assert.match(refusal(path), /^replaced: (is not a directory|cannot be used \(ELOOP\))/);
});

test.run();
