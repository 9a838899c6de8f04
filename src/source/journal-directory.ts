/** In the root of the tree while finalize works, and after it was interrupted; every verb that reads a tree asks for it. */
export const JOURNAL_DIRECTORY = '.stillroot-finalize';
