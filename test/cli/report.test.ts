import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkDocument } from '../../src/app/check-tree.ts';
import { packDocument } from '../../src/app/pack-document.ts';
import { changeLines, packSummary, warningLines } from '../../src/cli/report.ts';
import type { Paint } from '../../src/cli/terminal.ts';
import { LEVELS } from '../../src/pack/levels.ts';
import type { Change, ChangeAction } from '../../src/plan/changes.ts';
import { symlink } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { hardLinked, memorySource } from '../support/memory-source.ts';

const test = suite('report');
const plain: Paint = (_style, text) => text;

function change(
  rule: string,
  count: number,
  bytes = 0,
  action: ChangeAction = 'drop',
  mayBeChosen = false,
): Change {
  const paths = Array.from({ length: count }, (_, n) => `path/${n}`);
  return { rule, action, count, bytes, paths, mayBeChosen };
}

test('rules by how much they touched, normalizers last', () => {
  const changes = [change('a/few', 2, 2048), change('b/many', 3), change('normalize/mtime', 900, 0, 'mtime')];
  assert.equal(changeLines(changes, 0), [
    '  dropped     3           b/many           path/0, ...',
    '  dropped     2  2.0 KiB  a/few            path/0, ...',
    '  time set  900           normalize/mtime',
  ]);
});

test('ten rules, and how many more; -v shows all, -vv every path', () => {
  const changes = Array.from({ length: 12 }, (_, n) => change(`r/${String(n).padStart(2, '0')}`, 2));
  const lines = changeLines(changes, 0);
  assert.is(lines.length, 11);
  assert.is(lines[10], '  and 2 more rules (-v shows all)');
  assert.is(changeLines(changes, 1).length, 12);
  assert.match(changeLines(changes, 2)[0] as string, /path\/0, path\/1$/);
  assert.equal(changeLines([], 0), []);
});

test('what somebody may have set is never left out, nor are its paths', () => {
  const changes = Array.from({ length: 12 }, (_, n) => change(`r/${String(n).padStart(2, '0')}`, 2));
  const chosen = change('z/hostname', 2, 0, 'drop', true);
  const lines = changeLines([...changes, chosen], 0);
  assert.match(lines[10] as string, /z\/hostname {2}path\/0, path\/1$/);
  assert.is(lines[11], '  and 2 more rules (-v shows all)');
  assert.match(changeLines([chosen], 1)[0] as string, /path\/0, path\/1$/);
});

test('of a directory that somebody may have filled, its name is told, and with -vv all in it', () => {
  const paths = ['go/mod', 'go/mod-x', 'go/mod-x/a', 'go/mod-x/a/b', 'go/sum', 'go/sum.x'];
  const filled: Change = { ...change('z/cache', 0, 0, 'drop', true), paths };
  for (const verbose of [0, 1])
    assert.match(changeLines([filled], verbose)[0] as string, / go\/mod, go\/mod-x, go\/sum, go\/sum\.x$/);
  assert.match(
    changeLines([filled], 2)[0] as string,
    / go\/mod, go\/mod-x, go\/mod-x\/a, go\/mod-x\/a\/b, go/,
  );
  const usual = { ...filled, mayBeChosen: false };
  assert.match(changeLines([usual], 0)[0] as string, / go\/mod, \.\.\.$/);
});

test('warnings by kind, one of each, and how many more', () => {
  const warnings = ['b', 'a', 'b'].map((code, n) => ({ code, path: `p${n}`, message: 'is odd' }));
  assert.equal(warningLines(warnings, 0, plain), [
    '  warning a: 1',
    '    p1: is odd',
    '  warning b: 2',
    '    p0: is odd',
    '    and 1 more (-v shows all)',
  ]);
  assert.equal(warningLines(warnings, 1, plain).slice(3), ['    p0: is odd', '    p2: is odd']);
  assert.equal(warningLines([{ code: 'c', path: '', message: 'about all' }], 0, plain)[1], '    about all');
});

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
  ...{ attestationFile: undefined, osPackage: undefined },
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
    packSummary('rootfs', 'out.cpio.xz', report, 0, plain),
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
  assert.ok(LEVELS.length > report.level);
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
