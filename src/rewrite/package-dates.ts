import {
  clampDecimal,
  ifTextChanged,
  malformed,
  type Rewrite,
  type RewriteContext,
  UNCHANGED,
} from './rewrite.ts';

const HEADER = '%INSTALLDATE%';

/**
 * `%INSTALLDATE%` in `var/lib/pacman/local/PACKAGE/desc`: when the package was installed, in seconds
 * since 1970. The file is sections of a `%KEY%` line and its values, each ended by an empty line
 * (libalpm, be_local.c). `%BUILDDATE%` comes with the package and stays.
 */
export const pacmanInstallDate: Rewrite = {
  what: 'In the local database of pacman, installation times after the epoch become the epoch.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes, { epoch }) {
    const lines = bytes.toString('latin1').split('\n');
    let offset = 0;
    for (const [index, line] of lines.entries()) {
      const startsSection = index === 0 || lines[index - 1] === '';
      offset += line.length + 1;
      if (!startsSection || line !== HEADER) continue;
      const value = lines[index + 1] ?? '';
      if (!/^\d{1,20}$/.test(value)) {
        return malformed(Math.min(offset, bytes.length), JSON.stringify(value), 'seconds since 1970');
      }
      lines[index + 1] = clampDecimal(value, epoch);
    }
    return ifTextChanged(bytes, lines.join('\n'));
  },
};

/** `Installed-Time: 1700000000` in the stanzas of `var/lib/opkg/status`: seconds since 1970. */
export const opkgInstalledTime: Rewrite = {
  what: 'In the status file of opkg, installation times after the epoch become the epoch.',
  maximumSize: 32 * 1024 * 1024,
  apply(bytes, { epoch }) {
    const text = bytes.toString('latin1');
    const wrong = /^Installed-Time:(?![ \t]*\d{1,20}[ \t]*$).*/m.exec(text);
    if (wrong !== null) return malformed(wrong.index, JSON.stringify(wrong[0]), 'seconds since 1970');
    return ifTextChanged(
      bytes,
      text.replace(
        /^(Installed-Time:[ \t]*)(\d+)/gm,
        (_all, key: string, seconds: string) => key + clampDecimal(seconds, epoch),
      ),
    );
  },
};

/** `var/db/pkg/CATEGORY/PACKAGE/BUILD_TIME`: one line, seconds since 1970. */
export const portageBuildTime: Rewrite = {
  what: 'In the database of portage, build times after the epoch become the epoch.',
  maximumSize: 64 * 1024,
  apply(bytes, { epoch }) {
    if (bytes.length === 0) return UNCHANGED;
    const text = bytes.toString('latin1');
    const seconds = /^(\d{1,20})\s*$/.exec(text)?.[1];
    if (seconds === undefined) return malformed(0, JSON.stringify(text.slice(0, 80)), 'seconds since 1970');
    return ifTextChanged(bytes, clampDecimal(seconds, epoch) + text.slice(seconds.length));
  },
};

/** A file: path, MD5, mtime. A path may contain spaces, so the fields after it are matched from the end. */
const FILE = /^(obj \/(.+) [0-9a-f]{32} )(\d{1,12})$/gm;
/** A symlink: path, target, mtime. */
const SYMLINK = /^(sym \/.+ -> .+ )(\d{1,12})$/gm;

/**
 * `var/db/pkg/CATEGORY/PACKAGE/CONTENTS` holds the mtime of every file of a package, and portage does
 * not remove files with a different one (dblink: `!mtime`). Lines that match the file get its final mtime; lines
 * that did not match before stay. Symlinks are clamped to the epoch, since a neighbour is known
 * only with its links followed.
 */
export const portageContents: Rewrite = {
  what: 'In the file lists of portage, times become those that the files will have.',
  maximumSize: 32 * 1024 * 1024,
  apply(bytes, { epoch, lookUp }) {
    const text = bytes
      .toString('latin1')
      .replace(
        FILE,
        (_all, start: string, path: string, mtime: string) => start + follow(path, mtime, lookUp),
      )
      .replace(SYMLINK, (_all, start: string, mtime: string) => start + clampDecimal(mtime, epoch));
    return ifTextChanged(bytes, text);
  },
};

function follow(path: string, mtime: string, lookUp: RewriteContext['lookUp']): string {
  const file = lookUp(path);
  return file?.isFile === true && String(file.mtime) === mtime ? String(file.finalMtime) : mtime;
}

