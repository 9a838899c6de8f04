import { globSync, mkdirSync } from 'node:fs';
import { unpackPackage } from './debian-package.ts';
import { runCommand, succeed } from './run-command.ts';
import type { Scratch } from './temporary.ts';

/** Fetches the kernel that the machine's own Debian sources offer; returns the path of its image. */
export async function fetchKernel(scratch: Scratch): Promise<string> {
  const at = scratch.in('kernel');
  mkdirSync(at);
  const name = kernelOf(await succeed(['apt-cache', 'depends', 'linux-image-amd64']));
  await succeed(['apt-get', 'download', name], { cwd: at, timeout: 300_000 });
  await succeed(['sh', '-c', 'dpkg -x *.deb .'], { cwd: at });
  return imageIn(at);
}

/** Fetches the newest kernel of a suite, which this machine need not have among its sources; returns the path of its image. */
export async function fetchKernelOf(scratch: Scratch, suite: string): Promise<string> {
  const meta = await unpackPackage(scratch, suite, 'linux-image-amd64');
  const image = await unpackPackage(scratch, suite, kernelOf(meta.depends));
  // Since Linux 7 the image is in a package of its own.
  const [binary] = /linux-binary-\d\S*-amd64/.exec(image.depends) ?? [];
  return imageIn(
    binary === undefined ? image.directory : (await unpackPackage(scratch, suite, binary)).directory,
  );
}

function kernelOf(depends: string): string {
  const [name] = /linux-image-\d\S*-amd64/.exec(depends) ?? [];
  if (name === undefined) throw new Error(`linux-image-amd64 depends on no kernel: ${depends}`);
  return name;
}

/** `boot/vmlinuz-VERSION`; since Linux 7 `usr/lib/modules/VERSION/vmlinuz`. */
function imageIn(directory: string): string {
  const [image] = globSync('{boot/vmlinuz-*,usr/lib/modules/*/vmlinuz}', { cwd: directory });
  if (image === undefined) throw new Error(`no image of a kernel in ${directory}`);
  return `${directory}/${image}`;
}

/** What a machine of 768 MB prints on its serial line until it stops, under emulation. */
export async function boot(kernel: string, initrd: string, timeout: number): Promise<string> {
  const { stdout, stderr, timedOut } = await runCommand(
    [
      ...[
        'qemu-system-x86_64',
        '-M',
        'pc',
        '-accel',
        'tcg',
        '-m',
        '768',
        '-nographic',
        '-no-reboot',
        '-net',
        'none',
      ],
      ...['-kernel', kernel, '-initrd', initrd, '-append', 'console=ttyS0 panic=-1 quiet'],
    ],
    { timeout },
  );
  return `${stdout.toString('latin1').replaceAll('\r', '')}${stderr}${timedOut ? '\n(stopped after the timeout)' : ''}`;
}
