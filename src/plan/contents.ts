import { StillrootError } from '../errors.ts';
import { REWRITES } from '../rewrite/registry.ts';
import type { RewriteContext } from '../rewrite/rewrite.ts';
import type { Choice, ContentAction } from '../rules/decide.ts';
import type { Source, Warning } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { pathToBytes, showPath } from '../tree/path.ts';

/** What a rule makes of a file: its new bytes, nothing where it turns out to be as it should be, or no file. */
export type NewContent = Uint8Array | null | 'obsolete';

/** Carries out the content actions. Each reads its file at most once. */
export class Contents {
  readonly #source: Source;
  readonly #context: (path: string) => RewriteContext;
  readonly #warnings: Warning[];

  /** @param context for the file at a path */
  constructor(source: Source, context: (path: string) => RewriteContext, warnings: Warning[]) {
    this.#source = source;
    this.#context = context;
    this.#warnings = warnings;
  }

  of(entry: Entry, { rule, action }: Choice<ContentAction>): NewContent {
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
