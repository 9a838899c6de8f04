/** `pack --ospkg`: the image inside an OS package of System Transparency, with its descriptor beside it. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { StillrootError } from '../errors.ts';
import type { ManifestOsPackage } from '../manifest/manifest.ts';
import { descriptorPath, initramfsName, type OsPackage, requireOsPackage } from '../ospkg/os-package.ts';
import { requireZipSize } from '../ospkg/zip-writer.ts';
import { type ArchiveFormat, archiveFormats, rowOf } from '../pack/formats.ts';
import { OsPackageSink } from '../pack/os-package-sink.ts';
import { checkOutput, type FileOutput } from '../pack/sink.ts';
import { openInputFile, type WantedFile } from '../source/input-file.ts';

export interface WantedOsPackage {
  /** Label; undefined for no OS package. */
  readonly ospkg: string | undefined;
  /** File of the kernel. */
  readonly kernel: string | undefined;
  /** Of that kernel. */
  readonly cmdline: string | undefined;
  /** Where stboot downloads the package. */
  readonly ospkgUrl: string | undefined;
}

export interface ChosenOsPackage {
  readonly osPackage: OsPackage;
  readonly kernel: Uint8Array;
  /** Path of the descriptor. */
  readonly descriptor: string;
}

/** The kernel is held in memory; those of distributions have some ten megabytes. */
const KERNEL_BYTES_MAX = 512 * 1024 * 1024;

const KERNEL_HINT = 'Name the kernel image (vmlinuz) with --kernel.';
const KERNEL_FILE: WantedFile = { unreadable: KERNEL_HINT, irregular: KERNEL_HINT };

/**
 * @returns undefined where none is asked for
 * @throws usage, source-missing, source-unreadable, source-not-supported, output-exists
 */
export function chooseOsPackage(
  args: WantedOsPackage & {
    readonly output: string;
    readonly force: boolean;
    readonly format: ArchiveFormat;
  },
): ChosenOsPackage | undefined {
  const { ospkg, kernel, cmdline = '', ospkgUrl: url = '', output } = args;
  if (ospkg === undefined) {
    const others = { kernel: args.kernel, cmdline: args.cmdline, 'ospkg-url': args.ospkgUrl };
    for (const [option, value] of Object.entries(others)) {
      if (value === undefined) continue;
      throw wrong(`--${option}`, 'is only valid with --ospkg', 'Add --ospkg LABEL.');
    }
    return undefined;
  }
  const osPackage = { label: ospkg, cmdline, url };
  requireOsPackage(osPackage);
  if (!/[^/]\.zip$/.test(output)) {
    throw wrong(
      output,
      'does not end in .zip, as an OS package must',
      'Name a .zip file, or leave out --ospkg.',
    );
  }
  requireBootable(args.format, '--ospkg');
  if (checkOutput(output, args.force) === 'stream') {
    throw wrong(output, 'is not a file, and an OS package must be one', 'Name another.');
  }
  if (kernel === undefined) throw wrong('--ospkg', 'needs a kernel', 'Add --kernel FILE.');
  const descriptor = descriptorPath(output);
  checkOutput(
    descriptor,
    args.force,
    'The descriptor of an OS package is written beside it. Overwrite it with --force.',
  );
  return { osPackage, kernel: readKernel(kernel), descriptor };
}

function readKernel(path: string): Uint8Array {
  const file = openInputFile(path, KERNEL_FILE);
  try {
    if (file.size === 0 || file.size > KERNEL_BYTES_MAX) {
      throw new StillrootError(
        'source-not-supported',
        `has ${file.size} bytes, wanted a kernel of 1 to ${KERNEL_BYTES_MAX} bytes`,
        { where: path, hint: KERNEL_HINT },
      );
    }
    requireZipSize(file.size);
    return file.read(0, file.size);
  } finally {
    file.close();
  }
}

/** @param archive is a file: its header is filled in at the end */
export function openOsPackage(
  archive: FileOutput,
  { osPackage, kernel }: ChosenOsPackage,
  format: ArchiveFormat,
): OsPackageSink {
  return new OsPackageSink(archive, kernel, osPackage, format);
}

/** For the manifest, once everything is written. */
export function describeOsPackage(
  output: string,
  { osPackage, kernel }: ChosenOsPackage,
  sink: OsPackageSink,
): ManifestOsPackage {
  const { size, digest } = sink.finish();
  return {
    name: basename(output),
    size,
    digest: `sha256:${digest}`,
    ...osPackage,
    kernel: {
      size: kernel.length,
      digest: `sha256:${createHash('sha256').update(kernel).digest('hex')}`,
    },
  };
}

/**
 * @param option that only an initramfs can have
 * @throws usage for a format that the kernel does not unpack
 */
export function requireBootable(format: ArchiveFormat, option: string): void {
  if (rowOf(format).isBootable) return;
  const bootable = archiveFormats().filter((each) => rowOf(each).isBootable);
  throw wrong(
    option,
    `needs a format that the kernel unpacks, not ${format}`,
    `Use --format ${bootable.join(' or ')}.`,
  );
}

/** Of the image inside. */
export function imageNameInside(format: ArchiveFormat): string {
  return basename(initramfsName(format));
}

function wrong(where: string, what: string, hint: string): StillrootError {
  return new StillrootError('usage', what, { where, hint });
}
