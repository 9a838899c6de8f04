/** Against the compressors of the host: large files in every shape, and zeros in bounded memory. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openArchiveFile } from '../../src/source/archive-file.ts';
import { branchSoup, pseudoRandom, sha256, textLike } from '../formats/xz/sample.ts';
import { missing, testWhere } from '../support/requires.ts';

const scratch = mkdtempSync(join(tmpdir(), 'stillroot-'));
const test = suite('archive files of the host');
test.after(() => rmSync(scratch, { recursive: true }));

const plain = join(scratch, 'plain');
// The text occurs again farther off than the usual windows reach.
const CONTENT = Buffer.concat([
  textLike(5_000_000, 1),
  branchSoup(1_000_000, 2),
  pseudoRandom(2_000_000, 3),
  new Uint8Array(12_000_000),
  textLike(5_000_000, 1),
]);
test.before(() => writeFileSync(plain, CONTENT));

async function hashOf(path: string): Promise<{ digest: string; nextOffset: number }> {
  const file = openArchiveFile(path);
  const hash = createHash('sha256');
  const stream = file.memberAt(0)!.stream();
  try {
    for (;;) {
      const { done, value } = await stream.next();
      if (done === true) return { digest: hash.digest('hex'), nextOffset: value.nextOffset };
      hash.update(value);
    }
  } finally {
    file.close();
  }
}

const COMMANDS = [
  'gzip -1c plain',
  'gzip -9c plain',
  'pigz -p2 -c plain',
  'pigz -i -p2 -c plain',
  'head -c 15000000 plain | gzip; tail -c +15000001 plain | gzip -2',
  'xz -0c plain',
  'xz -T0 -1c plain',
  'xz -T2 --block-size=3MiB --check=crc32 -c plain',
  'xz -T1 --block-size=3MiB --check=sha256 -0c plain',
  'xz -T1 --block-list=1,1MiB,5,0 --check=none -0c plain',
  'xz --lzma2=preset=0,dict=128MiB -c plain',
  'xz --x86 --lzma2=preset=1,dict=4KiB -c plain',
  'head -c 7654321 plain | xz -0; head -c 4096 /dev/zero; tail -c +7654322 plain | xz -1 --check=crc32',
  'zstd -qc plain',
  'zstd -q --ultra --long=27 -6 -c plain',
  'zstd -q --long=31 --check -c plain',
  'zstd -q -T2 -B1000000 -c <plain',
  'zstd -q --no-check --adapt -c <plain',
  'pzstd -q -c plain',
  'head -c 7654321 plain | zstd; tail -c +7654322 plain | zstd -1',
  'lz4 -qc plain',
  'lz4 -qc -BD -B4 plain',
  'lz4 -qc -BI -BX -B5 --content-size plain',
  'lz4 -qc --no-frame-crc -12 plain',
  'lz4 -qc -l plain',
  'head -c 7654321 plain | lz4 -l; tail -c +7654322 plain | lz4',
];

for (const command of COMMANDS) {
  const tool = /\b(gzip|pigz|xz|zstd|pzstd|lz4)\b/.exec(command.replace(/^head.*?\| /, ''))![0];
  testWhere(test, missing({ tools: [tool] }), command, async () => {
    const path = join(scratch, 'compressed');
    execFileSync('sh', ['-ec', `(${command}) >compressed`], { cwd: scratch });
    const { digest, nextOffset } = await hashOf(path);
    assert.is(digest, sha256(CONTENT));
    assert.is(nextOffset, readFileSync(path).length);
  });
}

// VmHWM, not maxRSS: Linux keeps maxRSS across exec, so that a child begins with the peak of the process that
// started it, and the test runner has hundreds of MiB.
const READER = `
  import { readFileSync } from 'node:fs';
  import { openArchiveFile } from ${JSON.stringify(new URL('../../src/source/archive-file.ts', import.meta.url).href)};
  const file = openArchiveFile(process.argv[1]);
  let count = 0;
  for await (const piece of file.memberAt(0).stream()) count += piece.length;
  console.log(count, Math.round(/^VmHWM:\\s*(\\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1] / 1024));
`;

const GIGABYTE = 1_000_000_000;
/** A bare node has 45 MiB; two decoders, their dictionaries and what is read ahead take the rest. */
const MEMORY_MAX_MIB = 300;

for (const compressor of ['gzip -9', 'xz -0', 'xz -0 -T2', 'zstd -19', 'zstd', 'lz4', 'lz4 -l']) {
  const zeros = `a gigabyte of zeros from ${compressor} is read in bounded memory`;
  testWhere(test, missing({ tools: [compressor.split(' ')[0] ?? ''] }), zeros, () => {
    const path = join(scratch, 'zeros');
    execFileSync('sh', ['-ec', `head -c ${GIGABYTE} /dev/zero | ${compressor} >${path}`]);
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--max-old-space-size=512', '--input-type=module', '-e', READER, path],
      { encoding: 'utf8' },
    );
    assert.is(status, 0, stderr);
    const [count, mebibytes] = stdout.split(' ').map(Number);
    assert.is(count, GIGABYTE);
    assert.ok(mebibytes! < MEMORY_MAX_MIB, `${mebibytes} MiB`);
  });
}

test.run();
