import { CACHE_OPTIONS } from '../app/cache-options.ts';
import { type CacheDirectory, defaultPlace, findCacheDirectory } from '../cache/cache-directory.ts';
import { removeStored, storedFiles } from '../cache/stored-block.ts';
import type { CacheDocument } from '../documents/cache.ts';
import { StillrootError } from '../errors.ts';
import { line } from '../report/document.ts';
import { formatBytes, plural } from '../text/format.ts';
import { EXIT_OK } from './exit.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';
import { type Arguments, chosenWord, defineVerb, type VerbModule } from './verb.ts';

const ACTIONS = ['info', 'clear'] as const;
type Action = (typeof ACTIONS)[number];

const POSITIONALS = { action: chosenWord('info: print its contents; clear: remove its blocks', ACTIONS) };
const OPTIONS = { cache: { ...CACHE_OPTIONS.cache, text: 'Directory', defaultText: 'as for pack' } };
type CacheArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const cache: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['cache info', 'where it is and how large it is'],
    ['cache clear', 'remove all blocks; the next pack encodes everything again'],
  ],
  run: runCache,
});

interface Content {
  readonly blocks: number;
  readonly bytes: number;
}

function runCache(args: CacheArguments, terminal: Terminal): Outcome {
  const path = placeOf(args, terminal);
  const directory = findCacheDirectory(path);
  try {
    const content = directory === undefined ? { blocks: 0, bytes: 0 } : take(directory, args.action);
    return outcomeOf(args.action, path, content, directory !== undefined);
  } finally {
    directory?.close();
  }
}

function placeOf({ cache: named }: CacheArguments, { env }: Terminal): string {
  if (typeof named === 'string' && named !== '') return named;
  if (named !== undefined) {
    throw new StillrootError('usage', 'wanted a directory', { where: '--cache' });
  }
  const place = defaultPlace(env, false);
  if ('path' in place) return place.path;
  throw new StillrootError('cache-refused', place.missing, {
    where: 'the default cache',
    hint: 'pack does not use it either. Choose a directory with --cache.',
  });
}

/** What the cache holds, or what was removed: only stillroot's own files. */
function take({ blocks }: CacheDirectory, action: Action): Content {
  const files = storedFiles(blocks).filter(({ name }) => action === 'info' || removeStored(blocks, name));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { blocks: files.filter(({ isBlock }) => isBlock).length, bytes };
}

function outcomeOf(action: Action, path: string, content: Content, exists: boolean): Outcome {
  const removed = action === 'clear' ? ' removed' : '';
  const what = exists
    ? `${plural(content.blocks, 'block')}, ${formatBytes(content.bytes)}${removed}`
    : 'does not exist yet';
  return {
    status: EXIT_OK,
    document: (): CacheDocument => ({
      ...{ schema: 'stillroot/cache/1', action, directory: path, exists },
      ...content,
    }),
    report: () => [line(`${path}: ${what}`)],
  };
}
