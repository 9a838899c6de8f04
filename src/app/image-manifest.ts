/** The manifest of an image that is written and not yet visible. */

import { ENCODER } from '../formats/xz/encoder.ts';
import { buildManifest } from '../manifest/build-manifest.ts';
import type { PackedTree } from '../manifest/describe-tree.ts';
import type { Manifest, ManifestBootstrap, ManifestOsPackage } from '../manifest/manifest.ts';
import type { PackResult } from '../pack/pack.ts';
import type { Change } from '../plan/changes.ts';
import { recordSettings } from '../settings/record.ts';
import { type EpochOrigin, epochOrigin, type GivenSetting } from '../settings/resolve.ts';
import type { Settings } from '../settings/settings.ts';
import { PROFILE, toolVersion } from '../versions.ts';
import type { PlannedTree } from './plan-tree.ts';

/** What only the caller knows. */
export interface ImageOrigin {
  readonly given: readonly GivenSetting[];
  /** Where it does not follow from what was given. */
  readonly epochOrigin?: EpochOrigin;
  /** The command that made the tree. */
  readonly bootstrap?: ManifestBootstrap;
}

export interface WrittenImage {
  /** Of the file, without directories. */
  readonly name: string;
  /** With the segment as it is in the image. */
  readonly settings: Settings;
  /** As it follows the archive; undefined if it has none. */
  readonly bootConfig?: Uint8Array | undefined;
  readonly result: PackResult;
  readonly tree: PackedTree;
  /** What rules did to the tree before this plan was made. */
  readonly earlier?: readonly Change[];
  /** What the image was put into. */
  readonly osPackage?: ManifestOsPackage;
}

/** The manifest of a written image: settings, rules that changed something, packages and digests. */
export function imageManifest(planned: PlannedTree, image: WrittenImage, origin: ImageOrigin): Manifest {
  const { plan, inspection, rules } = planned;
  const { earlier = [], osPackage } = image;
  const { given, bootstrap } = origin;
  return buildManifest({
    name: image.name,
    tool: { version: toolVersion(), profile: PROFILE, encoder: ENCODER },
    given,
    effective: recordSettings(image.settings, image.bootConfig),
    epochOrigin: origin.epochOrigin ?? epochOrigin(given),
    ...(bootstrap === undefined ? {} : { bootstrap }),
    plan,
    rules,
    changes: joinChanges(earlier, plan.tally.list()),
    databases: inspection.ownership?.databases ?? [],
    result: image.result,
    tree: image.tree.finish(),
    ...(osPackage === undefined ? {} : { osPackage }),
  });
}

/** What was done twice was not done to more entries. */
function joinChanges(earlier: readonly Change[], later: readonly Change[]): Change[] {
  const key = ({ rule, action }: Change): string => `${rule} ${action}`;
  const joined = new Map([...later, ...earlier].map((change) => [key(change), change]));
  return [...joined].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
}
