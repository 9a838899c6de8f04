import type { Rule } from '../rule.ts';

/**
 * What the package managers of programming languages leave in home directories and in the places used by their
 * images. Logs describe one run. Caches are downloads, often with names made of times and digests.
 */
interface ManagerRow {
  /** Part of the ids. */
  readonly id: string;
  /** Name as users know it. */
  readonly name: string;
  /** Logs and other records of its runs. */
  readonly logs?: readonly string[];
  readonly caches?: readonly string[];
  /** The command that fills the caches on purpose, for work without a network. */
  readonly fetch?: string;
  readonly source: string;
}

/** Homes of people, and of the users that services run as: the names searched for there are unambiguous. */
const HOME = '{root,home/*,var/www,var/lib/*}';
/** Where programs are that are not from a package of the distribution. */
const PROJECTS = '{root,home,opt,srv,usr/local,usr/src,var/www,app}/**';
const CARGO_HOME = '{root/.cargo,home/*/.cargo,usr/local/cargo}';
const GOPATH = '{root/go,home/*/go,go}';

const MANAGERS: readonly ManagerRow[] = [
  {
    id: 'gem',
    name: 'RubyGems',
    logs: ['**/extensions/*/*/*/{gem_make.out,mkmf.log}', '**/gems/*/ext/**/{gem_make.out,mkmf.log}'],
    caches: [
      `${HOME}/.gem/specs`,
      `${HOME}/.local/share/gem/specs`,
      `${HOME}/.cache/gem`,
      `${HOME}/.bundle/cache`,
    ],
    source: 'RubyGems 4 installs no logs, Guix and Nix remove them; Gem::SpecFetcher, Bundler',
  },
  {
    id: 'npm',
    name: 'npm',
    logs: [
      `${HOME}/.npm/{_logs,_locks,_update-notifier-last-checked,anonymous-cli-metrics.json}`,
      `${PROJECTS}/npm-debug.log{,.[0-9]*}`,
      `${HOME}/.config/configstore/update-notifier-*.json`,
    ],
    caches: [`${HOME}/.npm/_cacache`, `${HOME}/.cache/{node-gyp,npm}`],
    fetch: 'npm cache add',
    source: 'npm: npm-cache(1), logs-dir; update-notifier',
  },
  {
    id: 'yarn',
    name: 'Yarn',
    logs: [`${PROJECTS}/yarn-{error,debug}.log{,.[0-9]*}`, `${PROJECTS}/lerna-debug.log`],
    caches: [`{${HOME},usr/local/share}/.cache/yarn`, `${HOME}/.yarn/berry/{cache,index,metadata}`],
    source: 'Yarn: cacheFolder',
  },
  {
    id: 'pnpm',
    name: 'pnpm',
    logs: [`${PROJECTS}/.pnpm-debug.log{,.[0-9]*}`, `${HOME}/.local/state/pnpm`],
    caches: [`${HOME}/.cache/pnpm`, `${HOME}/{.local/share/pnpm/store,.pnpm-store}`],
    fetch: 'pnpm fetch',
    source: 'pnpm: storeDir, cacheDir, stateDir',
  },
  {
    id: 'bun',
    name: 'Bun and Deno',
    caches: [`${HOME}/.bun/install/cache`, `${HOME}/.cache/deno`],
    fetch: 'deno cache',
    source: 'Bun: install.cache; Deno: DENO_DIR',
  },
  {
    id: 'pip',
    name: 'pip and its relatives',
    logs: [
      `${HOME}/{.pip/pip.log,.config/pip/pip.log,.local/state/pipx/log,.local/share/pipx/logs,.local/pipx/logs}`,
      'opt/pipx/logs',
    ],
    caches: [
      `${HOME}/.cache/{pip,pip-tools,pipenv,pdm,pypoetry,uv,hatch,pre-commit}`,
      `${HOME}/.local/share/virtualenv/{wheel,py_info}`,
    ],
    fetch: 'uv sync',
    source: 'pip: pip-cache(1); pipx, Poetry, uv, virtualenv: their cache directories',
  },
  {
    id: 'conda',
    name: 'conda',
    caches: [
      `${HOME}/.cache/conda`,
      '{opt,root,home/*,usr/local}/{,.}{,mini,ana,micro}{conda,mamba,forge}{,2,3}/pkgs/cache',
    ],
    source: 'conda: core.subdir_data',
  },
  {
    id: 'cargo',
    name: 'Cargo and rustup',
    logs: [`${CARGO_HOME}/{.global-cache,.package-cache,.package-cache-mutate}`],
    caches: [
      `${CARGO_HOME}/registry/{cache,index,src}`,
      `${CARGO_HOME}/git/{db,checkouts}`,
      '{root/.rustup,home/*/.rustup,usr/local/rustup}/{tmp,downloads}',
    ],
    fetch: 'cargo fetch',
    source: 'Cargo: Cargo Home, last-use tracking',
  },
  {
    id: 'composer',
    name: 'Composer',
    caches: [`${HOME}/.composer/cache`, `${HOME}/.cache/composer`],
    source: 'Composer: cache-dir',
  },
  {
    id: 'cpan',
    name: 'cpan and cpanm',
    logs: [
      `${HOME}/.cpanm/{work,build.log,latest-build}`,
      `${HOME}/.cpan/{build,histfile,FTPstats.yml,.lock}`,
      // ExtUtils::Install appends a dated paragraph for each module; every distribution excludes it from packages.
      'usr/{local/,}{lib,lib64,share}/**/perllocal.pod',
      `${HOME}/perl5/**/perllocal.pod`,
    ],
    caches: [`${HOME}/.cpan/{sources,Metadata,cpandb.sql}`, `${HOME}/.cpanm/{sources,cache}`],
    source: 'CPAN.pm, cpanm, ExtUtils::Command::MM: perllocal_install',
  },
  {
    id: 'go',
    name: 'Go',
    logs: [`${HOME}/.config/go/telemetry/{local,upload,upload.token,debug}`],
    caches: [`${HOME}/.cache/{go-build,golangci-lint,gopls}`, `${GOPATH}/pkg/{mod,sumdb}`],
    fetch: 'go mod download',
    source: 'go help cache, go help telemetry',
  },
  {
    id: 'maven',
    name: 'Maven',
    logs: [`${HOME}/.m2/repository/**/{*.lastUpdated,resolver-status.properties}`],
    source: 'Maven Resolver: update checks of EnhancedLocalRepositoryManager',
  },
  {
    id: 'gradle',
    name: 'Gradle',
    logs: [`${HOME}/.gradle/{daemon,notifications,workers,.tmp,kotlin-profile,build-scan-data}`],
    caches: [`${HOME}/.gradle/caches`],
    source: 'Gradle: Gradle User Home',
  },
  {
    id: 'sbt',
    name: 'sbt and Coursier',
    logs: [`${HOME}/.sbt/boot/{update.log,sbt.boot.lock}`, `${HOME}/.ivy2/.sbt.*.lock`],
    caches: [`${HOME}/.cache/{coursier,sbt}`],
    fetch: 'coursier fetch',
    source: 'sbt launcher; Coursier: cache',
  },
  {
    id: 'nuget',
    name: 'NuGet and dotnet',
    logs: [
      `${HOME}/.dotnet/TelemetryStorageService`,
      `${HOME}/.dotnet/*MachineId.v[0-9]*.dotnetUserLevelCache`,
    ],
    caches: [`${HOME}/.local/share/NuGet/{v3-cache,http-cache,plugins-cache}`],
    source: 'dotnet nuget locals; dotnet: telemetry',
  },
  {
    id: 'opam',
    name: 'opam',
    logs: [`${HOME}/.opam/{log,lock,config.lock}`, `${HOME}/.opam/*/.opam-switch/backup`],
    caches: [`${HOME}/.opam/{download-cache,repo/state-*.cache}`],
    source: 'opam manual: file hierarchies',
  },
  {
    id: 'cabal',
    name: 'cabal and GHCup',
    logs: [`${HOME}/{.cabal,.local/state/cabal,.ghcup}/logs`],
    caches: [`${HOME}/.cabal/packages`, `${HOME}/.cache/cabal`, `${HOME}/.ghcup/{cache,tmp}`],
    source: 'cabal-install: directories; GHCup',
  },
  {
    id: 'hex',
    name: 'Hex, Mix and rebar3',
    caches: [`${HOME}/.hex/{cache.ets,packages}`, `${HOME}/.cache/{rebar3,mix,hex}`],
    source: 'Hex: HEX_HOME; rebar3',
  },
  {
    id: 'luarocks',
    name: 'LuaRocks',
    caches: [`${HOME}/.cache/luarocks`],
    source: 'LuaRocks: local_cache',
  },
  {
    id: 'julia',
    name: 'Julia',
    logs: [`${HOME}/.julia/logs`],
    source: 'Julia: Pkg, usage logs',
  },
];

