/** What the machine is and is called. */
import type { Dimension } from '../dimension.ts';
import { DEPTH, prefix, scripted } from '../setup.ts';
import { surroundings } from './surroundings.ts';

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
