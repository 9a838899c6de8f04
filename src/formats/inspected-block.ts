/** How a finished block from elsewhere is compared with what it should hold, without decoding it. */
import type { WholeBlock } from './block-thread.ts';

/** What a block must match. */
export interface WantedContent {
  /** Its content. */
  readonly raw: Uint8Array;
  /** Bytes that its encoder looks back. */
  readonly dictionary: number;
}

/** @returns why it is not the block of this content, as a clause about "it"; undefined where nothing differs */
export type InspectBlock = (block: WholeBlock, wanted: WantedContent) => string | undefined;
