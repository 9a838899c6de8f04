import { setFlagsFromString } from 'node:v8';

/**
 * Turns V8's middle compiler off, for all threads of this process; to be called before anything runs often.
 *
 * With it, on a machine with more work than processors, one in seventy runs computed a wrong check of correct data, in
 * Node 24.21: the loop of CRC64, replaced while it ran. Node knows crashes of the kind (issue 64841 of nodejs/node), in
 * code that nobody can tell beforehand. It costs a tenth of the time of an uncompressed output.
 */
export function doWithoutMaglev(): void {
  setFlagsFromString('--no-maglev');
}
