/**
 * Which script of an installed package is about a path: for a file that no package ships, the script that made it. What
 * it says is a hint, and nothing is decided by it.
 */
import { originalPath } from '../packages/moved-directories.ts';
import { compareBytes, type PackageScript } from '../packages/package.ts';
import { nameOf, parentOf, showPath } from '../tree/path.ts';
import { Glob, GlobError } from './glob.ts';
import { GlobIndex } from './glob-index.ts';
import { type ScriptPath, scriptPaths, type Use, useOf } from './script-words.ts';

/** How a script names a path: itself, by a pattern, by its name and its directory, or only its directory. */
export type MentionKind = 'path' | 'pattern' | 'name' | 'directory';

/** A line of a script that is about a path. */
export interface Mention {
  readonly script: PackageScript;
  readonly kind: MentionKind;
  /** What the line does with it. */
  readonly use: Use;
  /** From 1 on. */
  readonly line: number;
  /** The line, without blanks around it, cut to TEXT_MAX; a byte string. */
  readonly text: string;
}

/** Characters kept of a line. */
const TEXT_MAX = 160;
const LINE_MAX = 4_000;
/** Mentions returned of one path. */
const MENTIONS_MAX = 10;
/** Paths remembered of all scripts; a desktop has about 30,000. */
const PATHS_MAX = 500_000;
const PATTERNS_MAX = 10_000;
/** Characters of a pattern that are no wildcards; one with fewer says little. */
const PATTERN_LITERALS_MIN = 8;
/** Directories above a path that are looked up. */
const DEPTH_MAX = 32;
/** Shorter names occur in other words. */
const NAME_MIN = 4;

/** Directories that many packages share: that a script is about one says nothing of a file in it. */
const SHARED =
  /^(?:[^/]*|etc\/[^/]+\.d|etc\/(?:default|init\.d|ssl|ssl\/(?:certs|private)|network|alternatives|systemd(?:\/.*)?|cron\.[a-z]+|xdg|security|skel|X11|apt(?:\/.*)?|dpkg(?:\/.*)?|profile\.d)|usr\/(?:s?bin|lib|libexec|share|local|include|games|src)|usr\/local\/[^/]+|usr\/(?:lib|share|libexec)\/[^/]+|var\/(?:lib|cache|log|tmp|spool|mail|www|backups|opt|local|run|lock|games|crash|db)|var\/lib\/(?:dpkg|apt|ucf|systemd|misc|dbus)(?:\/.*)?|lib\/.*|opt\/[^/]+|home\/[^/]+|run\/[^/]+)$/;

const KINDS: Readonly<Record<MentionKind, number>> = { path: 6, pattern: 4, name: 3.5, directory: 1 };
const USES: Readonly<Record<Use, number>> = { writes: 3, manages: 2, reads: 0, removes: -0.5 };

interface Place extends ScriptPath {
  readonly script: PackageScript;
}

interface Index {
  readonly paths: ReadonlyMap<string, readonly Place[]>;
  readonly globs: GlobIndex;
  /** By the numbers of the globs. */
  readonly ofGlobs: readonly Place[];
}

export class ScriptMentions {
  readonly #scripts: () => readonly PackageScript[];
  #index: Index | undefined;

  /** @param scripts called once, when the first path is looked up */
  constructor(scripts: () => readonly PackageScript[]) {
    this.#scripts = scripts;
  }

  /**
   * Lines about a path, the most telling first, one for each script.
   *
   * @param path as in Entry.path
   */
  find(path: string): Mention[] {
    this.#index ??= this.#build();
    const { paths, globs, ofGlobs } = this.#index;
    const name = originalPath(path) ?? path;
    const found: Mention[] = (paths.get(name) ?? []).map((place) => mention(place, 'path'));
    for (const at of globs.match(name)) found.push(mention(ofGlobs[at] as Place, 'pattern'));
    let above = parentOf(name);
    for (let depth = 0; above !== '' && depth < DEPTH_MAX; depth += 1, above = parentOf(above)) {
      const places = paths.get(above) ?? [];
      const isShared = SHARED.test(above);
      // A name in a directory that many share says something only together with that very directory.
      const scripts = isShared && depth > 0 ? [] : new Set(places.map(({ script }) => script));
      for (const script of scripts) {
        const line = lineWith(script, nameOf(name));
        if (line !== undefined) found.push({ script, kind: 'name', ...line });
      }
      if (!isShared) for (const place of places) found.push(mention(place, 'directory'));
    }
    return bestOfEach(found, name);
  }

  #build(): Index {
    const paths = new Map<string, Place[]>();
    const globs: Glob[] = [];
    const ofGlobs: Place[] = [];
    let count = 0;
    for (const script of this.#scripts()) {
      for (const each of scriptPaths(script.text)) {
        count += 1;
        if (count > PATHS_MAX) break;
        const path = normalized(each.path);
        if (path === undefined) continue;
        const place = { ...each, path, script };
        if (each.isPattern) {
          const glob = ofGlobs.length < PATTERNS_MAX ? telling(path) : undefined;
          if (glob === undefined) continue;
          globs.push(glob);
          ofGlobs.push(place);
        } else {
          const known = paths.get(path);
          if (known === undefined) paths.set(path, [place]);
          else known.push(place);
        }
      }
    }
    return { paths, globs: new GlobIndex(globs), ofGlobs };
  }
}

