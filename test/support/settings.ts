import { parseOptions } from '../../src/settings/option.ts';
import { ARCHIVE_OPTIONS, resolveSettings, TREE_OPTIONS } from '../../src/settings/resolve.ts';
import type { Settings } from '../../src/settings/settings.ts';

/** What a command line without any option comes to, with an empty environment. */
export const DEFAULT_SETTINGS: Settings = await resolveSettings(
  parseOptions({ ...TREE_OPTIONS, ...ARCHIVE_OPTIONS }, {}),
  {
    env: {},
    nameOf: (option) => `--${option}`,
    formatOfOutput: () => 'cpio',
    readRuleFile: () => Promise.reject(new Error('there is no rule file')),
    readImageConfig: () => Promise.reject(new Error('there is no configuration')),
    readSegment: () => Promise.reject(new Error('there is no segment')),
  },
);
