/** What `stillroot rules explain SOURCE PATH --json` prints. */
import { flag, type Infer, listOf, object, oneOf, text } from '../json/shape.ts';
import { ENTRY_TYPES, jsonDocument, ruleId, treePath } from './common.ts';

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
