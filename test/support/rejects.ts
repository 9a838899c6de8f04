import * as assert from 'uvu/assert';
import { type ErrorCode, StillrootError } from '../../src/errors.ts';

/** The work must fail with a StillrootError of this code whose message is so. */
export async function rejects(
  work: () => unknown,
  code: ErrorCode,
  message: RegExp = /./,
): Promise<StillrootError> {
  const error = await (async () => work())().then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof StillrootError)) {
    const shown = error instanceof Error ? error.stack : String(error);
    throw new Error(`wanted ${code}, found ${shown}`);
  }
  assert.is(error.code, code, error.message);
  assert.match(error.message, message);
  return error;
}
