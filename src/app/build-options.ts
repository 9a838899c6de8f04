/** Options of the verbs that build trees or attest images; the other verbs need not load what these import. */
import { PACK_ATTESTATIONS, REPRODUCE_ATTESTATIONS } from '../attest/names.ts';
import { parseBuilders, parseMirrors } from '../bootstrap/allowed.ts';
import { PRESETS } from '../bootstrap/builders.ts';
import { StillrootError } from '../errors.ts';
import { list, optionalChoice, text } from '../settings/option.ts';

const REQUESTS = PRESETS.map(({ id, argument }) => `${id}:${argument}`).join(', ');

export const BOOTSTRAP_OPTIONS = {
  bootstrap: text({
    option: 'bootstrap',
    group: 'Bootstrap',
    metavar: 'COMMAND',
    completes: () => PRESETS.map(({ id }) => `${id}:`),
    text: `Build the tree with this command ({root} is its directory), or with ${REQUESTS}`,
  }),
  bootstrapEnv: list({
    option: 'bootstrap-env',
    group: 'Bootstrap',
    metavar: 'NAME[=VALUE]',
    text: 'Variable for that command: NAME=VALUE, or NAME to pass on your own; repeatable',
  }),
};

/** For machines that rebuild the images of others. */
export const ALLOW_OPTIONS = {
  allowBuilder: list(
    {
      option: 'allow-builder',
      group: 'Bootstrap',
      metavar: 'BUILDER',
      completes: () => PRESETS.map(({ id }) => id),
      text: 'Run only recorded requests for this builder, not recorded commands; repeatable',
    },
    parseBuilders,
  ),
  allowMirror: list(
    {
      option: 'allow-mirror',
      group: 'Bootstrap',
      metavar: 'URL',
      text: 'With --allow-builder: an archive that a request may name; repeatable',
    },
    parseMirrors,
  ),
  allowPath: list({
    option: 'allow-path',
    group: 'Bootstrap',
    metavar: 'DIRECTORY',
    text: 'With --allow-builder: a directory whose files a request may name; repeatable',
  }),
};

export const ATTEST_OPTIONS = {
  attest: optionalChoice(
    {
      option: 'attest',
      group: 'Manifest and provenance',
      metavar: 'KIND',
      text: 'Write provenance to be signed (in-toto)',
    },
    PACK_ATTESTATIONS,
  ),
  builderId: text({
    option: 'builder-id',
    group: 'Manifest and provenance',
    metavar: 'URI',
    text: 'URI that identifies the builder in the provenance',
  }),
};

export const OS_PACKAGE_OPTIONS = {
  ospkg: text({
    option: 'ospkg',
    group: 'OS package',
    metavar: 'LABEL',
    text: 'Write an OS package (.zip) for stboot with this label',
  }),
  kernel: text({
    option: 'kernel',
    group: 'OS package',
    metavar: 'FILE',
    completes: 'input',
    text: 'Kernel of the OS package',
  }),
  cmdline: text({
    option: 'cmdline',
    group: 'OS package',
    metavar: 'TEXT',
    text: 'Kernel command line',
  }),
  ospkgUrl: text({
    option: 'ospkg-url',
    group: 'OS package',
    metavar: 'URL',
    text: 'Download URL of the OS package, for stboot',
  }),
};

export const REBUILD_ATTEST_OPTION = {
  attest: list(
    {
      option: 'attest',
      group: 'Manifest and provenance',
      metavar: 'KIND',
      text: 'Write an attestation of the result: link (in-toto, as rebuilderd does) or test-result; repeatable',
    },
    (given, where) =>
      given.map((kind) => {
        const found = REPRODUCE_ATTESTATIONS.find((each) => each === kind);
        if (found !== undefined) return found;
        const wanted = REPRODUCE_ATTESTATIONS.join(' or ');
        throw new StillrootError('usage', `invalid value ${JSON.stringify(kind)}, wanted ${wanted}`, {
          where,
        });
      }),
  ),
};
