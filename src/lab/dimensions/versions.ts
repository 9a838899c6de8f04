/**
 * Other versions of the programs that packers use. stillroot promises the same archive on every Node it runs on.
 * Foreign tools make no such promise, so changes of their archives are reported but not counted.
 */
import { type Dimension, probed, type Seen } from '../dimension.ts';
import type { Host } from '../host.ts';
import { quoteWord } from '../shell.ts';
import {
  concerns,
  type Lacking,
  type OtherTool,
  type OtherTools,
  type Variants,
  versionScript,
  WITHOUT_NODES,
} from '../variants.ts';

const tools = (id: string, about: string, how: string, key: 'installed' | 'named'): Dimension => {
  const found = ({ variants }: Host): OtherTools | Lacking => variants[key];
  return {
    id: `tool/${id}`,
    kind: 'tool',
    about,
    how,
    equality: 'free',
    lacking: (host) => lackingOf(found(host)),
    concerns: (packer, host) => concerns(found(host), packer),
    vary: ({ run }, _tree, host) => {
      const others = found(host);
      if (!('lacking' in others)) run.env.PATH = `${others.directory}:${run.env.PATH}`;
    },
    check: async ({ host, probe, probeControl }) => {
      const others = found(host);
      const varied = 'lacking' in others ? [] : others.tools;
      const script = varied.map(({ program }) => lookUp(program)).join('; ');
      return compare(varied, (await probe(script)).split('\n'), (await probeControl(script)).split('\n'));
    },
  };
};

/** Prints two lines: where the shell finds the program, and its version. */
function lookUp(program: string): string {
  return `command -v ${quoteWord(program)} || echo; printf '%s\\n' "$(${versionScript(program, program)})"`;
}

/** Each of them has to be a different file that reports a different version. */
function compare(varied: readonly OtherTool[], now: readonly string[], before: readonly string[]): Seen {
  const texts: string[] = [];
  let tookEffect = varied.length > 0;
  for (const [at, { program, other }] of varied.entries()) {
    const [file, version] = [now[2 * at], now[2 * at + 1]];
    const [usualFile, usual] = [before[2 * at], before[2 * at + 1]];
    if (file !== other.file || file === usualFile || version === usual || !version) tookEffect = false;
    texts.push(`${program}: ${version} (control: ${usual})`);
  }
  return { tookEffect, text: texts.join('; ') };
}

function lackingOf(found: Variants[keyof Variants]): string | undefined {
  return 'lacking' in found ? found.lacking : undefined;
}

export const VERSIONS: readonly Dimension[] = [
  {
    id: 'tool/node-version',
    kind: 'tool',
    about: 'version of the Node that stillroot runs on',
    how: 'the first other one that it supports, in the directory of --variant-path or in PATH',
    equality: 'required',
    blank: 'stillroot',
    // It may be unreadable to a different user, if that is varied as well.
    slot: '',
    lacking: ({ variants }) => lackingOf(variants.node),
    vary: ({ run }, _tree, { variants }) => {
      if (!('lacking' in variants.node)) run.node = variants.node.file;
    },
    check: probed('$STILLROOT_LAB_NODE --version', /^v\d+\./),
  },
  tools(
    'installed-version',
    'version of a tool that is installed twice',
    'the directory in PATH that has another version comes first in it',
    'installed',
  ),
  tools(
    'named-version',
    'versions of tools in a directory',
    'the directory of --variant-path comes first in PATH',
    'named',
  ),
];

// Settings of how a packer works, not what it writes.

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
    lacking: () => WITHOUT_NODES,
    vary: ({ run }) => {
      run.nodeFlags = ['--no-opt', '--hash-seed=4711', '--random-seed=4711'];
    },
    check: probed('$STILLROOT_LAB_NODE -p "process.execArgv"', /--hash-seed=4711/),
  },
];
