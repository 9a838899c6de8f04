/** Variables: those that mean nothing to a packer, and those that tools take options from. */
import type { Dimension } from '../dimension.ts';
import { surroundings } from './surroundings.ts';

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
