import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kindOfMediaType, OCI_LAYER } from '../../../src/formats/oci/media-types.ts';

const test = suite('formats/oci/media-types');

test('media types of OCI and of Docker, and none of anything else', () => {
  const kinds: readonly (readonly [string, string | undefined])[] = [
    ['application/vnd.oci.image.index.v1+json', 'index'],
    ['application/vnd.docker.distribution.manifest.list.v2+json', 'index'],
    ['application/vnd.oci.image.manifest.v1+json', 'manifest'],
    ['application/vnd.docker.distribution.manifest.v2+json', 'manifest'],
    ['application/vnd.oci.image.config.v1+json', 'config'],
    ['application/vnd.docker.container.image.v1+json', 'config'],
    [OCI_LAYER, 'layer'],
    [`${OCI_LAYER}+gzip`, 'layer'],
    [`${OCI_LAYER}+zstd`, 'layer'],
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'layer'],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'foreign'],
    ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'foreign'],
    [`${OCI_LAYER}+encrypted`, undefined],
    [`${OCI_LAYER}+gzip+encrypted`, undefined],
    ['application/vnd.docker.distribution.manifest.v1+prettyjws', undefined],
    ['application/vnd.oci.empty.v1+json', undefined],
    ['constructor', undefined],
    ['', undefined],
  ];
  for (const [mediaType, kind] of kinds) assert.is(kindOfMediaType(mediaType), kind, mediaType);
});

test.run();
