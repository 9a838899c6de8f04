import { StillrootError } from '../../errors.ts';
import { XZ_ENCODER } from '../encoders.ts';
import { installedEncoder, loadLzmaPackage } from './lzma-package.ts';

/**
 * The encoder determines the output bytes, so profile 1 pins its exact version: the LZMA2 encoder of
 * another release may find other matches. `test/formats/xz/encoder.test.ts` pins its bytes.
 */
const { name: ENCODER_NAME, version: ENCODER_VERSION } = XZ_ENCODER;

/**
 * Bytes that one call hands to the encoder. A call runs on the thread that makes it: 64 KiB takes up to a
 * tenth of a second, and with 16 MiB in one call a thread could not be stopped for many seconds.
 */
const SLICE_BYTES = 64 * 1024;

/** Fails unless the installed encoder is the one pinned by the archive profile. Call once a run. */
export function assertEncoder(installed: ReturnType<typeof installedEncoder> = installedEncoder()): void {
  for (const version of [installed.version, installed.nativeVersion]) {
    if (version === undefined || version === ENCODER_VERSION) continue;
    throw new StillrootError(
      'internal',
      `version ${version} is installed, the archive profile needs ${ENCODER_VERSION}`,
      {
        where: ENCODER_NAME,
        hint: 'Another version may write other bytes. Reinstall stillroot with its lock file.',
      },
    );
  }
}

/**
 * Raw LZMA2 data of `bytes`, with its end marker.
 * @param preset 0..9
 * @param dictionary bytes, 4 KiB..64 MiB
 * @returns consecutive pieces
 */
export async function encodeLzma2(
  bytes: Uint8Array,
  preset: number,
  dictionary: number,
): Promise<Uint8Array[]> {
  const { Lzma2Compressor } = await loadLzmaPackage();
  const compressor = new Lzma2Compressor({ preset, dictSize: dictionary });
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += SLICE_BYTES) {
    const piece = compressor.update(bytes.subarray(from, from + SLICE_BYTES));
    // The encoder hands out views of its own memory; a copy lets it be freed.
    if (piece.length > 0) pieces.push(new Uint8Array(piece));
  }
  pieces.push(new Uint8Array(await compressor.finish()));
  return pieces;
}
