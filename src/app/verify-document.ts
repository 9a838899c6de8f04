/** What `verify` found, as a JSON document: documents/verify.ts. */
import type { VerifyDocument } from '../documents/verify.ts';
import { documentSeconds } from '../json/document.ts';
import type { Verification } from '../verify/verification.ts';

/** A file has to be the same file; of a directory there is no more than the tree. */
export function isMatch({ level, file }: Verification): boolean {
  return level === 'file' || (file === undefined && level === 'tree');
}

export function verifyDocument(
  names: { readonly manifest: string; readonly file: string },
  found: Verification,
  seconds: number,
): VerifyDocument {
  const { level, ...rest } = found;
  return {
    schema: 'stillroot/verify/1',
    manifest: names.manifest,
    source: names.file,
    same: isMatch(found),
    level,
    ...rest,
    seconds: documentSeconds(seconds),
  };
}
