import { ifTextChanged } from './if-changed.ts';
import { malformed, type Rewrite, UNCHANGED } from './rewrite.ts';

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
    // Without the line the file's own time counts alone.
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
        why: 'It is older than usr, so the update units run with it or without.',
      };
    }
    return ifTextChanged(bytes, text.slice(0, start) + String(wanted) + text.slice(start + value.length));
  },
};
