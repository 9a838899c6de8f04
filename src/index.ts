/**
 * stillroot as a library. The steps of the command line, each a call:
 *
 *     const source = await openSource('rootfs'); // or an archive
 *     const { detection, ownership } = inspect(source);
 *     const rules = selectRules(layersOf(TABLES, detection.layers));
 *     const policies = choosePolicies(POLICIES, []);
 *     const context = {
 *       owned: ownership && ((path) => ownership.owns(path)),
 *       policy: (name) => policies.get(name),
 *       privileged: true,
 *     };
 *     const decisions = decide(source.tree, rules, context);
 *     await prepareRewrites(decisions);
 *     const hashes = await loadPathHashes();
 *     const plan = new Plan(source, decisions, DEFAULT_SETTINGS, hashes.forInode, context);
 *     const result = await pack(plan.entries(), source, openFileSink('rootfs.cpio.xz', false), {
 *       format: 'cpio.xz', level: LEVELS[DEFAULT_LEVEL], jobs: 2, hashes,
 *     });
 *
 * Why two of them differ, what the rules already make of it, and which rules would make them equal:
 *
 *     const hashes = await loadPathHashes();
 *     const open = async (path) => {
 *       const source = await openSource(path);
 *       const inspection = inspect(source);
 *       const { detection, ownership } = inspection;
 *       const rules = selectRules(layersOf(TABLES, detection.layers));
 *       const policies = choosePolicies(POLICIES, []);
 *       const context = {
 *         owned: ownership && ((path) => ownership.owns(path)),
 *         policy: (name) => policies.get(name),
 *         privileged: true,
 *       };
 *       return new Side({
 *         source, inspection, rules, context, settings: DEFAULT_SETTINGS, inodeHash: hashes.forInode,
 *       });
 *     };
 *     const [a, b] = [await open('first'), await open('second.tar')];
 *     const { same, clusters, proposal, proof } = await diffSides(a, b);
 *     const toml = proposalToml(proposal); // for --rules
 *     for (const { source } of [a, b]) source.close();
 *
 * Whether an image is the one that its manifest describes:
 *
 *     const name = 'rootfs.cpio.xz.manifest.json';
 *     const manifest = parseManifest(readFileSync(name, 'utf8'), name);
 *     const { level } = await verifyFile(manifest, 'image.cpio.xz'); // 'file' where it is
 *
 * Paths are byte strings throughout: see src/tree/path.ts.
 */

