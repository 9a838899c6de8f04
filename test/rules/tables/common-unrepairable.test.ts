import { COMMON_UNREPAIRABLE } from '../../../src/rules/tables/common-unrepairable.ts';
import { testCases } from './cases.ts';

const ARCHIVE = 'usr/lib/locale/locale-archive';

testCases('rules/tables/common-unrepairable', COMMON_UNREPAIRABLE, [
  {
    rule: 'common/locale-archive-report',
    fires: [ARCHIVE],
    spares: ['usr/lib/locale/C.utf8/LC_TIME', 'usr/lib/locale/locale-archive.tmpl'],
    owned: [],
  },
  { rule: 'common/locale-archive-report', fires: [], spares: [ARCHIVE], owned: [ARCHIVE] },
  {
    rule: 'common/locale-archive-report',
    fires: [],
    spares: [ARCHIVE],
    owned: [],
    policies: { 'locale-archive': 'keep' },
  },
  {
    rule: 'common/account-ids-report',
    fires: ['etc/passwd', 'etc/group'],
    spares: ['etc/shadow', 'usr/share/base-passwd/passwd.master'],
    policies: { 'account-ids': 'report' },
  },
  { rule: 'common/account-ids-report', fires: [], spares: ['etc/passwd'] },
]);
