import { ifTextChanged } from './if-changed.ts';
import type { Rewrite } from './rewrite.ts';

/** Year, month, day, hour, minute and second in UTC, and nothing else in the file. */
const STAMP = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?=\n?$)/;

/**
 * `etc/timestamp` and `etc/version` of OpenEmbedded (rootfs-postcommands.bbclass): the date of the build
 * as `date -u +%Y%m%d%H%M%S` writes it. Other trees have other things under these names, which stay.
 */
export const buildStamp: Rewrite = {
  what: 'A date of fourteen digits after the epoch becomes that of the epoch.',
  maximumSize: 4096,
  apply(bytes, { epoch }) {
    const latest = new Date(epoch * 1000).toISOString().replace(/\D/g, '').slice(0, 'YYYYMMDDHHMMSS'.length);
    const text = bytes.toString('latin1');
    return ifTextChanged(
      bytes,
      text.replace(STAMP, (stamp) => (isDate(stamp) && stamp > latest ? latest : stamp)),
    );
  },
};

/** Digits compare as the times they stand for, provided that they stand for one. */
function isDate(stamp: string): boolean {
  const [, year, month, day, hour, minute, second] = STAMP.exec(stamp) ?? [];
  return !Number.isNaN(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`));
}
