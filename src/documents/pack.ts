/** What `stillroot pack --json` prints. */
import { digest } from '../json/common-shapes.ts';
import {
  about,
  type Infer,
  implication,
  listOf,
  object,
  oneOf,
  optional,
  recordOf,
  text,
  whole,
} from '../json/shape.ts';
import { containerImageShape } from '../manifest/manifest.ts';
import { archiveFormats, compressedFormats, levelRange } from '../pack/formats.ts';
import {
  archiveDigests,
  blockCache,
  encoder,
  jsonDocument,
  orNull,
  planned,
  plannedBy,
  plannedWithPaths,
  profile,
  seconds,
  source,
} from './common.ts';

const bootstrap = object(
  {
    request: text('As it was asked for.'),
    command: text('As it was run, with `{root}` or `{archive}` for the tree.'),
    tool: text('Program.'),
    toolVersion: text('As it says itself; empty where it is not known how to ask.'),
    environment: recordOf(
      orNull(text()),
      'Variables that it saw; null for one that was passed on from the user.',
    ),
    files: optional(recordOf(text(), 'Files of the user that it reads: path to digest.')),
  },
  'With --bootstrap only: the command that made the tree, as in the manifest.',
);

const osPackage = object(
  {
    name: text('Of the file, without directories.'),
    size: whole('Bytes.'),
    digest: about('What signatures in the descriptor are over.', digest),
    label: text(),
    cmdline: text(),
    url: text(),
    kernel: object({ size: whole(), digest }),
    descriptor: text('Its file.'),
  },
  'The OS package around the archive; missing without --ospkg.',
);

export const pack = jsonDocument(
  'stillroot/pack/1',
  'stillroot pack',
  'What `stillroot pack --json` prints. More keys may be added.',
  {
    source,
    bootstrap: optional(bootstrap),
    ...plannedBy,
    entries: whole('Of the archive, without the trailer.'),
    bytesIn: whole('Of the contents of all files in the source, hard links counted once.'),
    bytesOut: whole('Of the file that was written, compressed as it is and an early segment included.'),
    payloadBytes: whole(
      'Of the uncompressed archive, headers included and an early segment not: what digests.payload is of.',
    ),
    early: optional(
      object(
        { archives: whole(undefined, 1), entries: whole(), bytes: whole() },
        'Uncompressed archives that the source begins with, kept as they are. Missing where there are none.',
      ),
    ),
    bootConfig: optional(
      object(
        { bytes: whole('Of its text.') },
        'The boot configuration at the end of the source, kept after the archive. Missing if there is none.',
      ),
    ),
    ...planned,
    manifest: optional(
      text(
        'File of the manifest, as it was named on the command line or derived from that; missing where none was written.',
      ),
    ),
    attestation: optional(text('File of the provenance; missing where none was written.')),
    osPackage: optional(osPackage),
    containerImage: optional(about('Missing for any other format.', containerImageShape)),
    digests: archiveDigests,
    format: oneOf(archiveFormats()),
    level: optional(whole(undefined, levelRange().minimum, levelRange().maximum)),
    blocks: optional(whole('Of the compressed archive.', 1)),
    cache: optional(blockCache),
    profile,
    encoder,
    seconds,
  },
  {
    allOf: [
      implication(
        { properties: { format: oneOf(compressedFormats()).schema } },
        { required: ['level', 'blocks'] },
        { properties: { level: false, blocks: false, cache: false } },
      ),
    ],
  },
);

export type PackDocument = Infer<typeof pack>;

/** What `stillroot check --json` prints. */
export const check = jsonDocument(
  'stillroot/check/1',
  'stillroot check',
  'What `stillroot check --json` prints. Exit status 1 means that `changes` has one by a rule, that is, with an id that does not begin with `normalize/`, or with --times also `normalize/mtime`. More keys may be added.',
  {
    source,
    ...plannedBy,
    entries: whole('That an archive would have, without the trailer.'),
    bytesIn: whole('Of the contents of all files in the source, hard links counted once.'),
    bytesOut: whole(
      'Of the contents that would reach an archive, hard links counted once; there is no file of which it could be.',
    ),
    ...plannedWithPaths,
    untriedRules: listOf(
      text(),
      'Rules for this tree that were written from documents and never tried on a real system: `LAYER/*` for all of a layer, or an id.',
    ),
    unmatchedRules: listOf(
      text(),
      'Your own rules whose patterns match no path of the tree, or only such as they except.',
    ),
    profile,
    encoder,
    seconds,
  },
);

export type CheckDocument = Infer<typeof check>;
