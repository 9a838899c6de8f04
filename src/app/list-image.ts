/** Lists container images: the trees that their layers make. */
import type { ArchiveEntry } from '../source/archive-entry.ts';
import { CONTAINER_ENTRIES_MAX, isContainer, isOfRootFilesystem } from '../source/container/is-container.ts';
import { type OpenArchiveOptions, openArchive } from '../source/open-source.ts';
import type { Source, Warning } from '../source/source.ts';
import { NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';

type OnEntry = (entry: ArchiveEntry, segment: number) => void;

/**
 * @param onEntry `segment` is the index of the layer that the entry comes from
 * @throws StillrootError like openArchive
 */
export async function eachEntryOfImage(
  image: string,
  options: OpenArchiveOptions,
  onEntry: OnEntry,
  warnings: Warning[],
): Promise<void> {
  const source = await openArchive(image, options);
  try {
    for (const entry of source.tree.entries)
      onEntry(listed(source, entry), source.image?.layerOf(entry) ?? 0);
    warnings.push(...source.warnings.filter(({ code }) => ABOUT_ARCHIVES.has(code)));
  } finally {
    source.close();
  }
}

/** Codes of warnings about archives themselves. */
const ABOUT_ARCHIVES: ReadonlySet<string> = new Set(['no-end-mark']);

/** A name of a file has its whole content, and the number of all its names. */
function listed(source: Source, entry: Entry): ArchiveEntry {
  return {
    ...entry,
    name: entry.path,
    nlink: entry.links?.paths.length ?? 1,
    inode: 0,
    identity: '',
    hardLink: undefined,
    offset: 0,
    dataOffset: 0,
    segments: null,
    attributes: source.attributesOf?.(entry) ?? NO_ATTRIBUTES,
    written: { dialect: '', device: '', owner: '' },
  };
}

/** Entries of an archive, held back as long as it may turn out to be a container image. */
export class HeldEntries {
  readonly #onEntry: OnEntry;
  /** Undefined once it is known to be none. */
  #held: { readonly entry: ArchiveEntry; readonly segment: number }[] | undefined;

  /** @param isHeld false where entries are to be passed on at once */
  constructor(onEntry: OnEntry, isHeld: boolean) {
    this.#onEntry = onEntry;
    this.#held = isHeld ? [] : undefined;
  }

  add(entry: ArchiveEntry, segment: number): void {
    this.#held?.push({ entry, segment });
    if (this.#held === undefined) this.#onEntry(entry, segment);
    else if (isOfRootFilesystem(pathOf(entry)) || this.#held.length > CONTAINER_ENTRIES_MAX) this.release();
  }

  /** To be called after the last entry. */
  isContainer(): boolean {
    const entries = this.#held?.map(({ entry }) => ({ path: pathOf(entry), type: entry.type }));
    return entries !== undefined && isContainer(entries);
  }

  /** Passes on what is held. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const { entry, segment } of held) this.#onEntry(entry, segment);
  }
}

function pathOf({ name }: ArchiveEntry): string {
  return name
    .split('/')
    .filter((each) => each !== '' && each !== '.')
    .join('/');
}
