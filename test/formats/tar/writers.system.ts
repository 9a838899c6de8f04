// The parser reads what real tools pack as the original tree.
import { lstatSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { materialize } from '../../../fixtures/materialize.ts';
import { TAR_WRITERS, WRITER_ENVIRONMENT } from '../../../fixtures/tar/writers.ts';
import { findTool, missing, testWhere } from '../../support/requires.ts';
import { runCommand } from '../../support/run-command.ts';
import { Scratch } from '../../support/temporary.ts';
import { compareListings, listTree } from '../../support/tree-listing.ts';
import { againstLibarchive, asGnuLines, gnuLines, libarchiveFacts, lineDifferences } from './listings.ts';
import { asListing, type Parsed, parseSeeking, parseTar } from './parsed.ts';
import { treeFor } from './tree-for.ts';

const test = suite('formats/tar/writers');
const scratch = new Scratch('tar-writers', '/var/tmp');
test.after(() => scratch.remove());

for (const writer of TAR_WRITERS) {
  const lacking = missing({ root: true, tools: [writer.tool] });
  testWhere(
    test,
    lacking,
    `${writer.name}: the tree that was packed, and what other tools list`,
    async () => {
      const tree = scratch.in(writer.name);
      const archive = scratch.in(`${writer.name}.tar`);
      materialize(tree, treeFor(writer));
      const env = { ...process.env, ...WRITER_ENVIRONMENT };
      const { status, stderr } = await runCommand(writer.command(archive), { cwd: tree, env });
      const expected = listTree(tree);
      assert.ok(expected.size > 100);
      const bytes = readFileSync(archive);
      const { members, used, endMarked } = parseTar(bytes);
      assert.equal(compareListings(asListing(members), expected), [], `${status} ${stderr}`);
      assert.is(used, bytes.length);
      assert.ok(endMarked);
      assert.is(
        members.some(({ segments }) => segments !== null && segments.length > 50),
        writer.sparse === true,
      );
      // Python rounds times to what a double holds.
      if (writer.tool !== 'python3') checkFractions(tree, members, writer.fractions === true);
      const { entries } = parseSeeking(bytes);
      assert.equal(
        entries,
        members.map(({ content: _, ...entry }) => entry),
      );
      if (findTool('tar') !== undefined) {
        const lines = await gnuLines(archive);
        assert.is(lines.length, members.length);
        // GNU tar loses the sign of -0.25.
        const ours = asGnuLines(members).filter((line) => !line.includes('before-1970-fraction'));
        const theirs = lines.filter((line) => !line.includes('before-1970-fraction'));
        assert.equal(lineDifferences(ours, theirs), []);
      }
      if (findTool('bsdtar') !== undefined) {
        const facts = await libarchiveFacts(archive);
        // It stops at the first name of a pax archive that is not UTF-8.
        assert.ok(facts.size > members.length / 4, `${facts.size} of ${members.length}`);
        assert.equal(againstLibarchive(members, facts), []);
      }
    },
  );
}

/** Down to the nanosecond, of all that the kernel reaches by their path; node:fs wrote fractions of some. */
function checkFractions(tree: string, members: Parsed['members'], kept: boolean): void {
  let fractions = 0;
  for (const { path, mtime, nanoseconds } of members) {
    if (path.length > 1000) continue;
    const { mtimeNs } = lstatSync(Buffer.from(`${tree}/${path}`, 'latin1'), { bigint: true });
    const found = BigInt(mtime) * 1_000_000_000n + BigInt(nanoseconds);
    if (kept) assert.is(found, mtimeNs, path);
    if (nanoseconds > 0) fractions += 1;
  }
  assert.is(fractions > 0, kept);
}

test.run();
