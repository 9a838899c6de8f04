/** The settings of a manifest, as the options that would have given them. */
import { createHash } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { EffectiveSettings, Manifest } from '../manifest/manifest.ts';
import { HARD_LINK_POLICIES } from '../normalize/hard-links.ts';
import { MTIME_POLICIES } from '../normalize/mtime.ts';
import { OWNER_POLICIES } from '../normalize/owner.ts';
import { readEarlySegment } from '../pack/early-segment.ts';
import type { PackArguments } from './pack-archive.ts';
import type { ReproduceArguments } from './reproduce.ts';

/**
 * @param scratch directory into which the rules of the manifest are written
 * @param output of the rebuilt image
 * @throws StillrootError `manifest-malformed` for a value that this version of stillroot does not know
 */
export function recordedArguments(
  { settings: { effective }, entries }: Manifest,
  args: ReproduceArguments,
  scratch: string,
  output: string,
): Omit<PackArguments, 'source'> {
  const { json, quiet, verbose, color, progress, debug, limit, jobs, segment, force } = args;
  const where = args.manifest;
  return {
    ...{ json, quiet, verbose, color, debug, force, output },
    ...(progress === undefined ? {} : { progress }),
    ...(limit === undefined ? {} : { limit }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(segment === undefined ? {} : { segment }),
    // Blocks that an earlier run left would prove nothing of this one.
    cache: false,
    // Kept together with the image, and told nobody where there is none.
    ...(args.output === undefined ? { manifest: false } : {}),
    'manifest-entries': entries !== undefined,
    strict: false,
    format: effective.format,
    ...(effective.level === undefined ? {} : { level: String(effective.level) }),
    'source-date-epoch': String(effective.epoch),
    mtime: known(effective.mtime, MTIME_POLICIES, 'mtime', where),
    owner: known(effective.owner, OWNER_POLICIES, 'owner', where),
    'map-uid': effective.mapUid,
    'map-gid': effective.mapGid,
    'hard-links': known(effective.hardLinks, HARD_LINK_POLICIES, 'hardLinks', where),
    'root-entry': effective.rootEntry,
    ...(effective.init === undefined ? {} : { init: effective.init }),
    distro: effective.distro,
    skip: effective.skip,
    only: effective.only,
    policy: Object.entries(effective.policies).map(([name, value]) => `${name}=${value}`),
    rules: writeRules(effective, scratch, where),
    'cross-mounts': effective.crossMounts,
    'drop-segments': effective.dropSegments,
  };
}

function known<T extends string>(value: string, values: readonly T[], key: string, where: string): T {
  const found = values.find((each) => each === value);
  if (found !== undefined) return found;
  throw new StillrootError(
    'manifest-malformed',
    `found ${JSON.stringify(value)}, wanted ${values.join(', ')}`,
    { where: `${where}: settings.effective.${key}` },
  );
}

/** Each in a directory of its own, since two may have one name, and messages show it. */
function writeRules({ ruleFiles }: EffectiveSettings, scratch: string, where: string): string[] {
  return ruleFiles.map(({ name, digest, text }, i) => {
    const found = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    if (found !== digest) {
      throw new StillrootError('manifest-malformed', `is the digest of another text: ${found}`, {
        where: `${where}: settings.effective.ruleFiles[${i}].digest`,
      });
    }
    const directory = `${scratch}/rules-${i + 1}`;
    mkdirSync(directory);
    const file = `${directory}/${name}`;
    writeFileSync(file, text, { flag: 'wx' });
    return file;
  });
}

/**
 * What stood in front of the image is not in a manifest, only its digest. An archive may bring its own.
 *
 * @param source undefined for a tree that a command makes
 * @throws StillrootError `usage` where the file is missing or another one
 */
export function checkSegment(
  { settings }: Manifest,
  args: ReproduceArguments,
  source: string | undefined,
): void {
  const wanted = settings.effective.segment;
  if (wanted === undefined) {
    if (args.segment === undefined) return;
    throw new StillrootError('usage', 'was not given when the image was made', { where: '--segment' });
  }
  if (source !== undefined && statSync(source, { throwIfNoEntry: false })?.isFile()) return;
  if (args.segment === undefined) {
    throw new StillrootError('usage', `has an early archive in front of the image, of ${wanted.size} bytes`, {
      where: args.manifest,
      hint: 'Name it with --segment FILE; only its digest is recorded.',
    });
  }
  const digest = `sha256:${createHash('sha256').update(readEarlySegment(args.segment)).digest('hex')}`;
  if (digest === wanted.digest) return;
  throw new StillrootError('usage', `has the digest ${digest}, wanted ${wanted.digest}`, {
    where: `--segment ${args.segment}`,
    hint: 'Name the file that stood in front of the image.',
  });
}
