/** Language, order of letters, and what time it is. */
import { existsSync } from 'node:fs';
import type { Dimension } from '../dimension.ts';
import { localeKey } from '../host.ts';
import { DEPTH, prefix, scripted } from '../setup.ts';
import { surroundings } from './surroundings.ts';

function locale(
  id: string,
  name: string,
  about: string,
  probe: string,
  wanted?: RegExp,
  quick = false,
): Dimension {
  return surroundings({
    id,
    about,
    how: `the locale ${name} instead of C.UTF-8`,
    slot: 'locale',
    quick,
    tools: ['locale'],
    lacking: ({ locales }) => (locales.has(localeKey(name)) ? undefined : `needs the locale ${name}`),
    env: { LC_ALL: name, LANG: name, LANGUAGE: name.split('.')[0] },
    probe,
    ...(wanted === undefined ? {} : { wanted }),
  });
}

/** Half past every hour, so that it is no zone of many machines. */
const ZONE = '/usr/share/zoneinfo/Asia/Kolkata';

/** libfaketime keeps what it must share in /dev/shm, which the lab has for itself. */
const FAKETIME_ENV = { NO_FAKE_STAT: '1' };

export const LOCALE: readonly Dimension[] = [
  locale(
    'collation',
    'en_US.UTF-8',
    'order of letters: case and punctuation count last',
    "printf 'b\\nA\\n_a\\nB\\na-b\\nab\\n' | sort | tr '\\n' ' '",
    /^_a A ab|^A _a|^A ab|^_a A/,
    true,
  ),
  locale(
    'letters',
    'tr_TR.UTF-8',
    'letters: the capital of i is not I',
    'locale charmap; locale yesstr; date +%A',
  ),
  locale('character-set', 'ru_RU.KOI8-R', 'character set: no UTF-8', 'locale charmap', /^KOI8-R$/),
  locale(
    'language',
    'et_EE.UTF-8',
    'language of messages, dates and numbers',
    'date +%B; locale decimal_point',
  ),
  surroundings({
    id: 'time-zone',
    about: 'time zone',
    how: 'TZ is 14 hours ahead',
    quick: true,
    slot: 'zone',
    env: { TZ: 'LAB-14' },
    probe: 'date +%z',
    wanted: /^\+1400$/,
  }),
  surroundings({
    id: 'time-zone-of-the-machine',
    about: 'time zone of the machine, with no TZ',
    how: 'another /etc/localtime, in a mount namespace of its own',
    root: true,
    tools: ['unshare', 'mount'],
    slot: 'zone',
    env: { TZ: undefined },
    lacking: () => [ZONE, '/etc/localtime'].find((file) => !existsSync(file))?.replace(/^/, 'needs '),
    wrap: scripted(DEPTH.mount, `mount --bind ${ZONE} "$(readlink -f /etc/localtime)"`),
    vary: (run) => {
      run.wrappers.push(prefix(DEPTH.namespace, 'unshare', '--mount', '--propagation', 'private'));
    },
    probe: 'date +%z',
    wanted: /^\+0530$/,
  }),
  surroundings({
    id: 'clock',
    about: 'date and time',
    how: 'libfaketime: May 2035',
    quick: true,
    slot: 'clock',
    tools: ['faketime'],
    env: FAKETIME_ENV,
    wrap: prefix(DEPTH.clock, 'faketime', '2035-05-06 07:08:09'),
    probe: 'date +%Y-%m',
    wanted: /^2035-05$/,
  }),
  surroundings({
    id: 'clock-in-the-past',
    about: 'date and time before those of the tree',
    how: 'libfaketime: January 1990',
    slot: 'clock',
    tools: ['faketime'],
    env: FAKETIME_ENV,
    wrap: prefix(DEPTH.clock, 'faketime', '1990-01-02 03:04:05'),
    probe: 'date +%Y-%m',
    wanted: /^1990-01$/,
  }),
  surroundings({
    id: 'uptime',
    about: 'time since the machine was started',
    how: 'a time namespace that is 116 days ahead',
    root: true,
    tools: ['unshare'],
    wrap: prefix(DEPTH.namespace, 'unshare', '--time', '--boottime', '10000000', '--monotonic', '10000000'),
    probe: 'test "$(cut -d . -f 1 /proc/uptime)" -gt 10000000 && echo more than 115 days',
    wanted: /^more/,
  }),
];
