/** In what two archives of one packer differ first, in words. */
import { rmSync } from 'node:fs';
import { compareImages } from '../diff/compare-images.ts';
import { compareLayers, type LayerDifference } from '../diff/compare-layers.ts';
import { compareTrees } from '../diff/compare-trees.ts';
import type { Finding } from '../diff/finding.ts';
import { StillrootError } from '../errors.ts';
import type { Field } from '../tree/delta.ts';
import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';
import { copyLayers, type OpenedArchive, openWritten } from './opened-archive.ts';
import type { Difference } from './result.ts';

/** @param name of the other side */
export function describe({ path, field, a, b }: Finding, where: string): string {
  return `${showPath(path)}: ${FIELD_NAMES[field]} ${textOf(a, field)}, ${where} ${textOf(b, field)}`;
}

const FIELD_NAMES: Readonly<Record<Field, string>> = {
  presence: 'is',
  type: 'is a',
  content: 'content of',
  target: 'leads to',
  device: 'device',
  mode: 'mode',
  owner: 'owner',
  mtime: 'time',
  links: 'names of the file:',
  attributes: 'extended attributes',
};

function textOf(entry: Entry | undefined, field: Field): string {
  if (entry === undefined) return 'missing';
  switch (field) {
    case 'presence':
      return 'there';
    case 'type':
      return entry.type;
    case 'content':
      return `${entry.size} bytes`;
    case 'target':
      return showPath(entry.target);
    case 'device':
      return `${entry.major}:${entry.minor}`;
    case 'mode':
      return entry.mode.toString(8).padStart(4, '0');
    case 'owner':
      return `${entry.uid}:${entry.gid}`;
    case 'mtime':
      return String(entry.mtime);
    case 'attributes':
      return 'as they are';
    case 'links':
      return String(entry.links?.paths.length ?? 1);
  }
}

/**
 * Of container images, the trees that their layers make come first, then configurations, then layers, and at last the
 * files that hold all of it.
 *
 * @param temporary a directory for decompressed contents and copies of layers
 * @returns undefined where no difference can be named
 */
export async function firstDifference(
  a: string,
  b: string,
  temporary: string,
): Promise<Difference | undefined> {
  try {
    return await differenceOf(a, b, temporary, true);
  } catch (error) {
    if (error instanceof StillrootError) return undefined;
    throw error;
  }
}

/** @param asImages false for the files of container images rather than what the images hold */
async function differenceOf(
  a: string,
  b: string,
  temporary: string,
  asImages: boolean,
): Promise<Difference | undefined> {
  const sides: OpenedArchive[] = [];
  try {
    for (const file of [a, b]) sides.push(await openWritten(file, temporary, asImages));
    const [left, right] = sides as [OpenedArchive, OpenedArchive];
    const [finding] = compareTrees(left.source, right.source).findings;
    if (finding !== undefined) return differenceIn(finding);
    const images = [left.source.image, right.source.image] as const;
    if (images[0] === undefined || images[1] === undefined) {
      const [layer] = compareLayers(left.side, right.side, true);
      return layer && differenceBetween(layer);
    }
    const [image] = compareImages(...images, true);
    if (image === undefined) {
      return inPart('files of the image', await differenceOf(a, b, temporary, false));
    }
    const isOfLayers = image.what === 'image-layers' && images[0].layers.length === images[1].layers.length;
    return (isOfLayers ? await differenceOfLayers(a, b, temporary) : undefined) ?? differenceBetween(image);
  } finally {
    for (const { source } of sides) source.close();
  }
}

/** The first difference of the first layers that differ. */
async function differenceOfLayers(a: string, b: string, temporary: string): Promise<Difference | undefined> {
  const directories: string[] = [];
  const copied = async (file: string): Promise<readonly string[]> => {
    const { directory, files } = await copyLayers(file, temporary);
    directories.push(directory);
    return files;
  };
  try {
    const [left, right] = [await copied(a), await copied(b)];
    for (const [at, layer] of left.entries()) {
      const found = await differenceOf(layer, right[at] as string, temporary, false);
      if (found !== undefined) return inPart(`layer ${at + 1}`, found);
    }
    return undefined;
  } finally {
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  }
}

function inPart(part: string, found: Difference | undefined): Difference | undefined {
  return found && { ...found, title: `${part}: ${found.title}` };
}

function differenceIn({ path, field, a, b }: Finding): Difference {
  return {
    title: `${field} of an entry`,
    path: showPath(path),
    lines: [`-${textOf(a, field)}`, `+${textOf(b, field)}`],
  };
}

function differenceBetween({ title, paths: [path], lines }: LayerDifference): Difference {
  return { title, path: path === undefined ? null : showPath(path), lines: lines.map(showPath) };
}
