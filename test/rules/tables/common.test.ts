import { readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Rule } from '../../../src/rules/rule.ts';
import { COMMON } from '../../../src/rules/tables/common.ts';

const test = suite('rules/tables/common');
const FOLDER = new URL('../../../src/rules/tables/', import.meta.url);

test('holds every rule of every theme, in the order of the theme', async () => {
  const themes = readdirSync(FOLDER).filter((name) => name.startsWith('common-'));
  assert.ok(themes.length > 3);
  for (const theme of themes) {
    const exported = Object.values(await import(new URL(theme, FOLDER).href)) as (readonly Rule[])[];
    const rules = exported.flat();
    const from = COMMON.indexOf(rules[0] as Rule);
    assert.equal(COMMON.slice(from, from + rules.length), rules, theme);
  }
});

test('rules for all of a directory come before rules for single files in it', () => {
  const ids = COMMON.map((rule) => rule.id);
  const before = (first: string, second: string): void => {
    assert.ok(ids.indexOf(first) < ids.indexOf(second), `${first} before ${second}`);
  };
  before('common/logs-truncate', 'common/logs-unowned');
  before('common/logs-unowned', 'common/login-records');
  before('common/dhcp-state', 'common/dhcp-server-leases');
  before('common/dbus-machine-id', 'common/dbus-machine-id-link');
});

test.run();
