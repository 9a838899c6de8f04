/** Archives that were written: each is read once, and compared with that of the control. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../source/source.ts';
import { type ArchiveFacts, checkArchive, firstDifference } from './archive-check.ts';
import type { Packer } from './packer.ts';
import type { Run } from './packer-run.ts';
import type { Digests } from './record.ts';
import type { Difference, Loss } from './result.ts';

type Archive = NonNullable<Run['archive']>;

export class Archives {
  readonly #directory: string;
  readonly #temporary: string;
  readonly #model: Source;
  readonly #facts = new Map<string, ArchiveFacts>();
  readonly #differences = new Map<string, Difference | undefined>();

  /**
   * @param model what archives should hold
   * @param temporary a directory for decompressed contents
   */
  constructor(scratch: string, temporary: string, model: Source) {
    this.#directory = join(scratch, 'controls');
    this.#temporary = temporary;
    this.#model = model;
    mkdirSync(this.#directory);
  }

  async digests(packer: Packer, archive: Archive): Promise<Digests> {
    const { raw } = await this.#factsOf(packer, archive);
    return { raw, compressed: archive.digest };
  }

  async losses(packer: Packer, archive: Archive): Promise<readonly Loss[]> {
    return (await this.#factsOf(packer, archive)).losses;
  }

  /** Keeps it, to compare others with. */
  keepControl(packer: Packer, { file }: Archive): void {
    copyFileSync(file, this.#controlOf(packer));
  }

  /** The first thing in which it differs from the control; undefined where that cannot be said. */
  async difference(packer: Packer, archive: Archive): Promise<Difference | undefined> {
    const key = keyOf(packer, archive);
    if (!this.#differences.has(key)) {
      const found = await firstDifference(this.#controlOf(packer), archive.file, this.#temporary);
      this.#differences.set(key, found);
    }
    return this.#differences.get(key);
  }

  #controlOf({ id, extension }: Packer): string {
    return join(this.#directory, `${id}${extension}`);
  }

  async #factsOf(packer: Packer, archive: Archive): Promise<ArchiveFacts> {
    const key = keyOf(packer, archive);
    let facts = this.#facts.get(key);
    if (facts === undefined) {
      const { ownersToRoot = false } = packer;
      facts = await checkArchive(archive.file, this.#model, this.#temporary, archive.digest, ownersToRoot);
      this.#facts.set(key, facts);
    }
    return facts;
  }
}

function keyOf({ id }: Packer, { digest }: Archive): string {
  return `${id} ${digest}`;
}
