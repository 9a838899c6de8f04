import { documentText } from '../json/document.ts';
import { EXIT_OK } from './exit.ts';
import { defineVerb, type VerbModule } from './verb.ts';
import { versionDocument, versionText } from './version.ts';

/** For help and completion; run-program.ts answers without loading it. */
export const version: VerbModule = defineVerb({
  positionals: {},
  options: {},
  examples: [
    [
      'version',
      'stillroot, its profile and its encoders: everything besides the input that decides output bytes',
    ],
  ],
  run({ json }, terminal) {
    terminal.out(json ? documentText(versionDocument()) : `${versionText()}\n`);
    return EXIT_OK;
  },
});
