import { StillrootError } from '../errors.ts';
import { REWRITES } from '../rewrite/registry.ts';
import type { RewriteContext } from '../rewrite/rewrite.ts';
import type { Choice, ContentAction, Decision } from '../rules/decide.ts';
import type { Source, Warning } from '../source/source.ts';
import type { Entry, HardLinkGroup } from '../tree/entry.ts';
import { pathToBytes, showPath } from '../tree/path.ts';

/** What a rule makes of a file: its new bytes, nothing where it turns out to be as it should be, or no file. */
export type NewContent = Uint8Array | null | 'obsolete';

/** Carries out the content actions. Each is carried out once for all names of its file. */
export class Contents {
  readonly #source: Source;
  readonly #changes: ReadonlyMap<string, Decision>;
  readonly #context: (path: string) => RewriteContext;
  readonly #warnings: Warning[];
  /** Undefined while it is being made. */
  readonly #made = new Map<string | HardLinkGroup, NewContent | undefined>();

  /**
   * @param context for the file at a path
   * @param changes what is decided about other files, for those who ask about them
   */
  constructor(
    source: Source,
    context: (path: string) => RewriteContext,
    warnings: Warning[],
    changes: ReadonlyMap<string, Decision> = new Map(),
  ) {
    this.#source = source;
    this.#changes = changes;
    this.#context = context;
    this.#warnings = warnings;
  }

  of(entry: Entry, choice: Choice<ContentAction>): NewContent {
    const key = entry.links ?? entry.path;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    this.#made.set(key, undefined);
    const content = this.#make(entry, choice);
    this.#made.set(key, content);
    return content;
  }

  /**
   * Content of a file as it will be. Of one that is just being made, and so is asked about in a circle,
   * as it is in the source.
   *
   * @throws StillrootError above `limit` bytes
   */
  final(entry: Entry, limit: number): Buffer {
    const key = entry.links ?? entry.path;
    const isUnderWay = this.#made.has(key) && this.#made.get(key) === undefined;
    const choice = this.#changes.get(entry.path)?.content;
    const content = choice === undefined || isUnderWay ? null : this.of(entry, choice);
    if (content === null || content === 'obsolete') return this.#source.readFile(entry, limit);
    return Buffer.from(content.buffer, content.byteOffset, content.length);
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
    }
  }

  #replace(entry: Entry, wanted: Buffer): NewContent {
    if (entry.size !== wanted.length) return wanted;
    return this.#source.readFile(entry, wanted.length).equals(wanted) ? null : wanted;
  }

  #rewrite(entry: Entry, normalizer: string, rule: string): NewContent {
    const rewrite = REWRITES[normalizer];
    if (rewrite === undefined) {
      throw new StillrootError('rule-unknown', `names the normalizer ${JSON.stringify(normalizer)}`, {
        where: `rule ${rule}`,
        hint: `Known are: ${Object.keys(REWRITES).join(', ')}.`,
      });
    }
    if (entry.size > rewrite.maximumSize) {
      this.#warn(
        entry,
        `has ${entry.size} bytes, more than the ${rewrite.maximumSize} that ${rule} looks at`,
      );
      return null;
    }
    const bytes = this.#source.readFile(entry, rewrite.maximumSize);
    const result = rewrite.apply(bytes, this.#context(entry.path));
    if (result.outcome === 'rewritten') return result.bytes;
    if (result.outcome === 'obsolete') return 'obsolete';
    if (result.outcome === 'malformed') {
      const { offset, found, wanted } = result;
      this.#warn(
        entry,
        `byte ${offset}: found ${showPath(found)}, wanted ${wanted}; left as it is (${rule})`,
      );
    }
    return null;
  }

  #warn(entry: Entry, message: string): void {
    this.#warnings.push({ code: 'not-rewritten', path: entry.path, message });
  }
}
