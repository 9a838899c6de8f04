import { ifTextChanged } from './if-changed.ts';
import type { Rewrite } from './rewrite.ts';

/** A mapping in YAML, as install-docs writes it: `CT: 1700000000`, on a line of its own. */
const CHANGE_TIME = /^([ \t-]*["']?CT["']?:[ \t]*["']?)(\d{9,12})(?=["']?[ \t]*$)/gm;

/**
 * `var/lib/doc-base/info/files.yml` of Debian: for each registered document the change time of its control file.
 * doc-base registers those again whose time is another, and a file has a new change time on every disk.
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
