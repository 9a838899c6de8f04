/** rebuilderd of Debian unstable in its own root: a server and workers, each in its own mount namespace, on loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createFileServer, type Server } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { machineMirror, unpackPackage } from './debian-package.ts';
import { retried } from './retried.ts';
import { STILLROOT } from './run-cli.ts';
import { runCommand, succeed } from './run-command.ts';
import type { Scratch } from './temporary.ts';
import { until } from './until.ts';

const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';
const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** What the script needs, and what the programs of rebuilderd are linked with. */
const PACKAGES = [
  'mmdebstrap',
  'uidmap',
  'mount',
  'passwd',
  'gpgv',
  'ca-certificates',
  'libsqlite3-0',
  'libzstd1',
  'liblzma5',
];
const PROGRAMS = ['rebuilderd', 'rebuilderd-worker', 'rebuildctl'];
/** Of the user as whom everything runs. */
const USER = 1000;

/** A process of the farm cannot be in a chroot: user namespaces are refused there. */
const ENTER = `set -e
root=$1; checkout=$2; shift 2
mount --bind "$root" "$root"
mount --bind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$checkout" "$root$checkout"
cd "$root"
pivot_root . mnt
cd /
umount -l /mnt
exec "$@"
`;

/** Drawn for one farm. */
export interface Secrets {
  readonly cookie: string;
  readonly secret: string;
}

export interface PackageStatus {
  readonly name: string;
  readonly status: 'GOOD' | 'BAD' | null;
}

export class RebuilderFarm {
  readonly root: string;
  readonly endpoint: string;
  readonly #scratch: Scratch;
  readonly #started: ChildProcess[] = [];

  private constructor(scratch: Scratch, root: string, endpoint: string) {
    this.#scratch = scratch;
    this.root = root;
    this.endpoint = endpoint;
  }

  static async create(scratch: Scratch): Promise<RebuilderFarm> {
    const root = scratch.in('farm');
    const fresh = ['--aptopt=Acquire::Check-Valid-Until "false"', `--keyring=${KEYS}`, '--variant=apt'];
    const command = ['mmdebstrap', ...fresh, `--include=${PACKAGES.join()}`, 'unstable', root];
    const mirror = await machineMirror();
    await retried(() => succeed([...command, mirror], { timeout: 300_000 }));
    for (const name of PROGRAMS) {
      const { directory } = await unpackPackage(scratch, 'unstable', name);
      // Without what it depends on: workers are made for building packages, with all tools for that.
      await succeed(['cp', '-a', `${directory}/.`, root]);
    }
    writeFileSync(`${root}/etc/passwd`, `worker:x:${USER}:${USER}::/var/lib/worker:/bin/sh\n`, { flag: 'a' });
    writeFileSync(`${root}/etc/group`, `worker:x:${USER}:\n`, { flag: 'a' });
    for (const file of ['subuid', 'subgid']) appendFileSync(`${root}/etc/${file}`, `worker:100000:65536\n`);
    for (const home of ['worker', 'rebuilderd', 'rebuilderd-worker']) {
      mkdirSync(`${root}/var/lib/${home}`, { recursive: true });
      await succeed(['chown', `${USER}:${USER}`, `${root}/var/lib/${home}`]);
    }
    mkdirSync(root + CHECKOUT, { recursive: true });
    cpSync(process.execPath, `${root}/usr/local/bin/node`);
    const start = /\.[jt]s$/.test(STILLROOT) ? `/usr/local/bin/node "${STILLROOT}"` : `"${STILLROOT}"`;
    writeFileSync(`${root}/usr/local/bin/stillroot`, `#!/bin/sh\nexec ${start} "$@"\n`, { mode: 0o755 });
    chmodSync(root, 0o755);
    return new RebuilderFarm(scratch, root, `http://127.0.0.1:${await freePort()}`);
  }

  /** Writes a file of the root, readable by all. */
  write(path: string, text: string | Uint8Array, mode = 0o644): void {
    writeFileSync(this.root + path, text);
    chmodSync(this.root + path, mode);
  }

  /** Words that run a command in the root as the unprivileged user. */
  inside(command: readonly string[], more: Readonly<Record<string, string>> = {}): string[] {
    const variables = {
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      HOME: '/var/lib/worker',
      ...more,
    };
    const environment = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    return [
      ...['unshare', '--mount', '--propagation', 'private', 'sh', '-c', ENTER, 'sh', this.root, CHECKOUT],
      ...['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--'],
      ...['env', '-i', ...environment, ...command],
    ];
  }

