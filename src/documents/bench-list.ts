/** What `stillroot bench --list --json` prints. */
import { documentSchema, type Infer, type JsonSchema, listOf, object, oneOf, text } from '../json/shape.ts';

const shape = object({
  schema: oneOf(['stillroot/bench-list/1'], 'Name of this schema.'),
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
    }),
    'In the order of reports.',
  ),
  packers: listOf(
    object({
      id: text('Stable id.'),
      about: text('What it is.'),
      source: text('Where the recipe comes from.'),
      command: text('Shell command with the blanks {root}, {out}, {threads} and {stillroot}.'),
      programs: listOf(text(), 'Programs that it needs.'),
    }),
    'In the order of reports.',
  ),
});

export type BenchListDocument = Infer<typeof shape>;

export const benchListSchema: JsonSchema = documentSchema(
  'stillroot/bench-list/1',
  'stillroot bench --list',
  'What `stillroot bench --list --json` prints. More keys may be added.',
  shape,
);
