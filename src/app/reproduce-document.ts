/** What `reproduce` found, as a JSON document: documents/reproduce.ts. */
import type { DiffDocument } from '../documents/diff.ts';
import type { ReproduceDocument } from '../documents/reproduce.ts';
import { documentSeconds } from '../json/document.ts';
import type { Comparison } from '../reproduce/compare-images.ts';
import type { Rebuild } from './rebuild-command.ts';

export interface Reproduced {
  readonly args: {
    readonly manifest: string;
    readonly source: string | undefined;
    readonly output: string | undefined;
  };
  readonly comparison: Comparison;
  readonly rebuild: Rebuild | undefined;
  /** What `diff` says of the original and the rebuilt image; undefined where they are the same or there is no original. */
  readonly explanation: { readonly document: DiffDocument } | undefined;
  readonly attestations: readonly string[];
  readonly seconds: number;
}

export function reproduceDocument({
  args,
  comparison,
  rebuild,
  explanation,
  ...rest
}: Reproduced): ReproduceDocument {
  const { level, file, payload, around, front, bootConfig, tree, packages, circumstances, entries } =
    comparison;
  return {
    schema: 'stillroot/reproduce/1',
    manifest: args.manifest,
    source: args.source ?? null,
    same: level === 'file',
    level,
    ...{ file, payload, front, bootConfig, tree },
    ...(around === undefined ? {} : { around }),
    bootstrap:
      rebuild === undefined
        ? null
        : {
            command: rebuild.record.command,
            tool: rebuild.record.tool,
            toolVersion: rebuild.record.toolVersion,
            pinned: rebuild.pins.pinned,
            pins: rebuild.pins.note,
          },
    packages,
    circumstances,
    ...(entries === undefined ? {} : { entries }),
    diff: explanation?.document ?? null,
    output: args.output ?? null,
    attestations: rest.attestations,
    seconds: documentSeconds(rest.seconds),
  };
}
