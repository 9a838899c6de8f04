import type { Rule } from '../../rules/rule.ts';
import { showPath } from '../../tree/path.ts';
import type { Recognizer } from '../cause.ts';
import { keyOf } from '../finding.ts';
import { madeAgain } from '../made-again.ts';
import type { VariedKind } from '../masks.ts';
import { proposeRules } from '../proposal.ts';
import { globOf, proposedRule } from '../proposed-rules.ts';

const WHAT: Readonly<Record<VariedKind, string>> = {
  'temporary-path': 'the random name of a temporary file',
  random: 'a random part',
  'host-name': 'the name of the build machine',
  time: 'a time',
};

/** One thing on both sides, of which only the name differs, in a part that varies from build to build. */
export const renamed: Recognizer = ({ finding, path, owners }, { renames }) => {
  const rename = renames.get(keyOf(finding));
  if (rename === undefined) return undefined;
  const { kinds, isSameContent, pattern } = rename;
  const kind = (Object.keys(WHAT) as VariedKind[]).find((each) => kinds.has(each)) ?? 'random';
  const content =
    isSameContent === undefined ? '' : isSameContent ? ', with the same content' : ', and different content';
  const why = owners.length === 0 ? madeAgain(path) : undefined;
  const example = `${showPath(rename.a)} and ${showPath(rename.b)}`;
  return {
    cause: kind,
    key: `name ${why ?? ''} ${isSameContent ?? ''} ${owners.join(',')}`,
    title: `the same file has names that differ only in ${WHAT[kind]}${content}`,
    rename: { a: rename.a, b: rename.b },
    ...(why === undefined
      ? {
          remedy: 'look',
          advice: `${example} are the same file. Make the tool that creates it use a fixed name, or leave it out with your own rule.`,
        }
      : {
          remedy: 'rule',
          advice: `${example} are the same file. ${why} The proposed rule drops it${pattern === undefined ? '' : ' by a pattern that the next build matches too'}.`,
          proposal: proposeRules(
            dropOf(pattern === undefined ? [rename.a, rename.b].map(globOf) : [pattern], why),
          ),
        }),
  };
};

function dropOf(match: readonly string[], why: string): Rule {
  return proposedRule('varying-name', match, { do: 'drop' }, `Its name differs from build to build. ${why}`, {
    match,
  });
}
