import { createHash } from 'node:crypto';
import { chmodSync, closeSync, openSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { Journal } from '../../src/finalize/journal.ts';
import type { Operation, Staged } from '../../src/finalize/operation.ts';
import { verifyStaged } from '../../src/finalize/target.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { Scratch } from '../support/temporary.ts';
import { freshDirectory } from './every-kind.ts';

const test = suite('verify-staged');
const scratch = new Scratch('verify-staged');
test.after(() => scratch.remove());

const CONTENT = Buffer.alloc(3_000_000, 'content ');
const STAGED: Staged = {
  number: 4,
  size: CONTENT.length,
  sha256: createHash('sha256').update(CONTENT).digest('hex'),
};
const WRITE: Operation = { do: 'write', path: 'a', staged: STAGED };
const FILL: Operation = { do: 'fill', path: 'a', staged: STAGED };

function withContent(change: (path: string) => void, work: (journal: Journal) => void): void {
  const path = freshDirectory(scratch.path);
  const root = openSync(path, 'r');
  const journal = Journal.create('tree', root);
  const file = `${path}/${JOURNAL_DIRECTORY}/content-4`;
  writeFileSync(file, CONTENT);
  change(file);
  try {
    work(journal);
  } finally {
    journal.close();
    closeSync(root);
  }
}
const isRefused = (journal: Journal, operation: Operation, found: string): void => {
  assert.throws(
    () => verifyStaged('tree', journal, [operation]),
    (error: StillrootError) =>
      error.code === 'finalize-interrupted' &&
      error.where === 'tree/a' &&
      error.message.includes(`found ${found}`),
  );
};

test('whole contents', () => {
  withContent(
    () => {},
    (journal) => verifyStaged('tree', journal, [WRITE, FILL, { do: 'directory', path: 'd' }]),
  );
});

test('a content that took its name is gone; one that is filled in stays to the end', () => {
  withContent(unlinkSync, (journal) => {
    verifyStaged('tree', journal, [WRITE]);
    isRefused(journal, FILL, 'none');
  });
});

test('cut and damaged contents, as a crash of the machine leaves them', () => {
  withContent(
    (path) => truncateSync(path, 2_000_000),
    (journal) => isRefused(journal, WRITE, '2000000'),
  );
  withContent(
    (path) => truncateSync(path, 0),
    (journal) => isRefused(journal, FILL, '0'),
  );
  withContent(
    (path) => writeFileSync(path, Buffer.alloc(CONTENT.length)),
    (journal) => isRefused(journal, WRITE, `${CONTENT.length}`),
  );
});

test('a content whose final mode forbids to read it is whole where its size is', () => {
  withContent(
    (path) => chmodSync(path, 0),
    (journal) => verifyStaged('tree', journal, [WRITE]),
  );
});

test.run();
