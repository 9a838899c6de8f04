/** A container image as a tree whose contents can be read: its layers, flattened. */
import { platformText } from '../../formats/oci/platform.ts';
import { NO_ATTRIBUTES, wantedAttributes } from '../../tree/attributes.ts';
import type { Entry } from '../../tree/entry.ts';
import type { Tree } from '../../tree/tree.ts';
import type { ReadOptions } from '../archive.ts';
import type { ContentPlace } from '../archive-node.ts';
import { Expansion, holesOf } from '../expansion.ts';
import { extentsOf, OpenArchivedFile } from '../open-archived-file.ts';
import { placeOf, readWhole } from '../read-failed.ts';
import { readLimits } from '../read-limits.ts';
import type { Source, SourceImage, SourceLayer, Warning } from '../source.ts';
import { DEFAULT_SPOOL_DIRECTORY } from '../spool.ts';
import { Blobs, type Container } from './blobs.ts';
import { type ChosenImage, chooseImage, type WantedImage } from './choose-image.ts';
import { findImages } from './images.ts';
import type { FlattenedTree } from './layered-tree.ts';
import { LayerContents, readLayers } from './read-layers.ts';

export interface ContainerOptions extends ReadOptions, WantedImage {
  /** Directory for decompressed layers while the source is open. Default: /var/tmp. */
  readonly temporary?: string;
}

/** How large the file is, and what is in it. */
export interface ContainerSize {
  /** Bytes of the file, or of all files of a directory. */
  readonly stored: number;
  /** Bytes of its content: more than `stored` where all of it is compressed. */
  readonly content: number;
}

/**
 * @param container is closed with the source, and where this fails
 * @throws archive-malformed, archive-not-supported, archive-limit, output-failed; `usage` where the image that is meant
 *   has to be chosen; whatever the signal was aborted with
 */
export async function openContainer(
  container: Container,
  size: ContainerSize,
  options: ContainerOptions,
): Promise<ContainerSource> {
  const { name } = container;
  const limits = readLimits(options.limits);
  const contents = new LayerContents();
  try {
    const blobs = new Blobs(container);
    const image = chooseImage(findImages(blobs, limits.layers), options, name);
    const expansion = new Expansion(name, size.stored, limits);
    const scale = Math.min(1, size.stored / Math.max(1, size.content));
    const { temporary = DEFAULT_SPOOL_DIRECTORY } = options;
    const layerOptions = { ...options, temporary };
    const flattened = await readLayers(
      name,
      image.layers,
      blobs,
      contents,
      { expansion, scale },
      layerOptions,
    );
    return new ContainerSource(container, image, flattened, contents, expansion);
  } catch (error) {
    contents.close();
    container.close();
    throw error;
  }
}

export class ContainerSource implements Source {
  readonly name: string;
  readonly tree: Tree;
  readonly warnings: readonly Warning[];
  readonly hasRoot: boolean;
  readonly hasWholeSeconds: boolean;
  readonly image: SourceImage;
  readonly attributesOf: NonNullable<Source['attributesOf']>;
  readonly #container: Container;
  readonly #flattened: FlattenedTree;
  readonly #contents: LayerContents;
  readonly #expansion: Expansion;
  /** Sparse files whose holes already count towards the limits. */
  readonly #counted = new Set<ContentPlace>();

  constructor(
    container: Container,
    image: ChosenImage,
    flattened: FlattenedTree,
    contents: LayerContents,
    expansion: Expansion,
  ) {
    const { tree, warnings, hasRoot } = flattened;
    this.name = container.name;
    this.tree = tree;
    // Those about single files are about blobs.
    this.warnings = [...container.warnings.filter(({ path }) => path === ''), ...warnings];
    this.hasRoot = hasRoot;
    this.hasWholeSeconds = tree.entries.every(({ nanoseconds }) => nanoseconds === 0);
    this.image = imageOf(image, flattened);
    this.attributesOf = (entry, isWanted) =>
      wantedAttributes(flattened.attributes.get(entry) ?? NO_ATTRIBUTES, isWanted);
    this.#container = container;
    this.#flattened = flattened;
    this.#contents = contents;
    this.#expansion = expansion;
  }

  open(entry: Entry): OpenArchivedFile {
    const place = this.#flattened.origins.get(entry)?.node.place ?? undefined;
    const spooled = place?.spooled === true;
    return new OpenArchivedFile(
      entry.size,
      extentsOf(entry.size, place),
      (target, position) => this.#contents.readAt(spooled, target, position),
      () => {
        // Decompressed contents are already a copy.
        if (place !== undefined && !spooled) this.#contents.requireUnchanged(place.base);
      },
      () => this.#countHoles(entry, place),
    );
  }

  readFile(entry: Entry, limit: number): Buffer {
    return readWhole(this.name, entry, limit, () => this.open(entry));
  }

  close(): void {
    this.#contents.close();
    this.#container.close();
  }

  /** Only when zeros are yielded, as in archives. */
  #countHoles({ path, size }: Entry, place: ContentPlace | undefined): void {
    if (place === undefined || place.segments === null || this.#counted.has(place)) return;
    this.#counted.add(place);
    this.#expansion.addHoles(holesOf(size, place.segments), placeOf(this.name, path));
  }
}

function imageOf(image: ChosenImage, { origins, removedIn }: FlattenedTree): SourceImage {
  const { names, platform, manifest, config, layers } = image;
  // Steps that are not `empty_layer` have made the layers, in order.
  const steps = (config.history ?? []).filter((step) => step.empty_layer !== true);
  return {
    names,
    platform: platformText(platform),
    manifest,
    config,
    layers: layers.map(
      ({ diffId }, at): SourceLayer => ({
        digest: diffId,
        createdBy: steps.length === layers.length ? (steps[at]?.created_by ?? undefined) : undefined,
      }),
    ),
    layerOf: (entry) => origins.get(entry)?.layer,
    removedIn,
  };
}
