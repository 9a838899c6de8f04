import { isUtf8 } from 'node:buffer';
import { pathToBytes } from '../../tree/path.ts';
import type { Recognizer } from '../cause.ts';
import type { Evidence } from '../evidence.ts';
import type { Finding } from '../finding.ts';
import { findVariation, type Variation, type VariedKind } from '../masks.ts';
import { isPackageDatabase, isScratch } from '../places.ts';
import { type Proposal, proposeRules } from '../proposal.ts';
import { proposedRule } from '../proposed-rules.ts';
import { upstream } from './upstream.ts';

interface KindFacts {
  readonly title: string;
  /** What whoever writes the file should do instead. */
  readonly wish: string;
  /** Why a rule is needed. */
  readonly why: string;
}

/** Most telling first: a line with a temporary path often has a time too. */
const KINDS: Readonly<Record<VariedKind, KindFacts>> = {
  'temporary-path': {
    title: 'a random temporary path in a text',
    wish: 'let what writes it use a fixed directory, or not name it',
    why: 'Holds a random temporary path of the build.',
  },
  random: {
    title: 'a random number or identifier in a text',
    wish: 'let what writes it derive the number from something fixed, or make it at first boot',
    why: 'Holds random numbers.',
  },
  'host-name': {
    title: 'the name of the build machine in a text',
    wish: 'let what writes it use a fixed name',
    why: 'Holds the name of the build machine.',
  },
  time: {
    title: 'a time stamp in a text',
    wish: 'let what writes it use SOURCE_DATE_EPOCH, or write no time',
    why: 'Holds the time of the build.',
  },
};

/** Larger contents are not put into a rule file. */
const REPLACE_BYTES_MAX = 16 * 1024;

/** Texts that are equal but for times, temporary paths, random numbers and host names. */
export const variedText: Recognizer = (evidence, { hosts }) => {
  const { texts, path, owners } = evidence;
  if (texts === undefined) return undefined;
  const variation = findVariation(...texts, hosts);
  if (variation === undefined) return undefined;
  const kind = (Object.keys(KINDS) as VariedKind[]).find((each) => variation.kinds.has(each)) ?? 'time';
  const { title, wish, why } = KINDS[kind];
  const remedy = remedyFor(evidence, kind);
  const common = { cause: kind, title, key: `${remedy} ${owners.join(',')}` };
  switch (remedy) {
    case 'none':
      return { ...common, remedy: 'upstream', advice: upstream(owners, wish) };
    case 'drop':
      return {
        ...common,
        remedy: 'rule',
        advice: 'No package claims it and programs make it again: the proposed rule drops it.',
        propose: (findings) => dropAll(findings, kind),
      };
    case 'replace': {
      const content = fixedText(texts[0], variation, hosts[0]);
      const rule = proposedRule(
        kind,
        [path],
        { do: 'replace', content },
        `${why} Fixed to what one build had.`,
        {
          when: { type: 'file' },
        },
      );
      return {
        ...common,
        remedy: 'rule',
        advice: `${upstream(owners, wish)} The proposed rule fixes the content to what side A has; put into it what you want.`,
        proposal: proposeRules(rule),
      };
    }
  }

  function dropAll(findings: readonly Finding[], what: VariedKind): Proposal {
    const paths = findings.map((each) => each.path);
    const reason = `${KINDS[what].why} No package claims it, and it is made again.`;
    return proposeRules(proposedRule(what, paths, { do: 'drop' }, reason, { when: { type: 'file' } }));
  }
};

/** Of a file that a package claims, or that only its program can write, nothing is proposed. */
function remedyFor({ path, isOwned, texts }: Evidence, kind: VariedKind): 'drop' | 'replace' | 'none' {
  if (isOwned || isPackageDatabase(path)) return 'none';
  if (isScratch(path)) return 'drop';
  // A number that is random on purpose must not be the same everywhere.
  if (kind === 'random') return path.startsWith('var/lib/') ? 'drop' : 'none';
  const [text = ''] = texts ?? [];
  return text.length <= REPLACE_BYTES_MAX && isUtf8(pathToBytes(text)) ? 'replace' : 'none';
}

/** Side A's text with neutral names in place of temporary paths and the host. */
function fixedText(text: string, { values }: Variation, host: string): string {
  let content = text;
  for (const [kind, value] of values) {
    if (kind === 'temporary-path') content = content.replaceAll(value, '/tmp/build');
  }
  return host.length < 3 ? content : content.replaceAll(host, 'localhost');
}
