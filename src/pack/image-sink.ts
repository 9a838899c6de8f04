/**
 * Outputs that wrap the layer written to them in a container image: a layout of the OCI image specification, as one tar
 * archive or as a directory. Both are complete only after `finish`, when the digests of the layer are known.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { type BuiltImage, buildImage, type ImageFacts, type LayoutFile } from '../formats/oci/build-image.ts';
import { BLOBS_DIRECTORY } from '../formats/oci/layout.ts';
import { memberSpan, writeMember } from '../formats/tar/encode-member.ts';
import { BLOCK_SIZE, paddingAfter } from '../formats/tar/header.ts';
import type { Spool } from '../source/spool.ts';
import { outputFailed, writeFully } from '../system/files.ts';
import { checkImageDirectory } from './layout-directory.ts';
import { FILE_CALLS, type FileCalls, nameBeside, Placement } from './placement.ts';
import { commitTogether, type FileOutput } from './sink.ts';

/** What is known once everything is written. */
export interface WrittenContainerImage extends Pick<BuiltImage, 'manifest' | 'config' | 'layerPath'> {
  /** Bytes of all files. */
  readonly size: number;
  /**
   * SHA-256 in hex, of the file; for a directory, of its `index.json`, from which the digests of everything else follow.
   */
  readonly digest: string;
}

/** An output that takes the bytes of a layer. */
export interface ImageOutput extends FileOutput {
  /**
   * Writes the documents, once. Nothing is visible before `commit`.
   *
   * @throws output-failed
   */
  finish(facts: ImageFacts): WrittenContainerImage;
}

const READ_BYTES = 4 * 1024 * 1024;

/** A layout as one tar archive, which `skopeo`, `podman load`, `docker load` and containerd read. */
export class ImageArchiveSink implements ImageOutput {
  /** All writes must pass through here, so no thread may write directly. */
  readonly descriptor = undefined;
  readonly #sink: FileOutput;
  readonly #layer: Spool;
  #isLayerOpen = true;
  readonly #hash = createHash('sha256');
  #size = 0;

  /**
   * @param layer receives the layer, whose digest and size come before it in the archive; closed here
   */
  constructor(sink: FileOutput, layer: Spool) {
    this.#sink = sink;
    this.#layer = layer;
  }

  write(bytes: Uint8Array): void {
    this.#layer.write(bytes);
  }

  finish(facts: ImageFacts): WrittenContainerImage {
    const { files, layerPath, manifest, config } = buildImage(facts);
    const layer = { path: layerPath, bytes: undefined };
    // Directories first, as `tar` of a layout would have them: not every reader makes them.
    for (const path of ['blobs', 'blobs/sha256']) this.#header(path, 'directory', 0, facts.created);
    for (const { path, bytes } of [...files, layer].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      const size = bytes?.length ?? this.#layer.size;
      this.#header(path, 'file', size, facts.created);
      if (bytes === undefined) this.#putLayer();
      else this.#put(bytes);
      this.#put(Buffer.alloc(paddingAfter(size)));
    }
    this.#put(Buffer.alloc(END_SIZE));
    return { manifest, config, layerPath, size: this.#size, digest: this.#hash.digest('hex') };
  }

  failure(cause: unknown): unknown {
    return this.#sink.failure(cause);
  }

  seal(): void {
    this.#sink.seal();
  }

  get placement(): Placement | undefined {
    return this.#sink.placement;
  }

  commit(): void {
    commitTogether([this]);
  }

  abort(): void {
    try {
      if (this.#isLayerOpen) this.#layer.close();
    } finally {
      this.#isLayerOpen = false;
      this.#sink.abort();
    }
  }

  #header(path: string, type: 'file' | 'directory', size: number, mtime: number): void {
    const mode = type === 'file' ? 0o644 : 0o755;
    const fields = { uid: 0, gid: 0, linkName: '', major: 0, minor: 0 };
    const member = { path, type, mode, size, mtime, ...fields };
    const header = Buffer.alloc(memberSpan(member));
    writeMember(header, 0, member);
    this.#put(header);
  }

  #putLayer(): void {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (let at = 0; at < this.#layer.size; ) {
      const count = this.#layer.read(buffer, at);
      this.#put(buffer.subarray(0, count));
      at += count;
    }
  }

  #put(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#size += bytes.length;
    this.#sink.write(bytes);
  }
}

