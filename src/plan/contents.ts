import { StillrootError } from '../errors.ts';
import { REWRITES } from '../rewrite/registry.ts';
import type { RewriteContext } from '../rewrite/rewrite.ts';
import type { Choice, ContentAction } from '../rules/decide.ts';
import type { Source, Warning } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { pathToBytes, showPath } from '../tree/path.ts';

/** What a rule makes of a file: its new bytes, or null where it turns out to be as it should be. */
export type NewContent = Uint8Array | null;

/** Carries out the content actions. Each reads its file at most once. */
export class Contents {
  readonly #source: Source;
  readonly #context: RewriteContext;
  readonly #warnings: Warning[];

  constructor(source: Source, context: RewriteContext, warnings: Warning[]) {
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
      this.#warn(entry, rule, `has ${entry.size} bytes, more than the ${rewrite.maximumSize} that ${rule} looks at`);
      return null;
    }
    const result = rewrite.apply(this.#source.readFile(entry, rewrite.maximumSize), this.#context);
    if (result.outcome === 'rewritten') return result.bytes;
    if (result.outcome === 'malformed') {
      const { offset, found, wanted } = result;
      this.#warn(entry, rule, `byte ${offset}: found ${showPath(found)}, wanted ${wanted}; left as it is (${rule})`);
    }
    return null;
  }

  #warn(entry: Entry, _rule: string, message: string): void {
    this.#warnings.push({ code: 'not-rewritten', path: entry.path, message });
  }
}
