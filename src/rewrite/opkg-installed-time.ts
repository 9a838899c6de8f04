import { clampDecimal } from './clamp-number.ts';
import { ifTextChanged } from './if-changed.ts';
import { malformed, type Rewrite } from './rewrite.ts';

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
