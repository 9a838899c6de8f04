import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layerWarning } from '../../src/source/layer-marks.ts';
import { makeEntry, makeTree } from '../support/entries.ts';

const test = suite('layer-marks');

test('marks of deletion of images and of overlayfs', () => {
  for (const entries of [
    [makeEntry('etc/.wh.passwd-')],
    [makeEntry('.wh.opt')],
    [makeEntry('opt/.wh..wh..opq')],
    [makeEntry('.wh..wh.plnk', 'directory')],
    [makeEntry('etc/gone', 'character')],
  ]) {
    assert.is(layerWarning(makeTree(entries))?.code, 'image-layer', entries[0]?.path);
  }
});

test('one warning for all of them, with the first', () => {
  const found = layerWarning(
    makeTree([makeEntry('a/.wh.b'), makeEntry('a/.wh.c'), makeEntry('x', 'character')]),
  );
  assert.match(found?.message ?? '', /\(a\/\.wh\.b and 2 more\).* flatten the image first/);
  assert.is(found?.path, '');
});

test('a whole image, as OCI and docker save lay it out', () => {
  const layer = `${'0123abcd'.repeat(8)}/layer.tar`;
  for (const path of ['oci-layout', layer]) {
    const found = layerWarning(makeTree([makeEntry('manifest.json'), makeEntry(path)]));
    assert.is(found?.code, 'image-layer');
    assert.ok(found?.message.startsWith(`${path} belongs to a container image: `), found?.message);
    assert.is(
      layerWarning(makeTree([makeEntry('etc', 'directory'), makeEntry(path)])),
      undefined,
      'beside etc',
    );
  }
});

test('what only looks like one', () => {
  const tree = makeTree([
    makeEntry('etc/x.wh.y'),
    makeEntry('oci-layout', 'directory'),
    makeEntry('srv/oci-layout'),
    makeEntry('backup/layer.tar'),
    makeEntry('etc/.wh'),
    makeEntry('etc/.white'),
    makeEntry('.wh.d/x'.slice(1)),
    makeEntry('dev/null', 'character', { major: 1, minor: 3 }),
    makeEntry('dev/loop', 'block', { major: 0, minor: 0 }),
  ]);
  assert.is(layerWarning(tree), undefined);
});

test.run();
