/** The files that `pack` writes, opened together: all appear, or none. */

import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { attestationPath, type PACK_ATTESTATIONS } from '../attest/names.ts';
import { LOCAL_BUILDER, provenanceStatement } from '../attest/provenance.ts';
import { StillrootError } from '../errors.ts';
import { requireZipSize } from '../formats/zip.ts';
import { canonicalJson } from '../manifest/canonical-json.ts';
import type { Manifest, ManifestOsPackage } from '../manifest/manifest.ts';
import {
  descriptorPath,
  initramfsName,
  type OsPackage,
  osPackageDescriptor,
  requireOsPackage,
} from '../ospkg/os-package.ts';
import { type ArchiveFormat, archiveFormats, rowOf } from '../pack/formats.ts';
import type { ImageOutput } from '../pack/image-sink.ts';
import { OsPackageSink } from '../pack/os-package-sink.ts';
import { checkOutput, type FileOutput, openFileSink } from '../pack/sink.ts';
import { type OutputFile, SinkPair } from '../pack/sink-pair.ts';
import { openInputFile, type WantedFile } from '../source/input-file.ts';
import {
  imageName,
  manifestBytes,
  type Outputs,
  openArchive,
  openContainerImage,
} from './manifest-output.ts';

/** What is to be written, and where. */
export interface OutputChoices {
  readonly outputs: Outputs;
  readonly format: ArchiveFormat;
  readonly attestation: ChosenAttestation | undefined;
  readonly osPackage: ChosenOsPackage | undefined;
}

/** @throws usage where two of them name the same file */
export function refuseSameNames({ outputs, attestation, osPackage }: OutputChoices): void {
  const { manifest } = outputs;
  if (manifest === undefined || ![attestation?.path, osPackage?.descriptor].includes(manifest)) return;
  throw new StillrootError('usage', 'is also used for another output', {
    where: `--manifest ${manifest}`,
    hint: 'Name another file.',
  });
}

export class PackOutputs {
  /** Sink of the archive; its commit commits all files. */
  readonly sink: SinkPair;
  /** The sink where a container image is written. */
  readonly containerImage: ImageOutput | undefined;
  readonly #choices: OutputChoices;
  readonly #zip: OsPackageSink | undefined;
  readonly #manifest: FileOutput | undefined;
  readonly #attestation: FileOutput | undefined;
  readonly #descriptor: FileOutput | undefined;

