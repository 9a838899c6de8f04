/** What `stillroot rules list --json` and `rules show ID --json` print; `show` prints one rule or one policy. */
import {
  anything,
  constrained,
  documentSchema,
  type Infer,
  type JsonSchema,
  listOf,
  object,
  oneOf,
  optional,
  recordOf,
  text,
  textLike,
} from '../json/shape.ts';

const shape = constrained(
  { anyOf: [{ required: ['rules'] }, { required: ['policies'] }] },
  object({
    schema: oneOf(['stillroot/rules/1'], 'Name of this schema.'),
    rules: optional(
      listOf(
        object({
          id: textLike(/^[^/]+\/.+$/, 'LAYER/NAME'),
          action: text('In words: `drop`, `mode 0644`, `rewrite shadow-last-change`, ...'),
          match: listOf(text(), undefined, 1),
          except: listOf(text()),
          when: optional(recordOf(anything(), 'Further conditions, all of which must hold.')),
          why: text(),
          source: text(),
        }),
        'In the order in which they apply: the last that matches wins.',
      ),
    ),
    policies: optional(
      listOf(
        object({
          name: text(),
          what: text(),
          values: listOf(text(), undefined, 2),
          default: text(),
          why: text(),
        }),
      ),
    ),
  }),
);

export type RulesDocument = Infer<typeof shape>;

export const rulesSchema: JsonSchema = documentSchema(
  'stillroot/rules/1',
  'stillroot rules',
  'What `stillroot rules list --json` and `rules show ID --json` print; `show` prints one rule or one policy. More keys may be added.',
  shape,
);
