/** Archives that were written: each is read once, and compared with the control's. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareTrees } from '../diff/compare-trees.ts';
import type { Finding } from '../diff/finding.ts';
import { StillrootError } from '../errors.ts';
import type { Source } from '../source/source.ts';
import type { Field } from '../tree/delta.ts';
import { describe, firstDifference } from './first-difference.ts';
import { type OpenedArchive, openWritten } from './opened-archive.ts';
import type { Packer } from './packer.ts';
import type { Digests } from './packer-record.ts';
import type { Run } from './packer-run.ts';
import type { Difference, Loss, OutputKind } from './result.ts';

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

  /** Undefined where it cannot be read. */
  async output(packer: Packer, archive: Archive): Promise<OutputKind | undefined> {
    return (await this.#factsOf(packer, archive)).output;
  }

  /** Keeps it, to compare others with. */
  keepControl(packer: Packer, { file }: Archive): void {
    copyFileSync(file, this.#controlOf(packer));
  }

  /** The first difference from the control; undefined where that cannot be determined. */
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

// What an archive written by a packer holds: its digests, and what it lost of the tree.

interface ArchiveFacts {
  /** See OpenedArchive; the SHA-256 of the file where it cannot be read. */
  readonly raw: string;
  /** Undefined where it cannot be read. */
  readonly output: OutputKind | undefined;
  readonly losses: readonly Loss[];
}

/**
 * @param model the tree as it was packed
 * @param fileDigest identifies the archive if it cannot be read
 */
async function checkArchive(
  file: string,
  model: Source,
  temporary: string,
  fileDigest: string,
  ownersToRoot: boolean,
): Promise<ArchiveFacts> {
  let opened: OpenedArchive;
  try {
    opened = await openWritten(file, temporary);
  } catch (error) {
    if (!(error instanceof StillrootError)) throw error;
    // The path of a scratch directory carries no information.
    const example = error.message.replaceAll(`${file}: `, '').replaceAll(file, 'the archive');
    const losses = [{ what: 'unreadable', count: 1, example, onPurpose: false }];
    return { raw: fileDigest, output: undefined, losses };
  }
  try {
    const { findings } = compareTrees(model, opened.source);
    return { raw: opened.raw, output: opened.output, losses: lossesOf(findings, ownersToRoot) };
  } finally {
    opened.source.close();
  }
}

/** Times do not count as content: packers are asked to change them. */
function lossesOf(findings: readonly Finding[], ownersToRoot: boolean): Loss[] {
  const byField = new Map<Field, Finding[]>();
  for (const finding of findings) {
    if (finding.field === 'mtime') continue;
    const known = byField.get(finding.field);
    if (known === undefined) byField.set(finding.field, [finding]);
    else known.push(finding);
  }
  return [...byField].map(([what, found]) => ({
    what,
    count: found.length,
    example: describe(found[0] as Finding, 'in the archive'),
    onPurpose: what === 'owner' && ownersToRoot && found.every(({ b }) => b?.uid === 0 && b.gid === 0),
  }));
}
