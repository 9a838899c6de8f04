/** What `bench --json` prints. */
import type { BenchDocument } from '../documents/bench.ts';
import type { BenchListDocument } from '../documents/bench-list.ts';
import { ENCODER } from '../formats/xz/encoder.ts';
import type { Dimension } from '../lab/dimension.ts';
import type { Packer } from '../lab/packers.ts';
import type { DimensionResult, LabResult, PackerResult } from '../lab/result.ts';
import { PROFILE, toolVersion } from '../versions.ts';

/** What `bench --json` prints about a run. */
export function benchDocument(result: LabResult): BenchDocument {
  const { source, entries, bytes, epoch, seed, place, host, together, notes } = result;
  return {
    schema: 'stillroot/bench/1',
    source,
    entries,
    bytes,
    epoch,
    seed,
    version: { stillroot: toolVersion(), profile: PROFILE, encoder: ENCODER },
    host,
    filesystem: place,
    notes,
    dimensions: result.dimensions.map(dimensionDocument),
    together,
    packers: result.packers.map(packerDocument),
  };
}

function dimensionDocument({
  id,
  kind,
  about,
  how,
  equality,
  status,
  reason,
  seen,
  facts,
  command,
}: DimensionResult): BenchDocument['dimensions'][number] {
  return {
    id,
    kind,
    about,
    how,
    equality,
    ran: status === 'ran',
    skipped: status === 'skipped' ? reason : null,
    noEffect: status === 'no-effect' ? reason : null,
    seen,
    differs: facts,
    command,
  };
}

function packerDocument(packer: PackerResult): BenchDocument['packers'][number] {
  const { id, about, source, command, versions, status, reason, digests, figures, ratios, cells, together } =
    packer;
  return {
    name: id,
    about,
    source,
    command,
    version: versions,
    ran: status === 'ran',
    skipped: status === 'skipped' ? reason : null,
    failed: status === 'failed' ? reason : null,
    holdsStill: packer.holdsStill,
    stable: packer.stable,
    digests,
    distinctRaw: packer.distinctRaw,
    distinctCompressed: packer.distinctCompressed,
    splitBy: packer.splitBy,
    because: packer.because,
    failedOn: packer.failedOn,
    ignored: packer.ignored,
    lossy: packer.lossy,
    losses: packer.losses,
    writesToTree: packer.writesToTree,
    wall: figures?.wall ?? null,
    cpu: figures?.cpu ?? null,
    memory: figures?.memory ?? null,
    size: figures?.size ?? null,
    runs: figures?.runs ?? null,
    ratios,
    cells,
    together,
  };
}

/** What `bench --list --json` prints. */
export function listDocument(
  dimensions: readonly Dimension[],
  packers: readonly Packer[],
): BenchListDocument {
  return {
    schema: 'stillroot/bench-list/1',
    dimensions: dimensions.map(({ id, kind, about, how, equality }) => ({ id, kind, about, how, equality })),
    packers: packers.map(({ id, about, source, command, programs }) => ({
      id,
      about,
      source,
      command,
      programs,
    })),
  };
}
