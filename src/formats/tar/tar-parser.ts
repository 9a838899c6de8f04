/**
 * Parses one tar archive from bytes pushed in pieces of any size: v7, ustar, pax, GNU with long names
 * and sparse files. Holds one header and those that precede it; file data passes through, or is
 * skipped by a caller that can seek.
 */
import { StillrootError } from '../../errors.ts';
import { FileContent } from './file-content.ts';
import { BLOCK_SIZE, decodeHeader, isHeader, isZeroBlock, paddingAfter, type TarHeader } from './header.ts';
import { describeMember, type Member, multiVolume, type TarEntry } from './member.ts';
import { OverrideCollector } from './overrides.ts';
import type { PaxHeader } from './pax.ts';
import { TAR_LIMITS, type TarLimits, TarProblems } from './problems.ts';
import type { Segment } from './segments.ts';
import { oldSparseMember, paxSparseMember, type SparseMember } from './sparse.ts';

export interface TarEvents {
  readonly entry: (entry: TarEntry) => void;
  /**
   * A piece of the content of the latest entry, with zeros for the holes of a sparse file;
   * valid during the call only. A sparse file may be far larger than its archive: callers that want contents
   * should check `size` first.
   */
  readonly data?: (bytes: Uint8Array) => void;
}

type State =
  | 'header'
  | 'overrides' //        data of a header that says more about the next member
  | 'sparse segments' //  a block of them, before the data
  | 'data' //             and its padding
  | 'second zero block'
  | 'end'
  | 'behind the end';

export class TarParser {
  readonly #events: TarEvents;
  readonly #limits: TarLimits;
  readonly #problems: TarProblems;
  readonly #overrides: OverrideCollector;
  readonly #block: Buffer = Buffer.alloc(BLOCK_SIZE);
  #state: State = 'header';
  /** What is being collected: a block, or the padded data of an overriding header. */
  #held: Buffer = this.#block;
  #filled = 0;
  #offset = 0;
  /** Offset of the header of the current member. */
  #headerOffset = 0;
  #header: TarHeader | undefined;
  /** A file whose segments are still being read. */
  #member: Member | undefined;
  #sparse: SparseMember | undefined;
  #mapInData = false;
  #stored = 0;
  /** A hard link for which only the next block decides whether it has data. */
  #undecidedLink: Member | undefined;
  #data: MemberData = new MemberData(0, undefined);
  #endMarked = false;

  /** @param archive its name, for messages */
  constructor(archive: string, events: TarEvents, limits: Partial<TarLimits> = {}) {
    this.#events = events;
    this.#limits = { ...TAR_LIMITS, ...limits };
    this.#problems = new TarProblems(archive);
    this.#overrides = new OverrideCollector(this.#limits, this.#problems);
  }

  /**
   * True after two zero blocks, and after `finish`: the archive is complete. Zeros that follow are
   * accepted too, since writers pad to a record of 10,240 bytes or more.
   */
  get ended(): boolean {
    return this.#state === 'end' || this.#state === 'behind the end';
  }

  /**
   * False where the archive stops between members without a zero block. All readers accept that, and
   * some writers do it, but an archive truncated there looks the same: callers should warn.
   */
  get endMarked(): boolean {
    return this.#endMarked;
  }

  /**
   * How many bytes from here on are data or padding: a caller that can seek calls `skip` instead of pushing them,
   * between two pushes, and must make sure that the input has them.
   */
  get skippable(): number {
    return this.#state === 'data' ? this.#data.left : 0;
  }

  /** @param count at most `skippable`; neither these bytes nor holes among them cause data events */
  skip(count: number): void {
    if (!(count >= 0 && count <= this.skippable)) {
      throw new StillrootError('internal', `${count} bytes to skip, and ${this.skippable} can be`);
    }
    if (count === 0) return;
    this.#data.skip(count);
    this.#passed(count);
  }

