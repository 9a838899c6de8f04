/** The schema of every JSON document that stillroot prints or writes, by the name of its file in the package. */
import type { JsonSchema } from '../json/shape.ts';
import { manifestSchema } from '../manifest/manifest.ts';
import { benchSchema } from './bench.ts';
import { benchListSchema } from './bench-list.ts';
import { cacheSchema } from './cache.ts';
import { checkSchema } from './check.ts';
import { diffSchema } from './diff.ts';
import { errorSchema } from './error.ts';
import { explainSchema } from './explain.ts';
import { extractSchema } from './extract.ts';
import { finalizeSchema } from './finalize.ts';
import { hookSchema } from './hook.ts';
import { hooksSchema } from './hooks.ts';
import { listSchema } from './list.ts';
import { packSchema } from './pack.ts';
import { packagesSchema } from './packages.ts';
import { reproduceSchema } from './reproduce.ts';
import { rulesSchema } from './rules.ts';
import { verifySchema } from './verify.ts';
import { versionSchema } from './version.ts';

export const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  bench: benchSchema,
  'bench-list': benchListSchema,
  cache: cacheSchema,
  check: checkSchema,
  diff: diffSchema,
  error: errorSchema,
  explain: explainSchema,
  extract: extractSchema,
  finalize: finalizeSchema,
  hook: hookSchema,
  hooks: hooksSchema,
  list: listSchema,
  manifest: manifestSchema,
  pack: packSchema,
  packages: packagesSchema,
  reproduce: reproduceSchema,
  rules: rulesSchema,
  verify: verifySchema,
  version: versionSchema,
};

/** As text, for a file. */
export function schemaText(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
