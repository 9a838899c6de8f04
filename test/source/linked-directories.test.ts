import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LinkedDirectories } from '../../src/source/linked-directories.ts';

const test = suite('linked-directories');

function made(links: Readonly<Record<string, string>>): { directories: LinkedDirectories; asked: string[] } {
  const asked: string[] = [];
  const directories = new LinkedDirectories((path) => {
    asked.push(path);
    return links[path];
  });
  return { directories, asked };
}

test('only the directories of a path are followed', () => {
  const { directories } = made({ lib: 'usr/lib', 'usr/lib/x': 'y' });
  assert.is(directories.placeOf('lib'), 'lib');
  assert.is(directories.placeOf('lib/x'), 'usr/lib/x');
  assert.is(directories.placeOf('lib/x/z'), 'usr/lib/y/z');
  assert.is(directories.placeOf('a/b/c'), 'a/b/c');
});

test('each directory is followed once, until a link has come or gone', () => {
  const links: Record<string, string> = { l: 'a' };
  const { directories, asked } = made(links);
  for (const name of ['1', '2', '3']) assert.is(directories.placeOf(`l/d/${name}`), `a/d/${name}`);
  const before = asked.length;
  assert.is(directories.placeOf('l/d/4'), 'a/d/4');
  assert.is(asked.length, before);
  links.l = 'b';
  directories.forget();
  assert.is(directories.placeOf('l/d/4'), 'b/d/4');
});

test('a circle leads nowhere, nor does anything below it', () => {
  const { directories } = made({ a: 'b', b: 'a' });
  assert.is(directories.placeOf('a/x'), undefined);
  assert.is(directories.placeOf('a/x/y/z'), undefined);
  assert.is(directories.placeOf('c/x'), 'c/x');
});

test('depth costs no stack', () => {
  const { directories } = made({});
  const deep = 'd/'.repeat(2000);
  assert.is(directories.placeOf(`${deep}x`), `${deep}x`);
});

test.run();
