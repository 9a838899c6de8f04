/**
 * stillroot as a library: what each verb of the command line does, as one call with an options object.
 *
 * A normalized archive of a root filesystem, with its manifest:
 *
 *     import { pack } from 'stillroot';
 *     const { digests, warnings } = await pack({ source: 'rootfs', output: 'rootfs.cpio.xz' });
 *     console.log(digests.file); // SHA-256 in hex
 *     for (const { path, message } of warnings) console.warn(path, message);
 *
 * Why two of them differ, and rules that make them equal:
 *
 *     import { diff } from 'stillroot';
 *     const { same, clusters, proposal } = await diff({ a: 'first', b: 'second.tar' });
 *     for (const { title, paths } of clusters) console.log(title, paths);
 *     if (!same) console.log(proposal.rules); // TOML, for a file of `ruleFiles`
 *
 * Options have the names of the settings, and the checks and defaults of the command line, but for two: nothing is read from
 * the environment, so that `epoch` is 0 unless it is given, and `pack` uses no block cache unless it is named. Paths of the
 * machine are texts, as `node:fs` takes them. Paths in a tree are texts with bytes that are not UTF-8 as `\xNN`. Times are
 * seconds since 1970, sizes bytes, digests SHA-256.
 *
 * A call resolves to what `--json` prints, with the type of its schema, and whether something differs is in there. It rejects
 * with a StillrootError, whose `code` is stable, or with the reason of the AbortSignal that ended it. It prints nothing,
 * handles no signal of the process, and changes nothing but the files it is told to write. Calls may run at the same time.
 *
 * `stillroot/internals` has what is below, without promise.
 */

export type { DiffDocument } from './documents/diff.ts';
export type { FinalizeDocument } from './documents/finalize.ts';
export type { ExtractDocument, ListDocument } from './documents/list.ts';
export type { CheckDocument, PackDocument } from './documents/pack.ts';
export type { PackagesDocument } from './documents/packages.ts';
export type { ReproduceDocument } from './documents/reproduce.ts';
export type { VerifyDocument } from './documents/verify.ts';
export type { ErrorCode } from './errors.ts';
export { StillrootError } from './errors.ts';
export { ENCODER, ENCODERS } from './formats/encoders.ts';
export type { ExtractOptions, ListOptions } from './library/archives.ts';
export { extract, list } from './library/archives.ts';
export type { PlainWarning, ReadingOptions, TreeOptions, WatchOptions } from './library/call.ts';
export type { DiffOptions } from './library/diff.ts';
export { diff } from './library/diff.ts';
export type { ReproduceOptions, VerifyOptions } from './library/manifests.ts';
export { readManifest, reproduce, verify } from './library/manifests.ts';
export type { ArchiveOptions, PackOptions, ProgressOptions } from './library/pack.ts';
export { pack } from './library/pack.ts';
export type { CheckOptions, FinalizeOptions, PackagesOptions } from './library/trees.ts';
export { check, finalize, packages } from './library/trees.ts';
export type { Manifest } from './manifest/manifest.ts';
export type { ReadLimits } from './source/read-limits.ts';
export { PROFILE, toolVersion } from './versions.ts';
