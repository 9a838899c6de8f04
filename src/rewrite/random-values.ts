/** Values that maintainer scripts and programs draw at random. */
import { createHash } from 'node:crypto';
import { ifTextChanged, type Rewrite, type RewriteContext } from './rewrite.ts';
import { sortLines } from './sorted-texts.ts';

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

/** As the postinst of miniupnpd writes the line, and uuidgen(1) the value. */
const DRAWN_UUID = /^uuid=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/gm;

/**
 * `etc/miniupnpd/miniupnpd.conf` of Debian. An empty value would be used as it is; the postinst fills in a comment with an
 * empty value again when it is configured.
 */
export const miniupnpdUuid: Rewrite = {
  what: 'The random UUID of the gateway becomes a comment without a value; all other settings stay.',
  maximumSize: 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(bytes, bytes.toString('latin1').replace(DRAWN_UUID, '#uuid='));
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

/**
 * Jobs whose minute, and hour, a maintainer script draws, as it writes them, each with its fixed time. One digit, so that a
 * file never grows. A job that somebody edited looks different and stays.
 */
const JOBS: readonly (readonly [drawn: RegExp, fixed: string])[] = [
  [/^\d{1,2}(?= \* \* \* \* root if test -x \/usr\/sbin\/apticron;)/gm, '7'],
  [/^\d{1,2}(?= \* \* \* \* daemon test -x \/usr\/bin\/debsecan )/gm, '7'],
  [/^\d{1,2} \d{1,2}(?= \* \* \* {3}root {4}test -x \/etc\/cron\.daily\/popularity-contest )/gm, '7 5'],
];

/** Files in `etc/cron.d`, crontab(5), and the copies that ucf keeps of them. */
export const cronTime: Rewrite = {
  what: 'Jobs of apticron, debsecan and popularity-contest run at a fixed time instead of one drawn at installation.',
  maximumSize: 1024 * 1024,
  apply(bytes) {
    const text = bytes.toString('latin1');
    return ifTextChanged(
      bytes,
      JOBS.reduce((left, [drawn, fixed]) => left.replace(drawn, fixed), text),
    );
  },
};

/** ucf(1): the MD5 of a packaged file, as md5sum(1) prints it. */
const HASH = /^([0-9a-f]{32})( {2})(\/[^\n]*)$/gm;
/** Configuration files are much smaller. Bytes. */
const COPY_MAX = 1024 * 1024;

/**
 * `var/lib/ucf/hashfile`: the MD5 of each configuration file as its package last brought it, by which ucf sees at the next upgrade
 * whether the file was changed here. `cache` beside it has those files, named after their paths with colons. Where a
 * rule rewrites such a copy, its MD5 follows; otherwise the next upgrade would ask.
 */
export const ucfHashfile: Rewrite = {
  what: "In ucf's register, the MD5 of a copy that a rule rewrites becomes that of the new content; lines are sorted if the policy says so.",
  maximumSize: 4 * 1024 * 1024,
  apply(bytes, context) {
    const known = new Map<string, Hashes | undefined>();
    const text = bytes.toString('latin1').replace(HASH, (line, hash: string, gap: string, file: string) => {
      if (!known.has(file)) known.set(file, hashesOfCopy(file, context));
      const copy = known.get(file);
      return copy?.before === hash ? copy.after + gap + file : line;
    });
    if (context.policy('sort-package-state') !== 'sort') return ifTextChanged(bytes, text);
    const sorted = sortLines.apply(Buffer.from(text, 'latin1'), context);
    return sorted.outcome === 'rewritten' ? sorted : ifTextChanged(bytes, text);
  },
};

interface Hashes {
  readonly before: string;
  readonly after: string;
}

function hashesOfCopy(file: string, { path, lookUp }: RewriteContext): Hashes | undefined {
  const copy = lookUp(`${path.slice(0, path.lastIndexOf('/') + 1)}cache/${file.replaceAll('/', ':')}`);
  if (copy?.isFile !== true || copy.size > COPY_MAX) return undefined;
  return { before: md5(copy.read(COPY_MAX)), after: md5(copy.readFinal(COPY_MAX)) };
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
