/** What makes the shortcut impossible: the archive is none of ours, or ties blocks together in a way not followed here. */
export class NotFollowed extends Error {}

/** Content was asked for that lies in blocks which are not read. Caught where they are: all is done again with them. */
export class UnreadBlocks extends Error {
  /** Indexes by side. */
  readonly blocks: { readonly a: readonly number[]; readonly b: readonly number[] };

  constructor(blocks: UnreadBlocks['blocks']) {
    super('blocks have to be read');
    this.blocks = blocks;
  }
}
