import { closeSync, openSync, readSync } from 'node:fs';
import type { Spec } from '../../fixtures/materialize.ts';

/**
 * Files that begin as an x86 program does, taken from the node that runs the tests: enough for
 * several blocks, with and without the x86 filter.
 *
 * @param mebibytes in all
 */
export function programFiles(mebibytes: number): Spec[] {
  const source = openSync(process.execPath, 'r');
  try {
    const common = { mode: 0o755, uid: 0, gid: 0, mtime: 1_600_000_000 } as const;
    const specs: Spec[] = [{ ...common, path: 'programs', type: 'directory' }];
    const sizes = [3_000_000, 700_001, 64_003, 1_500_000, 12_345];
    let left = mebibytes * 1024 * 1024;
    for (let number = 0; left > 0; number++) {
      const size = Math.min(left, sizes[number % sizes.length] as number);
      // Different content each, the start that of a program.
      const bytes = Buffer.alloc(size);
      readSync(source, bytes, 0, Math.min(64, size), 0);
      if (size > 64) readSync(source, bytes, 64, size - 64, 4_000_000 + number * 900_000);
      const path = `programs/${String(number).padStart(3, '0')}`;
      specs.push({ ...common, path, type: 'file', size, pieces: [{ offset: 0, bytes }] });
      left -= size;
    }
    return specs;
  } finally {
    closeSync(source);
  }
}
