/** What reproducible-builds.org recommends, and tar for comparison. */
import type { Packer } from '../packer.ts';

export const ARCHIVERS: readonly Packer[] = [
  {
    id: 'bsdtar-twice',
    about: 'bsdtar to tar, then bsdtar from tar to cpio',
    source: 'reproducible-builds.org, archives',
    command:
      'cd {root} && find . -print0 | LC_ALL=C sort -z | bsdtar --null --no-recursion --uid 0 --gid 0 -cnf - -T - | bsdtar --format=newc -cf - @- | gzip -n > {out}',
    extension: '.cpio.gz',
    programs: ['find', 'sort', 'bsdtar', 'gzip'],
    ownersToRoot: true,
    quick: true,
  },
  {
    id: 'gnu-tar',
    about: 'GNU tar: sorted, times clamped, owners 0:0, gzip',
    source: 'reproducible-builds.org, archives; GNU tar manual, Reproducibility',
    command:
      'tar --sort=name --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime ' +
      '--mtime="@$SOURCE_DATE_EPOCH" --clamp-mtime --owner=0 --group=0 --numeric-owner -C {root} -cf - . | gzip -n > {out}',
    extension: '.tar.gz',
    programs: ['tar', 'gzip'],
    ownersToRoot: true,
  },
  {
    id: 'gnu-tar-plain',
    about: 'GNU tar as in most scripts: no options, gzip without -n',
    source: 'GNU tar',
    command: 'tar -C {root} -cf - . | gzip > {out}',
    extension: '.tar.gz',
    programs: ['tar', 'gzip'],
  },
];
