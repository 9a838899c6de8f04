import { malformed, type Rewrite, type RewriteResult, rewritten, UNCHANGED } from './rewrite.ts';

const SECONDS_PER_DAY = 86_400;
/** shadow(5): name, password, day of the last change, minimum, maximum, warning, inactivity, expiry, reserved. */
const FIELDS = 9;
const LAST_CHANGE = 2;

/**
 * Days of the last password change, shadow(5), field 3: useradd and pwconv write the day on which
 * the tree was made. Days after the epoch become the epoch's day, as the time stamps of files do.
 */
export const shadowLastChange: Rewrite = {
  what: 'In shadow files, last-change days after the epoch become the day of the epoch.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes, { epoch }) {
    // 0 means "must be changed at the next login": never written where it was not before.
    const latest = Math.max(1, Math.floor(epoch / SECONDS_PER_DAY));
    return clampLastChange(bytes.toString('latin1'), latest);
  },
};

function clampLastChange(text: string, latest: number): RewriteResult {
  let offset = 0;
  let changed = false;
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    // NIS entries such as `+` and `-@group` have fewer fields, and an empty line ends the file.
    const isAccount = line !== '' && !/^[+-]/.test(line);
    if (isAccount && fields.length !== FIELDS) {
      return malformed(offset, `${fields.length} fields`, `${FIELDS} fields separated by colons`);
    }
    const day = fields[LAST_CHANGE];
    if (isAccount && day !== undefined && day !== '') {
      if (!/^\d{1,9}$/.test(day)) return malformed(offset, JSON.stringify(day), 'a number of days');
      if (Number(day) > latest) {
        fields[LAST_CHANGE] = String(latest);
        changed = true;
      }
    }
    lines.push(fields.join(':'));
    offset += line.length + 1;
  }
  return changed ? rewritten(Buffer.from(lines.join('\n'), 'latin1')) : UNCHANGED;
}
