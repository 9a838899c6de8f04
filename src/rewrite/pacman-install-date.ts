import { clampDecimal } from './clamp-number.ts';
import { ifTextChanged } from './if-changed.ts';
import { malformed, type Rewrite } from './rewrite.ts';

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
