/** Who packs. */
import { type Dimension, lackingMounts } from '../dimension.ts';
import { DEPTH, prefix, scripted } from '../setup.ts';
import { surroundings } from './surroundings.ts';

/** Reads what root can read: who may not read the tree cannot pack it, whatever packs. */
const READER = ['--inh-caps', '-all,+dac_read_search', '--ambient-caps', '-all,+dac_read_search'];

export const USER: readonly Dimension[] = [
  surroundings({
    id: 'umask',
    about: 'umask of the packer',
    how: '0077 instead of 0022',
    quick: true,
    wrap: scripted(DEPTH.descriptor, 'umask 0077'),
    probe: 'umask',
    wanted: /^0?077$/,
  }),
  surroundings({
    id: 'user',
    about: 'user who packs',
    how: 'user and group 12345, who may read everything',
    quick: true,
    root: true,
    tools: ['setpriv'],
    slot: 'user',
    wrap: prefix(DEPTH.user, 'setpriv', '--reuid', '12345', '--regid', '12345', '--clear-groups', ...READER),
    probe: 'id -u',
    wanted: /^12345$/,
  }),
  surroundings({
    id: 'groups',
    about: 'supplementary groups',
    how: 'four others',
    root: true,
    tools: ['setpriv'],
    slot: 'user',
    wrap: prefix(DEPTH.user, 'setpriv', '--groups', '5,12345,12346,54321'),
    probe: 'id -G',
    wanted: /12346/,
  }),
  surroundings({
    id: 'capabilities',
    about: 'capabilities of root',
    how: 'none but the one to read everything',
    root: true,
    tools: ['setpriv'],
    slot: 'user',
    wrap: prefix(
      DEPTH.user,
      'setpriv',
      '--no-new-privs',
      '--bounding-set',
      '-all,+dac_override,+dac_read_search,+fowner',
    ),
    probe: 'grep ^CapEff: /proc/self/status',
  }),
  surroundings({
    id: 'names-of-users',
    about: 'names that the machine has for users and groups',
    how: 'other /etc/passwd and /etc/group, in a mount namespace of their own',
    root: true,
    tools: ['unshare', 'mount', 'mktemp'],
    lacking: lackingMounts,
    slot: 'accounts',
    wrap: scripted(
      DEPTH.mount,
      [
        'directory=$(mktemp -d -p /dev/shm)',
        'echo "superuser:x:0:0::/:/bin/sh" > "$directory/passwd"',
        'echo "supergroup:x:0:" > "$directory/group"',
        'mount --bind "$directory/passwd" /etc/passwd',
        'mount --bind "$directory/group" /etc/group',
      ].join(' && '),
    ),
    vary: (run) => {
      run.wrappers.push(prefix(DEPTH.namespace, 'unshare', '--mount', '--propagation', 'private'));
    },
    probe: 'id -un',
    wanted: /^superuser$/,
  }),
  surroundings({
    id: 'home',
    about: 'home directory',
    how: 'HOME names one that is not there',
    env: { HOME: '/nonexistent/captured-home' },
    probe: 'printf %s "$HOME"',
    wanted: /captured-home/,
  }),
];
