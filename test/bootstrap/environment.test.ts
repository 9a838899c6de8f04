import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  allowEnvironment,
  baseEnvironment,
  environmentOf,
  parseChoices,
  recordEnvironment,
} from '../../src/bootstrap/environment.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('bootstrap/environment');
const fill = (text: string): string => text.replace('{scratch}', '/s');

test('the same for everybody', () => {
  const recorded = recordEnvironment(7, parseChoices([]));
  assert.equal(recorded, baseEnvironment(7));
  const caller = {
    PATH: '/home/me/bin',
    HOME: '/home/me',
    LANG: 'de_DE',
    LC_ALL: 'tr_TR',
    TZ: 'Asia/Tokyo',
    SOURCE_DATE_EPOCH: '1',
    LD_PRELOAD: '/x.so',
    NODE_OPTIONS: '--inspect',
    USER: 'me',
    TMPDIR: '/home/me/tmp',
  };
  const expected: Record<string, string> = {
    ...baseEnvironment(7),
    HOME: '/s/home',
    TMPDIR: '/s/tmp',
  };
  assert.equal(environmentOf(recorded, caller, fill), expected);
  assert.is(expected.SOURCE_DATE_EPOCH, '7');
});

test('keys in one order', () => {
  const names = Object.keys(recordEnvironment(0, parseChoices(['Z=1', 'A=2', 'a'])));
  assert.equal(names, [...names].sort());
});

test('proxies are passed on, and recorded nowhere', () => {
  const caller = { http_proxy: 'http://user:secret@example.org', NO_PROXY: 'localhost' };
  const recorded = recordEnvironment(0, parseChoices([]));
  assert.not.match(JSON.stringify(recorded), /proxy/i);
  const env = environmentOf(recorded, caller, fill);
  assert.is(env.http_proxy, caller.http_proxy);
  assert.is(env.NO_PROXY, 'localhost');
  assert.is(
    environmentOf(recordEnvironment(0, parseChoices(['http_proxy=x'])), caller, fill).http_proxy,
    'x',
  );
});

test('--bootstrap-env: a value is recorded, a name alone passes on what is not', () => {
  const choices = parseChoices(['A=1', 'B', 'C=x=y', 'A=2', 'D=', 'E={scratch}/tmp2', 'PATH']);
  const recorded = recordEnvironment(0, choices);
  assert.is(recorded.A, '2');
  assert.is(recorded.B, null);
  assert.is(recorded.C, 'x=y');
  assert.is(recorded.D, '');
  assert.is(recorded.PATH, null);
  const env = environmentOf(recorded, { A: 'no', B: 'b', PATH: '/p' }, fill);
  assert.is(env.A, '2');
  assert.is(env.B, 'b');
  assert.is(env.PATH, '/p');
  assert.is(env.E, '{scratch}/tmp2');
  assert.not.ok('B' in environmentOf(recorded, {}, fill));
});

for (const text of ['', '=x', '1A=x', 'A B=x', 'A-B', 'A=\0', 'A\n=1']) {
  test(`refused: ${JSON.stringify(text)}`, async () => {
    await rejects(() => parseChoices([text]), 'usage', /wanted NAME or NAME=VALUE/);
  });
}

test('of a manifest only what every command has', () => {
  const own = recordEnvironment(7, parseChoices([]));
  assert.equal(allowEnvironment(own, 7, parseChoices([]), 'm'), own);
});

for (const [name, value] of [
  ['LD_PRELOAD', '/tmp/evil.so'],
  ['NODE_OPTIONS', '--require=/tmp/evil.js'],
  ['PATH', '/tmp/evil:/usr/bin'],
  ['HOME', '/root'],
  ['LC_ALL', 'C'],
  ['SOURCE_DATE_EPOCH', '8'],
  ['http_proxy', 'http://evil.example'],
  ['BASH_ENV', null],
  ['A\u001b[2K', 'x'],
  ['__proto__', 'x'],
  ['toString', 'x'],
] as const) {
  test(`a manifest may not set ${JSON.stringify(name)}, unless told so`, async () => {
    const recorded = { ...recordEnvironment(7, parseChoices([])), ...Object.fromEntries([[name, value]]) };
    const allow = (choices: readonly string[]): unknown =>
      allowEnvironment(recorded, 7, parseChoices(choices), 'm');
    await rejects(() => allow([]), 'manifest-refused', /--bootstrap-env/);
    await rejects(() => allow(['OTHER=1']), 'manifest-refused', /^m: sets environment variables/);
    if (!/^\w+$/.test(name)) return;
    const allowed = allow([name]) as Record<string, string | null>;
    assert.is(Object.entries(allowed).find(([key]) => key === name)?.[1], value);
    const mine = allow([`${name}=mine`]) as Record<string, string | null>;
    assert.is(Object.entries(mine).find(([key]) => key === name)?.[1], 'mine');
  });
}

test.run();
