/** What kind of place a path is in: it decides what may be proposed for it. */
import { Glob } from '../rules/glob.ts';
import { originalPath } from '../tree/moved-directories.ts';

/** Databases of package managers: a tree is not one system any more with the file of another. */
const DATABASES =
  /^(?:var\/lib\/(?:dpkg|rpm|pacman|apt|dnf|zypp|ucf)|var\/cache\/debconf|usr\/lib\/sysimage\/(?:\.?rpm(?:-ostree-base-db)?|libdnf5)|usr\/share\/rpm|(?:usr\/)?lib\/apk|etc\/apk|var\/db\/(?:pkg|xbps))\/./;

/** What package scripts make of all packages together, so that another package set explains it. */
const DERIVED: readonly Glob[] = [
  ...['etc/ld.so.cache', 'etc/{passwd,group,shadow,gshadow,subuid,subgid,shells}', 'etc/alternatives/**'],
  ...['etc/rc?.d/**', 'etc/systemd/{system,user}/**', 'etc/ssl/certs/**', 'etc/ca-certificates/**'],
  ...['etc/pki/ca-trust/extracted/**', 'etc/{sgml,xml}/**', 'var/lib/systemd/**', 'var/lib/ucf/**'],
  ...['usr/share/{mime,icons,info,glib-2.0/schemas,applications}/**', 'usr/lib{,32,64}/**/*.cache'],
  ...['{usr/,}lib/modules/**', 'usr/lib/locale/**', 'usr/lib/udev/hwdb.bin', '**/__pycache__/**', 'boot/**'],
  ...['var/cache/**', 'var/lib/apt/**', 'var/lib/dbus/**', 'var/lib/python/**', 'etc/fonts/conf.d/**'],
].map((pattern) => new Glob(pattern));

export function isPackageDatabase(path: string): boolean {
  return DATABASES.test(path) || DATABASES.test(originalPath(path) ?? '');
}

export function isDerivedFromPackages(path: string): boolean {
  return isPackageDatabase(path) || DERIVED.some((glob) => glob.matches(path));
}
