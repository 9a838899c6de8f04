import { StillrootError } from '../errors.ts';
import { REWRITES } from '../rewrite/registry.ts';
import type { RewriteContext } from '../rewrite/rewrite.ts';
import type { Choice, ContentAction, Decision, Decisions } from '../rules/decide.ts';
import { TooManySteps } from '../rules/line-pattern.ts';
import { type Replacement, SUBSTITUTE_BYTES_MAX, Substitution } from '../rules/substitution.ts';
import { placeOf } from '../source/read-failed.ts';
import type { Source, Warning } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { pathToBytes, showPath } from '../tree/path.ts';

/**
 * What a rule turns a file into: new bytes, null if it is already as it should be, or `obsolete` if it is to be
 * dropped.
 */
export type NewContent = Uint8Array | null | 'obsolete';

/**
 * Bytes of new content that are kept until they are packed. Anything beyond is discarded and computed again when
 * needed: at epoch 0 a large tree rewrites ten thousand compiled Python files.
 */
const HELD_BYTES_MAX: number = 16 * 1024 * 1024;

/** A computed content, or `under-way`. `bytes` is undefined if they have to be computed again. */
type Made =
  | { readonly size: number; readonly bytes: Uint8Array | undefined }
  | 'obsolete'
  | 'under-way'
  | null;

/**
 * Performs the content actions, for each name separately: the output of a normalizer can depend on the path and its
 * neighbours, and other names of the same inode can have other rules or none.
 */
export class Contents {
  readonly #source: Source;
  readonly #changes: ReadonlyMap<string, Decision>;
  readonly #context: (path: string) => RewriteContext;
  readonly #warnings: Warning[];
  readonly #heldMax: number;
  /** By path. */
  readonly #made = new Map<string, Made>();
  /** Contents computed while a cycle was being broken; computed again on their own they could differ. */
  readonly #circular = new Set<string>();
  /** Files whose notes have been reported: once each, however often the content is computed. */
  readonly #noted = new Set<string>();
  #heldBytes = 0;

  /**
   * @param context for the file at a path
   * @param changes decisions about other files, for normalizers that ask about them
   * @param heldMax bytes; see HELD_BYTES_MAX
   */
  constructor(
    source: Source,
    context: (path: string) => RewriteContext,
    warnings: Warning[],
    changes: ReadonlyMap<string, Decision> = new Map(),
    heldMax: number = HELD_BYTES_MAX,
  ) {
    this.#source = source;
    this.#changes = changes;
    this.#context = context;
    this.#warnings = warnings;
    this.#heldMax = heldMax;
  }

  /** @throws source-changed where the content is computed again and differs */
  of(entry: Entry, choice: Choice<ContentAction>): NewContent {
    const key = entry.path;
    const known = this.#made.get(key);
    if (known === null || known === 'obsolete') return known;
    if (known !== undefined && known !== 'under-way' && known.bytes !== undefined) return known.bytes;
    this.#made.set(key, 'under-way');
    const content = this.#make(entry, choice);
    if (known !== undefined && known !== 'under-way') {
      this.#made.set(key, known);
      if (content instanceof Uint8Array && content.length === known.size) return content;
      throw new StillrootError('source-changed', 'was modified while the tree was read', {
        where: placeOf(this.#source.name, entry.path),
        hint: 'Make sure that nothing writes to the tree.',
      });
    }
    const isHeld = content instanceof Uint8Array && this.#holds(key, content.length, choice.action);
    this.#made.set(
      key,
      content instanceof Uint8Array ? { size: content.length, bytes: isHeld ? content : undefined } : content,
    );
    return content;
  }

