/** What a packer is told about how to work, not what to write. */
import { type Dimension, probed } from '../dimension.ts';

const anywhere = (): undefined => undefined;

const threads = (id: string, count: number, about: string): Dimension => ({
  id: `tool/${id}`,
  kind: 'tool',
  about,
  how: `${count} where the command says how many`,
  equality: 'required',
  slot: 'threads',
  quick: true,
  blank: 'threads',
  lacking: anywhere,
  vary: ({ run }) => {
    run.threads = count;
  },
});

export const TOOL: readonly Dimension[] = [
  threads('one-thread', 1, 'one thread for compression'),
  threads('many-threads', 5, 'more threads than processors'),
  {
    id: 'tool/v8-flags',
    kind: 'tool',
    about: 'how the engine below stillroot runs it',
    how: 'node --no-opt --hash-seed=4711 --random-seed=4711',
    equality: 'required',
    blank: 'stillroot',
    lacking: anywhere,
    vary: ({ run }) => {
      run.nodeFlags = ['--no-opt', '--hash-seed=4711', '--random-seed=4711'];
    },
    check: probed('$STILLROOT_LAB_NODE -p "process.execArgv"', /--hash-seed=4711/),
  },
];
