import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shadowLastChange } from '../../src/rewrite/shadow-last-change.ts';
import { survivesDamage, textAfter } from './damage.ts';

/** The values of the policy `shadow`; what the default does is in shadow-last-change.test.ts. */
const test = suite('shadow-variants');

/** Day 19,000. */
const EPOCH = 19_000 * 86_400;
const LINES = {
  locked: 'daemon:*:20000:0:99999:7:::',
  disabled: 'svc:!:18000::::::',
  lockedToday: 'old:!$y$j9T$x:0:0:99999:7:::',
  empty: 'none:*::0:99999:7:::',
  password: 'me:$y$j9T$x:20000:0:99999:7:::',
  earlier: 'you:$6$x$y:18000:0:99999:7:::',
  mustChange: 'new:$6$x$y:0:0:99999:7:::',
  open: 'open::20000:0:99999:7:::',
  nis: '+::::::::',
};

/** Field 3 of each account afterwards. */
function days(value: string, epoch: number = EPOCH): Record<string, string> {
  const policy = (name: string): string | undefined => (name === 'shadow' ? value : undefined);
  const text = `${Object.values(LINES).join('\n')}\n`;
  const result = textAfter(shadowLastChange, text, { epoch, policy });
  const days: Record<string, string> = {};
  for (const [index, name] of Object.keys(LINES).entries()) {
    days[name] = result.split('\n')[index]?.split(':')[2] as string;
  }
  const others = (line: string): string => line.replace(/^([^:]*:[^:]*:)[^:]*/, '$1');
  assert.equal(result.split('\n').map(others), text.split('\n').map(others), 'only field 3 changes');
  return days;
}

test('clamp: later days become the day of the epoch', () => {
  const clamped = {
    locked: '19000',
    disabled: '18000',
    lockedToday: '0',
    empty: '',
    password: '19000',
    earlier: '18000',
    mustChange: '0',
    open: '19000',
    nis: '',
  };
  assert.equal(days('clamp'), clamped);
  assert.equal(days('a value that a user rule brings along'), clamped);
});

test('set: every day becomes the day of the epoch; empty fields and day 0 stay', () => {
  assert.equal(days('set'), {
    locked: '19000',
    disabled: '19000',
    lockedToday: '0',
    empty: '',
    password: '19000',
    earlier: '19000',
    mustChange: '0',
    open: '19000',
    nis: '',
  });
});

test('blank-locked: accounts without a usable password have no day; the others as with clamp', () => {
  assert.equal(days('blank-locked'), {
    locked: '',
    disabled: '',
    lockedToday: '',
    empty: '',
    password: '19000',
    earlier: '18000',
    mustChange: '0',
    open: '19000',
    nis: '',
  });
});

test('blank: no account has a day, but whoever must change the password still must', () => {
  assert.equal(days('blank'), {
    locked: '',
    disabled: '',
    lockedToday: '',
    empty: '',
    password: '',
    earlier: '',
    mustChange: '0',
    open: '',
    nis: '',
  });
});

test('day 0 is never written', () => {
  for (const value of ['clamp', 'set', 'blank-locked', 'blank']) {
    const { password, earlier, open } = days(value, 0);
    for (const day of [password, earlier, open]) assert.is.not(day, '0', value);
  }
});

test('the policy sort-accounts sorts too, since a file has one normalizer', () => {
  const text = 'b:*:20000::::::\na:*:20000::::::\n';
  const sort = (name: string): string | undefined => (name === 'sort-accounts' ? 'sort' : undefined);
  const context = { path: 'etc/shadow', epoch: EPOCH, policy: sort };
  assert.is(textAfter(shadowLastChange, text, context), 'a:*:19000::::::\nb:*:19000::::::\n');
  assert.is(textAfter(shadowLastChange, 'b:*:1::::::\na:*:1::::::\n', context), 'a:*:1::::::\nb:*:1::::::\n');
  assert.is(textAfter(shadowLastChange, 'a:*:20000::::::\n', context), 'a:*:19000::::::\n');
});

test('damage', () => {
  const whole = Buffer.from(`${Object.values(LINES).join('\n')}\n`, 'latin1');
  for (const value of ['blank-locked', 'blank']) {
    survivesDamage(shadowLastChange, whole, {
      context: { epoch: EPOCH, policy: () => value },
      sameSize: false,
    });
  }
  // `set` makes a file longer where days had fewer digits; with an early epoch none has.
  survivesDamage(shadowLastChange, whole, {
    context: { epoch: 0, policy: () => 'set' },
    sameSize: false,
  });
});

test.run();
