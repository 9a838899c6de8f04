import { clampDecimal, ifTextChanged, malformed, type Rewrite, rewritten, UNCHANGED } from './rewrite.ts';

const NEUTRAL_LOCAL = '0.0 0 0.0\n0\nLOCAL\n';

/**
 * `etc/adjtime` as adjtime_config(5) has it: drift and time of the last adjustment, time of the last calibration,
 * and whether the hardware clock has UTC or LOCAL time. Only the last is a setting; UTC is the
 * default and needs no file.
 */
export const adjtime: Rewrite = {
  what: 'Removes the drift record of the hardware clock, or makes it neutral if the clock has local time.',
  maximumSize: 64 * 1024,
  apply(bytes) {
    if (bytes.length === 0) return UNCHANGED;
    const [, , kind = ''] = bytes.toString('latin1').split('\n');
    if (kind.trim() !== 'LOCAL') return { outcome: 'obsolete', why: 'Without it UTC is assumed.' };
    return bytes.equals(Buffer.from(NEUTRAL_LOCAL)) ? UNCHANGED : rewritten(Buffer.from(NEUTRAL_LOCAL));
  },
};

const NANOSECONDS = 1_000_000_000n;
const LINE = /^TIMESTAMP_NSEC=(.*)$/m;

/**
 * `etc/.updated` and `var/.updated`, systemd-update-done.service(8): the time of `/usr` in nanoseconds
 * when the directory was last brought up to date. While `/usr` is not newer, units with
 * ConditionNeedsUpdate= do not run. The stamp gets the time that `/usr` will have; one that is older
 * than `/usr` already serves no purpose.
 */
export const updatedStamp: Rewrite = {
  what: 'In etc/.updated and var/.updated, the time of usr becomes the one that usr will have.',
  maximumSize: 64 * 1024,
  apply(bytes, { path, owned, lookUp }) {
    const text = bytes.toString('latin1');
    const line = LINE.exec(text);
    const usr = lookUp('usr');
    // Without the line only the file's own time counts.
    if (line === null || usr === undefined) return UNCHANGED;
    const value = line[1] as string;
    const start = line.index + 'TIMESTAMP_NSEC='.length;
    if (!/^\d{1,20}$/.test(value)) return malformed(start, JSON.stringify(value), 'nanoseconds since 1970');
    const wanted = BigInt(usr.finalMtime) * NANOSECONDS;
    if (BigInt(value) === wanted) return UNCHANGED;
    if (BigInt(value) < BigInt(usr.mtime) * NANOSECONDS + BigInt(usr.nanoseconds)) {
      if (owned?.(path) !== false) return UNCHANGED;
      return {
        outcome: 'obsolete',
        why: 'It is older than usr, so the update units run with or without it.',
      };
    }
    return ifTextChanged(bytes, text.slice(0, start) + String(wanted) + text.slice(start + value.length));
  },
};

/** An XML tag up to the value of its attribute `mtime`. A value has no `<` (XML 1.0, AttValue). */
const TAG_WITH_MTIME = /(<[A-Za-z][^<>]*?\smtime=")(\d{1,20})(?=")/g;

/** Attributes `mtime="1700000000"` in the XML files of GConf: when an entry was last set. */
export const gconfMtime: Rewrite = {
  what: 'In the XML files of GConf, mtime attributes after the epoch become the epoch.',
  maximumSize: 64 * 1024 * 1024,
  apply(bytes, { epoch }) {
    return ifTextChanged(
      bytes,
      bytes
        .toString('latin1')
        .replace(TAG_WITH_MTIME, (_all, tag: string, seconds: string) => tag + clampDecimal(seconds, epoch)),
    );
  },
};

/** A mapping in YAML, as install-docs writes it: `CT: 1700000000`, on a line of its own. */
const CHANGE_TIME = /^([ \t-]*["']?CT["']?:[ \t]*["']?)(\d{9,12})(?=["']?[ \t]*$)/gm;

/**
 * `var/lib/doc-base/info/files.yml` of Debian: for each registered document the change time of its control file.
 * doc-base registers documents again whose time differs, and a file has a new change time on every disk.
 */
export const docBaseTimes: Rewrite = {
  what: 'In the register of doc-base, change times after the epoch become the epoch.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes, { epoch }) {
    const clamp = (whole: string, before: string, time: string): string =>
      Number(time) > epoch ? `${before}${epoch}` : whole;
    return ifTextChanged(bytes, bytes.toString('latin1').replace(CHANGE_TIME, clamp));
  },
};
