/** The schema of every JSON document that stillroot prints or writes, by the name of its file in the package. */
import type { JsonSchema } from '../json/shape.ts';
import { manifestSchema } from '../manifest/manifest.ts';
import { bench, benchList } from './bench.ts';
import { cache } from './cache.ts';
import { error, version } from './common.ts';
import { diff } from './diff.ts';
import { finalize } from './finalize.ts';
import { hook, hooks } from './hook.ts';
import { indexImages } from './index-images.ts';
import { extract, list } from './list.ts';
import { check, pack } from './pack.ts';
import { packages } from './packages.ts';
import { reproduce } from './reproduce.ts';
import { explain, rules } from './rules.ts';
import { verify } from './verify.ts';

export const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  bench: bench.schema,
  'bench-list': benchList.schema,
  cache: cache.schema,
  check: check.schema,
  diff: diff.schema,
  error: error.schema,
  explain: explain.schema,
  extract: extract.schema,
  finalize: finalize.schema,
  hook: hook.schema,
  hooks: hooks.schema,
  index: indexImages.schema,
  list: list.schema,
  manifest: manifestSchema,
  pack: pack.schema,
  packages: packages.schema,
  reproduce: reproduce.schema,
  rules: rules.schema,
  verify: verify.schema,
  version: version.schema,
};
