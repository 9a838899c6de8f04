import { type Rewrite, rewritten, UNCHANGED } from './rewrite.ts';

const NEUTRAL_LOCAL = '0.0 0 0.0\n0\nLOCAL\n';

/**
 * `etc/adjtime` as adjtime_config(5) has it: drift and time of the last adjustment, time of the last calibration,
 * and whether the hardware clock has UTC or LOCAL time. The last is a setting; of UTC, which is the default,
 * nothing is left to say.
 */
export const adjtime: Rewrite = {
  what: 'The drift record of the hardware clock goes, or where that has local time becomes the neutral one.',
  maximumSize: 64 * 1024,
  apply(bytes) {
    if (bytes.length === 0) return UNCHANGED;
    const [, , kind = ''] = bytes.toString('latin1').split('\n');
    if (kind.trim() !== 'LOCAL') return { outcome: 'obsolete', why: 'Without it UTC is assumed.' };
    return bytes.equals(Buffer.from(NEUTRAL_LOCAL)) ? UNCHANGED : rewritten(Buffer.from(NEUTRAL_LOCAL));
  },
};
