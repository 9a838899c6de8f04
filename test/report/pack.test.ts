import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkDocument } from '../../src/app/check-tree.ts';
import { packDocument } from '../../src/app/plan-document.ts';
import { levelAt, XZ_LEVELS } from '../../src/pack/levels.ts';
import { packReport } from '../../src/report/pack.ts';
import { makeEntry, symlink } from '../support/entries.ts';
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
  assert.equal(plainLines(packReport('rootfs', 'out.cpio.xz', report, 0)), [
    'rootfs -> out.cpio.xz',
    '  1 entry, 1000 B -> 250 B, 1.3 s',
    '  nothing to change, by the rules for debian',
    '  manifest  out.cpio.xz.manifest.json',
    `  sha256    ${'b'.repeat(64)}`,
  ]);
  assert.equal(plainLines(packReport('rootfs', 'out.cpio.xz', report, 1)), [
    'rootfs -> out.cpio.xz',
    '  1 entry, 1000 B -> 250 B (level 4, 1 block), 1.3 s',
    '  nothing to change, by the rules for debian',
    '  manifest     out.cpio.xz.manifest.json',
    `  sha256 cpio  ${'a'.repeat(64)}`,
    `  sha256       ${'b'.repeat(64)}`,
  ]);
  assert.ok(levelAt(XZ_LEVELS, report.level));
});

test('a summary of what was done, what a user may have set, and a hint for an initramfs', () => {
  const plan = makePlan(
    memorySource([['etc/hostname', 'me'], makeEntry('log/a', 'file', { size: 1, mtime: 2_000_000_000 })]),
    [
      { id: 't/log', match: ['log/*'], action: { do: 'truncate' }, why: 'a test', source: 'the test' },
      {
        ...{ id: 't/hostname', match: ['etc/hostname'], action: { do: 'drop' } },
        ...{ why: 'a test', source: 'the test', mayBeChosen: true },
      },
    ],
  );
  const report = {
    ...NOTHING_ELSE,
    ...{ plan, result, distro: 'unknown', level: undefined, seconds: 1 },
    format: 'cpio',
  } as const;
  for (const _ of plan.counted());
  const note = '  note: no /init; use --init, for example --init /sbin/init, to boot it as an initramfs';
  const expected = [
    '  1 entry, 250 B, 1.0 s',
    '  2 changes by 2 generic rules, 1 time stamp clamped to 2001-09-09T01:46:40Z (-v lists them)',
    '  dropped by t/hostname: etc/hostname',
    `  sha256  ${'b'.repeat(64)}`,
  ];
  assert.equal(plainLines(packReport('r', 'a.cpio', report, 0)).slice(1), expected);
  assert.equal(plainLines(packReport('r', 'initrd.img', report, 0)).slice(1), [
    ...expected.slice(0, 3),
    note,
    ...expected.slice(3),
  ]);
});

test('a name that says another format than --format', () => {
  const plan = makePlan(memorySource([['init', 'x']]));
  const noted = (output: string, format: 'tar.gz' | 'oci.tar' | 'cpio.zst'): string[] => {
    const report = {
      ...NOTHING_ELSE,
      ...{ plan, result, distro: 'debian', level: 4, seconds: 1 },
      format,
    } as const;
    return plainLines(packReport('rootfs', output, report, 0)).filter((text) => text.includes('note:'));
  };
  assert.equal(noted('a.cpio.zst', 'tar.gz'), [
    '  note: this is tar.gz, as --format says, but its name says cpio.zst',
  ]);
  assert.equal(noted('a.tar', 'cpio.zst'), [
    '  note: this is cpio.zst, as --format says, but its name says tar',
  ]);
  // An image is a tar archive; the ending of a compression alone says little; other names say nothing.
  for (const [output, format] of [
    ['a.tar', 'oci.tar'],
    ['a.zst', 'tar.gz'],
    ['initrd.img', 'cpio.zst'],
    ['a.tar.gz', 'tar.gz'],
    ['-', 'tar.gz'],
  ] as const) {
    assert.equal(noted(output, format), [], output);
  }
});

test('documents: paths in check, digests in pack', () => {
  const plan = makePlan(memorySource([['a\xff', 'xy']]), [
    { id: 't/x', match: ['a*'], action: { do: 'truncate' }, why: 'a test', source: 'the test' },
  ]);
  const check = checkDocument({
    plan,
    distro: 'unknown',
    untried: [],
    unmatched: [],
    entries: 1,
    seconds: 0.5,
  }) as {
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
  const check = checkDocument({
    plan,
    distro: 'unknown',
    untried: [],
    unmatched: [],
    entries: 6,
    seconds: 0,
  }) as {
    bytesIn: number;
    bytesOut: number;
  };
  assert.equal([check.bytesIn, check.bytesOut], [14, 14]);
});

test.run();
