/** What `stillroot rules list --json` and `rules show ID --json` print; `show` prints one rule or one policy. */
import {
  anything,
  flag,
  type Infer,
  listOf,
  object,
  oneOf,
  optional,
  recordOf,
  text,
} from '../json/shape.ts';
import { ENTRY_TYPES, jsonDocument, ruleId, scriptMention, treePath } from './common.ts';

const rule = object({
  id: ruleId,
  action: text('In words: `drop`, `mode 0644`, `rewrite shadow-last-change`, ...'),
  match: listOf(text(), undefined, 1),
  except: listOf(text()),
  when: optional(recordOf(anything(), 'Further conditions, all of which must hold.')),
  why: text(),
  source: text(),
  toDecide: flag(
    'Whether it only reports what two bootstraps make differently, since no rule knows which value is right: "varies, and must be decided by you".',
  ),
  decidedBy: optional(
    listOf(text(), 'Where `toDecide` is true: the options with which you decide, any of them.', 1),
  ),
});

const policy = object({
  name: text(),
  what: text(),
  values: listOf(text(), undefined, 2),
  default: text(),
  why: text(),
});

export const rules = jsonDocument(
  'stillroot/rules/1',
  'stillroot rules',
  'What `stillroot rules list --json` and `rules show ID --json` print; `show` prints one rule or one policy. More keys may be added.',
  {
    rules: optional(listOf(rule, 'In the order in which they apply: the last that matches wins.')),
    policies: optional(listOf(policy)),
  },
  { anyOf: [{ required: ['rules'] }, { required: ['policies'] }] },
);

export type RulesDocument = Infer<typeof rules>;

/** What `stillroot rules explain SOURCE PATH --json` prints. */
export const explain = jsonDocument(
  'stillroot/explain/1',
  'stillroot explain',
  'What `stillroot rules explain SOURCE PATH --json` prints. More keys may be added.',
  {
    distro: text(),
    path: treePath(),
    type: oneOf([...ENTRY_TYPES, null], 'Null where the tree has no such entry.'),
    outcome: oneOf(['missing', 'unchanged', 'changed', 'dropped', 'restored', 'added']),
    summary: text(),
    values: listOf(
      object({
        what: oneOf(['entry', 'type', 'content', 'target', 'mode', 'owner', 'time', 'links']),
        from: text(),
        to: text(),
      }),
      'What changes, as it is and as it will be in the archive.',
    ),
    warnings: listOf(
      text(),
      'What stillroot has to say about this path, such as why a normalizer left it as it was.',
    ),
    scripts: optional(
      listOf(
        scriptMention,
        'Lines of package scripts that are about the path, the most telling first; not of all that exist.',
      ),
    ),
    rules: listOf(
      object({
        id: ruleId,
        action: text(),
        pattern: text('The pattern that matches the path.'),
        excepted: flag(),
        failed: listOf(text(), 'Conditions that do not hold.'),
        applies: flag('Whether the action is for entries of this type.'),
        decides: listOf(
          oneOf(['content', 'owner', 'mode', 'report', 'search']),
          'What this rule has the last word on.',
        ),
        why: text(),
        source: text(),
      }),
      'All with a pattern that matches, in order.',
    ),
  },
);

export type ExplainDocument = Infer<typeof explain>;
