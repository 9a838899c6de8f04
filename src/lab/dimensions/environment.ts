/** Variables: those that mean nothing to a packer, and those from which tools take options. */

import { existsSync } from 'node:fs';
import { type Dimension, surroundings } from '../dimension.ts';
import { localeKey } from '../host.ts';
import { DEPTH, prefix, scripted } from '../setup.ts';

const variable = (
  id: string,
  about: string,
  env: Readonly<Record<string, string | undefined>>,
  rest: { readonly how?: string; readonly quick?: boolean; readonly slot?: string } = {},
): Dimension => {
  const names = Object.keys(env);
  const assignments = names.map((name) => (env[name] === undefined ? `no ${name}` : `${name}=${env[name]}`));
  return surroundings({
    id,
    about,
    how: rest.how ?? assignments.join(', '),
    env,
    ...rest,
    probe: names.map((name) => `printf '%s ' "\${${name}-unset}"`).join('; '),
  });
};

export const ENVIRONMENT: readonly Dimension[] = [
  surroundings({
    id: 'empty-environment',
    about: 'no environment',
    how: 'only PATH and SOURCE_DATE_EPOCH',
    slot: 'environment',
    vary: (run) => {
      run.emptyEnvironment = true;
    },
    probe: 'env | grep -c -v -e ^PWD= -e ^SHLVL= -e ^_= -e ^OLDPWD= -e ^STILLROOT_LAB_',
    wanted: /^2$/,
  }),
  variable(
    'more-environment',
    'variables that say who and where one is',
    {
      USER: 'captured',
      LOGNAME: 'captured',
      HOSTNAME: 'captured',
      EDITOR: 'captured',
      DISPLAY: ':77',
      COLUMNS: '40',
      TERM: 'captured',
      CI: 'true',
      RANDOM_CAPTURED: 'x'.repeat(3000),
    },
    {
      how: 'USER, LOGNAME, HOSTNAME, EDITOR, DISPLAY, COLUMNS, TERM, CI and 3,000 bytes more',
      slot: 'environment',
    },
  ),
  surroundings({
    id: 'search-path',
    about: 'search path of programs',
    how: 'one more directory at the end of PATH',
    vary: (run) => {
      run.env.PATH = `${run.env.PATH}:/captured-path`;
    },
    probe: 'printf %s "$PATH" | tail -c 20',
    wanted: /captured-path$/,
  }),
  variable('temporary-directory', 'where temporary files go', { TMPDIR: '/dev/shm' }),
  variable('posix-mode', 'POSIX instead of GNU manners', { POSIXLY_CORRECT: '1', _POSIX2_VERSION: '199209' }),
  variable(
    'xz-options',
    'options of xz from the environment',
    { XZ_OPT: '--threads=1 -1', XZ_DEFAULTS: '--check=crc64' },
    { quick: true, slot: 'xz' },
  ),
  variable(
    'xz-memory',
    'a limit of memory for xz',
    { XZ_DEFAULTS: '--memlimit-compress=60MiB' },
    { slot: 'xz' },
  ),
  variable('tar-options', 'options of GNU tar from the environment', {
    TAR_OPTIONS: '--format=gnu --mtime=@86400',
  }),
  variable('zstd-options', 'options of zstd from the environment', { ZSTD_CLEVEL: '5', ZSTD_NBTHREADS: '2' }),
  variable('gzip-options', 'options of gzip from the environment', { GZIP: '-1' }),
  variable('hash-seeds', 'seeds of hash tables', {
    PYTHONHASHSEED: '4711',
    PERL_HASH_SEED: '0x4711',
    PERL_PERTURB_KEYS: '1',
  }),
  variable('thread-pool', 'threads that Node reads files with', {
    UV_THREADPOOL_SIZE: '1',
    NODE_OPTIONS: '--max-semi-space-size=2',
  }),
  variable(
    'memory-junk',
    'what fresh memory holds',
    { MALLOC_PERTURB_: '165', GLIBC_TUNABLES: 'glibc.malloc.perturb=165' },
    {
      how: 'the C library fills it with junk (MALLOC_PERTURB_)',
      slot: 'tunables',
    },
  ),
];

