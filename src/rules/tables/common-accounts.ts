import type { Rule } from '../rule.ts';

/** Account databases and what users leave in their homes. */
export const COMMON_ACCOUNTS: readonly Rule[] = [
  {
    id: 'common/account-order',
    match: ['{etc,usr/etc}/{passwd,group,shadow,gshadow}'],
    when: { type: 'file', policy: { name: 'sort-accounts', value: 'sort' } },
    action: { do: 'rewrite', normalizer: 'sort-accounts' },
    why: 'Accounts are in the order in which packages were configured.',
    source: 'OpenEmbedded, lorax, mmdebstrap; Debian bug 969631',
  },
  {
    id: 'common/shell-order',
    match: ['etc/shells', 'var/lib/shells.state'],
    when: { type: 'file', policy: { name: 'sort-shells', value: 'sort' } },
    action: { do: 'rewrite', normalizer: 'sort-lines' },
    why: 'Shells are in the order in which packages were configured.',
    source: 'mmdebstrap',
  },
  {
    // Also sorts if that was chosen: of two rules for the content of a file the last wins.
    id: 'common/shadow-last-change',
    match: ['{etc,usr/etc}/shadow'],
    when: {
      type: 'file',
      policy: { name: 'shadow', value: ['clamp', 'set', 'blank-locked', 'blank'] },
    },
    action: { do: 'rewrite', normalizer: 'shadow-last-change' },
    why: 'Account tools record the day of the bootstrap as the last password change.',
    source: 'debuerreotype, Tails, rpm-ostree, SUSE BCI images; Debian bug 857803',
  },
  {
    id: 'common/account-backups',
    match: ['etc/{passwd,group,shadow,gshadow,subuid,subgid}-'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Backups of the account files, which depend on the order of installation.',
    source: 'live-build, livecd-rootfs, OpenEmbedded, mkosi, SUSE BCI images, virt-sysprep',
  },
  {
    id: 'common/account-locks',
    match: ['etc/.pwd.lock', 'etc/{passwd,group,shadow,gshadow,subuid,subgid}.lock'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Leftover lock files, recreated when needed.',
    source: 'live-build, SUSE BCI images',
  },
  {
    id: 'common/shell-history',
    match: [
      '{root,home/*}/.{bash,zsh,ash,python,sqlite,mysql,psql,node_repl}_history',
      '{root,home/*}/.{lesshst,viminfo,wget-hsts,Xauthority}',
      '{root,home/*}/.gnupg/random_seed',
    ],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Command and viewer history from building the tree.',
    source: 'Kicksecure, virt-sysprep',
  },
];
