import { mkdirSync, readdirSync } from 'node:fs';
import { runCommand, succeed } from './run-command.ts';
import type { Scratch } from './temporary.ts';

/** Fetches the kernel that the machine's own Debian sources offer; returns the path of its image. */
export async function fetchKernel(scratch: Scratch): Promise<string> {
  const at = scratch.in('kernel');
  mkdirSync(at);
  const depends = await succeed(['apt-cache', 'depends', 'linux-image-amd64']);
  const [, name] = /Depends: (linux-image-\d\S*)/.exec(depends) ?? [];
  if (name === undefined) throw new Error(`linux-image-amd64 depends on no kernel: ${depends}`);
  await succeed(['apt-get', 'download', name], { cwd: at, timeout: 300_000 });
  await succeed(['sh', '-c', 'dpkg -x *.deb .'], { cwd: at });
  const [image] = readdirSync(`${at}/boot`).filter((file) => file.startsWith('vmlinuz-'));
  if (image === undefined) throw new Error(`${name} holds no boot/vmlinuz-*`);
  return `${at}/boot/${image}`;
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