/** Two blocks of zeros. */
const END_SIZE = 2 * BLOCK_SIZE;

/** A layout as a directory, written under a temporary name beside its own. */
export class ImageDirectorySink implements ImageOutput {
  readonly descriptor = undefined;
  readonly placement: Placement;
  readonly #path: string;
  readonly #temporary: string;
  readonly #force: boolean;
  #layer: number | undefined;
  #layerSize = 0;
  #isRemoved = false;

  /** @throws output-failed */
  constructor(path: string, force: boolean) {
    this.#path = path;
    this.#temporary = nameBeside(path);
    this.#force = force;
    this.placement = new Placement(path, this.#temporary, force, DIRECTORY_CALLS, 'directory');
    try {
      this.#trying(() => {
        mkdirSync(this.#temporary);
        mkdirSync(`${this.#temporary}/${BLOBS_DIRECTORY}`);
        mkdirSync(`${this.#temporary}/${BLOBS_DIRECTORY}/sha256`);
        this.#layer = openSync(this.#layerPath, NEW_FILE, 0o666);
      });
    } catch (error) {
      // Nobody has it yet who could call abort.
      this.abort();
      throw error;
    }
  }

  write(bytes: Uint8Array): void {
    this.#trying(() => writeFully(this.#layer as number, bytes));
    this.#layerSize += bytes.length;
  }

  finish(facts: ImageFacts): WrittenContainerImage {
    const { files, layerPath, manifest, config } = buildImage(facts);
    this.#trying(() => {
      renameSync(this.#layerPath, `${this.#temporary}/${layerPath}`);
      for (const file of files) this.#writeFile(file);
    });
    const index = files.find(({ path }) => path === 'index.json')?.bytes ?? Buffer.alloc(0);
    const digest = createHash('sha256').update(index).digest('hex');
    const size = files.reduce((sum, { bytes }) => sum + bytes.length, this.#layerSize);
    return { manifest, config, layerPath, size, digest };
  }

  failure(cause: unknown): unknown {
    return outputFailed(this.#path, cause);
  }

  seal(): void {
    // The work may have taken hours, and what is there now would be removed.
    if (this.#layer !== undefined && this.#force) checkImageDirectory(this.#path, true);
    this.#trying(() => {
      if (this.#layer === undefined) return;
      fsyncSync(this.#layer);
      this.#close();
      for (const directory of ['blobs/sha256', 'blobs', '.']) this.#sync(directory);
    });
  }

  commit(): void {
    commitTogether([this]);
  }

  abort(): void {
    this.#trying(() => {
      this.#close();
      if (this.placement.isPlaced || this.#isRemoved) return;
      rmSync(this.#temporary, { recursive: true, force: true });
      this.#isRemoved = true;
    });
  }

  get #layerPath(): string {
    return `${this.#temporary}/blobs/sha256/.layer`;
  }

  #writeFile({ path, bytes }: LayoutFile): void {
    const descriptor = openSync(`${this.#temporary}/${path}`, NEW_FILE, 0o666);
    try {
      writeFully(descriptor, bytes);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  #sync(directory: string): void {
    const descriptor = openSync(
      `${this.#temporary}/${directory}`,
      constants.O_RDONLY | constants.O_DIRECTORY,
    );
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  #close(): void {
    const descriptor = this.#layer;
    this.#layer = undefined;
    if (descriptor !== undefined) closeSync(descriptor);
  }

  #trying<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw this.failure(cause);
    }
  }
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/** A directory has no second name, and is removed with what it holds. */
const DIRECTORY_CALLS: FileCalls = {
  ...FILE_CALLS,
  unlink: (path) => rmSync(path, { recursive: true }),
};

/**
 * Opens a directory for a layout. With `force` a layout is replaced, or an empty directory; nothing else is, since all that
 * it holds would be removed.
 *
 * @throws output-exists, output-refused, output-failed
 */
export function openImageDirectory(path: string, force: boolean): ImageOutput {
  checkImageDirectory(path, force);
  return new ImageDirectorySink(path, force);
}