/** A key and its value in a property list, including their line. */
const VARYING = /[ \t]*<key>(?:install-date|pkgname|repository)<\/key>\s*<string>[^<]*<\/string>[ \t]*\n?/g;

/**
 * `var/db/xbps/pkgdb-0.38.plist`, an XML property list, loses the date of installation and the mirror of
 * each package, which `xbps-install --reproducible` leaves out too: no program reads them. It also loses `pkgname`, which
 * xbps adds to every package when it reads the list, and therefore stores only for those of earlier transactions.
 */
export const xbpsPkgdb: Rewrite = {
  what: 'Removes the installation date, the mirror and the repeated name of each package from the database of xbps.',
  maximumSize: 64 * 1024 * 1024,
  apply(bytes) {
    if (bytes.length === 0) return UNCHANGED;
    const text = bytes.toString('latin1');
    if (!text.startsWith('<?xml'))
      return malformed(0, JSON.stringify(text.slice(0, 8)), 'an XML property list');
    if (!/<\/plist>\s*$/.test(text)) return malformed(bytes.length, 'the end of the file', '</plist>');
    return ifTextChanged(bytes, text.replace(VARYING, ''));
  },
};

/** conda, history.py: `==> 2023-11-14 22:13:20 <==` begins a transaction. */
const BEGIN = /^==> (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) <==$/gm;

/** The history of a conda environment. Later times become the epoch; installed and requested packages stay. */
export const condaHistory: Rewrite = {
  what: 'In the history of a conda environment, times after the epoch become the epoch.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes, { epoch }) {
    const latest = new Date(epoch * 1000)
      .toISOString()
      .slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)
      .replace('T', ' ');
    const clamp = (line: string, time: string): string => (time > latest ? `==> ${latest} <==` : line);
    return ifTextChanged(bytes, bytes.toString('latin1').replace(BEGIN, clamp));
  },
};

/** SolvIdentFile::store and RequestedLocalesFile::store of libzypp: `# AutoInstalled generated Mon Nov 20 10:00:00 2023`. */
const DATED_COMMENT = /^(?:# \S+ generated [^\n]*\n)+/;

/** A state file of libzypp, as a byte string, without the comment at the top that says when it was written. */
function withoutDatedComment(text: string): string {
  return text.replace(DATED_COMMENT, '');
}

/**
 * `var/lib/zypp/AutoInstalled` is a sorted list of package names after a comment with the date. The
 * reader ignores comments, so only the comment is removed.
 */
export const zyppAutoInstalled: Rewrite = {
  what: "Removes the comment with the date from zypp's list of automatically installed packages.",
  maximumSize: 16 * 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(bytes, withoutDatedComment(bytes.toString('latin1')));
  },
};

/** Comments and empty lines, one locale a line, comments and empty lines again. */
const FRAMED = /^((?:#[^\n]*\n|\n)*)((?:[^#\n][^\n]*\n)+)((?:#[^\n]*\n|\n)*)$/;

/**
 * `var/lib/zypp/RequestedLocales` is a set of locales after a comment with the date, written in the
 * order of a hash table that depends on what was read before (RequestedLocalesFile::store in
 * libzypp). The reader ignores comments and makes a set of the rest.
 */
export const zyppRequestedLocales: Rewrite = {
  what: 'Removes the comment with the date from the locales requested from zypp, and sorts them.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes) {
    const text = withoutDatedComment(bytes.toString('latin1'));
    return ifTextChanged(
      bytes,
      text.replace(FRAMED, (_, before: string, locales: string, after: string) => {
        // Byte strings compare as bytes.
        const sorted = locales.slice(0, -1).split('\n').sort();
        return `${before}${sorted.join('\n')}\n${after}`;
      }),
    );
  },
};

/** ServiceInfo::dumpAsIniOn of libzypp: `lrf_dat = 1709287200`, seconds since 1970. */
const LAST_REFRESH = /^[ \t]*lrf_dat[ \t]*=[^\n]*(?:\n|$)/gm;

/**
 * `etc/zypp/services.d/*.service` says where repositories are announced, and when zypp last asked there.
 * Without that time zypp asks again on its next refresh, as it does when the time to live has passed.
 */
export const zyppService: Rewrite = {
  what: 'Removes the time of the last refresh from a zypp service, so that the next refresh asks again.',
  maximumSize: 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(bytes, bytes.toString('latin1').replace(LAST_REFRESH, ''));
  },
};
