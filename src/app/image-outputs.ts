/** The files that `pack` writes, opened together: all appear, or none. */
import { StillrootError } from '../errors.ts';
import type { Manifest, ManifestOsPackage } from '../manifest/manifest.ts';
import { osPackageDescriptor } from '../ospkg/os-package.ts';
import type { ArchiveFormat } from '../pack/formats.ts';
import type { OsPackageSink } from '../pack/os-package-sink.ts';
import { type FileOutput, openFileSink } from '../pack/sink.ts';
import { type OutputFile, SinkPair } from '../pack/sink-pair.ts';
import { attestationBytes, type ChosenAttestation } from './attest-output.ts';
import { imageName, manifestBytes, type Outputs, openArchive } from './manifest-output.ts';
import {
  type ChosenOsPackage,
  describeOsPackage,
  imageNameInside,
  openOsPackage,
} from './os-package-output.ts';

/** What is to be written, and where. */
export interface OutputChoices {
  readonly outputs: Outputs;
  readonly format: ArchiveFormat;
  readonly attestation: ChosenAttestation | undefined;
  readonly osPackage: ChosenOsPackage | undefined;
}

/** @throws usage where two of them are one file by their names */
export function refuseSameNames({ outputs, attestation, osPackage }: OutputChoices): void {
  const { manifest } = outputs;
  if (manifest === undefined || ![attestation?.path, osPackage?.descriptor].includes(manifest)) return;
  throw new StillrootError('usage', 'is also used for another output', {
    where: `--manifest ${manifest}`,
    hint: 'Name another file.',
  });
}

export class PackOutputs {
  /** For the archive; its commit is that of all. */
  readonly sink: SinkPair;
  readonly #choices: OutputChoices;
  readonly #zip: OsPackageSink | undefined;
  readonly #manifest: FileOutput | undefined;
  readonly #attestation: FileOutput | undefined;
  readonly #descriptor: FileOutput | undefined;

  /** @throws output-exists, output-failed; then nothing is left */
  constructor(choices: OutputChoices) {
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
      // Last: a FIFO waits for its reader.
      const archive = openArchive(outputs);
      opened.push(archive);
      this.#zip = osPackage === undefined ? undefined : openOsPackage(archive, osPackage, format);
      this.sink = new SinkPair(this.#zip ?? archive, ...companions);
    } catch (error) {
      for (const output of opened) output.abort();
      throw error;
    }
  }

  /** Of the image, in its manifest. */
  get imageName(): string {
    const { outputs, format, osPackage } = this.#choices;
    return osPackage === undefined ? imageName(outputs, format) : imageNameInside(format);
  }

  /** Once the archive is written. */
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
