/**
 * Which image of a container image is meant, for a verb that reads two of them: given once it applies to both sides, given
 * twice to A, then to B.
 */
import { StillrootError } from '../errors.ts';
import { type Given, list, type Option } from './option.ts';
import { TREE_OPTIONS } from './resolve.ts';

export interface PerSide<T> {
  readonly a: T;
  readonly b: T;
}

/** @throws StillrootError `usage` for more than two */
function perSide<T>(option: Option<T | undefined>, text: string): Option<readonly T[]> {
  const { metavar = 'NAME', ...words } = option;
  const row = list({ ...words, metavar, text }, (given, where) => {
    if (given.length > 2) {
      throw new StillrootError('usage', `was given ${given.length} times`, {
        where,
        hint: 'Give it once for both sides, or twice: for A, then for B.',
      });
    }
    return given.map((each: Given) => option.parse(each, where) as T);
  });
  return { ...row, ...(option.canBeNone === true ? { canBeNone: true } : {}) };
}

export const SIDE_OPTIONS: {
  readonly image: Option<readonly (string | false)[]>;
  readonly platform: Option<readonly string[]>;
} = {
  image: perSide(TREE_OPTIONS.image, 'Image to read: name or @N; --no-image: as files; twice: of A, of B'),
  platform: perSide(TREE_OPTIONS.platform, 'Platform of the image to read; twice: of A, of B'),
};

/** As openSource takes it. */
export interface SideImage {
  readonly image: string | false | undefined;
  readonly platform: string | undefined;
  readonly isImageOptional: boolean;
}

/** What is chosen where there is nothing to choose from. */
export const NO_CHOICE: SideImage = { image: undefined, platform: undefined, isImageOptional: true };

/** A choice for both sides may fit only one of them; one for a single side must fit that. */
export function sideImages({
  image,
  platform,
}: {
  readonly image: readonly (string | false)[];
  readonly platform: readonly string[];
}): PerSide<SideImage> {
  const of = (side: 0 | 1): SideImage => ({
    image: image[side] ?? image[0],
    platform: platform[side] ?? platform[0],
    isImageOptional: image.length < 2,
  });
  return { a: of(0), b: of(1) };
}

/** Whether both sides of one file are the same. */
export function areSameImages({ a, b }: PerSide<SideImage>): boolean {
  return a.image === b.image && a.platform === b.platform;
}

/** How a side is called: the name of the file, and what was chosen in it if that is not the same for both sides. */
export function sideNames(paths: PerSide<string>, images: PerSide<SideImage>): PerSide<string> {
  if (areSameImages(images)) return paths;
  const name = (side: 'a' | 'b'): string => {
    const { image, platform } = images[side];
    const chosen = [image === false ? 'as files' : image, platform].filter((each) => each !== undefined);
    return chosen.length === 0 ? paths[side] : `${paths[side]} (${chosen.join(', ')})`;
  };
  return { a: name('a'), b: name('b') };
}