// Language, collation, and the current time.

function locale(
  id: string,
  name: string,
  about: string,
  probe: string,
  wanted?: RegExp,
  quick = false,
): Dimension {
  return surroundings({
    id,
    about,
    how: `the locale ${name} instead of C.UTF-8`,
    slot: 'locale',
    quick,
    tools: ['locale'],
    lacking: ({ locales }) => (locales.has(localeKey(name)) ? undefined : `needs the locale ${name}`),
    env: { LC_ALL: name, LANG: name, LANGUAGE: name.split('.')[0] },
    probe,
    ...(wanted === undefined ? {} : { wanted }),
  });
}

/** Offset by half an hour, so that few machines are in this zone. */
const ZONE = '/usr/share/zoneinfo/Asia/Kolkata';

/** libfaketime keeps its shared state in /dev/shm, of which the lab has a private one. */
const FAKETIME_ENV = { NO_FAKE_STAT: '1' };

export const LOCALE: readonly Dimension[] = [
  locale(
    'collation',
    'en_US.UTF-8',
    'order of letters: case and punctuation count last',
    "printf 'b\\nA\\n_a\\nB\\na-b\\nab\\n' | sort | tr '\\n' ' '",
    /^_a A ab|^A _a|^A ab|^_a A/,
    true,
  ),
  locale(
    'letters',
    'tr_TR.UTF-8',
    'letters: the capital of i is not I',
    'locale charmap; locale yesstr; date +%A',
  ),
  locale('character-set', 'ru_RU.KOI8-R', 'character set: no UTF-8', 'locale charmap', /^KOI8-R$/),
  locale(
    'language',
    'et_EE.UTF-8',
    'language of messages, dates and numbers',
    'date +%B; locale decimal_point',
  ),
  surroundings({
    id: 'time-zone',
    about: 'time zone',
    how: 'TZ is 14 hours ahead',
    quick: true,
    slot: 'zone',
    env: { TZ: 'LAB-14' },
    probe: 'date +%z',
    wanted: /^\+1400$/,
  }),
  surroundings({
    id: 'time-zone-of-the-machine',
    about: 'time zone of the machine, with no TZ',
    how: 'another /etc/localtime, in a mount namespace of its own',
    root: true,
    tools: ['unshare', 'mount'],
    slot: 'zone',
    env: { TZ: undefined },
    lacking: () => [ZONE, '/etc/localtime'].find((file) => !existsSync(file))?.replace(/^/, 'needs '),
    wrap: scripted(DEPTH.mount, `mount --bind ${ZONE} "$(readlink -f /etc/localtime)"`),
    vary: (run) => {
      run.wrappers.push(prefix(DEPTH.namespace, 'unshare', '--mount', '--propagation', 'private'));
    },
    probe: 'date +%z',
    wanted: /^\+0530$/,
  }),
  surroundings({
    id: 'clock',
    about: 'date and time',
    how: 'libfaketime: May 2035',
    quick: true,
    slot: 'clock',
    tools: ['faketime'],
    env: FAKETIME_ENV,
    wrap: prefix(DEPTH.clock, 'faketime', '2035-05-06 07:08:09'),
    probe: 'date +%Y-%m',
    wanted: /^2035-05$/,
  }),
  surroundings({
    id: 'clock-in-the-past',
    about: 'date and time before those of the tree',
    how: 'libfaketime: January 1990',
    slot: 'clock',
    tools: ['faketime'],
    env: FAKETIME_ENV,
    wrap: prefix(DEPTH.clock, 'faketime', '1990-01-02 03:04:05'),
    probe: 'date +%Y-%m',
    wanted: /^1990-01$/,
  }),
  surroundings({
    id: 'uptime',
    about: 'time since the machine was started',
    how: 'a time namespace that is 116 days ahead',
    root: true,
    tools: ['unshare'],
    wrap: prefix(DEPTH.namespace, 'unshare', '--time', '--boottime', '10000000', '--monotonic', '10000000'),
    probe: 'test "$(cut -d . -f 1 /proc/uptime)" -gt 10000000 && echo more than 115 days',
    wanted: /^more/,
  }),
];
