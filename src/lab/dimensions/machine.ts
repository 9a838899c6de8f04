/** The machine, its load, limits and users. */
import { type Dimension, lackingMounts, surroundings } from '../dimension.ts';
import { type Company, DEPTH, prefix, scripted } from '../setup.ts';
import { quoteWords } from '../shell.ts';

export const MACHINE: readonly Dimension[] = [
  surroundings({
    id: 'host-name',
    about: 'host name',
    how: 'a UTS namespace',
    root: true,
    tools: ['unshare', 'hostname'],
    slot: 'names',
    wrap: scripted(DEPTH.mount, 'hostname captured-host'),
    vary: (run) => {
      run.wrappers.push(prefix(DEPTH.namespace, 'unshare', '--uts'));
    },
    probe: 'uname -n',
    wanted: /^captured-host$/,
  }),
  surroundings({
    id: 'kernel-release',
    about: 'release of the kernel',
    how: 'the personality UNAME26, which shows 2.6',
    tools: ['setarch'],
    slot: 'personality',
    wrap: prefix(DEPTH.personality, 'setarch', '--uname-2.6'),
    probe: 'uname -r',
    wanted: /^2\.6/,
  }),
  surroundings({
    id: 'machine-type',
    about: 'type of the machine',
    how: 'the personality of a 32-bit system',
    tools: ['setarch'],
    slot: 'personality',
    wrap: prefix(DEPTH.personality, 'setarch', 'linux32'),
    probe: 'uname -m',
  }),
  surroundings({
    id: 'address-space',
    about: 'where programs lie in memory',
    how: 'no randomization of addresses',
    tools: ['setarch'],
    slot: 'personality',
    wrap: prefix(DEPTH.personality, 'setarch', '--addr-no-randomize'),
    probe: 'cat /proc/self/personality',
    wanted: /0040000$/,
  }),
  surroundings({
    id: 'processor-features',
    about: 'instructions that the C library finds in the processor',
    how: 'GLIBC_TUNABLES hides AVX2, AVX512 and ERMS',
    slot: 'tunables',
    lacking: () => (process.arch === 'x64' ? undefined : 'is made for x86-64'),
    env: {
      GLIBC_TUNABLES: [
        'glibc.cpu.hwcaps=-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-ERMS,-FSRM',
        'glibc.cpu.x86_rep_movsb_threshold=1048576',
      ].join(':'),
    },
    probe: '/lib64/ld-linux-x86-64.so.2 --list-diagnostics | grep x86.cpu_features | grep -v cpuid | cksum',
  }),
  surroundings({
    id: 'process-ids',
    about: 'process ids',
    how: 'a PID namespace, in which the packer is among the first',
    root: true,
    tools: ['unshare'],
    slot: 'processes',
    wrap: prefix(DEPTH.namespace, 'unshare', '--pid', '--fork', '--mount-proc', '--kill-child'),
    probe: 'test $$ -lt 10 && echo low',
    wanted: /^low$/,
  }),
  surroundings({
    id: 'no-network',
    about: 'no network',
    how: 'a network namespace of its own',
    root: true,
    tools: ['unshare'],
    wrap: prefix(DEPTH.namespace, 'unshare', '--net'),
    probe: 'test "$(readlink /proc/self/ns/net)" = "$(readlink /proc/1/ns/net)" && echo shared || echo own',
    wanted: /^own$/,
  }),
];

// How much of each resource a packer gets, and what else is running.

