import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { divert, parseDiversions } from '../../src/packages/dpkg.ts';

const test = suite('packages/dpkg-diversions');

test('the package that took the path over has it, the others have theirs elsewhere', () => {
  const diversions = parseDiversions(['/bin/sh', '/bin/sh.distrib', 'dash']);
  assert.is(divert(diversions, '/bin/sh', 'dash'), '/bin/sh');
  assert.is(divert(diversions, '/bin/sh', 'bash'), '/bin/sh.distrib');
  assert.is(divert(diversions, '/bin/bash', 'bash'), '/bin/bash');
});

test('a diversion by the administrator moves the file of every package', () => {
  const diversions = parseDiversions(['/usr/bin/x', '/usr/bin/x.real', ':']);
  assert.is(divert(diversions, '/usr/bin/x', 'x'), '/usr/bin/x.real');
});

test('several, and an incomplete one at the end', () => {
  const diversions = parseDiversions(['/a', '/a.1', 'p', '/b', '/b.1', 'q', '/c', '/c.1']);
  assert.is(divert(diversions, '/a', 'q'), '/a.1');
  assert.is(divert(diversions, '/b', 'q'), '/b');
  assert.is(divert(diversions, '/c', 'q'), '/c');
  assert.is(parseDiversions([]).size, 0);
});

test.run();
