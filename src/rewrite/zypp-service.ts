import { ifTextChanged } from './if-changed.ts';
import type { Rewrite } from './rewrite.ts';

/** ServiceInfo::dumpAsIniOn of libzypp: `lrf_dat = 1709287200`, seconds since 1970. */
const LAST_REFRESH = /^[ \t]*lrf_dat[ \t]*=[^\n]*(?:\n|$)/gm;

/**
 * `etc/zypp/services.d/*.service` says where repositories are announced, and when zypp last asked there.
 * Without that time zypp asks again on its next refresh, as it does when the time to live has passed.
 */
export const zyppService: Rewrite = {
  what: 'The time of the last refresh goes from a service of zypp, so its next refresh asks again.',
  maximumSize: 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(bytes, bytes.toString('latin1').replace(LAST_REFRESH, ''));
  },
};
