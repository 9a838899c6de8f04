/** The schema of every JSON document that stillroot prints or writes, by the name of its file in the package. */
import type { JsonSchema } from '../json/shape.ts';
import { manifestSchema } from '../manifest/manifest.ts';
import { bench } from './bench.ts';
import { benchList } from './bench-list.ts';
import { cache } from './cache.ts';
import { check } from './check.ts';
import { diff } from './diff.ts';
import { error } from './error.ts';
import { explain } from './explain.ts';
import { extract } from './extract.ts';
import { finalize } from './finalize.ts';
import { hook } from './hook.ts';
import { hooks } from './hooks.ts';
import { list } from './list.ts';
import { pack } from './pack.ts';
import { packages } from './packages.ts';
import { reproduce } from './reproduce.ts';
import { rules } from './rules.ts';
import { verify } from './verify.ts';
import { version } from './version.ts';

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
  list: list.schema,
  manifest: manifestSchema,
  pack: pack.schema,
  packages: packages.schema,
  reproduce: reproduce.schema,
  rules: rules.schema,
  verify: verify.schema,
  version: version.schema,
};
