import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Test } from 'uvu';

type Body = () => void | Promise<void>;

/** Where a program is, searched as a shell does and in the directories of the administrator. */
export function findTool(name: string, path: string = process.env.PATH ?? ''): string | undefined {
  for (const directory of [...path.split(delimiter), '/usr/sbin', '/sbin']) {
    const file = join(directory, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here; the next directory may have it.
    }
  }
  return undefined;
}

/** Why a test with these needs cannot run here; undefined where it can. */
export function missing(needs: {
  readonly root?: boolean;
  readonly tools?: readonly string[];
}): string | undefined {
  if (needs.root === true && process.getuid?.() !== 0) return 'needs root';
  const absent = (needs.tools ?? []).filter((tool) => findTool(tool) === undefined);
  return absent.length === 0 ? undefined : `needs ${absent.join(', ')}`;
}

/**
 * Registers a test that some machines cannot run. There it counts as skipped and says why; where
 * `CI=true` nothing may be skipped, so it fails.
 */
export function testWhere(test: Test, lacking: string | undefined, name: string, body: Body): void {
  if (lacking === undefined) {
    test(name, body);
  } else if (process.env.CI === 'true') {
    test(name, () => {
      throw new Error(`cannot be skipped in CI: ${lacking}`);
    });
  } else {
    console.error(`  - skipped: ${name}: ${lacking}`);
    test.skip(name, body);
  }
}

/**
 * The same for what no package of Debian contains and this repository may not: where that is missing, the test counts as
 * skipped in CI too, and says so. Other tests then use what was captured from it.
 *
 * @param absent why it is missing, and what stands in for it; undefined where it is here
 */
export function testWithOwn(
  test: Test,
  lacking: string | undefined,
  absent: string | undefined,
  name: string,
  body: Body,
): void {
  if (absent === undefined) {
    testWhere(test, lacking, name, body);
    return;
  }
  console.error(`  - skipped: ${name}: ${absent}`);
  test.skip(name, body);
}
