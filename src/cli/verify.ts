import { imageAndManifest } from '../app/image-and-manifest.ts';
import { readManifestFile } from '../app/manifest-file.ts';
import { verifyDocument, verifyImage } from '../app/verify-image.ts';
import { READ_OPTIONS } from '../app/work-options.ts';
import { verifyReport } from '../report/verify.ts';
import { isMatch } from '../verify/verification.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { readOptions } from './reading.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule, word } from './verb.ts';

const POSITIONALS = {
  manifest: requiredWord('Manifest that pack wrote beside an image, or that image', { completes: 'input' }),
  file: word('The image, or a directory that was finalized; if omitted, the one beside it', {
    completes: 'input',
  }),
};
type VerifyArguments = Arguments<typeof POSITIONALS, typeof READ_OPTIONS>;

export const verify: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: READ_OPTIONS,
  examples: [
    ['verify rootfs.cpio.xz', 'with the manifest beside it; exit status 1 if it is a different file'],
    ['verify m.json again.cpio.zst', 'reports how far they agree, and what differs'],
  ],
  run: runVerify,
});

async function runVerify(args: VerifyArguments, terminal: Terminal): Promise<Outcome> {
  const started = performance.now();
  const options = readOptions(args, terminal);
  const names = imageAndManifest(args.manifest, args.file);
  const { manifest } = readManifestFile(names.manifest);
  const found = await verifyImage(manifest, names.file, options);
  const seconds = (performance.now() - started) / 1000;
  return {
    status: isMatch(found) ? EXIT_OK : EXIT_DIFFERS,
    document: () => verifyDocument(names, found, seconds),
    report: () => verifyReport({ ...names, verbose: args.verbose }, manifest, found),
  };
}