  /**
   * Final content of a file. For one still being computed, and so requested in a cycle, the content in the source.
   *
   * @throws StillrootError above `limit` bytes
   */
  final(entry: Entry, limit: number): Buffer {
    const isUnderWay = this.#made.get(entry.path) === 'under-way';
    if (isUnderWay) {
      for (const [other, made] of this.#made) if (made === 'under-way') this.#circular.add(other);
    }
    const choice = this.#changes.get(entry.path)?.content;
    const content = choice === undefined || isUnderWay ? null : this.of(entry, choice);
    if (content === null || content === 'obsolete') return this.#source.readFile(entry, limit);
    return Buffer.from(content.buffer, content.byteOffset, content.length);
  }

  #holds(key: string, size: number, action: ContentAction): boolean {
    const isCostly = action.do === 'rewrite' && REWRITES[action.normalizer]?.isCostly === true;
    if (isCostly || this.#circular.has(key)) return true;
    if (this.#heldBytes + size > this.#heldMax) return false;
    this.#heldBytes += size;
    return true;
  }

  #make(entry: Entry, { rule, action }: Choice<ContentAction>): NewContent {
    switch (action.do) {
      case 'link':
        return null;
      case 'truncate':
        return new Uint8Array(0);
      case 'replace':
        return this.#replace(entry, pathToBytes(action.content));
      case 'rewrite':
        return this.#rewrite(entry, action.normalizer, rule.id);
      case 'substitute':
        return this.#substitute(entry, action.replacements, rule.id);
    }
  }

  #replace(entry: Entry, wanted: Buffer): NewContent {
    if (entry.size !== wanted.length) return wanted;
    return this.#source.readFile(entry, wanted.length).equals(wanted) ? null : wanted;
  }

  #rewrite(entry: Entry, normalizer: string, rule: string): NewContent {
    const rewrite = REWRITES[normalizer];
    if (rewrite === undefined) {
      throw new StillrootError('rule-unknown', `names the unknown normalizer ${JSON.stringify(normalizer)}`, {
        where: `rule ${rule}`,
        hint: `Known normalizers: ${Object.keys(REWRITES).join(', ')}.`,
      });
    }
    if (entry.size > rewrite.maximumSize) {
      this.#warn(
        entry,
        `has ${entry.size} bytes, more than the limit of ${rewrite.maximumSize} of ${rule}; left unchanged`,
      );
      return null;
    }
    const bytes = this.#source.readFile(entry, rewrite.maximumSize);
    const result = rewrite.apply(bytes, this.#context(entry.path));
    if ('note' in result && result.note !== undefined && !this.#noted.has(entry.path)) {
      this.#noted.add(entry.path);
      this.#warnings.push({ code: 'rule-report', path: entry.path, message: `${result.note} (${rule})` });
    }
    if (result.outcome === 'rewritten') return result.bytes;
    if (result.outcome === 'obsolete') return 'obsolete';
    if (result.outcome === 'stale')
      this.#warnings.push({ code: 'cache-stale', path: entry.path, message: `${result.why} (${rule})` });
    if (result.outcome === 'engine-missing') this.#warn(entry, `${result.why}; left unchanged (${rule})`);
    if (result.outcome === 'malformed') {
      const { offset, found, wanted } = result;
      this.#warn(
        entry,
        `byte ${offset}: found ${showPath(found)}, wanted ${wanted}; left unchanged (${rule})`,
      );
    }
    return null;
  }

  #substitute(entry: Entry, replacements: readonly Replacement[], rule: string): NewContent {
    if (entry.size > SUBSTITUTE_BYTES_MAX) {
      this.#warn(
        entry,
        `has ${entry.size} bytes, more than the limit of ${SUBSTITUTE_BYTES_MAX} of ${rule}; left unchanged`,
      );
      return null;
    }
    const before = this.#source.readFile(entry, SUBSTITUTE_BYTES_MAX);
    const substitution = new Substitution(replacements);
    try {
      const { text, matches } = substitution.apply(before.toString('latin1'));
      if (matches === 0) this.#warn(entry, `no line matches a pattern of ${rule}; left unchanged`);
      const after = Buffer.from(text, 'latin1');
      if (after.equals(before)) return null;
      if (substitution.apply(text).text !== text) {
        const message = `${rule} would change its result again: write it so that a second run changes nothing`;
        this.#warnings.push({ code: 'rule-report', path: entry.path, message });
      }
      return after;
    } catch (error) {
      if (!(error instanceof TooManySteps)) throw error;
      this.#warn(entry, `the patterns of ${rule} need ${error.message}; left unchanged`);
      return null;
    }
  }

  #warn(entry: Entry, message: string): void {
    this.#warnings.push({ code: 'not-rewritten', path: entry.path, message });
  }
}

/**
 * Loads what the normalizers named by these decisions need; to be awaited before making a Plan of them. Most trees need
 * nothing, so most runs do not pay for it.
 */
export async function prepareRewrites(decisions: Decisions): Promise<void> {
  const named = new Set<string>();
  for (const { content } of decisions.changes.values()) {
    if (content?.action.do === 'rewrite') named.add(content.action.normalizer);
  }
  // An unknown name is reported by the Plan, which knows the rule.
  for (const name of named) await REWRITES[name]?.prepare?.();
}
