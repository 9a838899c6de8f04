import { capturedDatabase } from '../../../fixtures/packages/read.ts';
import { StillrootError } from '../../../src/errors.ts';
import { loadPackageDatabases } from '../../../src/packages/databases.ts';
import { loadFrom } from '../../packages/load.ts';
import { mutate } from '../mutate.ts';
import type { FuzzTarget } from '../target.ts';

const DPKG = `Package: alpha
Status: install ok installed
Architecture: amd64
Version: 1:2.0-3
Description: x
 more of it
Conffiles:
 /etc/alpha 0123456789abcdef0123456789abcdef

Package: beta
Status: install ok installed
Architecture: all
Source: gamma (1.0)
Version: 1.0

`;
const APK = 'P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\nF:lib\nR:ld-musl-x86_64.so.1\nZ:Q1abc=\na:0:0:755\n\n';
const DIVERSIONS = '/usr/share/alpha/a.txt\n/usr/share/alpha/a.distrib\nbeta\n';
const FILES =
  '%FILES%\nusr/\nusr/share/\nusr/share/alpha/a.txt\n\n%BACKUP%\netc/x\t0123456789abcdef0123456789abcdef\n\n';
const PACMAN = '%NAME%\nglibc\n\n%VERSION%\n2.39-1\n\n%ARCH%\nx86_64\n\n%LICENSE%\nLGPL\n\n';

/** Of dpkg, which wants one for each package. */
const LISTS = {
  'var/lib/dpkg/info/alpha.list': '/.\n/usr\n/usr/share/alpha/a.txt\n',
  'var/lib/dpkg/info/beta.list': '/.\n',
};

/** The first byte of an input selects the database. */
const KINDS = [
  { path: 'var/lib/dpkg/status', bytes: (): Buffer => Buffer.from(DPKG) },
  {
    path: 'var/lib/dpkg/info/alpha.list',
    bytes: (): Buffer => Buffer.from(LISTS['var/lib/dpkg/info/alpha.list']),
  },
  { path: 'var/lib/dpkg/diversions', bytes: (): Buffer => Buffer.from(DIVERSIONS) },
  { path: 'var/lib/pacman/local/glibc-2.39-1/files', bytes: (): Buffer => Buffer.from(FILES) },
  { path: 'lib/apk/db/installed', bytes: (): Buffer => Buffer.from(APK) },
  { path: 'var/lib/pacman/local/glibc-2.39-1/desc', bytes: (): Buffer => Buffer.from(PACMAN) },
  { path: 'usr/lib/sysimage/rpm/Packages.db', bytes: (): Buffer => capturedDatabase('first-Packages.db') },
  { path: 'usr/lib/sysimage/rpm/Packages', bytes: (): Buffer => capturedDatabase('first-Packages') },
  { path: 'usr/lib/sysimage/rpm/Packages', bytes: (): Buffer => capturedDatabase('big-endian-Packages') },
  { path: 'usr/lib/sysimage/rpm/rpmdb.sqlite', bytes: (): Buffer => capturedDatabase('first-rpmdb.sqlite') },
] as const;

/** Databases of packages. What is damaged is said in words, not thrown. */
export const packagesTarget: FuzzTarget = {
  name: 'packages',
  share: 4,
  codes: /^source-unreadable$/,
  corpus: () => KINDS.map(({ bytes }, kind) => Buffer.concat([Buffer.from([kind]), bytes()])),
  change(original, corpus, random) {
    return Buffer.concat([original.subarray(0, 1), mutate(original.subarray(1), corpus, random)]);
  },
  read(bytes) {
    const kind = KINDS[bytes[0] as number];
    if (kind === undefined) throw new Error('no such database');
    const files = { ...LISTS, [kind.path]: bytes.subarray(1) };
    const { databases, damages } = loadFrom(loadPackageDatabases, files);
    for (const database of databases) [database.packages, database.ownersOf('usr/share/alpha/a.txt')];
    const [damage] = damages;
    if (damage !== undefined) throw new StillrootError('source-unreadable', damage);
  },
};