/** The path as in Entry.path; undefined for one that is not plain. */
function normalized(path: string): string | undefined {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  return names.includes('..') ? undefined : names.join('/');
}

/** The pattern, unless it would match nearly everything, or cannot be one. */
function telling(pattern: string): Glob | undefined {
  const literals = pattern.replace(/\[[^\]]*\]|[*?{}]/g, '').length;
  const isWhole = nameOf(pattern).replace(/[*?]/g, '') === '' && SHARED.test(parentOf(pattern));
  if (literals < PATTERN_LITERALS_MIN || isWhole || /^[^/]*[*?[{]/.test(pattern)) return undefined;
  try {
    return new Glob(pattern);
  } catch (error) {
    // What a shell reads differently, such as a bracket without an end.
    if (error instanceof GlobError) return undefined;
    throw error;
  }
}

function mention({ script, use, line, text }: Place, kind: MentionKind): Mention {
  return { script, kind, use, line, text: text.trim().slice(0, TEXT_MAX) };
}

/** The line of a script that says most about a name, outside comments. */
function lineWith(script: PackageScript, name: string): Pick<Mention, 'use' | 'line' | 'text'> | undefined {
  if (name.length < NAME_MIN) return undefined;
  let best: Pick<Mention, 'use' | 'line' | 'text'> | undefined;
  let [line, from] = [1, 0];
  for (let at = script.text.indexOf(name); at !== -1; at = script.text.indexOf(name, at + name.length)) {
    const [before = '', after = ''] = [script.text[at - 1], script.text[at + name.length]];
    if (/[\w.-]/.test(before) || /[\w-]/.test(after)) continue;
    const start = script.text.lastIndexOf('\n', at) + 1;
    for (
      let end = script.text.indexOf('\n', from);
      end !== -1 && end < at;
      end = script.text.indexOf('\n', from)
    ) {
      line += 1;
      from = end + 1;
    }
    const end = script.text.indexOf('\n', at);
    const text = script.text.slice(start, end === -1 ? undefined : end).slice(0, LINE_MAX);
    if (/^\s*#/.test(text) || at - start >= LINE_MAX) continue;
    const use = useOf(text, at - start, name.length);
    if (best === undefined || USES[use] > USES[best.use])
      best = { use, line, text: text.trim().slice(0, TEXT_MAX) };
  }
  return best;
}

/** One for each script, the highest first, at most MENTIONS_MAX. */
function bestOfEach(found: readonly Mention[], path: string): Mention[] {
  const best = new Map<PackageScript, Mention>();
  for (const each of found) {
    const known = best.get(each.script);
    if (known === undefined || scoreOf(each, path) > scoreOf(known, path)) best.set(each.script, each);
  }
  return [...best.values()]
    .sort((a, b) => scoreOf(b, path) - scoreOf(a, path) || compareBytes(a.script.package, b.script.package))
    .slice(0, MENTIONS_MAX);
}

function scoreOf({ kind, use, script }: Mention, path: string): number {
  const isNamed = path.includes(script.package);
  const isAfter = /post/.test(script.name);
  return KINDS[kind] + USES[use] + (script.isInstall ? 0.4 : 0) + (isNamed ? 0.2 : 0) + (isAfter ? 0.1 : 0);
}

/** Whether packages share a directory, so that a script or an owner of it says nothing of a file in it. */
export function isSharedDirectory(path: string): boolean {
  return SHARED.test(path);
}

interface Words {
  readonly passive: string;
  readonly active: string;
}

const VERBS: Readonly<Record<Use, Words>> = {
  writes: { passive: 'written by', active: 'writes' },
  manages: { passive: 'set up by', active: 'sets up' },
  reads: { passive: 'mentioned in', active: 'mentions' },
  removes: { passive: 'removed by', active: 'removes' },
};

function wordsFor({ script, use }: Mention): Words {
  return script.isInstall || use === 'removes' ? VERBS[use] : VERBS.reads;
}

function scriptText({ script }: Mention): string {
  return `${showPath(script.package)}'s ${showPath(script.name)}`;
}

/** What is known about the origin of a path: `written by PACKAGE's postinst, line 12`. */
export function mentionText(mention: Mention): string {
  const { passive } = wordsFor(mention);
  const place = `${scriptText(mention)}, line ${mention.line}`;
  return mention.kind === 'directory' ? `its directory is ${passive} ${place}` : `${passive} ${place}`;
}

/** The same as a clause: `PACKAGE's postinst writes it`. */
export function mentionClause(mention: Mention): string {
  const what = mention.kind === 'directory' ? 'its directory' : 'it';
  return `${scriptText(mention)} ${wordsFor(mention).active} ${what}`;
}
