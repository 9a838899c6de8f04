import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareImages } from '../../src/diff/compare-images.ts';
import type { ImageConfig } from '../../src/formats/oci/documents.ts';
import type { SourceImage } from '../../src/source/source.ts';

const test = suite('diff/compare-images');

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

function image(config: Partial<ImageConfig>, layers: readonly string[] = ['1']): SourceImage {
  return {
    ...{ names: [], platform: 'linux/amd64', manifest: undefined },
    config: {
      ...{ architecture: 'amd64', os: 'linux' },
      rootfs: { type: 'layers', diff_ids: layers.map(digest) },
      ...config,
    },
    layers: layers.map((digit) => ({ digest: digest(digit), createdBy: undefined })),
    layerOf: () => 0,
    removedIn: () => undefined,
  };
}

/** What differs, with its lines. */
function compared(a: SourceImage, b: SourceImage, isSameTree = true): unknown[] {
  return compareImages(a, b, isSameTree).map(({ what, lines }) => [what, ...lines]);
}

test('equal images have no difference, and an image has none with a tree', () => {
  const one = image({
    config: { Cmd: ['a'], Env: ['A=1'] },
    created: '2020',
    history: [{ created: '2020' }],
  });
  assert.equal(compared(one, one), []);
  assert.equal(compareImages(one, undefined, true), []);
  assert.equal(compareImages(undefined, one, true), []);
});

test('every setting by its name, variables and labels one by one', () => {
  const a = image({
    config: {
      ...{ Cmd: ['/bin/sh'], Entrypoint: null, User: '', Env: ['PATH=/bin', 'A=1', 'SAME=x'] },
      ...{ Labels: { one: 'x', two: 'y' }, ExposedPorts: { '80/tcp': {} }, WorkingDir: '/' },
    },
  });
  const b = image({
    variant: 'v2',
    config: {
      ...{ Cmd: ['/bin/sh', '-c'], Entrypoint: ['/init'], Env: ['SAME=x', 'A=2', 'B'] },
      ...{ Labels: { one: 'x', two: 'z' }, StopSignal: 'SIGTERM', WorkingDir: '/srv' },
    },
  });
  assert.equal(compared(a, b), [
    [
      'image-config',
      '-Cmd: ["/bin/sh"]',
      '+Cmd: ["/bin/sh","-c"]',
      '-variable PATH: "/bin"',
      '-variable A: "1"',
      '+variable A: "2"',
      '-label two: "y"',
      '+label two: "z"',
      '-ExposedPorts: {"80/tcp":{}}',
      '-WorkingDir: "/"',
      '+WorkingDir: "/srv"',
      '+variant: "v2"',
      '+Entrypoint: ["/init"]',
      '+variable B: null',
      '+StopSignal: "SIGTERM"',
    ],
  ]);
});

test('what means nothing is no difference: null, empty, false, the order of keys, what the builder noted of itself', () => {
  const a = image({ config: { Cmd: null, Env: [], Labels: {}, User: '', ArgsEscaped: false } });
  const more = { container: 'x', docker_version: '1', config: null };
  assert.equal(compared(a, image(more as Partial<ImageConfig>)), []);
  const health = (Healthcheck: object): SourceImage =>
    image({ config: { Healthcheck } as NonNullable<ImageConfig['config']> });
  assert.equal(compared(health({ Test: ['x'], Interval: 1 }), health({ Interval: 1, Test: ['x'] })), []);
  assert.equal(compared(health({ Test: ['x'] }), health({ Test: ['y'] })), [
    ['image-config', '-Healthcheck: {"Test":["x"]}', '+Healthcheck: {"Test":["y"]}'],
  ]);
});

test('steps and times of the history are two differences', () => {
  const a = image({
    created: '2020',
    history: [{ created: '2020', created_by: 'ADD x' }, { empty_layer: true }],
  });
  const b = image({
    created: '2021',
    history: [{ created: '2021', created_by: 'ADD y', empty_layer: false }],
  });
  assert.equal(compared(a, b), [
    [
      'image-history',
      '-step 1: {"created_by":"ADD x"}',
      '+step 1: {"created_by":"ADD y"}',
      '-step 2: {"empty_layer":true}',
    ],
    ['image-created', '-created: "2020"', '+created: "2021"', '-step 1: "2020"', '+step 1: "2021"'],
  ]);
});

test('layers differ by digest where the tree is the same, else by number', () => {
  const [two, other, three] = [image({}, ['1', '2']), image({}, ['1', '3']), image({}, ['1', '2', '3'])];
  assert.equal(compared(two, other), [
    ['image-layers', `-layer 2: ${digest('2')}`, `+layer 2: ${digest('3')}`],
  ]);
  assert.equal(compared(two, other, false), []);
  assert.equal(compared(two, three, false), [['image-layers', '-2 layers', '+3 layers']]);
});

test('texts are bytes, and long ones are cut', () => {
  const [found] = compareImages(image({}), image({ author: '\u00e9' }), true);
  assert.equal(found?.lines, ['+author: "\xc3\xa9"']);
  const [long] = compareImages(image({}), image({ author: 'x'.repeat(2000) }), true);
  assert.is(long?.lines[0]?.length, '+author: '.length + 500 + '...'.length);
});

test.run();
