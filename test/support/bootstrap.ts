import { setTimeout as wait } from 'node:timers/promises';
import { madeOnce, sharedPath } from './made-once.ts';
import { retried } from './retried.ts';
import { succeed } from './run-command.ts';

export type Bootstrap = 'debootstrap' | 'mmdebstrap';

/** Every package with files that differ from one bootstrap to the next, as far as we know them. */
const LARGER_SET: readonly string[] = [
  ...['apparmor', 'dbus', 'fontconfig', 'locales', 'man-db', 'openssh-server', 'plocate', 'python3'],
  ...['ssl-cert', 'systemd', 'systemd-sysv'],
];

export interface BootstrapOptions {
  readonly packages?: readonly string[];
  /** Runs as if this much later, such as `+40h`; mmdebstrap only, since the library has to be in the tree too. */
  readonly clock?: string;
  /** SOURCE_DATE_EPOCH of everything that runs. */
  readonly epoch?: number;
  /** Lines of apt's configuration; mmdebstrap only. */
  readonly aptOptions?: readonly string[];
}

/** Where Debian has libfaketime, on the machine and in the tree. */
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime';

/** What a desktop adds: caches of icons, fonts, types and plugins, a key store, an initramfs. */
export const DESKTOP_SET: readonly string[] = [
  ...['adwaita-icon-theme', 'gtk-update-icon-cache', 'shared-mime-info', 'desktop-file-utils'],
  ...['libgdk-pixbuf2.0-bin', 'librsvg2-common', 'libglib2.0-bin', 'dconf-gsettings-backend'],
  ...['default-jre-headless', 'texinfo', 'info', 'emacs-common', 'cracklib-runtime', 'wamerican'],
  ...['vlc-bin', 'fontconfig', 'fonts-dejavu', 'linux-image-amd64', 'initramfs-tools', 'zstd'],
];

/** Debian 12, each twice, for tests that change nothing in them: several files read them, one of these makes them. */
const SHARED = {
  debootstrap: { tool: 'debootstrap', packages: [] },
  mmdebstrap: { tool: 'mmdebstrap', packages: [] },
  larger: { tool: 'mmdebstrap', packages: LARGER_SET },
} as const satisfies Readonly<Record<string, { tool: Bootstrap; packages: readonly string[] }>>;

export type SharedDebian = keyof typeof SHARED;

/** Two bootstraps that have nothing in common but their packages: of different seconds, with mmdebstrap of different days. */
export async function twoDebians(name: SharedDebian, mirror: string): Promise<readonly [string, string]> {
  return await Promise.all([oneDebian(name, mirror), oneDebian(name, mirror, 'second')]);
}

/** One of them. */
export async function oneDebian(
  name: SharedDebian,
  mirror: string,
  which: 'first' | 'second' = 'first',
): Promise<string> {
  const { tool, packages } = SHARED[name];
  return await madeOnce(sharedPath(`${name}-${which}`), async (target) => {
    const isLater = which === 'second';
    if (isLater) await wait(LATER);
    const clock = isLater && tool === 'mmdebstrap' ? { clock: ANOTHER_DAY } : {};
    const make = (): Promise<void> => bootstrap(tool, 'bookworm', mirror, target, { packages, ...clock });
    await retried(make, async () => {
      await succeed(['rm', '-rf', '--one-file-system', target]);
    });
  });
}

/** Milliseconds between the two, so that no clock or inode number is the same. */
const LATER = 2500;
/** How much later the second mmdebstrap believes to run. */
const ANOTHER_DAY = '+40h';

/** Bootstraps the smallest Debian of a suite, and these packages, in a new directory. Needs the network. */
export async function bootstrap(
  tool: Bootstrap,
  suite: string,
  mirror: string,
  target: string,
  { packages = [], clock, epoch, aptOptions = [] }: BootstrapOptions = {},
): Promise<void> {
  const include = packages.length === 0 ? [] : [`--include=${packages.join(',')}`];
  const mode = tool === 'mmdebstrap' ? ['--mode=root', '--quiet'] : [];
  const apt = aptOptions.map((option) => `--aptopt=${option}`);
  const hooks =
    clock === undefined
      ? []
      : [
          `--setup-hook=mkdir -p "$1${FAKETIME}" && cp ${FAKETIME}/libfaketime.so.1 "$1${FAKETIME}/"`,
          `--customize-hook=rm -r "$1${FAKETIME}"`,
        ];
  // Times of files stay real: programs that note them down would note what no file has.
  const env = { LD_PRELOAD: `${FAKETIME}/libfaketime.so.1`, FAKETIME: clock, NO_FAKE_STAT: '1' };
  const command = [tool, ...mode, ...apt, ...hooks, '--variant=minbase', ...include, suite, target, mirror];
  const dated = epoch === undefined ? process.env : { ...process.env, SOURCE_DATE_EPOCH: String(epoch) };
  if (clock === undefined) await succeed(command, { timeout: 600_000, env: dated });
  else await persist(command, target, { ...dated, ...env });
}

/** A process whose id was used before now and then finds the semaphore of the other; libfaketime then gives up. */
async function persist(command: readonly string[], target: string, env: NodeJS.ProcessEnv): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await succeed(command, { timeout: 400_000, env });
      return;
    } catch (error) {
      if (tries === MAX_TRIES || !/libfaketime: .*sem/.test(String(error))) throw error;
      await succeed(['rm', '-rf', '--one-file-system', target]);
    }
  }
}

/** A second failure is rare, a sixth is not a coincidence. */
const MAX_TRIES = 6;

/** A plain archive of the tree: sorted, with numeric owners, and nothing else normalized. */
export async function plainDigest(target: string, flags = ''): Promise<string> {
  const script = `tar --sort=name --numeric-owner ${flags} -cf - . | sha256sum | cut -d ' ' -f 1`;
  return await succeed(['sh', '-c', script], { cwd: target });
}
