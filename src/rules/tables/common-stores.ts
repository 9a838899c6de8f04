import type { Rule } from '../rule.ts';

/** Databases where other systems have logs, and stores that name themselves by their content: no other rule may touch them. */
export const COMMON_STORES: readonly Rule[] = [
  {
    // Slackware before 15 and what derives from it; Source Mage, Lunar and porg keep lists of files there, too.
    id: 'common/databases-among-logs',
    match: [
      'var/log/{packages,scripts,setup,removed_packages,removed_scripts,removed_uninstall}{,/**}',
      'var/log/{sorcery,lunar}/{install,md5sum,md5sums}{,/**}',
      'var/log/{porg,paco}{,/**}',
    ],
    except: ['var/log/*/**/*.log{,.*}', 'var/log/porg.log'],
    action: { do: 'keep' },
    why: 'The package database: if its files are emptied, nothing can be removed or upgraded.',
    source: 'Slackware pkgtools; sbopkg issue 47; Sorcery; porg(8)',
  },
  {
    id: 'common/ostree-objects',
    match: ['{,sysroot/}ostree/repo/**', '{,sysroot/}ostree/deploy/*/deploy/**'],
    except: ['{,sysroot/}ostree/deploy/*/deploy/*/etc{,/**}', '{,sysroot/}ostree/repo/{tmp,.lock}{,/**}'],
    action: { do: 'keep' },
    why: 'Named after the digest of its content, so no other rule may change it.',
    source: 'OSTree: repository layout',
  },
];
