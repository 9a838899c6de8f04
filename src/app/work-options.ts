/** Options shared by several verbs that do not affect any byte of the output; those that do are in settings/. */
import { availableParallelism } from 'node:os';
import { StillrootError } from '../errors.ts';
import { ATTRIBUTE_POLICIES } from '../normalize/attributes.ts';
import { extensionsText } from '../pack/formats.ts';
import { choosePolicies, POLICIES } from '../rules/policies.ts';
import { suggest } from '../rules/suggest.ts';
import { flag, list, parsed, requiredText, textOrNone } from '../settings/option.ts';
import { parsePolicies, parseWhole } from '../settings/parse-values.ts';
import { LIMIT_TABLE, parseLimit, type ReadLimits } from '../source/read-limits.ts';

export const SOURCE_TEXT = 'Root filesystem: a directory or an archive';

export const STRICT_OPTION = {
  strict: flag({ option: 'strict', group: 'Common', text: 'Treat warnings as errors' }),
};

export const FORCE_OPTION = {
  force: flag({ option: 'force', alias: 'f', group: 'Output', text: 'Overwrite existing outputs' }),
};

/** For extraction: those policies of `pack` that are about extended attributes. */
export const ATTRIBUTE_OPTIONS = {
  policies: list(
    {
      ...{ option: 'policy', group: 'Times and owners', metavar: 'NAME=VALUE', pairs: '=' },
      text: `Set the policy ${ATTRIBUTE_POLICIES.join(' or ')}; repeatable`,
    },
    (choices, where) => {
      const policies = parsePolicies(where, choices);
      // Unknown names and values.
      choosePolicies(POLICIES, policies);
      const other = policies.find(({ name }) => !ATTRIBUTE_POLICIES.includes(name));
      if (other === undefined) return policies;
      throw new StillrootError('usage', `the policy ${other.name} does not apply to extraction`, {
        where,
        hint: `Only ${ATTRIBUTE_POLICIES.join(' and ')} do.`,
      });
    },
  ),
};

/** More threads than this only cost memory. */
const MAX_JOBS = 256;

export const JOBS_OPTION = {
  jobs: parsed(
    {
      option: 'jobs',
      alias: 'j',
      group: 'Compression and cache',
      metavar: 'N',
      text: 'Number of threads; the output is the same',
      defaultText: 'one per processor',
    },
    (given, where) => (given === undefined ? availableParallelism() : parseWhole(where, given, 1, MAX_JOBS)),
  ),
};

/** Files written next to an archive. */
export const MANIFEST_OPTIONS = {
  manifest: textOrNone({
    option: 'manifest',
    group: 'Manifest and provenance',
    metavar: 'FILE',
    completes: 'file',
    text: 'Manifest to write; --no-manifest writes none',
    defaultText: 'OUTPUT.manifest.json',
  }),
  manifestEntries: flag({
    option: 'manifest-entries',
    group: 'Manifest and provenance',
    text: 'List every entry in the manifest',
  }),
};

export const OUTPUT_OPTION = {
  output: requiredText({
    option: 'output',
    alias: 'o',
    group: 'Output',
    metavar: 'FILE',
    example: 'rootfs.cpio.xz',
    completes: 'file',
    text: `Archive to write: ${extensionsText()}; - is standard output`,
  }),
};

export const READ_OPTIONS = {
  limit: list(
    {
      option: 'limit',
      group: 'Input',
      metavar: 'NAME=VALUE',
      completes: () => LIMIT_TABLE.map(({ name }) => `${name}=`),
      pairs: '=',
      text: 'Change a limit of the archive reader; repeatable',
    },
    (given, where): Partial<ReadLimits> =>
      Object.assign({}, ...given.map((each) => parseLimit(each, where, suggest))) as Partial<ReadLimits>,
  ),
};
