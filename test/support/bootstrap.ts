import { succeed } from './run-command.ts';

export type Bootstrap = 'debootstrap' | 'mmdebstrap';

/** Every package with files that differ from one bootstrap to the next, as far as we know them. */
export const LARGER_SET: readonly string[] = [
  ...['apparmor', 'dbus', 'fontconfig', 'locales', 'man-db', 'openssh-server', 'plocate', 'python3'],
  ...['ssl-cert', 'systemd', 'systemd-sysv'],
];

/** Bootstraps the smallest Debian of a suite, and these packages, in a new directory. Needs the network. */
export async function bootstrap(
  tool: Bootstrap,
  suite: string,
  mirror: string,
  target: string,
  packages: readonly string[] = [],
): Promise<void> {
  const include = packages.length === 0 ? [] : [`--include=${packages.join(',')}`];
  const mode = tool === 'mmdebstrap' ? ['--mode=root', '--quiet'] : [];
  await succeed([tool, ...mode, '--variant=minbase', ...include, suite, target, mirror], {
    timeout: 400_000,
  });
}

/** What a plain archive of the tree comes to: sorted, with numeric owners, and nothing else held still. */
export async function plainDigest(target: string, flags = ''): Promise<string> {
  const script = `tar --sort=name --numeric-owner ${flags} -cf - . | sha256sum | cut -d ' ' -f 1`;
  return await succeed(['sh', '-c', script], { cwd: target });
}
