/** What is proposed for a text that varies, that no package owns, and that nothing makes again: to fix what varies. */
import { isUtf8 } from 'node:buffer';
import { pathToBytes } from '../../tree/path.ts';
import type { Evidence } from '../evidence.ts';
import { differInSecret } from '../hide-secrets.ts';
import { type Field, pinFields } from '../pin-fields.ts';
import { type Proposal, proposedRule, proposeRules } from '../proposal.ts';
import { type Hosts, replaceVarying, type Variation, type VariedKind } from '../varying-text.ts';

/** What replaces parts of a kind; other parts get the value of side A. */
export const NEUTRAL: Readonly<Partial<Record<VariedKind, string>>> = {
  'temporary-path': '/tmp/build',
  'host-name': 'localhost',
};

/** Larger contents are not put into a rule file. */
const REPLACE_BYTES_MAX = 16 * 1024;

/** What is said and proposed. */
export interface Pin {
  /** Sentences. */
  readonly advice: string;
  /** Undefined if nothing may be proposed. */
  readonly proposal: Proposal | undefined;
}

const DRAWN =
  'Every machine made from one image has the same value anyway; if each needs its own, leave the file out and create it at first boot.';

/**
 * In the order of how much a rule can break: the parts that vary, which leaves what the next version of the package
 * writes; the whole content.
 *
 * @param cause names the rule
 * @param why a sentence: what varies
 * @returns undefined where neither is possible
 */
export function pin(
  evidence: Evidence,
  hosts: Hosts,
  cause: string,
  why: string,
  variation?: Variation,
): Pin | undefined {
  const { texts, path } = evidence;
  if (texts === undefined) return undefined;
  if (differInSecret(...texts)) {
    return {
      advice:
        'What differs looks like a secret by its name, so it is not put into a rule file: preseed it as empty or disabled, or let the first boot write it.',
      proposal: undefined,
    };
  }
  const when = { type: 'file' as const };
  const propose = (action: Parameters<typeof proposedRule>[2], what: string): Proposal =>
    proposeRules(proposedRule(cause, [path], action, `${why} ${what}`, { when }));
  const pinned = isRewritten(evidence) ? undefined : pinFields(...texts, hosts, NEUTRAL);
  if (pinned !== undefined) {
    if (pinned.fields.some((field) => isKeyLike(field, evidence))) return keyLike();
    const { advice, what } = describeFields(pinned.fields);
    return {
      advice: `The proposed rule keeps the file and ${advice}`,
      proposal: propose({ do: 'substitute', replacements: pinned.replacements }, what),
    };
  }
  if (isPrivate(evidence)) return keyLike();
  const content = variation === undefined ? texts[0] : replaceVarying(texts[0], variation, hosts, NEUTRAL);
  if (content.length > REPLACE_BYTES_MAX || !isUtf8(pathToBytes(content))) return undefined;
  return {
    advice: `The proposed rule fixes the whole content to that of side A, drawn at its installation, and is out of date when a package or a person changes the rest of the file. ${DRAWN}`,
    proposal: propose({ do: 'replace', content }, 'The content of side A, drawn at its installation.'),
  };
}

function keyLike(): Pin {
  return {
    advice:
      'Only its owner may read the file, and what differs may be a key, so it is not put into a rule file. Leave the file out with your own rule if its program creates it again, or let the first boot write it.',
    proposal: undefined,
  };
}

function describeFields(fields: readonly Field[]): { readonly advice: string; readonly what: string } {
  const words = [...new Set(fields.map(({ kind }) => (kind === undefined ? undefined : NEUTRAL[kind])))];
  const neutral = words.filter((word) => word !== undefined);
  const quoted = neutral.map((word) => `\`${word}\``).join(' and ');
  if (neutral.length === words.length)
    return { advice: `puts ${quoted} there.`, what: `Fixed to ${neutral.join(' and ')}.` };
  const besides = neutral.length === 0 ? '' : `, and ${quoted} in the place of what else varies`;
  const drawn = fields.every(
    ({ kind }) => kind === 'time' || kind === 'host-name' || kind === 'temporary-path',
  )
    ? ''
    : ` ${DRAWN}`;
  return {
    advice: `fixes only what varies in it, to the value of side A, drawn at its installation${besides}.${drawn}`,
    what: `The value of side A, drawn at its installation${besides.replaceAll('`', '')}.`,
  };
}

/** A rule that applies already has changed the content; the proposed one would take its place. */
function isRewritten({ finding: { planned } }: Evidence): boolean {
  return (planned?.a?.content ?? null) !== null || (planned?.b?.content ?? null) !== null;
}

/** Bits of a mode that let others than owner and group read. */
const OTHERS_READ = 0o004;
/** As many characters of a random word can be a key: 64 bits. */
const KEY_LENGTH = 11;

/** Whether it is meant for the owner only: then what differs may be a key whose format nobody knows. */
function isPrivate({ finding: { a, b } }: Evidence): boolean {
  return [a, b].some((entry) => entry !== undefined && (entry.mode & OTHERS_READ) === 0);
}

function isKeyLike({ kind, a, b }: Field, evidence: Evidence): boolean {
  if (kind === 'time' || kind === 'host-name' || kind === 'temporary-path') return false;
  const isLong = [a, b].some((value) => value.length >= KEY_LENGTH && /[0-9]/.test(value));
  return isLong && isPrivate(evidence);
}
