/** Small files that options name. */
import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { GivenConfig } from '../formats/oci/given-config.ts';
import { nameOf } from '../settings/resolve.ts';
import type { RuleFileText } from '../settings/setting.ts';

/** Bytes read at a time; most of these files are smaller. */
const PIECE_BYTES = 64 * 1024;

/**
 * Reads a rule file given with `--rules`.
 *
 * @throws StillrootError `rule-file` for a file that cannot be read, is too large, or is not UTF-8
 */
export async function readRuleFile(path: string): Promise<RuleFileText> {
  const { MAX_RULE_FILE } = await import('../rules/user-file.ts');
  return { name: nameOf(path), path, text: await readText(path, MAX_RULE_FILE) };
}

/** Bytes; real configurations have a few thousand. */
const IMAGE_CONFIG_MAX = 1024 * 1024;

/**
 * Reads the configuration of an image given with `--oci-config`.
 *
 * @throws StillrootError `usage` for a file that cannot be read, or is none
 */
export async function readImageConfig(path: string): Promise<GivenConfig> {
  const { readGivenConfig } = await import('../formats/oci/given-config.ts');
  const where = `--oci-config ${path}`;
  const bytes = await readBytes(path, IMAGE_CONFIG_MAX, (_file, what, detail = {}) => {
    const hint = 'Name a JSON file with --oci-config.';
    return new StillrootError('usage', what, { where, hint, ...detail });
  });
  return readGivenConfig(bytes, where);
}

/** @param limit in bytes; more characters than that are too many in any case */
async function readText(file: string, limit: number): Promise<string> {
  const bytes = await readBytes(file, limit);
  // If decoded anyway, a pattern would silently match another name.
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw refusal(file, 'is not UTF-8, which TOML requires', {
    hint: 'Save it as UTF-8; in a pattern, ? matches a byte that is not UTF-8.',
  });
}

/** Reads files and pipes, such as `<(command)` of a shell; a device such as /dev/zero may be endless. */
async function readBytes(file: string, limit: number, refuse: typeof refusal = refusal): Promise<Buffer> {
  // Loaded only where it is needed: it takes a tenth of the start-up time.
  const { default: fs } = await import('fs-extra');
  try {
    const stats = await fs.stat(file);
    if (!stats.isFile() && !stats.isFIFO()) throw refuse(file, `is ${kindOf(stats)}, wanted a file`);
    if (stats.size > limit) throw refuse(file, `has ${stats.size} bytes, wanted at most ${limit}`);
    const descriptor = await fs.open(file, 'r');
    try {
      // Counted while it is read: a pipe has no size, and a file may grow.
      const pieces: Buffer[] = [];
      for (let total = 0; ; ) {
        const { bytesRead, buffer } = await fs.read(
          descriptor,
          Buffer.alloc(PIECE_BYTES),
          0,
          PIECE_BYTES,
          null,
        );
        if (bytesRead === 0) return Buffer.concat(pieces);
        total += bytesRead;
        if (total > limit) throw refuse(file, `is longer than the limit of ${limit} bytes`);
        pieces.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      await fs.close(descriptor);
    }
  } catch (cause) {
    if (cause instanceof StillrootError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw refuse(file, code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`, { cause });
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function refusal(
  file: string,
  what: string,
  detail: { hint?: string; cause?: unknown } = {},
): StillrootError {
  return new StillrootError('rule-file', what, {
    where: file,
    hint: 'Name a TOML file with --rules.',
    ...detail,
  });
}
