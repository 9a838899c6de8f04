/** A short way to write down dimensions of the process: what is put in front of the command or into its environment. */
import { type Dimension, lackingRoot, lackingTools, probed } from '../dimension.ts';
import type { Host } from '../host.ts';
import type { RunSetup, Wrapper } from '../setup.ts';

export interface Surroundings {
  readonly id: string;
  readonly about: string;
  readonly how: string;
  /** Only root can do it. */
  readonly root?: boolean;
  /** It wants namespaces or mounts of its own, which end with the lab. */
  readonly tools?: readonly string[];
  readonly slot?: string;
  readonly quick?: boolean;
  readonly wrap?: Wrapper;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly vary?: (run: RunSetup) => void;
  readonly lacking?: (host: Host) => string | undefined;
  /** A script whose output shows it. */
  readonly probe: string;
  readonly wanted?: RegExp;
}

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
