/** What `stillroot rules list --json` and `rules show ID --json` print; `show` prints one rule or one policy. */
import { anything, type Infer, listOf, object, optional, recordOf, text } from '../json/shape.ts';
import { jsonDocument, ruleId } from './common.ts';

const rule = object({
  id: ruleId,
  action: text('In words: `drop`, `mode 0644`, `rewrite shadow-last-change`, ...'),
  match: listOf(text(), undefined, 1),
  except: listOf(text()),
  when: optional(recordOf(anything(), 'Further conditions, all of which must hold.')),
  why: text(),
  source: text(),
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
