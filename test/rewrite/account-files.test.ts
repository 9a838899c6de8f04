import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shadowLastChange, sortAccounts } from '../../src/rewrite/account-files.ts';
import type { RewriteResult } from '../../src/rewrite/rewrite.ts';
import { rewriteContext } from '../support/rewrite-context.ts';
import { apply, faultAt, lookUpIn, survivesDamage, textAfter } from './damage.ts';

const test = suite('account-files');

const PASSWD = [
  'messagebus:x:100:102::/nonexistent:/usr/sbin/nologin',
  'root:x:0:0:root:/root:/bin/bash',
  '_apt:x:42:65534::/nonexistent:/usr/sbin/nologin',
  'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  'bin:x:2:2:bin:/bin:/usr/sbin/nologin',
  '',
].join('\n');
const GROUP = 'ssl-cert:x:103:\nroot:x:0:\nadm:x:4:syslog,me\n';
const context = (path: string): { path: string; lookUp: ReturnType<typeof lookUpIn> } => ({
  path,
  lookUp: lookUpIn({ 'etc/passwd': { content: PASSWD }, 'etc/group': { content: GROUP } }),
});
const names = (text: string): string[] => text.split('\n').map((line) => line.split(':')[0] as string);

test('passwd and group by number', () => {
  const passwd = textAfter(sortAccounts, PASSWD, context('etc/passwd'));
  assert.equal(names(passwd), ['root', 'bin', '_apt', 'messagebus', 'nobody', '']);
  assert.equal(passwd.split('\n').toSorted(), PASSWD.split('\n').toSorted());
  assert.is(
    textAfter(sortAccounts, GROUP, context('etc/group')),
    'root:x:0:\nadm:x:4:syslog,me\nssl-cert:x:103:\n',
  );
});

test('shadow and gshadow in the order of passwd and group; strangers last, by name', () => {
  const shadow = [
    'z:*:1::::::',
    'bin:*:1::::::',
    'a:*:1::::::',
    'messagebus:!:1::::::',
    'root:*:1::::::',
    '',
  ];
  assert.equal(names(textAfter(sortAccounts, shadow.join('\n'), context('etc/shadow'))), [
    'root',
    'bin',
    'messagebus',
    'a',
    'z',
    '',
  ]);
  const gshadow = 'ssl-cert:!::\nadm:*::me\nroot:*::\n';
  assert.is(textAfter(sortAccounts, gshadow, context('etc/gshadow')), 'root:*::\nadm:*::me\nssl-cert:!::\n');
});

test('without passwd beside it shadow is sorted by name', () => {
  assert.is(
    textAfter(sortAccounts, 'b:*:1::::::\na:*:1::::::\n', { path: 'usr/etc/shadow' }),
    'a:*:1::::::\nb:*:1::::::\n',
  );
});

test('of two names for one number the first stays first', () => {
  const text = 'toor:x:0:0::/root:/bin/sh\nroot:x:0:0::/root:/bin/bash\n';
  assert.is(apply(sortAccounts, text, { path: 'etc/passwd' }).outcome, 'unchanged');
});

test('NIS entries and all behind them keep their place', () => {
  const text = 'b:x:2:\na:x:1:\n+nis:::\nz:x:9:\n-group:::\n+:::\n';
  assert.is(
    textAfter(sortAccounts, text, { path: 'etc/group' }),
    'a:x:1:\nb:x:2:\n+nis:::\nz:x:9:\n-group:::\n+:::\n',
  );
});

test('sorted files, other files and a missing newline at the end', () => {
  assert.is(apply(sortAccounts, 'a:x:1:\nb:x:2:\n', { path: 'etc/group' }).outcome, 'unchanged');
  assert.is(apply(sortAccounts, 'b\na\n', { path: 'etc/subuid' }).outcome, 'unchanged');
  assert.is(textAfter(sortAccounts, 'b:x:2:\na:x:1:', { path: 'etc/group' }), 'a:x:1:\nb:x:2:');
});

test('what is no account is reported where it stands', () => {
  faultAt(sortAccounts, 'root:x:0:\n# comment\n', 10, /1 fields/, { path: 'etc/group' });
  faultAt(sortAccounts, 'root:x:0:\n\nbin:x:1:\n', 10, /1 fields/, { path: 'etc/group' });
  faultAt(sortAccounts, 'root:x:none:\n', 0, /something else than a number/, { path: 'etc/group' });
  const broken = { path: 'etc/shadow', lookUp: lookUpIn({ 'etc/passwd': { content: 'x\n' } }) };
  faultAt(sortAccounts, 'root:*:1::::::\n', 0, /1 fields/, broken);
});

