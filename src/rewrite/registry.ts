import { shadowLastChange, sortAccounts } from './account-files.ts';
import { apkScriptsTar } from './apk-scripts-tar.ts';
import { arHeader, gzipHeader, zipTimes } from './archive-headers.ts';
import { juliaCache, pycMtime } from './compiled-caches.ts';
import { dhParameters } from './dh-parameters.ts';
import { dnf5History, dnf5RpmdbCookie, dnfHistory } from './dnf.ts';
import { dwwwPages } from './dwww.ts';
import { fontconfigCache } from './fontconfig-cache.ts';
import { debconfHostName, hostsHostName, hostsOwnName, mailHostName } from './host-name.ts';
import { jks } from './jks.ts';
import { keyboxTimes } from './keybox.ts';
import { mailAliases } from './mail-aliases.ts';
import {
  condaHistory,
  opkgInstalledTime,
  pacmanInstallDate,
  portageBuildTime,
  portageContents,
  xbpsPkgdb,
  zyppAutoInstalled,
  zyppRequestedLocales,
  zyppService,
} from './package-dates.ts';
import {
  cronTime,
  dracutBuildParameter,
  miniupnpdUuid,
  popularityContest,
  ucfHashfile,
} from './random-values.ts';
import {
  adjtime,
  authselectHeader,
  buildStamp,
  docBaseTimes,
  gconfMtime,
  generatedDate,
  mdadmArrays,
  propertiesDate,
  updatedStamp,
} from './recorded-times.ts';
import type { Rewrite } from './rewrite.ts';
import { rpmdbBdb } from './rpm-bdb.ts';
import { rpmdbNdb } from './rpm-ndb.ts';
import { rpmdbSqlite } from './rpm-sqlite.ts';
import { compressorManifest, gitLfsSettings } from './sorted-settings.ts';
import { lsR, sortDebconf, sortLines, sortStanzas } from './sorted-texts.ts';
import { sqliteJournal } from './sqlite-journal.ts';

/** All content normalizers, by the name used in rules. */
export const REWRITES: Readonly<Record<string, Rewrite>> = {
  adjtime: adjtime,
  'apk-scripts-tar': apkScriptsTar,
  'ar-header': arHeader,
  'authselect-header': authselectHeader,
  'build-stamp': buildStamp,
  'compressor-manifest': compressorManifest,
  'conda-history': condaHistory,
  'cron-time': cronTime,
  'debconf-host-name': debconfHostName,
  'dh-parameters': dhParameters,
  'dnf-history': dnfHistory,
  'dnf5-history': dnf5History,
  'dnf5-rpmdb-cookie': dnf5RpmdbCookie,
  'dracut-build-parameter': dracutBuildParameter,
  'dwww-pages': dwwwPages,
  'fontconfig-cache': fontconfigCache,
  'gconf-mtime': gconfMtime,
  'git-lfs-settings': gitLfsSettings,
  'gzip-header': gzipHeader,
  'hosts-host-name': hostsHostName,
  'hosts-own-name': hostsOwnName,
  jks: jks,
  'julia-cache': juliaCache,
  'keybox-times': keyboxTimes,
  'doc-base-times': docBaseTimes,
  'generated-date': generatedDate,
  'ls-r': lsR,
  'mail-aliases': mailAliases,
  'mail-host-name': mailHostName,
  'mdadm-arrays': mdadmArrays,
  'opkg-installed-time': opkgInstalledTime,
  'pacman-install-date': pacmanInstallDate,
  'miniupnpd-uuid': miniupnpdUuid,
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
  'ucf-hashfile': ucfHashfile,
  'updated-stamp': updatedStamp,
  'xbps-pkgdb': xbpsPkgdb,
  'zip-times': zipTimes,
  'zypp-auto-installed': zyppAutoInstalled,
  'zypp-requested-locales': zyppRequestedLocales,
  'zypp-service': zyppService,
};
