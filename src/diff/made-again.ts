/**
 * What may be left out because something makes it again, or because nothing reads it: the only paths for which dropping is
 * proposed. A path that stands in no row may be all that is left of a choice or of data, whatever directory it is in.
 */
import { Glob } from '../rules/glob.ts';

interface MadeAgain {
  readonly match: readonly string[];
  readonly except?: readonly string[];
  /** A sentence that stands in proposed rules and in advice. */
  readonly why: string;
}

const HOME = '{root,home/*}';

/** The first row that matches counts. */
const TABLE: readonly MadeAgain[] = [
  {
    match: ['tmp/**', 'var/tmp/**', 'run/**'],
    why: 'Temporary: removed at boot or after a few days (file-hierarchy(7)).',
  },
  {
    match: [
      `${HOME}/.npm/_logs/**`,
      `${HOME}/.npm/{_cacache,_npx}/**`,
      `${HOME}/.npm/_update-notifier-last-checked`,
    ],
    why: 'npm recreates its logs and its download cache.',
  },
  {
    match: [`${HOME}/.cargo/registry/{cache,index,src}/**`, `${HOME}/.cargo/.package-cache*`],
    why: 'cargo downloads its registry again.',
  },
  {
    match: [
      `${HOME}/go/pkg/mod/cache/**`,
      `${HOME}/.gradle/{caches,daemon}/**`,
      `${HOME}/.composer/cache/**`,
    ],
    why: 'A download cache, which its tool refills.',
  },
  {
    match: [`${HOME}/.{cpan,cpanm}/{build,sources,work}/**`, `${HOME}/.cpanm/{build.log,latest-build}`],
    why: 'Where CPAN builds modules; recreated by every installation.',
  },
  {
    match: [
      `${HOME}/.{gem,local/share/gem}/specs/**`,
      `${HOME}/.yarn/berry/cache/**`,
      `${HOME}/.bun/install/cache/**`,
    ],
    why: 'A download cache, which its tool refills.',
  },
  {
    match: ['**/extensions/*/*/*/{gem_make.out,mkmf.log}'],
    why: "RubyGems' log of building an extension, which nothing reads.",
  },
  {
    match: [`${HOME}/.cache/**`],
    why: 'Cached data, which its program recreates (XDG Base Directory Specification).',
  },
  {
    match: ['var/cache/**'],
    // Answers and databases for which no program has another source.
    except: ['var/cache/debconf/**', 'var/cache/{bind,samba,snapd,cracklib}/**'],
    why: 'Cached data, which its program must be able to recreate (Filesystem Hierarchy Standard 3.0, 5.5).',
  },
  {
    match: ['var/lib/systemd/catalog/database'],
    why: 'systemd-journal-catalog-update.service recreates it at boot.',
  },
  { match: ['var/crash/**'], why: 'Crash reports of the build machine; nothing reads them.' },
];

const ROWS = TABLE.map(({ match, except = [], why }) => ({
  globs: match.map((pattern) => new Glob(pattern)),
  excepts: except.map((pattern) => new Glob(pattern)),
  why,
}));

/** @returns the sentence that says who makes the path again; undefined where no table does */
export function madeAgain(path: string): string | undefined {
  return ROWS.find(
    ({ globs, excepts }) =>
      globs.some((glob) => glob.matches(path)) && !excepts.some((glob) => glob.matches(path)),
  )?.why;
}

const LOGS: readonly Glob[] = ['var/log/**', 'var/**/*.log'].map((pattern) => new Glob(pattern));

/**
 * Whether the path is a log: it may be emptied, and not dropped, since a daemon may have no right to make it again, or
 * make it readable for everybody.
 */
export function isLog(path: string): boolean {
  return LOGS.some((glob) => glob.matches(path));
}
