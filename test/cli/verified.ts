/** Images and what `verify` says about them, for its tests. */
import * as assert from 'uvu/assert';
import type { VerifyDocument } from '../../src/documents/verify.ts';
import { run } from '../support/test-terminal.ts';

/** Packs at the quickest level, where no other is asked for. @returns where the image is */
export async function packed(from: string, to: string, ...args: string[]): Promise<string> {
  const level = args.includes('--level') ? [] : ['--level', '0'];
  const { status, stderr } = await run(['pack', from, '-o', to, '--force', ...level, ...args]);
  assert.is(status, 0, stderr);
  return to;
}

/** The document; its verdict must be that of the exit status. */
export async function verified(file: string, manifest: string): Promise<VerifyDocument> {
  const { status, stdout, stderr } = await run(['verify', manifest, file, '--json']);
  assert.is(stderr, '');
  const document = JSON.parse(stdout) as VerifyDocument;
  assert.is(status, document.same ? 0 : 1);
  return document;
}
