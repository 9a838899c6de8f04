import { adjtime } from './adjtime.ts';
import { apkScriptsTar } from './apk-scripts-tar.ts';
import { arHeader } from './ar-header.ts';
import { authselectHeader } from './authselect-header.ts';
import { buildStamp } from './build-stamp.ts';
import { condaHistory } from './conda-history.ts';
import { debconfHostName } from './debconf-host-name.ts';
import { dnf5History, dnfHistory } from './dnf-history.ts';
import { dnf5RpmdbCookie } from './dnf-rpmdb-cookie.ts';
import { docBaseTimes } from './doc-base-times.ts';
import { dracutBuildParameter } from './dracut-build-parameter.ts';
import { fontconfigCache } from './fontconfig-cache.ts';
import { gconfMtime } from './gconf-mtime.ts';
import { generatedDate } from './generated-date.ts';
import { gzipHeader } from './gzip-header.ts';
import { hostsHostName } from './hosts-host-name.ts';
import { hostsOwnName } from './hosts-own-name.ts';
import { jks } from './jks.ts';
import { juliaCache } from './julia-cache.ts';
import { lsR } from './ls-r.ts';
import { mailHostName } from './mail-host-name.ts';
import { mdadmArrays } from './mdadm-arrays.ts';
import { opkgInstalledTime } from './opkg-installed-time.ts';
import { pacmanInstallDate } from './pacman-install-date.ts';
import { popularityContest } from './popularity-contest.ts';
import { portageBuildTime } from './portage-build-time.ts';
import { portageContents } from './portage-contents.ts';
import { propertiesDate } from './properties-date.ts';
import { pycMtime } from './pyc-mtime.ts';
import type { Rewrite } from './rewrite.ts';
import { rpmdbBdb } from './rpm-bdb.ts';
import { rpmdbNdb } from './rpm-ndb.ts';
import { rpmdbSqlite } from './rpm-sqlite.ts';
import { shadowLastChange } from './shadow-last-change.ts';
import { sortAccounts } from './sort-accounts.ts';
import { sortDebconf } from './sort-debconf.ts';
import { sortLines } from './sort-lines.ts';
import { sortStanzas } from './sort-stanzas.ts';
import { sqliteJournal } from './sqlite-journal.ts';
import { updatedStamp } from './updated-stamp.ts';
import { xbpsPkgdb } from './xbps-pkgdb.ts';
import { zipTimes } from './zip-times.ts';
import { zyppAutoInstalled } from './zypp-auto-installed.ts';
import { zyppRequestedLocales } from './zypp-requested-locales.ts';
import { zyppService } from './zypp-service.ts';

/** All content normalizers, by the name that rules give. */
export const REWRITES: Readonly<Record<string, Rewrite>> = {
  adjtime: adjtime,
  'apk-scripts-tar': apkScriptsTar,
  'ar-header': arHeader,
  'authselect-header': authselectHeader,
  'build-stamp': buildStamp,
  'conda-history': condaHistory,
  'debconf-host-name': debconfHostName,
  'dnf-history': dnfHistory,
  'dnf5-history': dnf5History,
  'dnf5-rpmdb-cookie': dnf5RpmdbCookie,
  'dracut-build-parameter': dracutBuildParameter,
  'fontconfig-cache': fontconfigCache,
  'gconf-mtime': gconfMtime,
  'gzip-header': gzipHeader,
  'hosts-host-name': hostsHostName,
  'hosts-own-name': hostsOwnName,
  jks: jks,
  'julia-cache': juliaCache,
  'doc-base-times': docBaseTimes,
  'generated-date': generatedDate,
  'ls-r': lsR,
  'mail-host-name': mailHostName,
  'mdadm-arrays': mdadmArrays,
  'opkg-installed-time': opkgInstalledTime,
  'pacman-install-date': pacmanInstallDate,
  'popularity-contest': popularityContest,
  'portage-build-time': portageBuildTime,
  'portage-contents': portageContents,
  'properties-date': propertiesDate,
  'pyc-mtime': pycMtime,
  'rpmdb-bdb': rpmdbBdb,
  'rpmdb-ndb': rpmdbNdb,
  'rpmdb-sqlite': rpmdbSqlite,
  'shadow-last-change': shadowLastChange,
  'sort-accounts': sortAccounts,
  'sort-debconf': sortDebconf,
  'sort-lines': sortLines,
  'sort-stanzas': sortStanzas,
  'sqlite-journal': sqliteJournal,
  'updated-stamp': updatedStamp,
  'xbps-pkgdb': xbpsPkgdb,
  'zip-times': zipTimes,
  'zypp-auto-installed': zyppAutoInstalled,
  'zypp-requested-locales': zyppRequestedLocales,
  'zypp-service': zyppService,
};
