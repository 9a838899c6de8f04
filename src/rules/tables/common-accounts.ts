import type { Rule } from '../rule.ts';

/** Account databases and what users leave in their homes. */
export const COMMON_ACCOUNTS: readonly Rule[] = [
  {
    id: 'common/shadow-last-change',
    match: ['{etc,usr/etc}/shadow'],
    when: { type: 'file', policy: { name: 'shadow', value: 'clamp' } },
    action: { do: 'rewrite', normalizer: 'shadow-last-change' },
    why: 'Programs that make accounts write the day of the bootstrap as the day of the last password change.',
    source: 'debuerreotype; Debian bug 857803',
  },
  {
    id: 'common/account-backups',
    match: ['etc/{passwd,group,shadow,gshadow,subuid,subgid}-'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'The last but one state of the account files, which depends on the order of installation.',
    source: 'live-build, livecd-rootfs, OpenEmbedded, mkosi, SUSE BCI images, virt-sysprep',
  },
  {
    id: 'common/account-locks',
    match: ['etc/.pwd.lock', 'etc/{passwd,group,shadow,gshadow,subuid,subgid}.lock'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Locks of programs that ended; made on demand.',
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
    why: 'What somebody typed and looked at while the tree was made.',
    source: 'Kicksecure, virt-sysprep',
  },
];
