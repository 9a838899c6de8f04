/** Small files that options name. */
import { isUtf8 } from 'node:buffer';
import { StillrootError } from '../errors.ts';
import type { GivenConfig } from '../formats/oci/given-config.ts';
import { nameOf } from '../settings/resolve.ts';
import type { RuleFileText } from '../settings/setting.ts';
import { readNamedFile } from '../system/named-file.ts';

/**
 * Reads a rule file given with `--rules`.
 *
 * @throws StillrootError `rule-file` for a file that cannot be read, is too large, or is not UTF-8
 */
export async function readRuleFile(path: string): Promise<RuleFileText> {
  const { MAX_RULE_FILE } = await import('../rules/user-file.ts');
  const bytes = await readNamedFile(path, MAX_RULE_FILE, (what, cause) => refuseRules(path, what, { cause }));
  // If decoded anyway, a pattern would silently match another name.
  if (isUtf8(bytes)) return { name: nameOf(path), path, text: bytes.toString('utf8') };
  throw refuseRules(path, 'is not UTF-8, which TOML requires', {
    hint: 'Save it as UTF-8; in a pattern, ? matches a byte that is not UTF-8.',
  });
}

function refuseRules(
  where: string,
  what: string,
  detail: { hint?: string; cause?: unknown },
): StillrootError {
  return new StillrootError('rule-file', what, { where, hint: 'Name a TOML file with --rules.', ...detail });
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
  const where = `--oci-config ${path}`.trimEnd();
  const hint = 'Name a JSON file with --oci-config.';
  const refuse = (what: string, cause: unknown): StillrootError =>
    new StillrootError('usage', what, { where, hint, cause });
  return readGivenConfig(await readNamedFile(path, IMAGE_CONFIG_MAX, refuse), where);
}