  /**
   * @param temporary directory for what must be kept until a stream can be written
   * @throws output-exists, output-failed; then nothing is left
   */
  constructor(choices: OutputChoices, temporary?: string) {
    const { outputs, format, attestation, osPackage } = choices;
    const opened: FileOutput[] = [];
    const open = (path: string | undefined): FileOutput | undefined => {
      if (path === undefined) return undefined;
      const output = openFileSink(path, outputs.force);
      opened.push(output);
      return output;
    };
    this.#choices = choices;
    try {
      this.#manifest = open(outputs.manifest);
      this.#attestation = open(attestation?.path);
      this.#descriptor = open(osPackage?.descriptor);
      const companions = [...opened];
      // Opened last: opening a FIFO blocks until there is a reader.
      this.containerImage = openContainerImage(outputs, format, temporary);
      const archive = this.containerImage ?? openArchive(outputs);
      opened.push(archive);
      this.#zip = osPackage === undefined ? undefined : openOsPackage(archive, osPackage, format);
      this.sink = new SinkPair(this.#zip ?? archive, ...companions);
    } catch (error) {
      for (const output of opened) output.abort();
      throw error;
    }
  }

  /** Name of the image in its manifest. */
  get imageName(): string {
    const { outputs, format, osPackage } = this.#choices;
    return osPackage === undefined ? imageName(outputs, format) : imageNameInside(format);
  }

  /** To be called once the archive is written. */
  describeOsPackage(): ManifestOsPackage | undefined {
    const { outputs, osPackage } = this.#choices;
    if (osPackage === undefined || this.#zip === undefined) return undefined;
    return describeOsPackage(outputs.archive, osPackage, this.#zip);
  }

  /** One more file, before the commit. @throws output-exists, output-refused, output-failed */
  add({ path, text }: OutputFile): void {
    const output = openFileSink(path, this.#choices.outputs.force);
    this.sink.add(output);
    output.write(Buffer.from(text, 'utf8'));
  }

  /** Everything but the archive, before the commit. @param manifest undefined where there is none */
  writeCompanions(manifest: Manifest | undefined): void {
    const { outputs, attestation, osPackage } = this.#choices;
    if (osPackage !== undefined) {
      this.#descriptor?.write(Buffer.from(osPackageDescriptor(osPackage.osPackage), 'utf8'));
    }
    if (manifest === undefined) return;
    const bytes = manifestBytes(manifest);
    this.#manifest?.write(bytes);
    if (attestation === undefined || outputs.manifest === undefined) return;
    this.#attestation?.write(attestationBytes(attestation, manifest, { path: outputs.manifest, bytes }));
  }
}

// `pack --attest`: provenance of the image, in a file next to it.

export interface WantedAttestation {
  readonly attest: (typeof PACK_ATTESTATIONS)[number] | undefined;
  /** URI that identifies the builder in the provenance. */
  readonly builderId: string | undefined;
}

export interface ChosenAttestation {
  readonly path: string;
  readonly builderId: string;
}

type Output = WantedAttestation & { readonly output: string; readonly force: boolean };

/**
 * @param manifest its path; the provenance names it as a by-product
 * @returns undefined if none is requested
 * @throws usage, output-exists
 */
export function chooseAttestation(args: Output, manifest: string | undefined): ChosenAttestation | undefined {
  const { attest, output, force, builderId } = args;
  if (attest === undefined) {
    if (builderId === undefined) return undefined;
    throw wrong('--builder-id', 'is only valid with --attest', 'Add --attest slsa.');
  }
  if (output === '-' || checkOutput(output, force) === 'stream') {
    throw wrong('--attest', 'needs an archive written to a file', 'Name one with --output.');
  }
  if (manifest === undefined) {
    throw wrong(
      '--attest',
      'needs the manifest, which the attestation refers to',
      'Leave out --no-manifest.',
    );
  }
  if (builderId !== undefined && !isAbsoluteUri(builderId)) {
    throw wrong(
      '--builder-id',
      `invalid value ${JSON.stringify(builderId)}, wanted an absolute URI`,
      URI_HINT,
    );
  }
  const path = attestationPath(output, attest);
  checkOutput(path, force, 'Overwrite the attestation with --force, or leave out --attest.');
  return { path, builderId: builderId ?? LOCAL_BUILDER };
}

const URI_HINT = 'For example https://builds.example.org/images/v1.';

/** RFC 3986, 4.3, as far as possible without a parser, which could change what a verifier compares as text. */
function isAbsoluteUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]+$/i.test(text);
}

/** The SLSA provenance of an image, an in-toto statement as canonical JSON; its subject is the digest of `file`. */
function attestationBytes(
  { builderId }: ChosenAttestation,
  manifest: Manifest,
  file: { readonly path: string; readonly bytes: Uint8Array },
): Buffer {
  const digest = `sha256:${createHash('sha256').update(file.bytes).digest('hex')}`;
  const statement = provenanceStatement(manifest, { name: basename(file.path), digest }, builderId);
  return Buffer.from(canonicalJson(statement), 'utf8');
}

// `pack --ospkg`: the image inside an OS package of System Transparency, with its descriptor in a separate file.

export interface WantedOsPackage {
  /** Label; undefined for no OS package. */
  readonly ospkg: string | undefined;
  /** Path of the kernel. */
  readonly kernel: string | undefined;
  /** Command line of that kernel. */
  readonly cmdline: string | undefined;
  /** URL from which stboot downloads the package. */
  readonly ospkgUrl: string | undefined;
}

export interface ChosenOsPackage {
  readonly osPackage: OsPackage;
  readonly kernel: Uint8Array;
  /** Path of the descriptor. */
  readonly descriptor: string;
}

/** The kernel is held in memory; those of distributions take some ten megabytes. */
const KERNEL_BYTES_MAX = 512 * 1024 * 1024;

const KERNEL_HINT = 'Name the kernel image (vmlinuz) with --kernel.';
const KERNEL_FILE: WantedFile = { unreadable: KERNEL_HINT, irregular: KERNEL_HINT };

/**
 * @returns undefined if none is requested
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

/** @param archive must be a regular file: its header is filled in at the end */
function openOsPackage(
  archive: FileOutput,
  { osPackage, kernel }: ChosenOsPackage,
  format: ArchiveFormat,
): OsPackageSink {
  return new OsPackageSink(archive, kernel, osPackage, format);
}

/** For the manifest, once everything is written. */
function describeOsPackage(
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

/** Name of the image inside. */
function imageNameInside(format: ArchiveFormat): string {
  return basename(initramfsName(format));
}

function wrong(where: string, what: string, hint: string): StillrootError {
  return new StillrootError('usage', what, { where, hint });
}
