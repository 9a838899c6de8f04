import { buildManifest } from '../manifest/build-manifest.ts';
import type { PackedTree } from '../manifest/describe-tree.ts';
import type {
  GivenSetting,
  Manifest,
  ManifestBootstrap,
  ManifestInputs,
  ManifestOsPackage,
} from '../manifest/manifest.ts';
import type { ArchiveFormat, PackResult } from '../pack/pack.ts';
import type { OutputFile } from '../pack/sink-pair.ts';
import type { Change } from '../plan/changes.ts';
import { PROFILE, toolVersion } from '../versions.ts';
import { ENCODER } from '../xz/encoder.ts';
import { effectiveSettings, epochOrigin, givenSettings, type SettingArguments } from './manifest-settings.ts';
import type { Prepared } from './prepare.ts';
import type { Terminal } from './terminal.ts';

/** What the manifest says beside what is seen here. */
export interface ManifestContext {
  /** Names of the options that the user wrote, or all that was given where it is known from elsewhere. */
  readonly given: ReadonlySet<string> | readonly GivenSetting[];
  readonly epochOrigin?: ManifestInputs['epoch']['origin'];
  readonly bootstrap?: ManifestBootstrap;
  /** Whether a manifest is wanted that is not written anywhere. */
  readonly isWanted?: boolean;
  /** More files that are written with the image, or not at all. */
  readonly alongside?: (manifest: Manifest) => readonly OutputFile[];
}

/** An image that is written and not yet visible. */
export interface WrittenImage extends Prepared {
  /** Of the file, without directories. */
  readonly name: string;
  readonly format: ArchiveFormat;
  readonly level: number;
  readonly segment: Buffer | undefined;
  readonly bootConfig: Buffer | undefined;
  readonly result: PackResult;
  readonly tree: PackedTree;
  /** What rules did to the tree before this plan was made. */
  readonly earlier?: readonly Change[];
  /** What the image was put into. */
  readonly osPackage?: ManifestOsPackage;
}

export function imageManifest(
  args: SettingArguments,
  terminal: Pick<Terminal, 'env'>,
  context: ManifestContext,
  image: WrittenImage,
): Manifest {
  const { plan, inspection, user, earlier = [] } = image;
  const { given, bootstrap } = context;
  return buildManifest({
    name: image.name,
    tool: { version: toolVersion(), profile: PROFILE, encoder: ENCODER },
    given: isNames(given) ? givenSettings(args, given, user, terminal) : given,
    effective: effectiveSettings(args, { ...image, settings: plan.settings }),
    epochOrigin: context.epochOrigin ?? epochOrigin(args, terminal),
    ...(bootstrap === undefined ? {} : { bootstrap }),
    plan,
    rules: image.rules,
    changes: joinChanges(earlier, plan.tally.list()),
    databases: inspection.ownership?.databases ?? [],
    result: image.result,
    tree: image.tree.finish(),
    ...(image.osPackage === undefined ? {} : { osPackage: image.osPackage }),
  });
}

function isNames(given: ManifestContext['given']): given is ReadonlySet<string> {
  return given instanceof Set;
}

/** What was done twice was not done to more entries. */
function joinChanges(earlier: readonly Change[], later: readonly Change[]): Change[] {
  const key = ({ rule, action }: Change): string => `${rule} ${action}`;
  const joined = new Map([...later, ...earlier].map((change) => [key(change), change]));
  return [...joined].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
}