function logRule({ id, name, logs, source }: ManagerRow): Rule[] {
  if (logs === undefined) return [];
  return [
    {
      id: `common/${id}-logs`,
      match: logs,
      when: { unclaimed: true },
      action: { do: 'drop' },
      why: `Logs and records of single runs of ${name}, with times and temporary names; nothing reads them.`,
      source,
    },
  ];
}

function cacheRule({ id, name, caches, fetch, source }: ManagerRow): Rule[] {
  if (caches === undefined) return [];
  return [
    {
      id: `common/${id}-cache`,
      match: caches,
      when: { unclaimed: true, policy: { name: 'language-caches', value: 'drop' } },
      action: { do: 'drop' },
      mayBeChosen: true,
      why: `Downloads of ${name}; if fetched on purpose${fetch === undefined ? '' : ` (\`${fetch}\`)`}, \`--policy language-caches=keep\` keeps them.`,
      source,
    },
  ];
}

/** Logs and download caches, and two files that stay without their dates. */
export const LANGUAGE_MANAGERS: readonly Rule[] = [
  ...MANAGERS.flatMap((row) => [...logRule(row), ...cacheRule(row)]),
  {
    id: 'common/java-properties-date',
    match: [`${HOME}/.m2/repository/**/_remote.repositories`, `${HOME}/.ivy2/cache/**/ivydata-*.properties`],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'properties-date' },
    why: 'Java writes the time above the properties; the file records which repository a download came from.',
    source: 'java.util.Properties: store; Maven Resolver, Ivy',
  },
  {
    id: 'common/conda-history',
    match: ['{opt,root,home,usr/local,srv}/**/conda-meta/history'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'conda-history' },
    why: 'Contains the time of each transaction; conda recognizes an environment by this file.',
    source: 'conda: history.py',
  },
];