test('any order becomes the same', () => {
  const lines = PASSWD.trimEnd().split('\n');
  const wanted = textAfter(sortAccounts, PASSWD, context('etc/passwd'));
  fc.assert(
    fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
      const text = `${shuffled.join('\n')}\n`;
      assert.is(text === wanted ? text : textAfter(sortAccounts, text, context('etc/passwd')), wanted);
    }),
  );
});

test('damage', () => {
  survivesDamage(sortAccounts, Buffer.from(GROUP), { context: { path: 'etc/group' } });
  survivesDamage(sortAccounts, Buffer.from(PASSWD), { context: { path: 'etc/passwd' } });
});

const DAY = 86_400;
/** Day 19,000 is 2022-01-08. */
const EPOCH = 19_000 * DAY + 12_345;

function applyShadow(text: string, epoch: number = EPOCH): RewriteResult {
  return shadowLastChange.apply(Buffer.from(text, 'latin1'), rewriteContext({ epoch }));
}

/** The new text; the old where nothing changes. */
function afterShadow(text: string, epoch: number = EPOCH): string {
  const result = applyShadow(text, epoch);
  if (result.outcome === 'malformed') throw new Error(`malformed at ${result.offset}: ${result.found}`);
  if ('why' in result) throw new Error(`${result.outcome}: ${result.why}`);
  return result.outcome === 'unchanged' ? text : Buffer.from(result.bytes).toString('latin1');
}

const DEBIAN = [
  'root:*:20000:0:99999:7:::',
  'daemon:*:18999:0:99999:7:::',
  'me:$y$j9T$x:19001:0:99999:7:::',
  '',
].join('\n');

test('days after the epoch become its day, and nothing else changes', () => {
  assert.is(
    afterShadow(DEBIAN),
    'root:*:19000:0:99999:7:::\ndaemon:*:18999:0:99999:7:::\nme:$y$j9T$x:19000:0:99999:7:::\n',
  );
});

test('a file without younger days is unchanged', () => {
  assert.is(applyShadow('root:*:19000:0:99999:7:::\n').outcome, 'unchanged');
  assert.is(applyShadow('root:*:1:0:99999:7:::\n').outcome, 'unchanged');
  assert.is(applyShadow('').outcome, 'unchanged');
});

test('a second run changes nothing', () => {
  for (const epoch of [0, 1, DAY - 1, DAY, 2 * DAY, EPOCH, 2 ** 32 - 1]) {
    assert.is(applyShadow(afterShadow(DEBIAN, epoch), epoch).outcome, 'unchanged');
  }
});

test('an epoch within the first two days gives day 1: day 0 would ask for a new password', () => {
  for (const epoch of [0, 1, DAY - 1, DAY, 2 * DAY - 1]) {
    assert.is(afterShadow('root:*:20000:0:99999:7:::\n', epoch), 'root:*:1:0:99999:7:::\n', `epoch ${epoch}`);
  }
  assert.is(afterShadow('root:*:20000:0:99999:7:::\n', 2 * DAY), 'root:*:2:0:99999:7:::\n');
});

test('day 0 that somebody set stays, and so does an empty field', () => {
  for (const line of ['root:*:0:0:99999:7:::\n', 'root:*::0:99999:7:::\n', 'root::::::::\n']) {
    assert.is(applyShadow(line).outcome, 'unchanged', line);
  }
});

test('NIS entries and empty lines have no fields to look at', () => {
  for (const line of ['+\n', '+::::::::\n', '-user\n', '+@group::::::::\n', '-@group:x\n', '\n', '\n\n']) {
    assert.is(applyShadow(line).outcome, 'unchanged', JSON.stringify(line));
  }
  assert.is(afterShadow('+\nroot:*:20000:0:99999:7:::\n\n'), '+\nroot:*:19000:0:99999:7:::\n\n');
});

test('a last line without a newline gets none', () => {
  assert.is(afterShadow('root:*:20000:0:99999:7:::'), 'root:*:19000:0:99999:7:::');
});

test('bytes that are not UTF-8 stay as they are', () => {
  assert.is(afterShadow('m\xfcller:\xff:20000::::::\n'), 'm\xfcller:\xff:19000::::::\n');
});

