import { NO_NAME } from './build-host.ts';
import { ifTextChanged, type Rewrite } from './rewrite.ts';

/** The title of a page, which begins with the name of the machine up to its first dot. */
const TITLE = /(<(?:title|h1)>dwww: )[\w-]{1,63}(?=<| - )/g;
/** Below each page, as date(1) writes it in English. */
const DATE =
  /(<b>dwww<\/b><\/a> version [\w.]{1,20}) on \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \w{1,6} \d{4}(?=\.<)/g;
/** The same title where it is the default of a setting: a comment says so, and the setting is in another. */
const DEFAULT_TITLE = /^(## default: dwww: |# DWWW_TITLE='dwww: )[\w-]{1,63}(?='?$)/gm;

/**
 * Pages that dwww builds at installation and once a day, and `etc/dwww/dwww.conf` with the copy that ucf keeps of
 * it. A title that somebody chose is a setting without the comment mark, and is on the pages without `dwww:`.
 */
export const dwwwPages: Rewrite = {
  what: 'In pages and default settings of dwww, the name of the build machine becomes `localhost`, and the date is removed.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes, { policy }) {
    const text = bytes.toString('latin1').replace(DATE, '$1');
    if (policy('hostname') !== 'drop') return ifTextChanged(bytes, text);
    return ifTextChanged(bytes, text.replace(TITLE, `$1${NO_NAME}`).replace(DEFAULT_TITLE, `$1${NO_NAME}`));
  },
};
