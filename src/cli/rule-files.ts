import { isUtf8 } from 'node:buffer';
import { StillrootError } from '../errors.ts';
import { REWRITES } from '../rewrite/registry.ts';
import type { RuleFile } from '../rules/user-file.ts';

/** Reads the files of `--rules` in order; later rules win over earlier ones. */
export async function readUserRules(files: readonly string[]): Promise<RuleFile> {
  if (files.length === 0) return { rules: [], policies: [] };
  const { readRuleFile } = await import('../rules/user-file.ts');
  const known = { normalizers: Object.keys(REWRITES) };
  const parsed = await Promise.all(
    files.map(async (file) => readRuleFile(await readText(file), file, known)),
  );
  return {
    rules: parsed.flatMap(({ rules }) => rules),
    policies: parsed.flatMap(({ policies }) => policies),
  };
}

async function readText(file: string): Promise<string> {
  // Loaded only where it is needed: it takes a tenth of the start-up time.
  const { default: fs } = await import('fs-extra');
  let bytes: Buffer;
  try {
    bytes = await fs.readFile(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StillrootError('rule-file', code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`, {
      where: file,
      hint: 'Name a TOML file after --rules.',
      cause,
    });
  }
  // Decoded anyway, a pattern would silently match another name.
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new StillrootError('rule-file', 'is not UTF-8, which TOML has to be', {
    where: file,
    hint: 'Save it as UTF-8; in a pattern, ? stands for a byte that is none.',
  });
}
