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

/** A file of nothing but Diffie-Hellman parameters, in PEM. */
const PARAMETERS =
  /^-----BEGIN DH PARAMETERS-----\n([A-Za-z0-9+/=\n]{1,2000})-----END DH PARAMETERS-----\n?$/;
/** RFC 7919, A.1: ffdhe2048, as `openssl dhparam` writes it (PKCS #3). */
const FFDHE2048 = [
  'MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz',
  '+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a',
  '87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7',
  'YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi',
  '7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD',
  'ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==',
].join('\n');
const FFDHE2048_SIZE = Buffer.from(FFDHE2048, 'base64').length;

/**
 * Parameters that a maintainer script has generated. They are public, and any of a good group will do: those of a standard
 * are at least as good as random ones of the same size. Larger ones than the group of the standard stay.
 */
export const dhParameters: Rewrite = {
  what: 'Random Diffie-Hellman parameters of up to 2,048 bits become the group ffdhe2048 of RFC 7919.',
  maximumSize: 64 * 1024,
  apply(bytes) {
    const body = PARAMETERS.exec(bytes.toString('latin1'))?.[1];
    if (body === undefined || Buffer.from(body, 'base64').length > FFDHE2048_SIZE) {
      return ifTextChanged(bytes, bytes.toString('latin1'));
    }
    return ifTextChanged(bytes, `-----BEGIN DH PARAMETERS-----\n${FFDHE2048}\n-----END DH PARAMETERS-----\n`);
  },
};