export { provenanceStatement } from './attest/provenance.ts';
export type { Statement } from './attest/statement.ts';
export { CpioParser } from './cpio/cpio-parser.ts';
export type { CpioFormat, CpioHeader } from './cpio/header.ts';
export type { CpioLimits, ParsedEntry } from './cpio/parsed-entry.ts';
export type { ArchiveLayer } from './diff/archive-layer.ts';
export { ArchiveLayerReader } from './diff/archive-layer.ts';
export type { CauseId, Remedy } from './diff/cause.ts';
export type { Cluster } from './diff/cluster.ts';
export type { LayerPart, LayerSide } from './diff/compare-layers.ts';
export type { PackageChange, PackageComparison } from './diff/compare-packages.ts';
export type { Diff, DiffOptions } from './diff/diff.ts';
export { diffSides } from './diff/diff.ts';
export type { Example } from './diff/example.ts';
export type { Field, Finding } from './diff/finding.ts';
export type { Proof } from './diff/proof.ts';
export type { Proposal, ProposedOptions } from './diff/proposal.ts';
export { optionArguments } from './diff/proposal.ts';
export type { SideFacts } from './diff/side.ts';
export { Side } from './diff/side.ts';
export { proposalToml } from './diff/toml.ts';
export type { ErrorCode, ErrorDetail } from './errors.ts';
export { StillrootError } from './errors.ts';
export type { ExtractOptions, ExtractResult } from './extract/extract.ts';
export { extract } from './extract/extract.ts';
export { canonicalJson } from './manifest/canonical-json.ts';
export { describeTree } from './manifest/describe-tree.ts';
export type { Manifest, ManifestEntry, ManifestPackage } from './manifest/manifest.ts';
export { parseManifest } from './manifest/read-manifest.ts';
export type { HardLinkPolicy } from './normalize/hard-links.ts';
export type { MtimePolicy } from './normalize/mtime.ts';
export type { OwnerPolicy, OwnerSettings } from './normalize/owner.ts';
export type { PackOptions, PackResult } from './pack/pack.ts';
export { pack } from './pack/pack.ts';
export type { PathHashes } from './pack/path-hash.ts';
export { loadPathHashes } from './pack/path-hash.ts';
export type { Sink } from './pack/sink.ts';
export { openFileSink, openStandardOutput } from './pack/sink.ts';
export type { Package, PackageDatabase, PackageType } from './packages/package.ts';
export type { Change } from './plan/changes.ts';
export type { Inspection, Ownership } from './plan/inspect.ts';
export { inspect } from './plan/inspect.ts';
export type { PlanSettings } from './plan/plan.ts';
export { DEFAULT_SETTINGS, Plan } from './plan/plan.ts';
export type { PlannedEntry } from './plan/planned-entry.ts';
export { prepareRewrites } from './plan/prepare-rewrites.ts';
export type { RuleContext } from './rules/condition.ts';
export type { Decision, Decisions } from './rules/decide.ts';
export { decide } from './rules/decide.ts';
export type { Detection } from './rules/detect.ts';
export { detect } from './rules/detect.ts';
export type { Layer } from './rules/layers.ts';
export { layersOf } from './rules/layers.ts';
export type { Policy } from './rules/policies.ts';
export { POLICIES } from './rules/policies.ts';
export type { PolicyChoice } from './rules/policy-choice.ts';
export { choosePolicies } from './rules/policy-choice.ts';
export type { Action, Condition, Rule } from './rules/rule.ts';
export type { Selection } from './rules/select.ts';
export { selectRules } from './rules/select.ts';
export { TABLES } from './rules/tables/index.ts';
export type { RuleFile } from './rules/user-file.ts';
export { readRuleFile } from './rules/user-file.ts';
export type { ArchiveFormat } from './settings/output-formats.ts';
export type { ArchiveEvents, ReadOptions } from './source/archive.ts';
export { readArchive } from './source/archive.ts';
export type { ArchiveEnd, ArchiveEntry, ArchiveStart } from './source/archive-entry.ts';
export type { ArchiveFile, Compression } from './source/archive-file.ts';
export { openArchiveFile } from './source/archive-file.ts';
export type { ArchiveSource, ArchiveSourceOptions } from './source/archive-source.ts';
export { openArchivePart, openArchiveSource } from './source/archive-source.ts';
export type { ScanOptions } from './source/directory.ts';
export { scanDirectory } from './source/directory.ts';
export type { OpenSourceOptions } from './source/open-source.ts';
export { openSource } from './source/open-source.ts';
export type { ReadLimits } from './source/read-limits.ts';
export { READ_LIMITS } from './source/read-limits.ts';
export type { OpenFile, Source, Warning } from './source/source.ts';
export type { Entry, EntryType, HardLinkGroup } from './tree/entry.ts';
export { comparePaths, pathFromText, showPath } from './tree/path.ts';
export { Tree } from './tree/tree.ts';
export type { MatchLevel, Verification } from './verify/verification.ts';
export type { VerifyOptions } from './verify/verify.ts';
export { verifyDirectory, verifyFile } from './verify/verify.ts';
export { PROFILE } from './versions.ts';
export { ENCODER } from './xz/encoder.ts';
export type { Level } from './xz/levels.ts';
export { DEFAULT_LEVEL, LEVELS } from './xz/levels.ts';
