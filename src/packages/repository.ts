/** Where packages come from, according to files of a tree, in the same form for every package manager. */
import { showPath } from '../tree/path.ts';

/** All texts are safe to show. */
export interface Repository {
  readonly type: string;
  /** Without user name, password and other credentials. */
  readonly url: string;
  /** Suite (apt), tag (apk), or section (other package managers). */
  readonly suite?: string;
  readonly components?: readonly string[];
  /** If the URL is a snapshot, its date as written there. */
  readonly snapshot?: string;
}

/** The files of a tree. Paths and texts are byte strings. */
export interface ImageFiles {
  /** Content of a file, symlinks followed; undefined where there is none, or it is implausibly large. */
  read(path: string): string | undefined;
  /** Paths of the direct children of a directory, in tree order; empty where there is no such directory. */
  list(directory: string): readonly string[];
}

/** The repositories from those of the files that exist. */
export function inFiles(
  files: ImageFiles,
  paths: readonly string[],
  parse: (text: string) => Repository[],
): Repository[] {
  return paths.flatMap((path) => {
    const text = files.read(path);
    return text === undefined ? [] : parse(text);
  });
}

/** Paths of the files of a directory whose names have this ending. */
export function named(files: ImageFiles, directory: string, ending: string): readonly string[] {
  return files.list(directory).filter((path) => path.endsWith(ending));
}

/** Names of URL parameters whose values are credentials rather than part of the location. */
const SECRET_PARAMETER = /pass|secret|token|auth|credential|cert|key|sig|user|login/i;

/**
 * The URL as text, without user, password and parameters that look like either.
 *
 * @param url byte string
 */
export function publicUrl(url: string): string {
  // The authority ends with the first slash, question mark or hash; what precedes its last @ is secret.
  const bare = url.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/, '$1');
  const [, before = bare, query, fragment = ''] = /^([^?#]*)\?([^#]*)(#.*)?$/s.exec(bare) ?? [];
  if (query === undefined) return showPath(bare);
  const kept = query.split('&').filter((pair) => !SECRET_PARAMETER.test(pair.replace(/=.*/s, '')));
  return showPath(`${before}${kept.length === 0 ? '' : `?${kept.join('&')}`}${fragment}`);
}

/**
 * Paths under which archives keep snapshots: Debian and Ubuntu (`.../20240301T000000Z/`), Arch
 * (`.../repos/2024/03/01/`) and openSUSE (`.../history/20240301/`).
 */
const SNAPSHOTS: readonly RegExp[] = [
  /\/(\d{8}T\d{6}Z)(?:\/|$)/,
  /\/repos\/(\d{4}\/\d{2}\/\d{2})(?:\/|$)/,
  /\/history\/(\d{8})(?:\/|$)/,
];

/** The date of a snapshot as written in the URL. */
export function snapshotOf(url: string): string | undefined {
  for (const pattern of SNAPSHOTS) {
    const found = pattern.exec(url)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

// Files of `[section]` and `key = value`, as used by most package managers.

export interface Section {
  readonly name: string;
  /** In the order of the file; a key may occur more than once. */
  readonly pairs: readonly (readonly [key: string, value: string])[];
}

/**
 * Lines that begin with `#` or `;` are comments; one that begins with a blank continues the previous value on
 * a new line. Anything else is skipped, as the programs do.
 *
 * @param text byte string
 */
export function parseSections(text: string): Section[] {
  const sections: { name: string; pairs: [string, string][] }[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue;
    const heading = /^\[(.+)\]$/.exec(trimmed)?.[1];
    if (heading !== undefined) {
      sections.push({ name: heading, pairs: [] });
      continue;
    }
    const pairs = sections.at(-1)?.pairs;
    const previous = pairs?.at(-1);
    if (/^\s/.test(line) && previous !== undefined && !/^\w+\s*=/.test(trimmed)) {
      previous[1] += `\n${trimmed}`;
      continue;
    }
    const equals = trimmed.indexOf('=');
    if (equals === -1) continue;
    pairs?.push([trimmed.slice(0, equals).trim(), trimmed.slice(equals + 1).trim()]);
  }
  return sections;
}