test('what is no shadow file is malformed, with the offset of the line', () => {
  const good = 'root:*:20000:0:99999:7:::\n';
  const cases: readonly (readonly [text: string, offset: number, found: RegExp])[] = [
    ['root:x:0:0:root:/root:/bin/bash\n', 0, /^7 fields$/],
    [`${good}short:line\n`, good.length, /^2 fields$/],
    [`${good}many:*:1:2:3:4:5:6:7:8\n`, good.length, /^10 fields$/],
    [`${good}root:*:-1:0:99999:7:::\n`, good.length, /^something else in the third field$/],
    [`${good}root:*:2e4:0:99999:7:::\n`, good.length, /^something else in the third field$/],
    [`${good}root:*: 20000:0:99999:7:::\n`, good.length, /^something else in the third field$/],
    [`${good}root:*:12345678901:0:99999:7:::\n`, good.length, /^something else in the third field$/],
    ['\x00\x01\x02', 0, /^1 fields$/],
  ];
  for (const [text, offset, found] of cases) {
    const result = applyShadow(text);
    assert.is(result.outcome, 'malformed', JSON.stringify(text));
    if (result.outcome !== 'malformed') continue;
    assert.is(result.offset, offset);
    assert.match(result.found, found);
    assert.ok(result.wanted.length > 0);
  }
});

/** Never throws; what it gives back is a file that it knows and that it leaves alone from then on. */
function check(bytes: Uint8Array, epoch: number): void {
  const given = Buffer.from(bytes);
  const result = shadowLastChange.apply(Buffer.from(bytes), rewriteContext({ epoch }));
  if (result.outcome === 'malformed') assert.ok(result.offset >= 0 && result.offset <= given.length);
  assert.is.not(result.outcome, 'obsolete');
  if (result.outcome !== 'rewritten') return;
  assert.not.ok(Buffer.from(result.bytes).equals(given), 'rewritten and the same');
  assert.is(
    shadowLastChange.apply(Buffer.from(result.bytes), rewriteContext({ epoch })).outcome,
    'unchanged',
  );
}

test('cut short anywhere, it does not throw', () => {
  const whole = Buffer.from(DEBIAN, 'latin1');
  for (let length = 0; length <= whole.length; length++) check(whole.subarray(0, length), EPOCH);
});

test('with any bit flipped, it does not throw', () => {
  const whole = Buffer.from(DEBIAN, 'latin1');
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    check(flipped, EPOCH);
  }
});

test('with any bytes, it does not throw', () => {
  const piece = fc.constantFrom('root', ':', '::::::::', '\n', '20000', '1', '-', '+', '\xff', '\0');
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1'));
  const epoch = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), text), epoch, check));
});

test('what it says about itself is a sentence, and its limit is generous', () => {
  assert.match(shadowLastChange.what, /^[A-Z].*\.$/);
  assert.ok(shadowLastChange.maximumSize >= 1024 * 1024);
});

/** The values of the policy `shadow`; the default is tested above. */

/** Day 19,000. */
const POLICY_EPOCH = 19_000 * 86_400;
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
function days(value: string, epoch: number = POLICY_EPOCH): Record<string, string> {
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

test('policy: clamp: later days become the day of the epoch', () => {
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

test('policy: set: every day becomes the day of the epoch; empty fields and day 0 stay', () => {
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

test('policy: blank-locked: accounts without a usable password have no day; the others as with clamp', () => {
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

test('policy: blank: no account has a day, but whoever must change the password still must', () => {
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

test('policy: day 0 is never written', () => {
  for (const value of ['clamp', 'set', 'blank-locked', 'blank']) {
    const { password, earlier, open } = days(value, 0);
    for (const day of [password, earlier, open]) assert.is.not(day, '0', value);
  }
});

test('policy: the policy sort-accounts sorts too, since a file has one normalizer', () => {
  const text = 'b:*:20000::::::\na:*:20000::::::\n';
  const sort = (name: string): string | undefined => (name === 'sort-accounts' ? 'sort' : undefined);
  const context = { path: 'etc/shadow', epoch: POLICY_EPOCH, policy: sort };
  assert.is(textAfter(shadowLastChange, text, context), 'a:*:19000::::::\nb:*:19000::::::\n');
  assert.is(textAfter(shadowLastChange, 'b:*:1::::::\na:*:1::::::\n', context), 'a:*:1::::::\nb:*:1::::::\n');
  assert.is(textAfter(shadowLastChange, 'a:*:20000::::::\n', context), 'a:*:19000::::::\n');
});

test('policy: damage', () => {
  const whole = Buffer.from(`${Object.values(LINES).join('\n')}\n`, 'latin1');
  for (const value of ['blank-locked', 'blank']) {
    survivesDamage(shadowLastChange, whole, {
      context: { epoch: POLICY_EPOCH, policy: () => value },
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
