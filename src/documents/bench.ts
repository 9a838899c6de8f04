/** What `stillroot bench --json` prints. */
import { flag, type Infer, listOf, number, object, oneOf, recordOf, text, whole } from '../json/shape.ts';
import { DIMENSION_KINDS, EQUALITIES } from '../lab/dimension.ts';
import { OUTCOMES, OUTPUT_KINDS } from '../lab/result.ts';
import { jsonDocument, orNull, source } from './common.ts';

/** Facts about a dimension, whether it was varied or not. */
const dimension = {
  id: text('Stable id.'),
  kind: oneOf(
    DIMENSION_KINDS,
    'What is varied: how the tree is made, the surroundings of the packer, or how it works.',
  ),
  about: text('What varies.'),
  how: text('How it is brought about.'),
  equality: oneOf(EQUALITIES, 'Whether archives must not change, may, or must since the content does.'),
};

/** Facts about a packer, whether it was run or not; its id comes first. */
const packer = {
  about: text('What it is.'),
  source: text('Where the recipe comes from.'),
  command: text('Shell command with the blanks {root}, {out}, {threads} and {stillroot}.'),
};

const variedDimension = object({
  ...dimension,
  ran: flag('Whether it was varied and its self-check was true.'),
  skipped: orNull(text(), 'Why it could not be varied here.'),
  noEffect: orNull(text(), 'What the self-check saw instead of an effect.'),
  seen: orNull(text(), 'What the self-check saw.'),
  differs: listOf(text(), 'In what the tree differed from that of the control.'),
  command: orNull(
    text(),
    'What is put around the command of a packer, which is `COMMAND` here; null where that is as in the control.',
  ),
});

const spread = object({
  median: number('Median.'),
  low: number('Lowest.'),
  high: number('Highest.'),
});

const ratios = object({
  against: text('Packer it is compared with.'),
  wall: orNull(spread, 'Wall time.'),
  cpu: orNull(spread, 'Processor time.'),
  memory: orNull(spread, 'Peak memory; null where it could not be measured.'),
  size: number('Size of the archive.'),
});

const difference = object({
  title: text('What kind of difference.'),
  path: orNull(text(), 'Entry; null where it is about none.'),
  lines: listOf(text(), 'The two sides, each with its sign.'),
});

const cell = object({
  dimension: text('Id; `together` for all at once.'),
  outcome: oneOf(
    OUTCOMES,
    '`same`; `raw`: another archive; `compressed`: the same archive in another file; `failed`; `no-effect`; `none`: not run, or without meaning for this packer; `unstable`: not even equal to itself; of content that changes `follows` or `ignores`.',
  ),
  explainedBy: orNull(
    text(),
    'Id of a dimension that also changes the output of this packer and varies less.',
  ),
  message: orNull(text(), 'Of a failure.'),
  difference: orNull(
    difference,
    'The first thing in which the archive differs from that of the control; null where it does not, or that cannot be said.',
  ),
});

const packed = object({
  name: text('Id.'),
  ...packer,
  version: recordOf(text(), 'Versions of its programs.'),
  ran: flag('Whether it ran.'),
  skipped: orNull(text(), 'Why it cannot run here.'),
  failed: orNull(text(), 'Why the control failed.'),
  holdsStill: flag('One archive and one file over all dimensions, nothing lost, nothing failed.'),
  stable: flag('Whether two runs of the control gave the same.'),
  digests: orNull(
    object({
      raw: text('SHA-256 of the archive, decompressed.'),
      compressed: text('SHA-256 of the file.'),
    }),
    'Of the control.',
  ),
  output: orNull(
    oneOf(
      OUTPUT_KINDS,
      'What the control is: a compressed archive, one that is not compressed, or a container image.',
    ),
    'Null where there is none, or it cannot be read.',
  ),
  distinctRaw: whole('Different archives.'),
  distinctCompressed: whole('Different files.'),
  splitBy: listOf(text(), 'Ids of dimensions that split it, without those that others explain.'),
  because: listOf(text(), 'What it must have taken into the archive, by elimination.'),
  failedOn: listOf(text(), 'Ids of dimensions on which it failed.'),
  ignored: listOf(text(), 'Ids of changes of content that it ignores.'),
  lossy: flag('Whether it loses content that it does not mean to.'),
  losses: listOf(
    object({
      what: text('Field, or `unreadable`.'),
      count: whole('Entries.'),
      example: text('One of them.'),
      onPurpose: flag('The recipe means to.'),
    }),
    'In what the archive of the control differs from the tree.',
  ),
  writesToTree: flag('Whether it changed the tree that it packed.'),
  wall: orNull(spread, 'Seconds.'),
  cpu: orNull(spread, 'Seconds of processor time.'),
  memory: orNull(spread, 'Bytes at once, of all processes; null where no run was long enough to look at.'),
  size: orNull(whole(), 'Bytes of the file.'),
  runs: orNull(whole(), 'Runs that were measured.'),
  ratios: orNull(
    ratios,
    'How many times the figures of another packer, turn by turn; null without --against.',
  ),
  cells: listOf(cell, 'One of each dimension, in their order.'),
  together: orNull(cell, 'All at once; null where that was not run.'),
});

export const bench = jsonDocument(
  'stillroot/bench/1',
  'stillroot bench',
  'What `stillroot bench --json` prints. More keys, dimensions and packers may be added.',
  {
    source,
    entries: whole('Entries of the tree.'),
    bytes: whole('Of contents.'),
    epoch: whole('SOURCE_DATE_EPOCH for every packer.'),
    seed: whole('Of what is shuffled, and of what is varied all at once.'),
    version: object({
      stillroot: text('Version.'),
      profile: whole('Archive profile.'),
      encoder: text('Encoder and its version.'),
    }),
    host: object({
      kernel: text('Release.'),
      processor: text('Model.'),
      processors: whole('How many.'),
      architecture: text('As Node names it.'),
      node: text('Version of Node.'),
    }),
    filesystem: text(
      'On which trees are made where nothing else is said: `tmpfs`, or `directory` for the one of the scratch directory.',
    ),
    notes: listOf(text(), 'What could not be controlled, and similar notes.'),
    dimensions: listOf(variedDimension, 'In the order of the table.'),
    together: listOf(text(), 'Ids of what was varied all at once.'),
    packers: listOf(packed, 'In the order of the table.'),
  },
);

export type BenchDocument = Infer<typeof bench>;

/** What `stillroot bench --list --json` prints. */
export const benchList = jsonDocument(
  'stillroot/bench-list/1',
  'stillroot bench --list',
  'What `stillroot bench --list --json` prints. More keys may be added.',
  {
    dimensions: listOf(object(dimension), 'In the order of reports.'),
    packers: listOf(
      object({
        id: text('Stable id.'),
        ...packer,
        programs: listOf(text(), 'Programs that it needs.'),
      }),
      'In the order of reports.',
    ),
  },
);

export type BenchListDocument = Infer<typeof benchList>;
