import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LANGUAGE_MANAGERS } from '../../../src/rules/tables/language-managers.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/language-managers', LANGUAGE_MANAGERS, [
  {
    rule: 'common/gem-logs',
    fires: [
      'var/lib/gems/3.1.0/extensions/x86_64-linux/3.1.0/foo-1.4.0/gem_make.out',
      'usr/local/bundle/extensions/x86_64-linux/3.1.0/foo-1.4.0/mkmf.log',
      'root/.local/share/gem/ruby/3.1.0/extensions/x86_64-linux-gnu/3.1.0/foo-1/gem_make.out',
      'var/lib/gems/3.1.0/gems/foo-1.4.0/ext/foo/mkmf.log',
    ],
    spares: [
      'usr/share/rubygems-integration/extensions/x/3.1.0/foo-1/gem_make.out',
      'opt/app/extensions/mkmf.log',
      'opt/app/ext/mkmf.log',
      'var/lib/gems/3.1.0/extensions/x86_64-linux/3.1.0/foo-1.4.0/gem.build_complete',
      'var/lib/gems/3.1.0/extensions/x86_64-linux/3.1.0/foo-1.4.0/foo.so',
    ],
    owned: ['usr/share/rubygems-integration/extensions/x/3.1.0/foo-1/gem_make.out'],
  },
  {
    rule: 'common/gem-cache',
    fires: ['root/.gem/specs/rubygems.org%443/specs.4.8', 'home/alice/.bundle/cache/compact_index/x'],
    spares: [
      'var/lib/gems/3.1.0/cache/foo-1.4.0.gem',
      'opt/app/vendor/bundle/x',
      'home/alice/.bundle/config',
    ],
  },
  {
    rule: 'common/npm-logs',
    fires: [
      'var/www/.npm/_logs/2024-01-01T00_00_00_000Z-debug-0.log',
      'var/lib/jenkins/.npm/_logs/x-debug-0.log',
      'root/.npm/_logs/2023-11-14T22_13_20_123Z-debug-0.log',
      'home/alice/.npm/_update-notifier-last-checked',
      'opt/app/npm-debug.log',
      'srv/a/b/npm-debug.log.123',
      'root/.config/configstore/update-notifier-npm.json',
    ],
    spares: [
      'etc/npmrc',
      'opt/app/package-lock.json',
      'opt/app/npm-debug.log.md',
      'root/.npmrc',
      'usr/lib/npm-debug.log',
      'home/.npm/_logs/x',
    ],
  },
  {
    rule: 'common/npm-cache',
    fires: [
      'root/.npm/_cacache/index-v5/0a/33/47b3',
      'root/.npm/_cacache/',
      'home/alice/.cache/node-gyp/20/x',
    ],
    spares: ['opt/app/node_modules/_cacache/x', 'root/.npm/x'],
  },
  {
    rule: 'common/yarn-logs',
    fires: ['opt/app/yarn-error.log', 'usr/src/app/yarn-debug.log'],
    spares: ['opt/app/yarn.lock', 'opt/app/yarn-error.logs', 'usr/share/x/yarn-error.log'],
  },
  {
    rule: 'common/yarn-cache',
    fires: [
      'root/.cache/yarn/v6/x',
      'usr/local/share/.cache/yarn/v6/x',
      'home/alice/.yarn/berry/cache/x.zip',
    ],
    spares: ['opt/app/.yarn/cache/x.zip', 'opt/app/.yarn/berry/cache/x', 'root/.yarnrc'],
  },
  {
    rule: 'common/pnpm-logs',
    fires: ['opt/app/.pnpm-debug.log', 'root/.local/state/pnpm/pnpm-state.json'],
    spares: ['opt/app/pnpm-lock.yaml', 'opt/app/node_modules/.modules.yaml'],
  },
  {
    rule: 'common/pnpm-cache',
    fires: ['root/.cache/pnpm/metadata/x', 'root/.local/share/pnpm/store/v3/x', 'root/.pnpm-store/x'],
    spares: ['root/.local/share/pnpm/global/5/x'],
  },
  {
    rule: 'common/bun-cache',
    fires: ['root/.bun/install/cache/x', 'root/.cache/deno/x'],
    spares: ['root/.bun/bin/bun', 'opt/app/bun.lockb'],
  },
  {
    rule: 'common/pip-logs',
    fires: ['root/.pip/pip.log', 'root/.local/state/pipx/log/cmd_x.log', 'opt/pipx/logs/cmd_x.log'],
    spares: ['root/.pip/pip.conf', 'opt/pipx/venvs/x/logs/y'],
  },
  {
    rule: 'common/pip-cache',
    fires: [
      'root/.cache/pip/http/x',
      'root/.cache/pip/',
      'home/alice/.cache/uv/x',
      'home/alice/.cache/pypoetry/x',
      'root/.local/share/virtualenv/py_info/x',
    ],
    spares: [
      'root/.cache/other/x',
      'root/.config/pip/pip.conf',
      'opt/app/poetry.lock',
      'usr/local/lib/python3.11/site-packages/x-1.dist-info/direct_url.json',
    ],
  },
  {
    rule: 'common/conda-cache',
    fires: [
      'opt/conda/pkgs/cache/497deca9.json',
      'root/miniconda3/pkgs/cache/x',
      'home/alice/.miniforge3/pkgs/cache/x',
      'usr/local/anaconda3/pkgs/cache/x',
    ],
    spares: ['opt/conda/pkgs/python-3.11/info/x', 'opt/app/pkgs/cache/x', 'opt/conda/conda-meta/history'],
  },
  {
    rule: 'common/cargo-logs',
    fires: ['root/.cargo/.global-cache', 'usr/local/cargo/.package-cache'],
    spares: ['root/.cargo/.crates.toml', 'root/.cargo/config.toml'],
  },
  {
    rule: 'common/cargo-cache',
    fires: [
      'root/.cargo/registry/index/x',
      'usr/local/cargo/registry/cache/x',
      'home/alice/.cargo/git/db/x',
      'root/.rustup/tmp/x',
    ],
    spares: [
      'root/.cargo/bin/x',
      'opt/app/vendor/registry/cache/x',
      'root/.rustup/settings.toml',
      'opt/app/Cargo.lock',
    ],
  },
  {
    rule: 'common/composer-cache',
    fires: ['root/.composer/cache/repo/x', 'root/.cache/composer/x'],
    spares: ['root/.composer/composer.json', 'opt/app/composer.lock', 'root/.composer/vendor/x'],
  },
  {
    rule: 'common/cpan-logs',
    fires: [
      'root/.cpanm/build.log',
      'root/.cpanm/work/1700000000.123/build.log',
      'root/.cpanm/latest-build -> work/1700000000.123',
      'root/.cpan/FTPstats.yml',
      'usr/local/lib/x86_64-linux-gnu/perl/5.36.0/perllocal.pod',
      'usr/lib64/perl5/perllocal.pod',
    ],
    spares: [
      'root/.cpan/CPAN/MyConfig.pm',
      'usr/lib/x86_64-linux-gnu/perl/5.36/owned/perllocal.pod',
      'usr/local/lib/perl/perllocal.pod.txt',
    ],
    owned: ['usr/lib/x86_64-linux-gnu/perl/5.36/owned/perllocal.pod'],
  },
  {
    rule: 'common/cpan-cache',
    fires: ['root/.cpan/sources/x', 'root/.cpan/Metadata'],
    spares: ['root/.cpan/prefs/x'],
  },
  {
    rule: 'common/go-logs',
    fires: ['root/.config/go/telemetry/local/x.v1.count'],
    spares: ['root/.config/go/telemetry/mode', 'root/.config/go/env'],
  },
  {
    rule: 'common/go-cache',
    fires: [
      'root/.cache/go-build/00/x',
      'root/go/pkg/mod/cache/download/x',
      'go/pkg/sumdb/x',
      'home/alice/go/pkg/mod/x',
    ],
    spares: ['root/go/bin/x', 'root/go/src/x', 'usr/local/go/pkg/mod/x', 'opt/app/go.sum'],
  },
  {
    rule: 'common/maven-logs',
    fires: [
      'root/.m2/repository/a/b/1/b-1.jar.lastUpdated',
      'root/.m2/repository/a/b/resolver-status.properties',
    ],
    spares: [
      'root/.m2/repository/a/b/1/b-1.jar',
      'root/.m2/settings.xml',
      'opt/app/resolver-status.properties',
      'usr/share/maven-repo/a/b.lastUpdated',
    ],
  },
  {
    rule: 'common/gradle-logs',
    fires: ['root/.gradle/daemon/8.4/daemon-1.out.log', 'root/.gradle/notifications/x'],
    spares: ['root/.gradle/gradle.properties', 'opt/app/.gradle/daemon/x'],
  },
  {
    rule: 'common/gradle-cache',
    fires: ['root/.gradle/caches/journal-1/x'],
    spares: ['root/.gradle/wrapper/dists/x', 'opt/app/.gradle/caches/x'],
  },
  {
    rule: 'common/sbt-logs',
    fires: ['root/.sbt/boot/update.log', 'root/.ivy2/.sbt.ivy.lock'],
    spares: ['root/.sbt/1.0/plugins/x', 'root/.ivy2/local/x'],
  },
  { rule: 'common/sbt-cache', fires: ['root/.cache/coursier/v1/x'], spares: ['root/.cache/x/coursier'] },
  {
    rule: 'common/nuget-logs',
    fires: ['root/.dotnet/TelemetryStorageService/x.trn', 'root/.dotnet/1.MachineId.v1.dotnetUserLevelCache'],
    spares: ['root/.dotnet/tools/x', 'root/.dotnet/8.0.100.dotnetFirstUseSentinel'],
  },
  {
    rule: 'common/nuget-cache',
    fires: ['root/.local/share/NuGet/http-cache/x'],
    spares: ['root/.nuget/packages/x/1.0/x.nupkg', 'root/.nuget/NuGet/NuGet.Config'],
  },
  {
    rule: 'common/opam-logs',
    fires: ['root/.opam/log/log-1.out', 'root/.opam/default/.opam-switch/backup/state-20231114.export'],
    spares: ['root/.opam/config', 'root/.opam/default/lib/x', 'root/.opam/opam-init/x'],
  },
  {
    rule: 'common/opam-cache',
    fires: ['root/.opam/download-cache/md5/x', 'root/.opam/repo/state-AB.cache'],
    spares: ['root/.opam/repo/default.tar.gz'],
  },
  {
    rule: 'common/cabal-logs',
    fires: ['root/.cabal/logs/build.log', 'root/.ghcup/logs/x.log', 'root/.local/state/cabal/logs/x'],
    spares: ['root/.cabal/config', 'root/.cabal/bin/x'],
  },
  {
    rule: 'common/cabal-cache',
    fires: ['root/.cabal/packages/x', 'root/.ghcup/cache/x'],
    spares: ['root/.cabal/store/x', 'root/.ghcup/bin/x'],
  },
  {
    rule: 'common/hex-cache',
    fires: ['root/.hex/cache.ets', 'root/.hex/packages/x', 'root/.cache/rebar3/x'],
    spares: ['root/.hex/hex.config', 'root/.mix/archives/x', 'opt/app/mix.lock'],
  },
  {
    rule: 'common/luarocks-cache',
    fires: ['root/.cache/luarocks/x'],
    spares: ['root/.luarocks/config.lua', 'usr/local/lib/luarocks/rocks/x'],
  },
  {
    rule: 'common/julia-logs',
    fires: ['root/.julia/logs/manifest_usage.toml'],
    spares: ['root/.julia/environments/v1.9/Manifest.toml', 'opt/app/logs/manifest_usage.toml'],
  },
  {
    rule: 'common/npm-cache',
    fires: [],
    spares: ['root/.npm/_cacache/index-v5/0a/33/47b3'],
    policies: { 'language-caches': 'keep' },
  },
  {
    rule: 'common/java-properties-date',
    fires: [
      'root/.m2/repository/a/b/1/_remote.repositories',
      'home/alice/.ivy2/cache/a/b/ivydata-1.0.properties',
    ],
    spares: [
      'opt/app/_remote.repositories',
      'root/.m2/repository/a/b/1/b-1.pom',
      'root/.ivy2/cache/a/ivy-1.0.xml',
    ],
  },
  {
    rule: 'common/conda-history',
    fires: ['opt/conda/conda-meta/history', 'home/alice/miniconda3/envs/x/conda-meta/history'],
    spares: ['opt/conda/conda-meta/python-3.11.json', 'opt/conda/history', 'usr/lib/conda-meta/history'],
  },
]);

const test = suite('rules/tables/language-managers: caches');

test('a cache that somebody may have filled is always reported, and its reason says how to keep it', () => {
  const caches = LANGUAGE_MANAGERS.filter(({ when }) => when?.policy?.name === 'language-caches');
  assert.ok(caches.length > 10);
  for (const { id, mayBeChosen, why } of caches) {
    assert.is(mayBeChosen, true, id);
    assert.match(why, /if fetched on purpose.*`--policy language-caches=keep` keeps them\.$/, id);
  }
  const reasons = Object.fromEntries(caches.map(({ id, why }) => [id, why]));
  assert.match(reasons['common/go-cache'] ?? '', /^Downloads of Go; .*\(`go mod download`\)/);
  assert.match(reasons['common/cargo-cache'] ?? '', /\(`cargo fetch`\)/);
  for (const { id, mayBeChosen } of LANGUAGE_MANAGERS)
    if (id.endsWith('-logs')) assert.is(mayBeChosen, undefined, id);
});

test.run();
