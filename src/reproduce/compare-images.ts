/** How far a rebuilt image matches the one that a manifest describes. */
import type { Manifest } from '../manifest/manifest.ts';
import {
  type Around,
  type Compared,
  compareEntries,
  compareSurrounding,
  differingAround,
  type EntryDifferences,
  type MatchLevel,
  type Sized,
  type Surroundings,
} from '../verify/verification.ts';
import { type Circumstance, circumstances } from './circumstances.ts';
import { compareManifestPackages, type PackageMoves } from './moved-packages.ts';

export interface Comparison extends Surroundings {
  readonly level: MatchLevel;
  readonly file: Compared<Sized>;
  readonly payload: Compared<Sized>;
  /** If the archives have the same bytes but the files do not: how the files differ. */
  readonly around?: readonly Around[];
  readonly tree: Compared<string>;
  readonly packages: PackageMoves;
  readonly circumstances: readonly Circumstance[];
  /** Where the trees differ and both manifests list their entries. */
  readonly entries?: EntryDifferences;
}

/** @param found the manifest of the rebuilt image */
export function compareImages(wanted: Manifest, found: Manifest): Comparison {
  const file = compare(sized(wanted.image), sized(found.image), isSameSized);
  const payload = compare(sized(wanted.image.payload), sized(found.image.payload), isSameSized);
  const tree = compare(wanted.image.tree.digest, found.image.tree.digest, (a, b) => a === b);
  const [a, b] = [wanted.settings.effective, found.settings.effective];
  const surroundings = {
    front: compareSurrounding(a.segment, b.segment),
    bootConfig: compareSurrounding(a.bootConfig, b.bootConfig),
  };
  const around = differingAround(surroundings, hasSameBlocks(wanted, found), isSameImage(wanted, found));
  const withEntries = !tree.same && wanted.entries !== undefined && found.entries !== undefined;
  return {
    level: file.same ? 'file' : payload.same ? 'payload' : tree.same ? 'tree' : 'none',
    file,
    payload,
    ...surroundings,
    ...(payload.same && !file.same ? { around } : {}),
    tree,
    packages: compareManifestPackages(wanted.packages, found.packages),
    circumstances: circumstances(wanted, found),
    ...(withEntries ? { entries: compareEntries(wanted.entries ?? [], found.entries ?? []) } : {}),
  };
}

function compare<T>(wanted: T, found: T, isSame: (a: T, b: T) => boolean): Compared<T> {
  return { wanted, found, same: isSame(wanted, found) };
}

/** Without compression neither has any blocks. */
function hasSameBlocks({ image: { blocks: a } }: Manifest, { image: { blocks: b } }: Manifest): boolean {
  return a.length === b.length && a.every(({ digest }, i) => digest === b[i]?.digest);
}

/** Whether what surrounds the layer of a container image is the same: its configuration, and its names. */
function isSameImage(wanted: Manifest, found: Manifest): boolean {
  const [a, b] = [wanted, found].map(({ image, settings }) =>
    JSON.stringify([image.containerImage?.config.digest, settings.effective.tags ?? []]),
  );
  return a === b;
}

function sized({ size, digest }: Sized): Sized {
  return { size, digest };
}

function isSameSized(a: Sized, b: Sized): boolean {
  return a.size === b.size && a.digest === b.digest;
}
