import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkDocument } from '../../src/app/check-tree.ts';
import { packDocument } from '../../src/app/plan-document.ts';
import { levelAt, XZ_LEVELS } from '../../src/pack/levels.ts';
import { packReport } from '../../src/report/pack.ts';
import { symlink } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { hardLinked, memorySource } from '../support/memory-source.ts';
import { plainLines } from '../support/plain-report.ts';

const test = suite('report of pack');

const result = {
  entries: 1,
  payloadBytes: 1000,
  fileBytes: 250,
  payloadDigest: 'a'.repeat(64),
  fileDigest: 'b'.repeat(64),
  blocks: [{ size: 4, unpaddedSize: 1, uncompressedSize: 1, digest: '00' }],
};

const NOTHING_ELSE = {
  ...{ early: undefined, bootConfig: undefined, cache: undefined, manifestFile: undefined },
  ...{ attestationFile: undefined, osPackage: undefined, containerImage: undefined },
} as const;

test('a pack in a short block', () => {
  const plan = makePlan(memorySource([['init', 'x']]));
  const report = {
    ...NOTHING_ELSE,
    ...{ plan, result, distro: 'debian', level: 4, seconds: 1.26 },
    format: 'cpio.xz',
    manifestFile: 'out.cpio.xz.manifest.json',
  } as const;
  assert.is(
    [...plainLines(packReport('rootfs', 'out.cpio.xz', report, 0)), ''].join('\n'),
    [
      'rootfs -> out.cpio.xz',
      '  entries      1 in, 1 out',
      '  bytes        1000 B -> 250 B (0.250), level 4, 1 block',
      '  rules        debian; epoch 1000000000',
      `  sha256 cpio  ${'a'.repeat(64)}`,
      `  sha256 file  ${'b'.repeat(64)}`,
      '  manifest     out.cpio.xz.manifest.json',
      '  time         1.3 s',
      '',
    ].join('\n'),
  );
  assert.ok(levelAt(XZ_LEVELS, report.level));
});

test('documents: paths in check, digests in pack', () => {
  const plan = makePlan(memorySource([['a\xff', 'xy']]), [
    { id: 't/x', match: ['a*'], action: { do: 'truncate' }, why: 'a test', source: 'the test' },
  ]);
  const check = checkDocument({ plan, distro: 'unknown', entries: 1, seconds: 0.5 }) as {
    changes: unknown;
    bytesIn: number;
    bytesOut: number;
  };
  assert.equal(check.changes, [{ rule: 't/x', action: 'truncate', count: 1, bytes: 2, paths: ['a\\xff'] }]);
  assert.equal([check.bytesIn, check.bytesOut], [2, 0]);
  const report = {
    ...NOTHING_ELSE,
    ...{ plan, result, distro: 'x', level: 4, seconds: 0.12345 },
    format: 'cpio',
  } as const;
  const document = packDocument(report) as Record<string, unknown>;
  assert.equal([document.bytesIn, document.bytesOut, document.payloadBytes], [2, 250, 1000]);
  assert.equal(document.digests, { payload: result.payloadDigest, file: result.fileDigest });
  assert.equal([document.seconds, 'level' in document, 'blocks' in document], [0.123, false, false]);
});

test('bytes in are those of files, one with two names once', () => {
  const plan = makePlan(
    memorySource([
      ...hardLinked(['one', 'two'], { size: 5 }),
      ...hardLinked(['three', 'four'], { size: 7 }),
      ['single', 'xy'],
      symlink('link', 'single'),
    ]),
  );
  const check = checkDocument({ plan, distro: 'unknown', entries: 6, seconds: 0 }) as {
    bytesIn: number;
    bytesOut: number;
  };
  assert.equal([check.bytesIn, check.bytesOut], [14, 14]);
});

test.run();
