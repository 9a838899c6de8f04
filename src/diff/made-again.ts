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
    why: 'Temporary: it is gone after a boot or a few days (file-hierarchy(7)).',
  },
  {
    match: [
      `${HOME}/.npm/_logs/**`,
      `${HOME}/.npm/{_cacache,_npx}/**`,
      `${HOME}/.npm/_update-notifier-last-checked`,
    ],
    why: 'npm makes its logs and its cache of downloads again.',
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
    why: 'A cache of downloads, which its tool fills again.',
  },
  {
    match: [`${HOME}/.{cpan,cpanm}/{build,sources,work}/**`, `${HOME}/.cpanm/{build.log,latest-build}`],
    why: 'Where CPAN builds modules; every installation makes it again.',
  },
  {
    match: [
      `${HOME}/.{gem,local/share/gem}/specs/**`,
      `${HOME}/.yarn/berry/cache/**`,
      `${HOME}/.bun/install/cache/**`,
    ],
    why: 'A cache of downloads, which its tool fills again.',
  },
  {
    match: ['**/extensions/*/*/*/{gem_make.out,mkmf.log}'],
    why: 'A log of RubyGems of building an extension, which nothing reads.',
  },
  {
    match: [`${HOME}/.cache/**`],
    why: 'Cached data, which its program makes again (XDG Base Directory Specification).',
  },
  {
    match: ['var/cache/**'],
    // Answers and databases for which no program has another source.
    except: ['var/cache/debconf/**', 'var/cache/{bind,samba,snapd,cracklib}/**'],
    why: 'Cached data, which its program has to be able to make again (Filesystem Hierarchy Standard 3.0, 5.5).',
  },
  {
    match: ['var/lib/systemd/catalog/database'],
    why: 'systemd-journal-catalog-update.service makes it again at boot.',
  },
  { match: ['var/crash/**'], why: 'Reports of crashes on the build machine; nothing reads them.' },
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
