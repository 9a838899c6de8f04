import { ALPINE } from '../../../src/rules/tables/alpine.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/alpine', ALPINE, [
  {
    rule: 'alpine/secret-signing-keys',
    fires: ['root/.abuild/alice-1.rsa', 'home/alice/.abuild/alice-1.rsa'],
    spares: ['root/.abuild/alice-1.rsa.pub', 'etc/apk/keys/alice-1.rsa.pub'],
  },
  {
    rule: 'alpine/owner-shadow',
    fires: ['etc/shadow@640'],
    spares: ['etc/passwd@644'],
    accounts: ['shadow'],
  },
]);
