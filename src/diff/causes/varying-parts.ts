/** Texts and names that are equal except for parts that vary from build to build. */
import type { Rule } from '../../rules/rule.ts';
import { showPath } from '../../tree/path.ts';
import type { Recognizer } from '../cause.ts';
import type { Evidence } from '../evidence.ts';
import { type Finding, keyOf } from '../finding.ts';
import { isLog, isPackageDatabase, madeAgain } from '../path-kinds.ts';
import { dropAll, globOf, type Proposal, proposedRule, proposeRules } from '../proposal.ts';
import { findVariation, type VariedKind } from '../varying-text.ts';
import { sentence, upstream } from './contents.ts';
import { pin } from './pin.ts';

interface KindFacts {
  readonly title: string;
  /** What the program that writes the file should do instead. */
  readonly wish: string;
  /** Why a rule is needed. */
  readonly why: string;
}

/** Most specific first: a line with a temporary path often has a time too. */
const KINDS: Readonly<Record<VariedKind, KindFacts>> = {
  'temporary-path': {
    title: 'a random temporary path in a text file',
    wish: 'make the tool that writes it use a fixed directory, or omit its name',
    why: 'Contains a random temporary path of the build.',
  },
  random: {
    title: 'a random number or identifier in a text file',
    wish: 'make the tool that writes it derive the number from something fixed, or generate it at first boot',
    why: 'Contains random numbers.',
  },
  'host-name': {
    title: 'the name of the build machine in a text file',
    wish: 'make the tool that writes it use a fixed name',
    why: 'Contains the name of the build machine.',
  },
  time: {
    title: 'a timestamp in a text file',
    wish: 'make the tool that writes it use SOURCE_DATE_EPOCH, or omit the time',
    why: 'Contains the time of the build.',
  },
};

/** Texts that are equal except for times, temporary paths, random numbers and host names. */
export const variedText: Recognizer = (evidence, { hosts }) => {
  const { texts, path, origin } = evidence;
  if (texts === undefined) return undefined;
  const variation = findVariation(...texts, hosts);
  if (variation === undefined) return undefined;
  const kind = (Object.keys(KINDS) as VariedKind[]).find((each) => variation.kinds.has(each)) ?? 'time';
  const { title, wish, why } = KINDS[kind];
  const remedy = remedyFor(evidence);
  const again = madeAgain(path) ?? '';
  const common = { cause: kind, title, key: `${remedy} ${again} ${origin}` };
  switch (remedy) {
    case 'none':
      return { ...common, remedy: 'upstream', advice: upstream(evidence, wish) };
    case 'drop':
      return {
        ...common,
        remedy: 'rule',
        advice: `No package owns it. ${again} The proposed rule drops it.`,
        propose: (findings) => dropAll(findings, again),
      };
    case 'truncate':
      return {
        ...common,
        remedy: 'rule',
        advice:
          'No package owns it, and it is a log: the proposed rule empties it, which keeps its owner and mode.',
        propose: (findings) => emptyAll(findings, why),
      };
    case 'pin': {
      const pinned = pin(evidence, hosts, kind, why, variation);
      if (pinned === undefined) return { ...common, remedy: 'upstream', advice: upstream(evidence, wish) };
      const { advice, proposal } = pinned;
      return {
        ...common,
        key: `${common.key} ${advice}`,
        remedy: proposal === undefined ? 'look' : 'rule',
        advice: `${sentence(origin)} ${advice} Better still: ${wish}.`,
        ...(proposal === undefined ? {} : { proposal }),
      };
    }
  }
};

export function emptyAll(findings: readonly Finding[], why: string): Proposal {
  const paths = findings.map(({ path }) => path);
  const when = { type: 'file' as const };
  return proposeRules(proposedRule('log', paths, { do: 'truncate' }, `A log. ${why}`, { when }));
}

/** Nothing is proposed for a file that a package claims. */
function remedyFor({ path, isOwned }: Evidence): 'drop' | 'truncate' | 'pin' | 'none' {
  if (isOwned || isPackageDatabase(path)) return 'none';
  if (madeAgain(path) !== undefined) return 'drop';
  return isLog(path) ? 'truncate' : 'pin';
}

const WHAT: Readonly<Record<VariedKind, string>> = {
  'temporary-path': 'the random name of a temporary file',
  random: 'a random part',
  'host-name': 'the name of the build machine',
  time: 'a time',
};

/** One thing on both sides that differs only in its name, in a part that varies from build to build. */
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
