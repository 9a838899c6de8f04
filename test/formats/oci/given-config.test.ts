import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../../src/errors.ts';
import { changeConfig, type GivenConfig, readGivenConfig } from '../../../src/formats/oci/given-config.ts';

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
  assert.match(refusal({ config: {}, layers: [] }), /has the unknown key "layers"/);
  assert.match(refusal({ config: {}, architecture: 3 }), /architecture: found 3/);
  assert.throws(() => readGivenConfig(Buffer.from('{'), 'c.json'), /c\.json: is not JSON/);
  assert.throws(() => readGivenConfig(Buffer.from([0x22, 0xff, 0x22]), 'c.json'), /is not JSON in UTF-8/);
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
