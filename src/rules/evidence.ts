/** What the rules for package managers and distributions were tried on: every other layer is tried by tests of Debian. */
import { Glob } from './glob.ts';
import type { Rule } from './rule.ts';

/**
 * By layer: tools that installed the same packages twice at different times, in different orders and with different umasks,
 * and that accepted the result. Undefined: written from documents and sources only.
 */
export const TRIED_WITH: Readonly<Record<string, string | undefined>> = {
  rpm: 'rpm 4.18, 6.1',
  pacman: 'pacman 6.0, 7',
  apk: 'apk 2.14, 3.0',
  xbps: 'xbps 0.60',
  portage: 'portage 3.0.82',
  opkg: 'opkg of OpenWrt',
  nix: undefined,
  dnf: 'dnf 4.14, dnf5 5.4',
  zypp: 'zypper 1.14',
  ubuntu: undefined,
  fedora: 'dnf 4.14 and packages with scripts like those of Fedora',
  rhel: undefined,
  opensuse: 'zypper 1.14 and packages with scripts like those of openSUSE',
  arch: 'pacman 6.0 and packages with scripts like those of Arch Linux',
  alpine: 'Alpine 3.20',
  void: undefined,
};

/** Rules of tried layers for files that did not occur in those trees: globs on their ids. */
export const UNTRIED: readonly string[] = [
  'rpm/rebuild-leftovers',
  'dnf/{count-me,yum-history,package-notes,offline-transaction}',
  'zypp/{cookies,attach-points,shell-history,secret-logins}',
  'xbps/{repository-indexes,cache}',
  'portage/{binary-package-digests,archives}',
  'opkg/repository-indexes',
  'fedora/{authselect,boot-loader-updates,rescue-kernel,rescue-kernel-report,network-scripts,owner-*}',
  'opensuse/{ca-certificates,wicked-state,installer-records,owner-*}',
  'arch/owner-*',
];
const UNTRIED_GLOBS: readonly Glob[] = UNTRIED.map((pattern) => new Glob(pattern));

/** Whether a rule follows documents only, and no tool or system ever made a tree for it. */
export function isUntried({ id }: Pick<Rule, 'id'>): boolean {
  const layer = layerOf(id);
  if (!Object.hasOwn(TRIED_WITH, layer)) return false;
  return TRIED_WITH[layer] === undefined || UNTRIED_GLOBS.some((glob) => glob.matches(id));
}

/**
 * The rules that were never tried on a real system: `LAYER/*` where no rule of the layer was, else the id of each.
 * @param rules those that take part, in their order
 */
export function untriedRules(rules: readonly Pick<Rule, 'id'>[]): string[] {
  const names = rules
    .filter(isUntried)
    .map(({ id }) => (TRIED_WITH[layerOf(id)] === undefined ? `${layerOf(id)}/*` : id));
  return [...new Set(names)];
}

function layerOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}
