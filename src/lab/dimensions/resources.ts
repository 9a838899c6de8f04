/** How much of everything a packer gets, and what else goes on. */
import type { Dimension } from '../dimension.ts';
import { type Company, DEPTH, prefix, scripted } from '../setup.ts';
import { quoteWords } from '../shell.ts';
import { surroundings } from './surroundings.ts';

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
    // Looked at from the process itself: a command substitution would open others.
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

/** Whether the company was there is seen while the packer runs, for each run of its own: see company.ts. */
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
