import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { versionText } from '../../src/cli/version.ts';

const test = suite('version');

test('tool, profile and encoder', () => {
  assert.match(versionText(), /^stillroot \d+\.\d+\.\d+\nprofile \d+(\nencoder \w+: \S+ \d+\.\d+\.\d+)+$/);
});

test.run();
