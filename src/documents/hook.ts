/** What `stillroot hook BUILDER --json` prints: how one image builder calls finalize. */
import { type Infer, listOf, object, oneOf, optional, text } from '../json/shape.ts';
import { jsonDocument, orNull } from './common.ts';

/** Also part of the list of builders. */
const builder = {
  id: text('As on the command line.'),
  builder: text('The builder and its versions, for people.'),
};

const TRIED = 'What ran, and what follows documentation only.';

export const hook = jsonDocument(
  'stillroot/hook/1',
  'stillroot hook',
  'What `stillroot hook BUILDER --json` prints: how one image builder calls finalize. More keys may be added.',
  {
    ...builder,
    place: text('What to do with the text.'),
    language: oneOf(['sh', 'yaml', 'bitbake'], 'Language of the text.'),
    interpreter: optional(text('First line of the text where that is a program of its own.')),
    text: text('What stillroot hook BUILDER prints: the script or lines to paste, with comments.'),
    short: text('What stillroot hook BUILDER --short prints: only the lines to paste, without comments.'),
    settings: optional(object({ file: text('Another file.'), text: text('Lines that belong there.') })),
    adds: optional(text('What the hook adds to what the builder itself does for reproducibility.')),
    notes: listOf(text(), 'How the builder calls it.'),
    irreproducible: listOf(text(), "Where the builder's own output differs from one build to the next."),
    archive: text('How to get an archive that depends on the tree alone.'),
    example: text('From nothing to the image, in sh.'),
    trial: object({
      versions: listOf(text(), 'Versions of all that took part.'),
      circumstances: listOf(text(), 'How the two builds of a pair differed, and what could not run.'),
      commands: text('What was run, in sh.'),
      rows: listOf(
        object({
          of: text('An output of the builder.'),
          without: text('First twelve digits of its SHA-256 in two builds without the hook.'),
          with: text('The same with the hook; empty where it was not built.'),
        }),
      ),
    }),
    tried: text(TRIED),
  },
);

export type HookDocument = Infer<typeof hook>;

/** What `stillroot hook --json` prints: the image builders that are known. */
export const hooks = jsonDocument(
  'stillroot/hooks/1',
  'stillroot hook, the list',
  'What `stillroot hook --json` prints: the image builders that are known. More keys may be added.',
  {
    singleFile: orNull(text(), 'Path of stillroot-finalize.mjs; null in a checkout that has not been built.'),
    hooks: listOf(
      object({
        ...builder,
        triedWith: text('The builder of the trial, with its version.'),
        tried: text(TRIED),
      }),
    ),
  },
);

export type HooksDocument = Infer<typeof hooks>;
