import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Level, type Reproduction, rebuildLink, rebuildResult } from '../../src/attest/reproduction.ts';
import { digestSet } from '../../src/attest/statement.ts';
import { rejects } from '../support/rejects.ts';
import { digest } from './sample-manifest.ts';
import { validateLink, validateTestResult } from './statement-schemas.ts';

const test = suite('attest/rebuild');

function reproduction(...matched: Level[]): Reproduction {
  return {
    manifest: { name: 'rootfs.cpio.xz.manifest.json', digest: digestSet(digest('9')) },
    wanted: { name: 'rootfs.cpio.xz', digest: digestSet(digest('0')) },
    rebuilt: { name: 'again.cpio.xz', digest: digestSet(digest(matched.includes('file') ? '0' : '8')) },
    matched: {
      tree: matched.includes('tree'),
      payload: matched.includes('payload'),
      file: matched.includes('file'),
    },
  };
}

test('a link says manifest in, image out, in the form of rebuilderd', () => {
  const link = rebuildLink(reproduction('tree', 'payload', 'file'));
  assert.ok(validateLink(link), JSON.stringify(validateLink.errors));
  assert.equal(link, {
    signatures: [],
    signed: {
      _type: 'link',
      name: 'rebuild rootfs.cpio.xz',
      materials: { 'rootfs.cpio.xz.manifest.json': { sha256: '9'.repeat(64) } },
      products: { 'rootfs.cpio.xz': { sha256: '0'.repeat(64) } },
      command: [],
      environment: {},
      byproducts: {},
    },
  });
});

// The example in rebuilderd's own test of its reader: the schema here must take what it takes.
test('the schema of the link takes one that rebuilderd wrote', () => {
  const set = { sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) };
  const link = {
    signatures: [{ keyid: 'c25d24c0', sig: '8cd70318' }],
    signed: {
      _type: 'link',
      name: 'rebuild some_1.0_amd64.deb',
      materials: { 'some_1.0_amd64.buildinfo': set },
      products: { 'some_1.0_amd64.deb': set },
      environment: null,
      byproducts: {},
      command: [],
    },
  };
  assert.ok(validateLink(link));
  assert.not(validateLink({ ...link, signed: { ...link.signed, products: { 'some.deb': {} } } }));
});

test('there is no link of a rebuild that came to other bytes', async () => {
  for (const matched of [[], ['tree'], ['tree', 'payload']] as Level[][]) {
    await rejects(
      () => rebuildLink(reproduction(...matched)),
      'attestation-refused',
      /rootfs\.cpio\.xz.*test result/i,
    );
  }
});

test('a test result tells of success', () => {
  const result = rebuildResult(reproduction('tree', 'payload', 'file'));
  assert.ok(validateTestResult(result), JSON.stringify(validateTestResult.errors));
  assert.equal(result.subject, [{ name: 'rootfs.cpio.xz', digest: { sha256: '0'.repeat(64) } }]);
  assert.equal(result.predicate, {
    result: 'PASSED',
    configuration: [
      {
        name: 'rootfs.cpio.xz.manifest.json',
        digest: { sha256: '9'.repeat(64) },
        mediaType: 'application/json',
      },
    ],
    passedTests: ['same-tree', 'same-payload', 'same-file'],
  });
});

test('and of failure, about the same image, with what was the same all the same', () => {
  const result = rebuildResult(reproduction('tree', 'payload'));
  assert.ok(validateTestResult(result));
  assert.equal(result.subject, [{ name: 'rootfs.cpio.xz', digest: { sha256: '0'.repeat(64) } }]);
  const { result: verdict, passedTests, failedTests } = result.predicate;
  assert.equal([verdict, passedTests, failedTests], ['FAILED', ['same-tree', 'same-payload'], ['same-file']]);
  assert.equal(rebuildResult(reproduction()).predicate.failedTests, [
    'same-tree',
    'same-payload',
    'same-file',
  ]);
});

test('digests have one form', async () => {
  assert.equal(digestSet(digest('0')), { sha256: '0'.repeat(64) });
  assert.equal(digestSet(`sha512:${'0'.repeat(128)}`), { sha512: '0'.repeat(128) });
  const wrong = [
    '',
    'sha256:',
    `sha256:${'0'.repeat(63)}`,
    `sha256:${'A'.repeat(64)}`,
    `md5:${'0'.repeat(32)}`,
  ];
  for (const each of [...wrong, `sha512:${'0'.repeat(64)}`, `x${digest('0')}`, `${digest('0')}\n`]) {
    await rejects(() => digestSet(each), 'manifest-malformed');
  }
});

test.run();
