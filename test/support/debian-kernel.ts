import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { unpackPackage } from './debian-package.ts';
import { runCommand, succeed } from './run-command.ts';
import type { Scratch } from './temporary.ts';

/** Fetches the kernel that the machine's own Debian sources offer; returns the path of what `boot` starts. */
export async function fetchKernel(scratch: Scratch): Promise<string> {
  const at = scratch.in('kernel');
  mkdirSync(at);
  const name = kernelOf(await succeed(['apt-cache', 'depends', 'linux-image-amd64']));
  await succeed(['apt-get', 'download', name], { cwd: at, timeout: 300_000 });
  await succeed(['sh', '-c', 'dpkg -x *.deb .'], { cwd: at });
  return imageIn(at);
}

/** Fetches the newest kernel of a suite, which this machine need not have among its sources; returns the path of what `boot` starts. */
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

/** From `boot/vmlinuz-VERSION`; since Linux 7 `usr/lib/modules/VERSION/vmlinuz`. */
async function imageIn(directory: string): Promise<string> {
  const [image] = globSync('{boot/vmlinuz-*,usr/lib/modules/*/vmlinuz}', { cwd: directory });
  if (image === undefined) throw new Error(`no image of a kernel in ${directory}`);
  const program = `${directory}/vmlinux`;
  writeFileSync(program, await payloadOf(`${directory}/${image}`));
  return program;
}

/**
 * The kernel inside its image, whose own decompression takes most of the time of a start under emulation. Where it is:
 * https://docs.kernel.org/arch/x86/boot.html, `setup_sects`, `payload_offset` and `payload_length`.
 */
async function payloadOf(path: string): Promise<Buffer> {
  const image = readFileSync(path);
  if (image.toString('latin1', 0x202, 0x206) !== 'HdrS') throw new Error(`${path}: not an image for x86`);
  const start = (image.readUInt8(0x1f1) + 1) * 512 + image.readUInt32LE(0x248);
  // The last four bytes are the size of the kernel.
  const end = start + image.readUInt32LE(0x24c) - 4;
  const payload = image.subarray(start, end);
  if (payload.readUInt32BE(0) === 0x28b52ffd) return zstdDecompressSync(payload);
  const { status, stdout, stderr } = await runCommand(['xz', '-dc', '--single-stream'], { input: payload });
  if (status !== 0) throw new Error(`${path}: ${stderr}`);
  return stdout;
}

/**
 * What a machine of 768 MB prints on its serial line until it stops, under emulation.
 *
 * @param more words for the command line of the kernel
 */
export async function boot(kernel: string, initrd: string, timeout: number, more = ''): Promise<string> {
  const machine = ['-M', 'pc', '-accel', 'tcg', '-m', '768', '-nographic', '-no-reboot', '-net', 'none'];
  // Workarounds for processors and tests of ciphers, which have nothing to do with archives, take long under emulation.
  const append = 'console=ttyS0 panic=-1 quiet mitigations=off cryptomgr.notests=1';
  const { stdout, stderr, timedOut } = await runCommand(
    ['qemu-system-x86_64', ...machine, '-kernel', kernel, '-initrd', initrd, '-append', `${append} ${more}`],
    { timeout },
  );
  return `${stdout.toString('latin1').replaceAll('\r', '')}${stderr}${timedOut ? '\n(stopped after the timeout)' : ''}`;
}
