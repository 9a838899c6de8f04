// The page says what the tables say.
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PRESETS } from '../../src/bootstrap/builders.ts';
import { baseEnvironment } from '../../src/bootstrap/environment.ts';

const test = suite('bootstrap/readme');
const page = readFileSync(new URL('../../src/bootstrap/README.md', import.meta.url), 'utf8');

test('every preset has its row, and there are no others', () => {
  const rows = PRESETS.map(({ id, argument, about, keys }) => {
    const names = Object.keys(keys).map((key) => `\`${key}\``);
    return `| \`${id}:${argument}\` | ${about} | ${names.join(', ')} |`;
  });
  const section = page.split('<!-- from builders.ts -->\n')[1]?.split('\n\n')[0] ?? '';
  assert.equal(section.split('\n').slice(2), rows);
});

test('every variable is named, with its value', () => {
  for (const [name, value] of Object.entries(baseEnvironment(0))) {
    assert.ok(page.includes(`\`${name}\``), name);
    if (name !== 'SOURCE_DATE_EPOCH' && !value.startsWith('{'))
      assert.ok(page.includes(`\`${value}\``), value);
  }
});

test.run();
