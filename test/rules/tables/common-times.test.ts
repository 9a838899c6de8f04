import { COMMON_TIMES } from '../../../src/rules/tables/common-times.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/common-times', COMMON_TIMES, [
  {
    rule: 'common/julia-caches',
    fires: ['opt/julia/depot/compiled/v1.10/Foo/xyz_1.ji', 'root/.julia/compiled/v1.9/Foo.ji'],
    spares: [
      'opt/julia/depot/compiled/v1.11/Foo/x.ji',
      'opt/x/Foo.ji',
      'opt/julia/depot/compiled/v1.10/Foo/x.so',
    ],
  },
  {
    rule: 'common/recorded-times-report',
    fires: [
      'opt/app/app.jsa',
      'var/cache/opcache/x/index.php.bin',
      'srv/app/tmp/cache/bootsnap/load-path-cache',
    ],
    spares: ['usr/lib/jvm/x/lib/server/classes.jsa', 'srv/app/index.php', 'srv/app/bootsnap/x'],
    owned: ['usr/lib/jvm/x/lib/server/classes.jsa'],
  },
  {
    rule: 'common/recorded-times-report',
    fires: ['opt/app/build/.ninja_log', 'root/x/.ninja_deps', 'srv/app/.eslintcache'],
    spares: ['opt/app/build/build.ninja', 'srv/app/.eslintrc', 'opt/app/ninja_log', 'opt/dir/.eslintcache/'],
    owned: [],
  },
  {
    rule: 'common/working-copies-report',
    fires: [
      'root/project/.git/index',
      'opt/app/.git/modules/vendor/lib/index',
      'srv/app/.git/worktrees/a/index',
      'home/alice/.hg/dirstate',
      'var/www/site/.svn/wc.db',
      'opt/x/.bzr/checkout/dirstate',
    ],
    spares: [
      'root/project/.git/config',
      'root/project/.git/refs/heads/index',
      'root/project/index',
      'root/other/.git/index/',
      'opt/app/.gitignore',
      'srv/bare.git/index',
      'etc/.git/index',
      'var/www/site/.svn/entries',
      'usr/share/owned/.git/index',
    ],
    owned: ['usr/share/owned/.git/index'],
  },
  {
    rule: 'common/working-copies-report',
    fires: ['root/project/.git/index'],
    spares: ['root/project/.git/HEAD'],
  },
  {
    // Bytecode of no package is dropped by a later rule.
    rule: 'common/python-bytecode-times',
    fires: ['usr/lib/python3/__pycache__/x.cpython-311.pyc', 'usr/lib/python2.7/os.pyc'],
    spares: ['usr/lib/python3/x.py', 'opt/app/sourceless.pyc', 'usr/lib/python3/__pycache__/un.owned.pyc'],
    owned: [
      'usr/lib/python3/__pycache__',
      'usr/lib/python3/__pycache__/x.cpython-311.pyc',
      'usr/lib/python2.7/os.pyc',
    ],
  },
  {
    rule: 'common/python-bytecode-times',
    fires: ['usr/lib/python3/__pycache__/x.cpython-311.opt-1.pyc'],
    spares: ['usr/lib/python3/x.py'],
  },
  {
    rule: 'common/python-bytecode-times',
    fires: ['usr/lib/python3/__pycache__/x.cpython-311.pyc'],
    spares: ['tmp/__pycache__/x.cpython-311.pyc'],
    owned: [],
    policies: { 'python-bytecode': 'rewrite' },
  },
  {
    rule: 'common/python-bytecode-times',
    fires: [],
    spares: ['usr/lib/python3/__pycache__/x.cpython-311.pyc'],
    owned: ['usr/lib/python3/__pycache__/x.cpython-311.pyc'],
    policies: { 'python-bytecode': 'keep' },
  },
  {
    rule: 'common/gzip-times',
    fires: ['usr/share/x/made.gz', 'etc/console-setup.gz'],
    spares: [
      'usr/share/man/man1/owned.1.gz',
      'usr/share/x/source.tar.gz',
      'usr/src/linux/config.gz',
      'var/lib/apt/lists/x.gz',
      'srv/backup.gz',
      'usr/local/share/man/man1/own.1.gz',
      'opt/app/data.gz',
      'root/data.gz',
      'home/user/data.gz',
      'usr/lib/python3.12/site-packages/pkg/data.gz',
      'usr/share/man/index.db',
    ],
    owned: ['usr/share/man/man1/owned.1.gz'],
  },
  { rule: 'common/gzip-times', fires: [], spares: ['usr/share/x/made.gz'] },
  {
    rule: 'common/zip-times',
    fires: ['usr/share/java/made.jar', 'usr/lib/x/made.zip'],
    spares: [
      'usr/share/java/owned.jar',
      'srv/x.zip',
      'usr/share/java/made.jar.sha1',
      'usr/local/lib/app.jar',
      'opt/app/app.jar',
      'usr/lib/python3/dist-packages/pkg/data.zip',
    ],
    owned: ['usr/share/java/owned.jar'],
  },
  {
    rule: 'common/static-library-times',
    fires: ['usr/lib/libmade.a', 'usr/lib/x86_64-linux-gnu/libmade.a'],
    spares: ['usr/lib/libowned.a', 'srv/libmade.a', 'usr/lib/libmade.so', 'usr/local/lib/libmade.a'],
    owned: ['usr/lib/libowned.a'],
  },
]);
