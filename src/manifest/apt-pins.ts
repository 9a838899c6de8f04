import { StillrootError } from '../errors.ts';
import type { Package } from '../packages/package.ts';
import { showPath } from '../tree/path.ts';

/** Above 1000, so that apt downgrades to this version from a newer one (apt_preferences(5)). */
const PRIORITY = 1001;

/**
 * What dpkg accepts (pkg_name_is_illegal, parseversion, dpkg_arch_name_is_illegal), except what apt takes for a
 * pattern.
 */
const NAME = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9.+~:-]*$/;
const ARCHITECTURE = /^[a-z0-9][a-z0-9-]*$/;

/**
 * A fragment for `/etc/apt/preferences.d` that holds every package at its installed version.
 *
 * @param packages those not from dpkg are left out
 * @throws StillrootError `source-unreadable` for a name that would mean something else there: `*` is a pattern
 */
export function aptPins(packages: readonly Package[]): string {
  const pins = packages.filter(({ type }) => type === 'deb').map(pin);
  return `Explanation: written by stillroot packages --format apt-pins\n${pins.join('\n')}`;
}

function pin({ name, version, architecture }: Package): string {
  if (!NAME.test(name) || !VERSION.test(version) || !ARCHITECTURE.test(architecture)) {
    throw new StillrootError(
      'source-unreadable',
      `found package ${showPath(name)} ${showPath(version)} ${showPath(architecture)}, wanted a name, a version and an architecture as dpkg allows them`,
      { hint: 'A pin for it could match other packages.' },
    );
  }
  // Packages for all architectures are found under their name alone.
  const qualified = architecture === 'all' ? name : `${name}:${architecture}`;
  return `Package: ${qualified}\nPin: version ${version}\nPin-Priority: ${PRIORITY}\n`;
}
