import { clampDecimal } from './clamp-number.ts';
import { ifTextChanged } from './if-changed.ts';
import type { Rewrite } from './rewrite.ts';

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
