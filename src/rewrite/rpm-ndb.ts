import { adler32, blocksFor, NDB, readNdbPackages } from '../formats/rpm/ndb.ts';
import { type RpmBlob, RpmHeader } from '../formats/rpm/package-header.ts';
import { parentOf } from '../tree/path.ts';
import { ifChanged, type Rewrite, type RewriteContext, unlessDamaged } from './rewrite.ts';
import { clampInstallTimes, orderPackages } from './rpm-packages.ts';

/** The indexes, which rpm rebuilds where they are missing or older than the packages. */
const INDEX = 'Index.db';

/**
 * `Packages.db` of openSUSE and SUSE Linux Enterprise. Where the image will have no index next to it, the
 * database is rewritten as `rpmdb --rebuilddb` would, packages numbered by name. Where the index
 * stays, it holds the numbers, so times are changed in place and nothing moves.
 */
export const rpmdbNdb: Rewrite = {
  what: "In rpm's ndb database, installation times after the epoch become the epoch; without Index.db beside it the file is also laid out anew, packages by name.",
  maximumSize: 256 * 1024 * 1024,
  isCostly: true,
  apply(bytes, context) {
    return unlessDamaged(bytes, () => {
      const packages = readNdbPackages(bytes);
      const after = hasIndex(context)
        ? patchInPlace(bytes, packages, context.epoch)
        : layOut(packages, context.epoch);
      return ifChanged(bytes, after);
    });
  },
};

function hasIndex({ path, lookUp }: RewriteContext): boolean {
  return lookUp(`${parentOf(path)}/${INDEX}`) !== undefined;
}

function patchInPlace(bytes: Buffer, packages: readonly RpmBlob[], epoch: number): Buffer {
  const after = Buffer.from(bytes);
  for (const { header, offset } of packages) {
    const patched = clampInstallTimes(header, new RpmHeader(header, offset), epoch);
    if (patched === header) continue;
    patched.copy(after, offset);
    const start = offset - NDB.BLOB_HEAD_SIZE;
    writeSum(after, start, blocksFor(header.length));
  }
  return after;
}

function layOut(blobs: readonly RpmBlob[], epoch: number): Buffer {
  const packages = orderPackages(blobs);
  const slots = NDB.HEADER_SIZE + packages.length * NDB.SLOT_SIZE;
  const slotPages = Math.max(1, Math.ceil(slots / NDB.PAGE_SIZE));
  const blocks = packages.reduce((sum, { blob }) => sum + blocksFor(blob.header.length), 0);
  const bytes = Buffer.alloc(slotPages * NDB.PAGE_SIZE + blocks * NDB.BLOCK_SIZE);
  bytes.writeUInt32LE(NDB.MAGIC, 0);
  bytes.writeUInt32LE(NDB.VERSION, 4);
  // A new database has generation 1, and each package written increments it.
  bytes.writeUInt32LE(1 + packages.length, 8);
  bytes.writeUInt32LE(slotPages, 12);
  bytes.writeUInt32LE(1 + packages.length, 16);
  for (let slot = NDB.HEADER_SIZE; slot < slotPages * NDB.PAGE_SIZE; slot += NDB.SLOT_SIZE) {
    bytes.writeUInt32LE(NDB.SLOT_MAGIC, slot);
  }
  let start = slotPages * NDB.PAGE_SIZE;
  for (const { blob, header, newNumber } of packages) {
    const content = clampInstallTimes(blob.header, header, epoch);
    const count = blocksFor(content.length);
    const slot = NDB.HEADER_SIZE + (newNumber - 1) * NDB.SLOT_SIZE;
    bytes.writeUInt32LE(newNumber, slot + 4);
    bytes.writeUInt32LE(start / NDB.BLOCK_SIZE, slot + 8);
    bytes.writeUInt32LE(count, slot + 12);
    bytes.writeUInt32LE(NDB.BLOB_MAGIC, start);
    bytes.writeUInt32LE(newNumber, start + 4);
    bytes.writeUInt32LE(newNumber, start + 8);
    bytes.writeUInt32LE(content.length, start + 12);
    content.copy(bytes, start + NDB.BLOB_HEAD_SIZE);
    const tail = start + count * NDB.BLOCK_SIZE - NDB.BLOB_TAIL_SIZE;
    bytes.writeUInt32LE(content.length, tail + 4);
    bytes.writeUInt32LE(NDB.BLOB_END_MAGIC, tail + 8);
    writeSum(bytes, start, count);
    start += count * NDB.BLOCK_SIZE;
  }
  return bytes;
}

/** The checksum of a blob: the first number of its tail, over everything before it. */
function writeSum(bytes: Buffer, start: number, blocks: number): void {
  const tail = start + blocks * NDB.BLOCK_SIZE - NDB.BLOB_TAIL_SIZE;
  bytes.writeUInt32LE(adler32(bytes.subarray(start, tail)), tail);
}
