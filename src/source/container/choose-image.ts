/** Which image of a file is meant: by name and platform, or because it is the only one. */
import { StillrootError } from '../../errors.ts';
import type { Platform } from '../../formats/oci/documents.ts';
import { isPlatform, parsePlatform, platformText } from '../../formats/oci/platform.ts';
import { showText } from '../../text/format.ts';
import type { ImageCandidate, OpenedImage } from './images.ts';

export interface WantedImage {
  /** A name or tag of the file, a digest, or `@N`, its place in the file from 0 on. */
  readonly image?: string | undefined;
  /** `OS/ARCHITECTURE` or `OS/ARCHITECTURE/VARIANT`. */
  readonly platform?: string | undefined;
}

export interface ChosenImage extends OpenedImage {
  readonly names: readonly string[];
  readonly platform: Platform;
}

/** Images that a message lists. */
const LISTED = 20;

/**
 * Never by what this machine runs on: the result would depend on it.
 *
 * @param where name of the file, for messages
 * @throws StillrootError `usage` where none or several are meant; what reading the documents throws
 */
export function chooseImage(
  candidates: readonly ImageCandidate[],
  wanted: WantedImage,
  where: string,
): ChosenImage {
  const { image, platform } = wanted;
  const all = candidates.map((candidate, at) => new Candidate(candidate, at));
  if (all.length === 0) {
    throw new StillrootError('archive-not-supported', 'holds no container image', {
      where,
      hint: 'Its index lists none; save or copy the image again. --no-image reads it as a tree of files.',
    });
  }
  const named = image === undefined ? all : all.filter((each) => each.isNamed(image));
  if (named.length === 0)
    throw noneOf(`no image is called ${JSON.stringify(image)}, wanted one of`, all, where);
  const parsed = platform === undefined ? undefined : parsePlatform(platform, '--platform');
  const fitting = parsed === undefined ? named : named.filter((each) => each.runsOn(parsed));
  if (fitting.length === 0)
    throw noneOf(`no image is for the platform ${platform}, wanted one of`, named, where);
  const [first, second] = fitting;
  if (first === undefined || second !== undefined) {
    throw noneOf(`holds ${fitting.length} images, and one must be chosen`, fitting, where);
  }
  const { names } = first.candidate;
  return { ...first.opened(), names, platform: first.platform };
}

class Candidate {
  readonly candidate: ImageCandidate;
  readonly #at: number;
  #opened: OpenedImage | undefined;

  constructor(candidate: ImageCandidate, at: number) {
    this.candidate = candidate;
    this.#at = at;
  }

  opened(): OpenedImage {
    this.#opened ??= this.candidate.open();
    return this.#opened;
  }

  /** The configuration says more than an index, which may lack it. */
  get platform(): Platform {
    const { os, architecture, variant } = this.candidate.platform ?? this.opened().config;
    return { os, architecture, ...(variant ? { variant } : {}) };
  }

  isNamed(wanted: string): boolean {
    const { names, digest } = this.candidate;
    if (wanted === `@${this.#at}` || wanted === digest) return true;
    return names.includes(wanted) || names.some((name) => fullName(name) === fullName(wanted));
  }

  runsOn(platform: Platform): boolean {
    return isPlatform(this.platform, platform);
  }

  /** What a message says of it; an artifact, or an image whose documents are damaged, has no platform. */
  text(): string {
    const { names, digest } = this.candidate;
    const platform = ((): string => {
      try {
        return platformText(this.platform);
      } catch (error) {
        if (error instanceof StillrootError) return 'not an image that can be read';
        throw error;
      }
    })();
    const shown = names.length === 0 ? (digest ?? 'without a name') : names.join(', ');
    return showText(`@${this.#at} ${shown} (${platform})`);
  }
}

/** What Docker takes a short name for: `alpine` is `docker.io/library/alpine:latest`. */
function fullName(name: string): string {
  const [first = '', ...rest] = name.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = isHost ? name : `docker.io/${rest.length === 0 ? 'library/' : ''}${name}`;
  return /[:@][^/]*$/.test(path.slice(path.indexOf('/') + 1)) ? path : `${path}:latest`;
}

function noneOf(what: string, images: readonly Candidate[], where: string): StillrootError {
  const listed = images.slice(0, LISTED).map((each) => each.text());
  const more = images.length > LISTED ? ` and ${images.length - LISTED} more` : '';
  return new StillrootError('usage', `${what}: ${listed.join('; ')}${more}`, {
    where,
    hint: 'Choose one with --image NAME or @N, or with --platform OS/ARCHITECTURE.',
  });
}
