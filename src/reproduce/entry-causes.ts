/** The differences between two manifests, by cause as far as known without contents: manifests only hold digests. */
import type { Manifest } from '../manifest/manifest.ts';
import type { Glob } from '../rules/glob.ts';
import { layersOf, selectRules } from '../rules/layers.ts';
import type { Rule } from '../rules/rule.ts';
import { ruleGlob } from '../rules/rule-set.ts';
import { TABLES } from '../rules/tables/index.ts';
import type { Field } from '../tree/delta.ts';
import { pathFromText } from '../tree/path.ts';
import {
  type Around,
  aroundTexts,
  type DifferentEntry,
  type DifferentField,
} from '../verify/verification.ts';
import type { Comparison } from './compare-images.ts';

export interface EntryCause {
  /** As in the causes of `diff`. */
  readonly cause:
    | 'rule-not-applied'
    | 'hard-links'
    | 'attributes'
    | 'file-times'
    | 'link-target'
    | 'one-side-only'
    | 'unknown'
    | 'archive-layer'
    | 'compressor';
  readonly title: string;
  readonly advice: string;
  /** Id of a built-in rule that one side leaves out. */
  readonly rule?: string;
  readonly field: Field;
  /** As in manifests, in the same order. */
  readonly paths: readonly string[];
}

type Kind = Omit<EntryCause, 'paths'>;

const LOOK = 'A manifest records digests but no contents: diff the images to see the difference.';

const KINDS: Readonly<Record<EntryCause['field'], Kind>> = {
  presence: {
    cause: 'one-side-only',
    field: 'presence',
    title: 'only one side has it',
    advice: 'Add it to both images, or drop it with your own rule.',
  },
  type: { cause: 'unknown', field: 'type', title: 'a different type of entry', advice: LOOK },
  content: { cause: 'unknown', field: 'content', title: 'contents differ', advice: LOOK },
  mode: {
    cause: 'unknown',
    field: 'mode',
    title: 'permissions differ',
    advice: 'Set them with your own rule.',
  },
  owner: {
    cause: 'unknown',
    field: 'owner',
    title: 'owners differ',
    advice: 'Set them with --owner, --map-uid, --map-gid or your own rule.',
  },
  mtime: {
    cause: 'file-times',
    field: 'mtime',
    title: 'times of files differ',
    advice: 'Pack both with the same --source-date-epoch, or with --mtime set.',
  },
  target: { cause: 'link-target', field: 'target', title: 'symlinks have different targets', advice: LOOK },
  device: { cause: 'unknown', field: 'device', title: 'device numbers differ', advice: LOOK },
  links: {
    cause: 'hard-links',
    field: 'links',
    title: 'hard links differ',
    advice: 'Pack both with --hard-links copy.',
  },
  attributes: {
    cause: 'attributes',
    field: 'attributes',
    title: 'extended attributes differ',
    advice: 'Diff the images to see which, or pack both with --policy extended-attributes=drop.',
  },
};

const FIELD_OF: Readonly<Record<DifferentField['field'], EntryCause['field']>> = {
  type: 'type',
  size: 'content',
  digest: 'content',
  mode: 'mode',
  uid: 'owner',
  gid: 'owner',
  mtime: 'mtime',
  target: 'target',
  device: 'device',
  hardLink: 'links',
  attributes: 'attributes',
};

/** @returns empty if both describe the same file */
export function entryCauses(a: Manifest, b: Manifest, comparison: Comparison): EntryCause[] {
  const { level } = comparison;
  if (level === 'file') return [];
  const around = aroundCauses(comparison);
  if (level === 'payload') return around;
  if (level === 'tree') {
    const advice = 'Pack both with the same version of stillroot, and both with or without --root-entry.';
    return [
      { cause: 'archive-layer', title: 'the same tree, in a different archive', advice, ...NOWHERE },
      ...around,
    ];
  }
  return [...treeCauses(a, b, comparison), ...around];
}

const NOWHERE = { field: 'content', paths: [] } as const;

