/** A tree of many small files, the same for the same seed: entries are what costs time, not bytes. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../src/lab/random.ts';

export interface ManyFilesOptions {
  readonly count: number;
  readonly seed: number;
}

const PER_DIRECTORY = 100;
/** Bytes of a file: 512 to 1535, about 1 KB on average. */
const LEAST = 512;
const RANGE = 1024;
/** 2023-11-14T22:13:20Z, for everything. */
const TIME = 1_700_000_000;
/** Vocabulary size: enough words that files differ, few enough that they compress like text. */
const WORDS = 4096;
const LETTERS = 'etaoinshrdlucmfwypvbgkjqxz';

/** Creates `root`, which must not exist, with directories of 100 files in directories of 100 directories. */
export function makeManyFiles(root: string, { count, seed }: ManyFilesOptions): void {
  const random = new Random(seed);
  const words = Array.from({ length: WORDS }, () => makeWord(random));
  const directories = new Set<string>();
  mkdirSync(root);
  for (let number = 0; number < count; number += 1) {
    const directory = Math.floor(number / PER_DIRECTORY);
    const parent = join(root, `group-${pad(Math.floor(directory / PER_DIRECTORY), 2)}`);
    const path = join(parent, `part-${pad(directory % PER_DIRECTORY, 2)}`);
    if (!directories.has(path)) mkdirSync(path, { recursive: true });
    for (const each of [parent, path]) directories.add(each);
    const file = join(path, `file-${pad(number, 6)}.txt`);
    writeFileSync(file, makeText(random, words));
    utimesSync(file, TIME, TIME);
  }
  // Creating children has changed their times.
  for (const directory of [...directories, root]) utimesSync(directory, TIME, TIME);
}

function makeWord(random: Random): string {
  const length = 2 + random.below(9);
  return Array.from({ length }, () => LETTERS[random.below(LETTERS.length)]).join('');
}

function makeText(random: Random, words: readonly string[]): string {
  const length = LEAST + random.below(RANGE);
  let text = '';
  while (text.length < length) text += `${words[random.below(WORDS)]} `;
  return text.slice(0, length);
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
