import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../../src/errors.ts';
import {
  changeConfig,
  type GivenConfig,
  givenConfigOf,
  readGivenConfig,
} from '../../../src/formats/oci/given-config.ts';

const test = suite('given-config');

const read = (value: unknown): GivenConfig => readGivenConfig(Buffer.from(JSON.stringify(value)), 'c.json');

function refusal(value: unknown): string {
  try {
    read(value);
  } catch (error) {
    assert.is((error as StillrootError).code, 'usage');
    return (error as StillrootError).message;
  }
  throw new Error('was not refused');
}

test('of the configuration of another image only what is not about its layers is taken', () => {
  const given = read({
    architecture: 'arm',
    variant: 'v7',
    os: 'linux',
    author: 'somebody',
    created: '2020-01-01T00:00:00Z',
    config: { Cmd: ['a'], Entrypoint: null, Healthcheck: { Test: ['NONE'] } },
    rootfs: { type: 'layers', diff_ids: [] },
    history: [],
  });
  assert.equal(given, {
    platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
    author: 'somebody',
    config: { Cmd: ['a'], Healthcheck: { Test: ['NONE'] } },
  });
});

test('its part alone is taken too', () => {
  assert.equal(read({ Cmd: ['a'], User: '1' }), { config: { Cmd: ['a'], User: '1' } });
  assert.equal(read({}), { config: {} });
  assert.equal(read({ config: null, architecture: 'amd64' }).config, {});
});

test('anything else is refused, with the place', () => {
  assert.match(refusal([]), /^c\.json: found a list, wanted an object/);
  assert.match(refusal({ Cmd: 'sh' }), /^c\.json: Cmd: found "sh", wanted a list/);
  assert.match(refusal({ config: { Env: [1] } }), /^c\.json: config: Env\[0\]: found 1/);
  assert.match(refusal({ config: {}, architecture: 3 }), /architecture: found 3/);
  assert.throws(() => readGivenConfig(Buffer.from('{'), 'c.json'), /c\.json: is not JSON/);
  assert.throws(() => readGivenConfig(Buffer.from([0x22, 0xff, 0x22]), 'c.json'), /is not JSON in UTF-8/);
});

test('what the specification does not know is no error, and a file of another kind is', () => {
  // config.md: extra fields MUST NOT generate an error.
  assert.equal(read({ config: { Cmd: ['a'] }, layers: [], 'x.y': 1, Config: {} }), {
    config: { Cmd: ['a'] },
  });
  assert.equal(read({ Cmd: ['a'], Hostname: 'h' }), { config: { Cmd: ['a'], Hostname: 'h' } });
  assert.equal(read({ Healthcheck: { Test: ['NONE'] } }), { config: { Healthcheck: { Test: ['NONE'] } } });
  assert.match(refusal({ foo: 1 }), /^c\.json: has the key "foo", and none of a configuration\. Give/);
  assert.match(refusal({ Id: 'sha256:0', Config: { Cmd: ['a'] } }), /has the key "Id", and none/);
});

test('what an image runs on is taken with all its keys, and an empty architecture is none', () => {
  const platform = { os: 'windows', architecture: 'amd64', 'os.version': '10.0', 'os.features': ['win32k'] };
  assert.equal(read({ ...platform, variant: null, config: {} }), { platform, config: {} });
  for (const architecture of ['', null]) {
    assert.equal(read({ os: '', architecture, config: {}, author: null }), { config: {} });
  }
  assert.equal(read({ os: '', architecture: 's390x' }).platform, { os: 'linux', architecture: 's390x' });
  assert.match(
    refusal({ ...platform, 'os.features': 'win32k' }),
    /os\.features.*found "win32k", wanted a list/,
  );
});

