/**
 * What a dimension is: one thing that varies while the content of the tree stays the same, and the proof that it
 * varied.
 */
import type { Tree } from '../tree/tree.ts';
import type { Fact } from './facts.ts';
import type { Host } from './host.ts';
import type { Packer } from './packer.ts';
import type { RunSetup, Setup, Wrapper } from './setup.ts';

/**
 * `tree`: the same content, created differently; `process`: a different environment; `tool`: the packer is told to work
 * differently.
 */
export const DIMENSION_KINDS = ['tree', 'process', 'tool'] as const;

export type DimensionKind = (typeof DIMENSION_KINDS)[number];

/**
 * `required`: the archive must not change. `free`: some formats record it, so a change is reported but not counted.
 * `changes`: the content does change, and an archive that stays the same has lost that change.
 */
export const EQUALITIES = ['required', 'free', 'changes'] as const;

export type Equality = (typeof EQUALITIES)[number];

/** The result of the self-check: whether the variation took effect, and what was observed. */
export interface Seen {
  readonly tookEffect: boolean;
  readonly text: string;
}

/** What a self-check can examine. */
interface Evidence {
  /** How the tree differs from that of the control; empty for a dimension that leaves the tree alone. */
  readonly facts: ReadonlySet<Fact>;
  /** Absolute path of the tree as it is now. */
  readonly root: string;
  readonly host: Host;
  /** Standard output of a script in the packer's environment, trimmed. */
  probe(script: string): Promise<string>;
  /** The same in the control's environment. */
  probeControl(script: string): Promise<string>;
}

/** What a dimension may need to know about the tree. */
export interface TreeFacts {
  readonly tree: Tree;
  readonly epoch: number;
  readonly seed: number;
  /** Whether a file has a page of zeros. */
  readonly hasZeroPage: boolean;
  /** Whether trees are created on a tmpfs by default. */
  readonly isOnTmpfs: boolean;
}

export interface Dimension {
  /** `kind/name`, stable. */
  readonly id: string;
  readonly kind: DimensionKind;
  /** What varies, in words. */
  readonly about: string;
  /** How it is brought about. */
  readonly how: string;
  readonly equality: Equality;
  /**
   * When everything is varied at once, only one of the dimensions with the same slot takes part; '' never takes part.
   */
  readonly slot?: string;
  /** Part of `--quick`: known to split packers. */
  readonly quick?: boolean;
  /** Applies only to packers whose command has this placeholder. */
  readonly blank?: 'threads' | 'stillroot';
  /** Which packers it applies to, where that depends on more than a placeholder; undefined for all. */
  concerns?(packer: Packer, host: Host): boolean;
  /** How the tree must differ, as a self-check; observed facts, not intentions. */
  readonly facts?: readonly Fact[];
  /** Why it cannot be varied here; undefined where it can be tried. */
  lacking(host: Host, tree: TreeFacts): string | undefined;
  vary(setup: Setup, tree: TreeFacts, host: Host): void;
  /** A check in addition to `facts`. */
  check?(evidence: Evidence): Promise<Seen>;
}

/** Which of these programs are missing, as a reason. */
export function lackingTools(host: Host, ...programs: readonly string[]): string | undefined {
  const absent = programs.filter((program) => host.find(program) === undefined);
  return absent.length === 0 ? undefined : `needs ${absent.join(', ')}`;
}

/** What is missing to be root, as a clause; undefined for root. */
export function lackingRoot(host: Host): string | undefined {
  return host.isRoot ? undefined : 'needs root';
}

/** What is missing for private mounts, as a clause; undefined where they are possible. */
export function lackingMounts(host: Host): string | undefined {
  return (
    lackingRoot(host) ?? (host.hasOwnMounts ? undefined : 'needs a mount namespace (unshare of util-linux)')
  );
}

/** Checks that the output of a script differs from the control's and, if given, matches `wanted`. */
export function probed(script: string, wanted?: RegExp): NonNullable<Dimension['check']> {
  return async ({ probe, probeControl }) => {
    const [now, before] = [await probe(script), await probeControl(script)];
    const tookEffect = now !== before && (wanted === undefined || wanted.test(now));
    return { tookEffect, text: `${shorten(now)} (control: ${shorten(before)})` };
  };
}

const SHOWN = 60;

function shorten(text: string): string {
  const line = text.replaceAll('\n', ' ');
  if (line === '') return 'nothing';
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}...` : line;
}

// Shorthand for dimensions of the process: words put before the command, or variables put into its environment.

interface Surroundings {
  readonly id: string;
  readonly about: string;
  readonly how: string;
  /** Only root can do it. */
  readonly root?: boolean;
  /** It needs private namespaces or mounts, which end with the lab. */
  readonly tools?: readonly string[];
  readonly slot?: string;
  readonly quick?: boolean;
  readonly wrap?: Wrapper;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly vary?: (run: RunSetup) => void;
  readonly lacking?: (host: Host) => string | undefined;
  /** A script whose output shows the effect. */
  readonly probe: string;
  readonly wanted?: RegExp;
}

/** A dimension of the environment of a process: environment variables or a program that wraps the packer. */
export function surroundings(spec: Surroundings): Dimension {
  const { id, about, how, root = false, tools = [], wrap, env, vary } = spec;
  return {
    id: `process/${id}`,
    kind: 'process',
    about,
    how,
    equality: 'required',
    ...(spec.slot === undefined ? {} : { slot: spec.slot }),
    ...(spec.quick === undefined ? {} : { quick: spec.quick }),
    lacking: (host) =>
      (root ? lackingRoot(host) : undefined) ?? lackingTools(host, ...tools) ?? spec.lacking?.(host),
    vary: ({ run }) => {
      if (wrap !== undefined) run.wrappers.push(wrap);
      Object.assign(run.env, env);
      vary?.(run);
    },
    check: probed(spec.probe, spec.wanted),
  };
}
