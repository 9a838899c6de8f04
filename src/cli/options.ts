/** One table of the options that verbs share: help, completion and validation derive from it. */
import type { Options } from 'yargs';
import { HARD_LINK_POLICIES } from '../normalize/hard-links.ts';
import { MTIME_POLICIES } from '../normalize/mtime.ts';
import { OWNER_POLICIES } from '../normalize/owner.ts';

export type OptionTable = Readonly<Record<string, Options>>;

/** Everywhere. */
export const GLOBAL_OPTIONS: OptionTable = {
  json: { type: 'boolean', default: false, describe: 'Print one JSON document on standard output' },
  quiet: { alias: 'q', type: 'boolean', default: false, describe: 'Print errors only' },
  verbose: { alias: 'v', type: 'count', describe: 'Say more; twice: name every path' },
  color: {
    type: 'string',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    requiresArg: true,
    describe: 'Colour in reports',
  },
  progress: { type: 'boolean', describe: 'Show progress (default: on a terminal); --no-progress never' },
  debug: { type: 'boolean', default: false, describe: 'Show a stack trace with an error' },
};

/** Which rules apply; for every verb that looks at a tree. */
export const RULE_OPTIONS: OptionTable = {
  distro: {
    type: 'string',
    default: 'auto',
    requiresArg: true,
    describe: 'Rules of this distribution instead of the one found in the tree',
  },
  rules: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'TOML file with rules of yours; repeatable, later wins',
  },
  skip: { type: 'string', array: true, nargs: 1, describe: 'Leave out rules by id or glob; repeatable' },
  only: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'Apply only these rules, by id or glob; repeatable',
  },
  policy: { type: 'string', array: true, nargs: 1, describe: 'NAME=VALUE: choose for a policy; repeatable' },
  'cross-mounts': {
    type: 'boolean',
    default: false,
    describe: 'Enter directories on which something is mounted',
  },
};

/** What becomes of metadata. */
export const NORMALIZE_OPTIONS: OptionTable = {
  'source-date-epoch': {
    type: 'string',
    requiresArg: true,
    describe: 'Default: $SOURCE_DATE_EPOCH, else 0',
  },
  mtime: {
    type: 'string',
    choices: MTIME_POLICIES,
    default: 'clamp',
    requiresArg: true,
    describe: 'Modification times: none after the epoch, all the epoch, or as they are',
  },
  owner: {
    type: 'string',
    choices: OWNER_POLICIES,
    default: 'auto',
    requiresArg: true,
    describe: 'Owners: as they are, all root, or (auto) what is yours becomes root unless you are root',
  },
  'map-uid': { type: 'string', array: true, nargs: 1, describe: 'FROM:TO: change a user id; repeatable' },
  'map-gid': { type: 'string', array: true, nargs: 1, describe: 'FROM:TO: change a group id; repeatable' },
  'hard-links': {
    type: 'string',
    choices: HARD_LINK_POLICIES,
    default: 'keep',
    requiresArg: true,
    describe: 'Hard links stay, or each name is a file of its own',
  },
  'root-entry': {
    type: 'boolean',
    default: false,
    describe: 'Write an entry for / itself (0755, 0:0)',
  },
  init: {
    type: 'string',
    requiresArg: true,
    describe: 'Link /init to this path if the tree has none',
  },
  strict: { type: 'boolean', default: false, describe: 'Warnings are errors' },
};

/** What is written beside an archive. */
export const MANIFEST_OPTIONS: OptionTable = {
  manifest: {
    type: 'string',
    requiresArg: true,
    describe: 'Manifest to write (default: OUTPUT.manifest.json); --no-manifest writes none',
  },
  'manifest-entries': {
    type: 'boolean',
    default: false,
    describe: 'List every entry in the manifest',
  },
};

/** Finished blocks of earlier runs; they save time and change nothing else. */
export const CACHE_OPTIONS: OptionTable = {
  cache: {
    type: 'string',
    requiresArg: true,
    describe: 'Block cache (~/.cache/stillroot); --no-cache',
  },
  'cache-size': {
    type: 'string',
    requiresArg: true,
    describe: 'Bytes it may hold, as 500M or 4G (default 2G)',
  },
};

/** How an archive is written. */
export const ARCHIVE_OPTIONS: OptionTable = {
  output: {
    alias: 'o',
    type: 'string',
    requiresArg: true,
    demandOption: true,
    describe: 'Archive to write: .cpio, .cpio.xz; - is stdout',
  },
  format: {
    type: 'string',
    choices: ['cpio', 'cpio.xz'],
    requiresArg: true,
    describe: 'Format, where the name of the output does not say it',
  },
  force: { alias: 'f', type: 'boolean', default: false, describe: 'Overwrite an existing output' },
  level: { type: 'string', requiresArg: true, describe: 'Compression, 0 (fast) to 9 (small)' },
  jobs: {
    alias: 'j',
    type: 'string',
    requiresArg: true,
    describe: 'Encoder threads (one a core); same output',
  },
  segment: {
    type: 'string',
    requiresArg: true,
    describe: 'Early cpio to put first, such as microcode',
  },
};
