import { indexDocument, indexImages, writeIndex } from '../app/index-images.ts';
import { FORCE_OPTION } from '../app/work-options.ts';
import { StillrootError } from '../errors.ts';
import { parseArchitecture, parseBaseUrl } from '../publish/images.ts';
import { parseRebuilders } from '../publish/statements.ts';
import { list, text } from '../settings/option.ts';
import { EXIT_OK } from './exit.ts';
import type { Outcome } from './verb.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule } from './verb.ts';

const POSITIONALS = {
  directory: requiredWord('Directory with images and their manifests', { completes: 'directory' }),
};
const OPTIONS = {
  baseUrl: text({
    option: 'base-url',
    group: 'Output',
    metavar: 'URL',
    text: 'Where the directory is published; required',
  }),
  architecture: text({
    option: 'architecture',
    group: 'Output',
    metavar: 'NAME',
    text: 'Architecture of images whose packages do not name theirs, by its dpkg name',
  }),
  rebuilder: list(
    {
      option: 'rebuilder',
      group: 'Output',
      metavar: 'NAME=KEYFILE',
      text: 'Name those who rebuilt an image, if IMAGE.NAME.link has a signature by this key; repeatable',
    },
    parseRebuilders,
  ),
  ...FORCE_OPTION,
};
type IndexArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const indexVerb: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    [
      'index images --base-url https://images.example/2026',
      'write index.html, and what a rebuilderd server takes',
    ],
    [
      'index images --base-url https://images.example/2026 --rebuilder frankfurt=frankfurt.pem --force',
      'write it again, and say which images that server had rebuilt',
    ],
  ],
  run: runIndex,
});

async function runIndex(args: IndexArguments): Promise<Outcome> {
  const { directory, baseUrl, architecture, rebuilder, force } = args;
  if (baseUrl === undefined) {
    throw new StillrootError('usage', 'is missing, wanted the URL of the directory', {
      where: '--base-url',
      hint: 'For example --base-url https://images.example/2026.',
    });
  }
  const base = parseBaseUrl(baseUrl, '--base-url');
  const wanted = {
    directory,
    base,
    architecture: architecture === undefined ? undefined : parseArchitecture(architecture, '--architecture'),
    rebuilders: rebuilder,
    force,
  };
  const index = indexImages(wanted);
  // Completion loads every verb, and must not load the renderer of pages.
  const { imageIndexPage, imageIndexReport } = await import('../report/image-index.ts');
  const files = writeIndex(wanted, index, imageIndexPage(index));
  return {
    status: EXIT_OK,
    document: () => indexDocument(wanted, index, files),
    report: () => imageIndexReport(index, files),
  };
}
