// Archives that real tools wrote: the same members however they are split, and those of the tree.
import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Spec } from '../../../fixtures/materialize.ts';
import { smallTree } from '../../../fixtures/tar/small-tree.ts';
import { TAR_WRITERS, type TarWriter } from '../../../fixtures/tar/writers.ts';
import { runsOf } from '../../support/thorough.ts';
import { compareListings, type Listed, type Listing } from '../../support/tree-listing.ts';
import { readArchive } from './archive-fixtures.ts';
import { asListing, type Parsed, parseSeeking, parseTar } from './parsed.ts';

const test = suite('formats/tar/archives');

function expectedListing(specs: readonly Spec[]): Listing {
  const listing: Listing = new Map();
  for (const spec of specs) {
    if (spec.path === '' || spec.type === 'outside-link') continue;
    if (spec.type === 'link') {
      const first = listing.get(spec.to) as Listed;
      first.group = [spec.path, spec.to].toSorted()[0] as string;
      listing.set(spec.path, { ...first });
    } else {
      listing.set(spec.path, expected(spec));
    }
  }
  return listing;
}

function expected(spec: Exclude<Spec, { to: string }>): Listed {
  const listed: Listed = {
    type: spec.type,
    mode: spec.type === 'symlink' ? '' : spec.mode.toString(8).padStart(4, '0'),
    owner: `${spec.uid}:${spec.gid}`,
    mtime: Math.floor(spec.mtime),
  };
  if (spec.type === 'file') {
    const content = Buffer.alloc(spec.size);
    for (const { offset, bytes } of spec.pieces) content.set(bytes, offset);
    listed.size = spec.size;
    listed.sha256 = digest(content);
  }
  if (spec.type === 'symlink') listed.target = spec.target;
  if (spec.type === 'character' || spec.type === 'block') listed.device = `${spec.major}:${spec.minor}`;
  return listed;
}

function segmentsOf(writer: TarWriter): Record<string, number> {
  const { members } = parseTar(readArchive(writer));
  return Object.fromEntries(
    members.flatMap(({ path, segments }) => (segments === null ? [] : [[path, segments.length]])),
  );
}

/** Comparing text is faster than comparing the contents byte by byte. */
function summary({ members, used, endMarked }: Parsed): string {
  const described = members.map((member) => ({ ...member, content: digest(member.content) }));
  return JSON.stringify({ described, used, endMarked });
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

for (const writer of TAR_WRITERS) {
  const bytes = readArchive(writer);
  const whole = parseTar(bytes);

  test(`${writer.name}: the tree`, () => {
    assert.equal(compareListings(asListing(whole.members), expectedListing(smallTree(writer))), []);
    assert.is(whole.used, bytes.length);
    assert.ok(whole.endMarked);
    const fraction = whole.members.find(({ path }) => path === './d/\xff\n');
    assert.is(fraction?.nanoseconds, writer.fractions === true ? 500_000_000 : 0);
  });

  test(`${writer.name}: holes`, () => {
    const expectedSegments = writer.sparse === true ? { './five-segments': 5, './thirty-segments': 30 } : {};
    assert.equal(segmentsOf(writer), expectedSegments);
  });

  test(`${writer.name}: the same in pieces of any size`, () => {
    const expected = summary(whole);
    for (const size of [1, 511, 512, 513, 65_536]) assert.is(summary(parseTar(bytes, () => size)), expected);
    let state = 1;
    for (let round = 0; round < runsOf(10, 3); round += 1) {
      const next = (): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return 1 + (state >>> 20);
      };
      assert.is(summary(parseTar(bytes, next)), expected);
    }
  });

  test(`${writer.name}: the same entries for who seeks, and their data is where they say`, () => {
    const { entries, read } = parseSeeking(bytes);
    assert.equal(
      entries,
      whole.members.map(({ content: _, ...entry }) => entry),
    );
    assert.ok(read < bytes.length);
    for (const { content, size, dataOffset, segments, type } of whole.members) {
      if (type !== 'file') continue;
      const found = Buffer.alloc(size);
      for (const segment of segments ?? [{ offset: 0, size, dataOffset }]) {
        bytes.copy(found, segment.offset, segment.dataOffset, segment.dataOffset + segment.size);
      }
      assert.ok(found.equals(content));
    }
  });
}

test.run();
