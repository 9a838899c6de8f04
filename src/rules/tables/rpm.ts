import type { Rule } from '../rule.ts';

/** Fedora since 36 and openSUSE; RHEL up to 9, often a link; rpm-ostree. */
const DATABASE = '{usr/lib/sysimage,var/lib,usr/share}/rpm';

/** For every tree with an rpm database, in any of its formats: sqlite, ndb, Berkeley DB. */
export const RPM: readonly Rule[] = [
  {
    id: 'rpm/database-locks',
    match: [`${DATABASE}/{.rpm.lock,.dbenv.lock,__db.*}`],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Locks and shared memory of programs that ended.',
    source: 'rpm-ostree, virt-sysprep, SUSE BCI images, lorax',
  },
  {
    id: 'rpm/database-indexes',
    match: [`${DATABASE}/*.db`],
    except: [`${DATABASE}/Packages.db`],
    when: {
      type: 'file',
      policy: { name: 'rpm-indexes', value: 'drop' },
    },
    action: { do: 'drop' },
    why: 'Indexes of an ndb database, laid out by its history; rpm makes them again when root uses it.',
    source: 'SUSE BCI images',
  },
  {
    id: 'rpm/state',
    match: ['var/lib/rpm-state/**'],
    action: { do: 'drop' },
    why: 'Scratch files of package scripts, of no use after the transaction.',
    source: 'Fedora packaging guidelines: scriptlets',
  },
  {
    id: 'rpm/build-ids',
    match: ['usr/lib/.build-id{,/**}'],
    action: { do: 'keep' },
    why: 'Links from build IDs to programs, which packages ship for debuggers.',
    source: 'rpm: build IDs',
  },
  {
    id: 'rpm/database-drop',
    match: [`${DATABASE}/**`],
    when: { policy: { name: 'package-database', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The package database of an image that is never upgraded in place.',
    source: 'mkosi',
  },
];
