import { chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultPlace } from '../../src/cache/cache-directory.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('default place of the cache');
const scratch = new Scratch('cache-place');
test.after(() => scratch.remove());

function missing(env: Record<string, string>): string {
  const place = defaultPlace(env, true);
  return 'missing' in place ? place.missing : `found ${place.path}`;
}

test('XDG_CACHE_HOME first, then HOME', () => {
  mkdirSync(scratch.in('caches'));
  const both = { XDG_CACHE_HOME: scratch.in('caches'), HOME: scratch.path };
  assert.equal(defaultPlace(both, true), { path: `${scratch.in('caches')}/stillroot` });
  assert.equal(readdirSync(scratch.in('caches')), []);
  // A relative one is to be ignored.
  const relative = { XDG_CACHE_HOME: 'caches', HOME: scratch.path };
  assert.equal(defaultPlace(relative, true), { path: `${scratch.path}/.cache/stillroot` });
});

test('the directory of caches is made where HOME is ours, and only when asked', () => {
  const home = scratch.in('home');
  mkdirSync(home);
  assert.ok('missing' in defaultPlace({ HOME: home }, false));
  assert.equal(readdirSync(home), []);
  assert.equal(defaultPlace({ HOME: home }, true), { path: `${home}/.cache/stillroot` });
  assert.is(statSync(`${home}/.cache`).mode & 0o777, 0o700);
});

test('where there is none', () => {
  assert.is(missing({}), 'neither XDG_CACHE_HOME nor HOME names a directory');
  assert.is(missing({ HOME: '' }), 'neither XDG_CACHE_HOME nor HOME names a directory');
  assert.is(missing({ XDG_CACHE_HOME: '/dev/null' }), '/dev/null: it cannot be opened (ENOTDIR)');
  const nowhere = scratch.in('no', 'such');
  assert.is(missing({ HOME: nowhere }), `${nowhere}/.cache: it cannot be created (ENOENT)`);
  writeFileSync(scratch.in('file'), '');
  assert.match(missing({ HOME: scratch.in('file') }), /cannot be opened \(ENOTDIR\)/);
});

test('a directory of another user is not used, whoever runs', () => {
  // Root owns the first; on machines where root runs the tests, another user owns the second.
  const foreign = process.geteuid?.() === 0 ? foreignDirectory() : '/usr';
  assert.match(
    missing({ XDG_CACHE_HOME: foreign }),
    /: it belongs to uid \d+, but stillroot runs as uid \d+$/,
  );
  assert.match(missing({ HOME: foreign }), /: it belongs to uid \d+, but stillroot runs as uid \d+$/);
});

function foreignDirectory(): string {
  const path = scratch.in('foreign');
  mkdirSync(path);
  chownSync(path, 12345, 12345);
  return path;
}

test.run();
