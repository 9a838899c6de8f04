/** Which built-in rule removes a finding. */
import { normalizeMtime } from '../normalize/mtime.ts';
import { normalizeOwner } from '../normalize/owner.ts';
import type { Plan } from '../plan/plan.ts';
import type { Rule } from '../rules/rule.ts';
import { SECRET_BYTES_MAX } from '../secrets/secret-kind.ts';
import type { Field } from '../tree/delta.ts';
import type { Entry } from '../tree/entry.ts';
import type { Recognition } from './cause.ts';
import { hasSecretName, keyKind } from './causes/secret.ts';
import type { Sides } from './evidence.ts';
import { entryOf, type Finding } from './finding.ts';

interface Applied {
  readonly rule: string;
  readonly action: string;
}

/** Actions that decide a field; a dropped entry no longer has fields. */
const ACTIONS: Readonly<Record<Field, readonly string[]>> = {
  presence: ['drop', 'add'],
  type: ['drop', 'link'],
  content: ['drop', 'rewrite', 'substitute', 'truncate', 'replace', 'link'],
  target: ['drop', 'link'],
  device: ['drop'],
  mode: ['drop', 'mode', 'link'],
  owner: ['drop', 'owner'],
  mtime: ['drop'],
  links: ['drop', 'link'],
  attributes: ['drop', 'link'],
};

const DONE: Readonly<Record<string, string>> = {
  drop: 'drops it',
  add: 'adds it',
  truncate: 'empties it',
  replace: 'gives it fixed content',
  rewrite: 'rewrites the parts that vary',
  substitute: 'replaces the parts that vary',
  link: 'makes it a symlink',
  mode: 'sets its mode',
  owner: 'sets its owner',
};

/** What is done to every entry. */
const NORMALIZED: Readonly<Partial<Record<Field, readonly [rule: string, title: string, advice: string]>>> = {
  mtime: [
    'normalize/mtime',
    'modification times',
    'stillroot pack and finalize clamp them to the epoch (--source-date-epoch).',
  ],
  owner: ['normalize/owner', 'owners', 'stillroot pack maps them (--owner, --map-uid, --map-gid).'],
  links: [
    'option/hard-links',
    'hard links',
    'stillroot pack --hard-links copy writes every name as a separate file.',
  ],
};

/** Rules that exist because the content of their files is secret. */
const SECRET_RULE = /secret|ssh-host-keys|snakeoil|signing-keys|random-seed|keyring|tokens|tls-localhost/;

export class KnownRules {
  readonly #sides: Sides;
  readonly #applied = new Map<string, Applied[]>();
  readonly #rules: ReadonlyMap<string, Rule>;

  /** @param the paths of interest */
  constructor(sides: Sides, plans: { readonly a: Plan; readonly b: Plan }, paths: ReadonlySet<string>) {
    this.#sides = sides;
    this.#rules = new Map([...sides.a.rules, ...sides.b.rules].map((rule) => [rule.id, rule]));
    for (const plan of [plans.a, plans.b]) {
      for (const { rule, action, paths: touched } of plan.tally.list()) {
        for (const path of touched) {
          if (!paths.has(path)) continue;
          const applied = this.#applied.get(path);
          if (applied === undefined) this.#applied.set(path, [{ rule, action }]);
          else applied.push({ rule, action });
        }
      }
    }
  }

  /** For a finding that the rules and normalizers remove completely. */
  recognize(finding: Finding): Recognition {
    const { path, field } = finding;
    const builder = this.#builderOf(finding);
    if (builder !== undefined) return madeWithoutRoot(builder);
    const applied = (this.#applied.get(path) ?? []).find(({ action }) => ACTIONS[field].includes(action));
    // A different time or owner of a dropped file means nothing if these are made equal anyway.
    const isEqualAnyway = this.#isEqualTime(finding) || this.#isEqualOwner(finding);
    if (applied !== undefined && !isEqualAnyway) return this.#byRule(finding, applied);
    const [rule, title, advice] = NORMALIZED[field] ?? [
      `normalize/${field}`,
      `${field} of entries`,
      'stillroot pack and finalize make it equal.',
    ];
    return { cause: 'known-rule', key: rule, title, remedy: 'built-in', advice, rule };
  }

  #byRule(finding: Finding, { rule: id, action }: Applied): Recognition {
    const rule = this.#rules.get(id);
    const isSecret =
      (finding.field === 'content' || finding.field === 'presence') &&
      (hasSecretName(finding.path) || SECRET_RULE.test(id) || this.#holdsKey(finding));
    return {
      cause: isSecret ? 'secret' : 'known-rule',
      key: id,
      title: isSecret ? 'a private key or random seed is in the image' : (rule?.why ?? id),
      remedy: 'built-in',
      advice: `stillroot pack and finalize make it equal: rule ${id} ${DONE[action] ?? 'changes it'}.${isSecret ? ' Until then, everyone who has the image has the key.' : ''}`,
      rule: id,
    };
  }

  #isEqualTime({ field, a, b }: Finding): boolean {
    if (field !== 'mtime' || a === undefined || b === undefined) return false;
    const { a: left, b: right } = this.#sides;
    if (left.settings.mtime === 'keep') return false;
    return normalizeMtime(a, left.settings) === normalizeMtime(b, right.settings);
  }

  #isEqualOwner({ field, a, b }: Finding): boolean {
    if (field !== 'owner' || a === undefined || b === undefined) return false;
    const left = normalizeOwner(a, this.#sides.a.settings.owner);
    const right = normalizeOwner(b, this.#sides.b.settings.owner);
    return left.uid === right.uid && left.gid === right.gid;
  }

  /** The id of the current user, if not root and owner of the file on one side, as in a tree built without root. */
  #builderOf({ field, a, b }: Finding): number | undefined {
    if (field !== 'owner' || a === undefined || b === undefined) return undefined;
    const { policy, uid, gid } = this.#sides.a.settings.owner;
    if (policy !== 'auto' || uid === 0) return undefined;
    const isOwn = (entry: Entry): boolean => entry.uid === uid || (entry.uid === 0 && entry.gid === gid);
    return isOwn(a) !== isOwn(b) ? uid : undefined;
  }

  #holdsKey({ a, b }: Finding): boolean {
    return (['a', 'b'] as const).some((name) => {
      const entry = name === 'a' ? a : b;
      if (entry?.type !== 'file' || entry.size > SECRET_BYTES_MAX) return false;
      return keyKind(this.#sides[name].source.readFile(entry, SECRET_BYTES_MAX), entry.path) !== undefined;
    });
  }
}

function madeWithoutRoot(user: number): Recognition {
  return {
    cause: 'known-rule',
    key: 'normalize/owner builder',
    title: `owners: one side was built without root, and its files belong to user ${user}`,
    remedy: 'built-in',
    advice:
      'They differ in nothing else for this reason. stillroot pack writes the owners that root would have set (--owner, --map-uid, --map-gid).',
    rule: 'normalize/owner',
  };
}

/** The size of what differs: contents that are on one side only, or unequal. */
export function differingBytes(finding: Finding): number {
  const { field, a, b } = finding;
  if (field !== 'content' && field !== 'presence' && field !== 'type') return 0;
  return entryOf(finding).type === 'file' || b?.type === 'file' ? Math.max(a?.size ?? 0, b?.size ?? 0) : 0;
}