test('a value that no program could use is refused in a file, and kept of an image that is the source', () => {
  for (const [config, said] of [
    [{ Env: ['A=1', 'novalue'] }, /^c\.json: Env\[1\]: found "novalue", wanted NAME=VALUE/],
    [{ Env: ['=x'] }, /Env\[0\]/],
    [{ ExposedPorts: { '80/tcp': {}, 'x y': {} } }, /ExposedPorts: found "x y", wanted PORT/],
    [{ WorkingDir: 'rel' }, /WorkingDir: found "rel", wanted an absolute path/],
    [{ StopSignal: '99' }, /StopSignal: found "99", wanted a signal/],
  ] as const) {
    assert.match(refusal({ config }), said);
    assert.equal(givenConfigOf({ config }, 'image'), { config });
  }
  const usable = { Env: ['A='], ExposedPorts: { 80: {} }, WorkingDir: '', StopSignal: '' };
  assert.equal(read(usable), { config: usable });
});

test('what is nested too deep, has too many values or says one thing twice is refused before it is used', () => {
  const said = (text: string): string => {
    try {
      readGivenConfig(Buffer.from(text), 'c.json');
      return '';
    } catch (error) {
      assert.is((error as StillrootError).code, 'usage');
      return (error as StillrootError).message;
    }
  };
  const deep = (levels: number): string => `{"config":{"x":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
  assert.is(said(deep(62)), '');
  assert.match(said(deep(63)), /c\.json: is nested more than 64 levels deep/);
  assert.match(said(deep(100_000)), /more than 64 levels/);
  assert.match(said(`{"Cmd":[${'"",'.repeat(200_000)}""]}`), /has more than 200000 values/);
  assert.match(said('{"Cmd":["a"],"Cmd":["b"]}'), /has the key "Cmd" twice in one object/);
});

test('half a pair of surrogates is no text, in a value and in a key', () => {
  for (const text of [
    '{"Cmd":["a\\ud800"]}',
    '{"Labels":{"\\udfff":"x"}}',
    '{"config":{"Other":["\\uDBFF"]}}',
  ]) {
    assert.throws(() => readGivenConfig(Buffer.from(text), 'c.json'), /half of a pair of surrogates/);
  }
  const whole = readGivenConfig(Buffer.from('{"Cmd":["\\ud83d\\ude00","\\ufffd"]}'), 'c.json');
  assert.equal(whole, { config: { Cmd: ['\u{1f600}', '\ufffd'] } });
});

test('a change replaces what has the same name, and keeps the rest', () => {
  const before = read({
    ...{ Entrypoint: ['/old'], Cmd: ['--old'], Env: ['A=1', 'B=2'], Labels: { x: '1', y: '2' } },
    ...{ ExposedPorts: { '80/tcp': {} }, WorkingDir: '/w' },
  }).config;
  assert.equal(changeConfig(before, {}), before);
  const after = changeConfig(before, {
    ...{
      env: new Map([
        ['D', ''],
        ['C', '4=5'],
        ['B', '3'],
      ]),
      labels: new Map([
        ['y', ''],
        ['z', 'a=b'],
      ]),
      expose: ['53/udp'],
      user: '0:0',
      stopSignal: 'SIGINT',
    },
  });
  assert.equal(after, {
    ...before,
    Env: ['A=1', 'B=3', 'C=4=5', 'D='],
    Labels: { x: '1', y: '', z: 'a=b' },
    ExposedPorts: { '80/tcp': {}, '53/udp': {} },
    User: '0:0',
    StopSignal: 'SIGINT',
  });
});

test('a new program does not get the arguments of the old one', () => {
  const before = { Entrypoint: ['/old'], Cmd: ['--old'] };
  assert.equal(changeConfig(before, { entrypoint: ['/new'] }), { Entrypoint: ['/new'] });
  assert.equal(changeConfig(before, { entrypoint: ['/new'], cmd: ['x'] }), {
    Entrypoint: ['/new'],
    Cmd: ['x'],
  });
  assert.equal(changeConfig(before, { cmd: ['x'] }), { Entrypoint: ['/old'], Cmd: ['x'] });
});

test.run();
