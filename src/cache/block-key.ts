import { createHash, hash } from 'node:crypto';

/** What decides a block's bytes beside its content. */
export interface BlockRecipe {
  /** The archive profile: it stands for how the x86 filter is chosen and how a block is framed. */
  readonly profile: number;
  /** Name and version. */
  readonly encoder: string;
  readonly preset: number;
  /** Bytes. */
  readonly dictionary: number;
}

/** 32 bytes that stand for a block's raw bytes and for everything that decides what becomes of them. */
export function blockKey(recipe: BlockRecipe, raw: Uint8Array): Buffer {
  const { profile, encoder, preset, dictionary } = recipe;
  const settings = `stillroot block\nprofile ${profile}\nencoder ${encoder}\npreset ${preset}\ndictionary ${dictionary}\n`;
  return createHash('sha256').update(settings).update(hash('sha256', raw)).digest();
}
