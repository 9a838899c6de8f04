import type { Rule } from '../rule.ts';

/**
 * Where files of no package were not made at installation but brought: usr/local belongs to who makes the
 * image, and wheels have a RECORD with the digest of each file. They may be signed or known by a digest. The
 * same holds of opt, srv, home and root, which the patterns do not reach.
 */
const BROUGHT: readonly string[] = ['usr/local/**', '**/{dist,site}-packages/**'];

/**
 * Formats that hold times in their headers, wherever the files are. The patterns are wide, so these rules
 * come first: whatever drops a directory or knows a single file has the later word.
 */
export const COMMON_TIMES: readonly Rule[] = [
  {
    id: 'common/python-bytecode-times',
    match: ['**/__pycache__/*.pyc', 'usr/lib/python2*/**/*.py[co]'],
    when: { type: 'file', policy: { name: 'python-bytecode', value: ['drop', 'rewrite'] } },
    action: { do: 'rewrite', normalizer: 'pyc-mtime' },
    why: 'Contains the time of its source; with a different time Python recompiles the source at every start.',
    source: 'CPython: importlib/_bootstrap_external.py; add-determinism',
  },
  {
    // From 1.11 on Julia compares digests.
    id: 'common/julia-caches',
    match: ['**/compiled/v{0.*,1.[0-9],1.10}/**/*.ji'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'julia-cache' },
    why: 'Contains the time of its source; with a different time Julia recompiles the package at every start.',
    source: 'Julia: base/loading.jl; nixpkgs issue 137926',
  },
  {
    id: 'common/recorded-times-report',
    match: ['**/*.jsa', '**/*.php.bin', '**/cache/bootsnap/**', '**/.ninja_{log,deps}', '**/.eslintcache'],
    when: { type: 'file', owned: false },
    action: { do: 'report' },
    why: 'May hold exact times of its sources: where those change it is not read, so make it afterwards.',
    source:
      'JDK: FileMapInfo; PHP: opcache.file_cache; bootsnap; ninja: build_log.cc; ESLint: --cache-strategy',
  },
  {
    // etc/.git is etckeeper's: common/etc-history.
    id: 'common/working-copies-report',
    match: [
      '**/.git/index',
      '**/.git/{modules,worktrees}/**/index',
      '**/.hg/dirstate',
      '**/.svn/wc.db',
      '**/.bzr/checkout/dirstate',
    ],
    except: ['etc/.{git,hg,bzr}/**'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'report' },
    why: 'Holds times and inodes of the checkout: bring the files without it (`git archive`), or drop it with your own rule.',
    source: 'git: index-format; Mercurial: dirstate; Subversion: wc.db',
  },
  {
    id: 'common/gzip-times',
    match: ['{etc,usr}/**/*.gz'],
    except: ['**/*.tar.gz', 'usr/src/**', ...BROUGHT],
    when: { type: 'file', owned: false },
    action: { do: 'rewrite', normalizer: 'gzip-header' },
    why: 'No package ships it, so it was compressed at installation, with the time in the header.',
    source: 'strip-nondeterminism, add-determinism; RFC 1952',
  },
  {
    id: 'common/zip-times',
    match: ['{etc,usr}/**/*.{jar,zip}'],
    except: ['usr/src/**', ...BROUGHT],
    when: { type: 'file', owned: false },
    action: { do: 'rewrite', normalizer: 'zip-times' },
    why: 'No package ships it, so it was created at installation, with a time for every member.',
    source: 'strip-nondeterminism, add-determinism',
  },
  {
    id: 'common/static-library-times',
    match: ['{,usr/}lib{,32,64}/**/*.a'],
    except: BROUGHT,
    when: { type: 'file', owned: false },
    action: { do: 'rewrite', normalizer: 'ar-header' },
    why: 'No package ships it, so it was created at installation, with the time and owner of every member.',
    source: 'strip-nondeterminism, add-determinism',
  },
];