  /**
   * @returns how many bytes belong to this archive; fewer than given only when it has ended and
   *   something other than zeros follows
   * @throws archive-malformed, archive-not-supported
   */
  push(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.#state !== 'behind the end') {
      if (this.#state === 'data') at += this.#passed(this.#data.pass(bytes, at));
      else if (this.#state === 'end') at += this.#passZeros(bytes, at);
      else at += this.#hold(bytes, at);
    }
    return at;
  }

  /**
   * Accepts an end without zero blocks between members, as GNU tar and all others do.
   *
   * @throws archive-malformed where the archive is truncated anywhere else, or is empty
   */
  finish(): void {
    if (this.ended) return;
    if (this.#offset === 0) throw this.#problems.malformed('the archive is empty', 0);
    if (this.#filled > 0 || !['header', 'second zero block'].includes(this.#state)) {
      const inPadding = this.#state === 'data' && this.#data.inPadding;
      throw this.#cutShort(`it ends inside ${inPadding ? 'padding' : STATE_TEXT[this.#state]}`);
    }
    this.#end();
  }

  #passed(count: number): number {
    this.#offset += count;
    if (this.#data.left === 0) this.#expect('header');
    return count;
  }

  #passZeros(bytes: Uint8Array, at: number): number {
    let end = at;
    while (end < bytes.length && bytes[end] === 0) end += 1;
    if (end < bytes.length) this.#state = 'behind the end';
    this.#offset += end - at;
    return end - at;
  }

  #hold(bytes: Uint8Array, at: number): number {
    const count = Math.min(bytes.length - at, this.#held.length - this.#filled);
    this.#held.set(bytes.subarray(at, at + count), this.#filled);
    this.#filled += count;
    this.#offset += count;
    if (this.#filled === this.#held.length) this.#complete();
    return count;
  }

  #expect(state: State, held: Buffer = this.#block): void {
    this.#state = state;
    this.#held = held;
    this.#filled = 0;
  }

  #complete(): void {
    if (this.#state === 'header') this.#readHeader();
    else if (this.#state === 'overrides') this.#readOverrides();
    else if (this.#state === 'sparse segments') this.#readSegments();
    else if (this.#state === 'second zero block') this.#readSecondZeroBlock();
  }

  #readHeader(): void {
    const at = this.#offset - BLOCK_SIZE;
    if (this.#undecidedLink !== undefined && this.#decideLink(this.#undecidedLink, at)) return;
    if (isZeroBlock(this.#block)) {
      this.#refuseLooseOverrides();
      this.#endMarked = true;
      this.#expect('second zero block');
      return;
    }
    const header = decodeHeader(this.#block, at, this.#problems);
    this.#headerOffset = at;
    this.#header = header;
    if (this.#overrides.takes(header, at)) this.#expectOverrides(header);
    else if (header.type === 'M') throw multiVolume(at, this.#problems);
    else if (header.type === 'V') this.#readVolumeLabel(header, at);
    else this.#readMember(header, at);
  }

  /** @returns whether the block begins the link's data and so is not a header */
  #decideLink(link: Member, at: number): boolean {
    this.#undecidedLink = undefined;
    if (isZeroBlock(this.#block) || isHeader(this.#block)) {
      this.#emit(link, 0, 0, null, at);
      return false;
    }
    this.#emit(link, link.storedSize, link.storedSize, null, at);
    this.#offset = at;
    this.push(Buffer.from(this.#block));
    return true;
  }

  #expectOverrides({ type, size }: TarHeader): void {
    if (size > 0) this.#expect('overrides', Buffer.allocUnsafe(size + paddingAfter(size)));
    else {
      this.#overrides.add(type, Buffer.alloc(0), this.#headerOffset);
      this.#expect('header');
    }
  }

  #readOverrides(): void {
    const { type, size } = this.#header as TarHeader;
    this.#overrides.add(type, this.#held.subarray(0, size), this.#headerOffset);
    this.#expect('header');
  }

  /** The name of the volume, not of a file. */
  #readVolumeLabel({ size }: TarHeader, at: number): void {
    this.#overrides.take(at);
    this.#passOver(size, undefined);
  }

  #readMember(header: TarHeader, at: number): void {
    const overrides = this.#overrides.take(at);
    const member = describeMember(header, overrides, at, this.#limits, this.#problems);
    const { type, hardLink } = member.entry;
    if (hardLink !== undefined) {
      this.#readLink(header, member);
    } else if (type === 'file') {
      this.#readFile(header, member, overrides.pax, at);
    } else {
      // POSIX has no data for these, whatever their size says, except for names of GNU's type D, and for files
      // that are directories by their name.
      const hasData = type === 'directory' && header.type !== '5';
      this.#emit(member, 0, hasData ? member.storedSize : 0);
    }
  }

  /**
   * pax may store the data with every name of a file, and its size counts. v7 and GNU write the size of
   * the file and no data. In ustar both exist, so the next block decides, as for libarchive.
   */
  #readLink({ dialect }: TarHeader, member: Member): void {
    if (this.#overrides.sawPax) {
      this.#emit(member, member.storedSize, member.storedSize);
    } else if (dialect === 'ustar' && member.storedSize > 0) {
      this.#undecidedLink = member;
      this.#expect('header');
    } else {
      this.#emit(member, 0, 0);
    }
  }

  #readFile(header: TarHeader, member: Member, pax: PaxHeader, at: number): void {
    this.#member = member;
    this.#stored = member.storedSize;
    this.#sparse =
      header.type === 'S'
        ? oldSparseMember(header, this.#block, at, this.#limits, this.#problems)
        : paxSparseMember(pax, at, this.#limits, this.#problems);
    this.#mapInData = header.type !== 'S';
    if (this.#sparse === undefined) this.#emit(member, member.storedSize, member.storedSize);
    else this.#readSparse(this.#sparse, member);
  }

  #readSparse(sparse: SparseMember, member: Member): void {
    if (sparse.wantsBlock) {
      this.#expect('sparse segments');
      return;
    }
    const segments = sparse.complete(this.#offset, this.#stored, this.#headerOffset);
    this.#emit(member, sparse.size, this.#stored, segments);
  }

  #readSegments(): void {
    const at = this.#offset - BLOCK_SIZE;
    const sparse = this.#sparse as SparseMember;
    sparse.push(this.#block, at);
    // The pax map counts as data of the member; GNU's extension blocks do not.
    if (this.#mapInData) this.#stored -= BLOCK_SIZE;
    if (this.#stored < 0) throw this.#problems.malformed('a sparse map is longer than its member', at);
    this.#readSparse(sparse, this.#member as Member);
  }

  /**
   * @param size bytes of the file
   * @param stored bytes of data in the archive, from `dataOffset` on
   */
  #emit(
    member: Member,
    size: number,
    stored: number,
    segments: readonly Segment[] | null = null,
    dataOffset: number = this.#offset,
  ): void {
    this.#events.entry({ ...member.entry, size, dataOffset, segments });
    const { data } = this.#events;
    const list = segments ?? [{ offset: 0, size, dataOffset }];
    this.#passOver(stored, data && size > 0 ? new FileContent(size, list, data) : undefined);
  }

  #passOver(size: number, content: FileContent | undefined): void {
    if (this.#offset + size > Number.MAX_SAFE_INTEGER - BLOCK_SIZE) {
      throw this.#problems.malformed(
        `a member claims ${size} bytes, more than any archive can hold`,
        this.#headerOffset,
      );
    }
    this.#data = new MemberData(size, content);
    this.#expect(size > 0 ? 'data' : 'header');
  }

  /** The end has two; members after a single zero block would be lost to other readers. */
  #readSecondZeroBlock(): void {
    if (!isZeroBlock(this.#block)) {
      throw this.#problems.malformed(
        'a zero block, which ends an archive, is followed by more data',
        this.#offset - BLOCK_SIZE,
      );
    }
    this.#state = 'end';
  }

  #end(): void {
    if (this.#undecidedLink !== undefined) {
      const link = this.#undecidedLink;
      this.#undecidedLink = undefined;
      this.#emit(link, 0, 0);
    }
    this.#refuseLooseOverrides();
    this.#state = 'end';
  }

  #refuseLooseOverrides(): void {
    if (this.#overrides.pending) throw this.#cutShort('it ends after a header that belongs to a member');
  }

  #cutShort(what: string): StillrootError {
    return this.#problems.malformed(`the archive is cut short: ${what}`, this.#offset);
  }
}

const STATE_TEXT: Readonly<Record<State, string>> = {
  header: 'a header',
  overrides: 'a pax header or a long name',
  'sparse segments': 'the segments of a sparse file',
  data: 'the data of a file',
  'second zero block': 'its end',
  end: 'nothing',
  'behind the end': 'nothing',
};

/** The data of one member and its padding as they stream past: how much is left, and who receives it. */
class MemberData {
  readonly #content: FileContent | undefined;
  #dataLeft: number;
  #paddingLeft: number;

  /**
   * @param stored bytes in the archive, padding not counted
   * @param content receives the data; undefined where it is not wanted
   */
  constructor(stored: number, content: FileContent | undefined) {
    this.#content = content;
    this.#dataLeft = stored;
    this.#paddingLeft = paddingAfter(stored);
  }

  /** Bytes, padding included. */
  get left(): number {
    return this.#dataLeft + this.#paddingLeft;
  }

  get inPadding(): boolean {
    return this.#dataLeft === 0;
  }

  /** @returns how many bytes from `at` on belong here */
  pass(bytes: Uint8Array, at: number): number {
    const data = Math.min(bytes.length - at, this.#dataLeft);
    if (data > 0) this.#content?.push(bytes.subarray(at, at + data));
    const count = Math.min(bytes.length - at, this.left);
    this.#advance(count, data);
    return count;
  }

  /** @param count at most `left` */
  skip(count: number): void {
    const data = Math.min(count, this.#dataLeft);
    this.#content?.skip(data);
    this.#advance(count, data);
  }

  #advance(count: number, data: number): void {
    this.#dataLeft -= data;
    this.#paddingLeft -= count - data;
  }
}