export const RESOURCES: readonly Dimension[] = [
  surroundings({
    id: 'one-processor',
    about: 'one processor',
    how: 'taskset',
    quick: true,
    tools: ['taskset', 'nproc'],
    wrap: prefix(DEPTH.limit, 'taskset', '--cpu-list', '0'),
    probe: 'nproc',
    wanted: /^1$/,
  }),
  surroundings({
    id: 'niceness',
    about: 'priority',
    how: 'nice 10',
    wrap: prefix(DEPTH.limit, 'nice', '-n', '10'),
    tools: ['nice'],
    probe: 'nice',
  }),
  surroundings({
    id: 'scheduling',
    about: 'scheduling policy',
    how: 'chrt --batch',
    wrap: prefix(DEPTH.limit, 'chrt', '--batch', '0'),
    tools: ['chrt'],
    probe: 'chrt --pid $$ | head -n 1 | sed "s/.*: //"',
    wanted: /SCHED_BATCH/,
  }),
  surroundings({
    id: 'disk-priority',
    about: 'priority of reading and writing',
    how: 'ionice of the lowest class',
    wrap: prefix(DEPTH.limit, 'ionice', '--class', '3'),
    tools: ['ionice'],
    probe: 'ionice',
    wanted: /^idle/,
  }),
  surroundings({
    id: 'open-files',
    about: 'few open files',
    how: 'at most 64',
    wrap: prefix(DEPTH.limit, 'prlimit', '--nofile=64:64'),
    tools: ['prlimit'],
    probe: 'ulimit -n',
    wanted: /^64$/,
  }),
  surroundings({
    id: 'stack',
    about: 'a small stack',
    how: 'at most 2 MiB',
    wrap: prefix(DEPTH.limit, 'prlimit', '--stack=2097152:2097152'),
    tools: ['prlimit'],
    probe: 'ulimit -s',
    wanted: /^2048$/,
  }),
  surroundings({
    id: 'no-input',
    about: 'no standard input at all',
    how: 'it is closed instead of /dev/null',
    wrap: scripted(DEPTH.descriptor, 'exec <&-'),
    slot: 'session',
    // Checked by the process itself: a command substitution would open other descriptors.
    probe: 'if [ -e /proc/$$/fd/0 ]; then echo open; else echo closed; fi',
    wanted: /^closed$/,
  }),
  surroundings({
    id: 'terminal',
    about: 'a terminal instead of files and pipes',
    how: 'script, which gives the packer a pseudoterminal',
    tools: ['script'],
    slot: 'session',
    wrap: {
      depth: DEPTH.session,
      wrap: (argv) => ['script', '--quiet', '--return', '--command', quoteWords(argv), '/dev/null'],
    },
    probe: 'test -t 1 && echo terminal',
    wanted: /^terminal/,
  }),
  surroundings({
    id: 'shell',
    about: 'shell that runs the commands of recipes',
    how: 'dash instead of bash',
    tools: ['dash', 'bash'],
    vary: (run) => {
      run.shell = ['dash', '-c'];
    },
    probe: 'readlink /proc/$$/exe; :',
    wanted: /dash$/,
  }),
  company('load', 'load', 'a machine that is busy', 'twice as many busy processes as processors'),
  company(
    'two-at-once',
    'twin',
    'another packer at work on the same tree',
    'it is started twice; both archives count',
  ),
  company(
    'interruptions',
    'stops',
    'pauses in the middle',
    'its processes are stopped and continued, again and again',
  ),
];

/** Whether the company was present is observed during each run of the packer: see packer-run.ts. */
function company(name: string, kind: Company, about: string, how: string): Dimension {
  return {
    id: `process/${name}`,
    kind: 'process',
    about,
    how,
    equality: 'required',
    slot: 'company',
    lacking: () => undefined,
    vary: ({ run }) => {
      run.company = kind;
    },
  };
}

// The user who packs.

/** Can read whatever root can: no packer can pack a tree that it cannot read. */
const READER = ['--inh-caps', '-all,+dac_read_search', '--ambient-caps', '-all,+dac_read_search'];

export const USER: readonly Dimension[] = [
  surroundings({
    id: 'umask',
    about: 'umask of the packer',
    how: '0077 instead of 0022',
    quick: true,
    wrap: scripted(DEPTH.descriptor, 'umask 0077'),
    probe: 'umask',
    wanted: /^0?077$/,
  }),
  surroundings({
    id: 'user',
    about: 'user who packs',
    how: 'user and group 12345, who may read everything',
    quick: true,
    root: true,
    tools: ['setpriv'],
    slot: 'user',
    wrap: prefix(DEPTH.user, 'setpriv', '--reuid', '12345', '--regid', '12345', '--clear-groups', ...READER),
    probe: 'id -u',
    wanted: /^12345$/,
  }),
  surroundings({
    id: 'groups',
    about: 'supplementary groups',
    how: 'four others',
    root: true,
    tools: ['setpriv'],
    slot: 'user',
    wrap: prefix(DEPTH.user, 'setpriv', '--groups', '5,12345,12346,54321'),
    probe: 'id -G',
    wanted: /12346/,
  }),
  surroundings({
    id: 'capabilities',
    about: 'capabilities of root',
    how: 'none but the one to read everything',
    root: true,
    tools: ['setpriv'],
    slot: 'user',
    wrap: prefix(
      DEPTH.user,
      'setpriv',
      '--no-new-privs',
      '--bounding-set',
      '-all,+dac_override,+dac_read_search,+fowner',
    ),
    probe: 'grep ^CapEff: /proc/self/status',
  }),
  surroundings({
    id: 'names-of-users',
    about: 'names that the machine has for users and groups',
    how: 'other /etc/passwd and /etc/group, in a mount namespace of their own',
    root: true,
    tools: ['unshare', 'mount', 'mktemp'],
    lacking: lackingMounts,
    slot: 'accounts',
    wrap: scripted(
      DEPTH.mount,
      [
        'directory=$(mktemp -d -p /dev/shm)',
        'echo "superuser:x:0:0::/:/bin/sh" > "$directory/passwd"',
        'echo "supergroup:x:0:" > "$directory/group"',
        'mount --bind "$directory/passwd" /etc/passwd',
        'mount --bind "$directory/group" /etc/group',
      ].join(' && '),
    ),
    vary: (run) => {
      run.wrappers.push(prefix(DEPTH.namespace, 'unshare', '--mount', '--propagation', 'private'));
    },
    probe: 'id -un',
    wanted: /^superuser$/,
  }),
  surroundings({
    id: 'home',
    about: 'home directory',
    how: 'HOME names one that is not there',
    env: { HOME: '/nonexistent/captured-home' },
    probe: 'printf %s "$HOME"',
    wanted: /captured-home/,
  }),
];
