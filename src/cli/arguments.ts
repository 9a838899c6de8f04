/** What the options of options.ts arrive as. Names with a hyphen keep it, so that both are found by one search. */

import type { HardLinkPolicy } from '../normalize/hard-links.ts';
import type { MtimePolicy } from '../normalize/mtime.ts';
import type { OwnerPolicy } from '../normalize/owner.ts';
import type { ArchiveFormat } from '../pack/pack.ts';
import type { PolicyChoice } from '../rules/policy-choice.ts';
import type { ColorChoice } from './terminal.ts';

export interface GlobalArguments {
  readonly json: boolean;
  readonly quiet: boolean;
  /** How often -v was given. */
  readonly verbose: number;
  readonly color: ColorChoice;
  readonly progress?: boolean;
  readonly debug: boolean;
}

export interface RuleArguments {
  readonly distro: string;
  readonly rules?: readonly string[];
  readonly skip?: readonly string[];
  readonly only?: readonly string[];
  readonly policy?: readonly string[];
  /** What the calling builder asks for; the user's choices come after it. No option. */
  readonly builderPolicies?: readonly PolicyChoice[];
  readonly 'cross-mounts': boolean;
}

export interface NormalizeArguments {
  readonly 'source-date-epoch'?: string;
  readonly mtime: MtimePolicy;
  readonly owner: OwnerPolicy;
  readonly 'map-uid'?: readonly string[];
  readonly 'map-gid'?: readonly string[];
  readonly 'hard-links': HardLinkPolicy;
  readonly 'root-entry': boolean;
  readonly init?: string;
  readonly strict: boolean;
}

export interface ArchiveArguments {
  readonly output: string;
  readonly format?: ArchiveFormat;
  readonly force: boolean;
  readonly level?: string;
  readonly jobs?: string;
  readonly segment?: string;
}
