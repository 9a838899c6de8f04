import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { unreadDatabases } from '../../src/packages/databases.ts';
import { memorySource } from '../support/memory-source.ts';

const test = suite('unread-databases');

function names(...paths: string[]): string[] {
  const { tree } = memorySource(paths.map((path) => [path, 'x']));
  return unreadDatabases(tree).map(({ name, path }) => `${name} ${path}`);
}

test('databases of systems that stillroot does not read, each once', () => {
  assert.equal(names('var/log/packages/a', 'var/lib/pkgtools/packages/a'), [
    'Slackware var/lib/pkgtools/packages',
  ]);
  assert.equal(names('var/log/packages/a'), ['Slackware var/log/packages']);
  assert.equal(names('var/lib/pkg/db', 'usr/local/tce.installed/x'), [
    'CRUX var/lib/pkg/db',
    'Tiny Core usr/local/tce.installed',
  ]);
});

test('logs and databases of those it reads are none', () => {
  assert.equal(names('var/log/packages.log', 'var/lib/dpkg/status', 'var/log/messages'), []);
});

test.run();
