import { parsed, textOrNone } from '../settings/option.ts';
import { parseByteCount } from '../settings/parse-values.ts';

/** Finished blocks of earlier runs; they save time and change nothing else. */
export const CACHE_OPTIONS = {
  cache: textOrNone({
    option: 'cache',
    group: 'Compression and cache',
    metavar: 'DIR',
    completes: 'directory',
    text: 'Directory of the block cache; --no-cache disables it',
    defaultText: '~/.cache/stillroot',
  }),
  cacheSize: parsed(
    {
      option: 'cache-size',
      group: 'Compression and cache',
      metavar: 'BYTES',
      text: 'Size limit of the cache, such as 500M or 4G',
      defaultText: '2G',
    },
    (given, where) => (given === undefined ? undefined : parseByteCount(where, given)),
  ),
};