  /** Starts a program of the farm; its output goes to a log. */
  start(name: string, command: readonly string[], more: Readonly<Record<string, string>> = {}): ChildProcess {
    const log = openSync(this.log(name), 'a');
    const [program = '', ...args] = this.inside(command, more);
    const child = spawn(program, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    this.#started.push(child);
    return child;
  }

  log(name: string): string {
    return this.#scratch.in(`${name}.log`);
  }

  /** Packs an image in the root, as the user, and puts it with its manifest into a directory. */
  async publish(directory: string, name: string, request: string): Promise<void> {
    const pack = ['stillroot', 'pack', '--bootstrap', request, '-o', `/var/lib/worker/${name}`];
    const namespace = ['unshare', '--user', '--map-root-user', '--map-auto', '--mount', '--'];
    const epoch = ['--source-date-epoch', '1700000000', '--level', '1'];
    await succeed(this.inside([...namespace, ...pack, ...epoch]), { timeout: 300_000 });
    for (const file of [name, `${name}.manifest.json`]) {
      writeFileSync(`${directory}/${file}`, readFileSync(`${this.root}/var/lib/worker/${file}`));
    }
  }

  startServer(): ChildProcess {
    return this.start('server', [
      'sh',
      '-c',
      'cd /var/lib/rebuilderd && exec rebuilderd -c /etc/rebuilderd.conf',
    ]);
  }

  /** A worker whose temporary directory is /var/lib/worker/tmp-NAME. */
  startWorker(name: string): ChildProcess {
    const temporary = `/var/lib/worker/tmp-${name}`;
    mkdirSync(this.root + temporary);
    chmodSync(this.root + temporary, 0o777);
    const words = ['rebuilderd-worker', '-n', name, '-c', '/etc/rebuilderd-worker.conf', 'connect'];
    return this.start(name, ['sh', '-c', `umask 022; exec ${words.join(' ')}`], { TMPDIR: temporary });
  }

  /** @param input of the program */
  rebuildctl(args: readonly string[], input = ''): Promise<string> {
    return succeed(this.inside(['rebuildctl', ...args]), { input });
  }

  /** What the server knows of each image; empty where it does not answer. */
  async packages(): Promise<readonly PackageStatus[]> {
    const { stdout } = await runCommand(this.inside(['rebuildctl', 'pkgs', 'ls', '--json']));
    const text = stdout.toString('utf8');
    return text === '' ? [] : JSON.parse(text);
  }

  /**
   * Puts the script and the configuration that `stillroot hook rebuilderd` prints in their places.
   *
   * @param script as printed
   * @param mirror that manifests may name
   */
  configure(script: string, mirror: string, { cookie, secret }: Secrets): void {
    const configured = script
      .replace(/^mirrors=$/m, `mirrors=${mirror}`)
      .replace(/^scratch_size=.*$/m, 'scratch_size=1G')
      .replace(/^reports=$/m, 'reports=/var/lib/worker');
    this.write('/usr/local/libexec/rebuilder-stillroot.sh', configured, 0o755);
    const printed =
      /^# In \/etc\/rebuilderd-worker.conf:\n((?:#.*\n)+?)#\n# The input/m.exec(script)?.[1] ?? '';
    const own = `endpoint = "${this.endpoint}"\nsignup_secret = "${secret}"\nidle_delay = 1\n`;
    this.write('/etc/rebuilderd-worker.conf', own + printed.replace(/^# {0,5}/gm, ''));
    this.write(
      '/etc/rebuilderd.conf',
      [
        `[http]\nbind_addr = "${this.endpoint.slice('http://'.length)}"\nendpoint = "${this.endpoint}"`,
        `[auth]\ncookie = "${cookie}"\n[worker]\nsignup_secret = "${secret}"\n`,
      ].join('\n'),
    );
  }

  /** Ends all programs, and waits for what they started to end with them. */
  async stop(): Promise<void> {
    const pids = this.#started.flatMap(({ pid }) => (pid === undefined ? [] : processTree(pid)));
    for (const child of this.#started) child.kill('SIGKILL');
    await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)), 'the farm ends');
  }
}

/** Serves the files of directories, by the first part of their URL. @returns the server, and its URL */
export async function serveFiles(
  directories: Readonly<Record<string, string>>,
): Promise<{ readonly server: Server; readonly base: string }> {
  const server = createFileServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const [, first = '', ...rest] = pathname.split('/').map(decodeURIComponent);
    const file = `${directories[first] ?? '/nonexistent'}/${rest.join('/')}`;
    const found = existsSync(file) ? readFileSync(file) : undefined;
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, base: `http://127.0.0.1:${port}` };
}

/** A port of loopback that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Numbers of a process and all that it started, directly or not. */
export function processTree(pid: number): number[] {
  const children = (each: number): number[] => {
    try {
      return readFileSync(`/proc/${each}/task/${each}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number);
    } catch {
      return [];
    }
  };
  return [pid, ...children(pid).flatMap(processTree)];
}
