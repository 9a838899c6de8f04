/** What `stillroot bench --json` prints. */
import {
  documentSchema,
  either,
  flag,
  type Infer,
  type JsonSchema,
  listOf,
  nothing,
  number,
  object,
  oneOf,
  recordOf,
  text,
  whole,
} from '../json/shape.ts';

const shape = object({
  schema: oneOf(['stillroot/bench/1'], 'Name of this schema.'),
  source: text('As it was named on the command line.'),
  entries: whole('Entries of the tree.'),
  bytes: whole('Of contents.'),
  epoch: whole('SOURCE_DATE_EPOCH of every packer.'),
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
  notes: listOf(text(), 'What could not be held still, and the like.'),
  dimensions: listOf(
    object({
      id: text('Stable id.'),
      kind: oneOf(
        ['tree', 'process', 'tool'],
        'What is varied: how the tree is made, the surroundings of the packer, or how it works.',
      ),
      about: text('What varies.'),
      how: text('How it is brought about.'),
      equality: oneOf(
        ['required', 'free', 'changes'],
        'Whether archives must not change, may, or must since the content does.',
      ),
      ran: flag('Whether it was varied and its self-check was true.'),
      skipped: either([text(), nothing()], 'Why it could not be varied here.'),
      noEffect: either([text(), nothing()], 'What the self-check saw instead of an effect.'),
      seen: either([text(), nothing()], 'What the self-check saw.'),
      differs: listOf(text(), 'In what the tree differed from that of the control.'),
      command: either(
        [text(), nothing()],
        'What is put around the command of a packer, which is `COMMAND` here; null where that is as in the control.',
      ),
    }),
    'In the order of the table.',
  ),
  together: listOf(text(), 'Ids of what was varied all at once.'),
  packers: listOf(
    object({
      name: text('Id.'),
      about: text('What it is.'),
      source: text('Where the recipe comes from.'),
      command: text('Shell command with the blanks {root}, {out}, {threads} and {stillroot}.'),
      version: recordOf(text(), 'Versions of its programs.'),
      ran: flag('Whether it ran.'),
      skipped: either([text(), nothing()], 'Why it cannot run here.'),
      failed: either([text(), nothing()], 'Why the control failed.'),
      holdsStill: flag('One archive and one file over all dimensions, nothing lost, nothing failed.'),
      stable: flag('Whether two runs of the control gave the same.'),
      digests: either(
        [
          object({
            raw: text('SHA-256 of the archive, decompressed.'),
            compressed: text('SHA-256 of the file.'),
          }),
          nothing(),
        ],
        'Of the control.',
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
      wall: either(
        [
          object({
            median: number('Median.'),
            low: number('Lowest.'),
            high: number('Highest.'),
          }),
          nothing(),
        ],
        'Seconds.',
      ),
      cpu: either(
        [
          object({
            median: number('Median.'),
            low: number('Lowest.'),
            high: number('Highest.'),
          }),
          nothing(),
        ],
        'Seconds of processor time.',
      ),
      memory: either(
        [
          object({
            median: number('Median.'),
            low: number('Lowest.'),
            high: number('Highest.'),
          }),
          nothing(),
        ],
        'Bytes at once, of all processes; null where no run was long enough to look at.',
      ),
      size: either([whole(), nothing()], 'Bytes of the file.'),
      runs: either([whole(), nothing()], 'Runs that were measured.'),
      ratios: either(
        [
          object({
            against: text('Packer it is compared with.'),
            wall: either(
              [
                object({
                  median: number('Median.'),
                  low: number('Lowest.'),
                  high: number('Highest.'),
                }),
                nothing(),
              ],
              'Wall time.',
            ),
            cpu: either(
              [
                object({
                  median: number('Median.'),
                  low: number('Lowest.'),
                  high: number('Highest.'),
                }),
                nothing(),
              ],
              'Processor time.',
            ),
            memory: either(
              [
                object({
                  median: number('Median.'),
                  low: number('Lowest.'),
                  high: number('Highest.'),
                }),
                nothing(),
              ],
              'Peak memory; null where it could not be measured.',
            ),
            size: number('Size of the archive.'),
          }),
          nothing(),
        ],
        'How many times the figures of another packer, turn by turn; null without --against.',
      ),
      cells: listOf(
        object(
          {
            dimension: text('Id; `together` for all at once.'),
            outcome: text(
              '`same`; `raw`: another archive; `compressed`: the same archive in another file; `failed`; `no-effect`; `none`: not run, or without meaning for this packer; `unstable`: not even equal to itself; of content that changes `follows` or `ignores`.',
            ),
            explainedBy: either(
              [text(), nothing()],
              'Id of a dimension that splits this packer too and varies less.',
            ),
            message: either([text(), nothing()], 'Of a failure.'),
            difference: either(
              [
                object({
                  title: text('What kind of difference.'),
                  path: either([text(), nothing()], 'Entry; null where it is about none.'),
                  lines: listOf(text(), 'The two sides, each with its sign.'),
                }),
                nothing(),
              ],
              'The first thing in which the archive differs from that of the control; null where it does not, or that cannot be said.',
            ),
          },
          'One dimension.',
        ),
        'In the order of dimensions.',
      ),
      together: either(
        [
          object({
            dimension: text('Id; `together` for all at once.'),
            outcome: text(
              '`same`; `raw`: another archive; `compressed`: the same archive in another file; `failed`; `no-effect`; `none`: not run, or without meaning for this packer; `unstable`: not even equal to itself; of content that changes `follows` or `ignores`.',
            ),
            explainedBy: either(
              [text(), nothing()],
              'Id of a dimension that splits this packer too and varies less.',
            ),
            message: either([text(), nothing()], 'Of a failure.'),
            difference: either(
              [
                object({
                  title: text('What kind of difference.'),
                  path: either([text(), nothing()], 'Entry; null where it is about none.'),
                  lines: listOf(text(), 'The two sides, each with its sign.'),
                }),
                nothing(),
              ],
              'The first thing in which the archive differs from that of the control; null where it does not, or that cannot be said.',
            ),
          }),
          nothing(),
        ],
        'All at once; null where that was not run.',
      ),
    }),
    'In the order of the table.',
  ),
});

export type BenchDocument = Infer<typeof shape>;

export const benchSchema: JsonSchema = documentSchema(
  'stillroot/bench/1',
  'stillroot bench',
  'What `stillroot bench --json` prints. More keys, dimensions and packers may be added.',
  shape,
);
