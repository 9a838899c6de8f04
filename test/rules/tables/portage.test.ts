import { PORTAGE } from '../../../src/rules/tables/portage.ts';
import { testCases } from './cases.ts';

const PACKAGE = 'var/db/pkg/app-shells/bash-5.2';

testCases('rules/tables/portage', PORTAGE, [
  {
    rule: 'portage/build-times',
    fires: [`${PACKAGE}/BUILD_TIME`],
    spares: [`${PACKAGE}/COUNTER`, 'var/db/pkg/BUILD_TIME', 'var/db/repos/gentoo/a/b/BUILD_TIME'],
  },
  {
    rule: 'portage/file-times',
    fires: [`${PACKAGE}/CONTENTS`],
    spares: [`${PACKAGE}/NEEDED`],
  },
  {
    rule: 'portage/file-times',
    fires: [],
    spares: [`${PACKAGE}/CONTENTS`],
    policies: { 'package-database': 'keep' },
  },
  {
    rule: 'portage/binary-package-digests',
    fires: [`${PACKAGE}/BINPKGMD5`],
    spares: [`${PACKAGE}/SLOT`],
  },
  {
    rule: 'portage/environments',
    fires: [`${PACKAGE}/environment.bz2`],
    spares: [`${PACKAGE}/bash-5.2.ebuild`],
  },
  {
    rule: 'portage/counter',
    fires: ['var/cache/edb/counter'],
    spares: ['var/cache/edb/mtimedb'],
  },
  {
    rule: 'portage/metadata-cache',
    fires: ['var/cache/edb/mtimedb', 'var/cache/edb/vdb_metadata.pickle'],
    spares: ['var/cache/edb/counter', 'var/cache/edb/dep/'],
  },
  {
    rule: 'portage/archives',
    fires: ['var/cache/distfiles/bash-5.2.tar.gz', 'var/cache/binpkgs/app-shells/bash-5.2.tbz2'],
    spares: ['var/cache/distfiles/', 'var/cache/edb/counter'],
  },
  {
    rule: 'portage/database-drop',
    fires: [`${PACKAGE}/CONTENTS`, `${PACKAGE}/SLOT`],
    spares: ['var/db/pkg/', 'var/db/repos/gentoo/x'],
    policies: { 'package-database': 'drop' },
  },
]);
