import { ifTextChanged, type Rewrite } from './rewrite.ts';

/** Shell assignments; popularity-contest reads the file with the shell. */
const RANDOM = /^([ \t]*(?:export[ \t]+)?(?:MY_HOSTID|DAY)=)[^\n]*$/gm;

/** `etc/popularity-contest.conf` of Debian. Its postinst fills in both again when it is configured. */
export const popularityContest: Rewrite = {
  what: 'The random ID and day of the survey become empty; PARTICIPATE and the rest stay.',
  maximumSize: 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(bytes, bytes.toString('latin1').replace(RANDOM, '$1'));
  },
};

/** Names that mktemp(1) makes from `tmp.XXXXXXXXXX` and `dracut.XXXXXX`, in tmp or var/tmp. */
const TEMPORARY_NAME = /(\/tmp\/(?:tmp|dracut)\.)([0-9A-Za-z]{6,})/g;

/**
 * `usr/lib/dracut/build-parameter.txt` records the options with which an initramfs was made. Names of
 * temporary directories in it are random; their random part becomes `X`, as in the template.
 */
export const dracutBuildParameter: Rewrite = {
  what: 'In the build parameters of dracut, random names of temporary directories become XXXXXX.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(
      bytes,
      bytes
        .toString('latin1')
        .replace(
          TEMPORARY_NAME,
          (_all, template: string, random: string) => template + 'X'.repeat(random.length),
        ),
    );
  },
};