const AROUND: Readonly<Record<Around, Pick<EntryCause, 'cause' | 'advice'>>> = {
  compression: {
    cause: 'compressor',
    advice: 'Pack both with the same --level and version of stillroot.',
  },
  front: { cause: 'archive-layer', advice: 'Use the same --segment for both.' },
  'boot-config': {
    cause: 'archive-layer',
    advice: 'Append the same boot configuration to both sources, or pack both with --drop-segments.',
  },
  image: {
    cause: 'archive-layer',
    advice: 'Pack both with the same --oci-config, --tag, --platform and other options of container images.',
  },
  padding: { cause: 'archive-layer', advice: 'Pack both with the same version of stillroot.' },
};

/** If the archives themselves differ, their compression is not worth reporting. */
function aroundCauses(comparison: Comparison): EntryCause[] {
  const { front, bootConfig } = comparison;
  const around: readonly Around[] = comparison.around ?? [
    ...(front.same ? [] : (['front'] as const)),
    ...(bootConfig.same ? [] : (['boot-config'] as const)),
  ];
  const texts = aroundTexts(around, comparison);
  const isSame = comparison.payload.same;
  return around.map((each, i) => ({
    ...AROUND[each],
    title: `${isSame ? 'the same archive, ' : ''}${texts[i]}`,
    ...NOWHERE,
  }));
}

function treeCauses(a: Manifest, b: Manifest, { entries }: Comparison): EntryCause[] {
  if (entries === undefined) {
    const advice =
      'To list the files, write both manifests with pack --manifest-entries, or diff the images.';
    return [
      {
        cause: 'unknown',
        title: 'different trees, and not both manifests list their entries',
        advice,
        ...NOWHERE,
      },
    ];
  }
  const rules = new UnevenRules(a, b);
  const found = new Map<string, EntryCause & { readonly paths: string[] }>();
  const add = (path: string, kind: Kind): void => {
    const key = `${kind.cause} ${kind.field} ${kind.rule ?? ''} ${kind.title}`;
    const known = found.get(key) ?? { ...kind, paths: [] };
    known.paths.push(path);
    found.set(key, known);
  };
  for (const path of entries.missing)
    add(path, rules.kindOf(path) ?? { ...KINDS.presence, title: 'only side A has it' });
  for (const path of entries.extra)
    add(path, rules.kindOf(path) ?? { ...KINDS.presence, title: 'only side B has it' });
  for (const each of entries.different) {
    for (const field of fieldsOf(each)) {
      const rule = field === 'content' || field === 'type' ? rules.kindOf(each.path) : undefined;
      add(each.path, rule ?? KINDS[field]);
    }
  }
  return [...found.values()];
}

/** With a different type every other field differs as well. */
function fieldsOf({ fields }: DifferentEntry): EntryCause['field'][] {
  const found = new Set(fields.map(({ field }) => FIELD_OF[field]));
  return found.has('type') ? ['type'] : [...found];
}

/** Rules that apply to only one of the images, because of its options. */
class UnevenRules {
  readonly #rules: readonly { readonly rule: Rule; readonly globs: readonly Glob[] }[];

  constructor(a: Manifest, b: Manifest) {
    const layers = layersOf(TABLES, Object.keys(TABLES));
    const ids = (manifest: Manifest): Set<string> => {
      const { skip, only } = manifest.settings.effective;
      // Globs for the user's own rules match none of these, which is not an error here.
      const own = [...skip, ...only];
      return new Set(selectRules(layers, { skip, only, elsewhere: own }).map(({ id }) => id));
    };
    const [left, right] = [ids(a), ids(b)];
    this.#rules = layers
      .flatMap((layer) => layer.rules)
      .filter(
        ({ id, action }) =>
          left.has(id) !== right.has(id) && !['keep', 'report', 'search'].includes(action.do),
      )
      .map((rule) => ({ rule, globs: rule.match.map((pattern) => ruleGlob(rule, pattern)) }));
  }

  kindOf(path: string): Kind | undefined {
    const bytes = pathFromText(path);
    const found = this.#rules.findLast(({ globs }) => globs.some((glob) => glob.matches(bytes)));
    if (found === undefined) return undefined;
    const { id, why } = found.rule;
    const advice = `Rule ${id} is excluded from one of the images by --skip or --only. Apply it to both.`;
    return { cause: 'rule-not-applied', field: 'content', title: why, advice, rule: id };
  }
}
