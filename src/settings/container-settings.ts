/**
 * Settings of container images: their names, what a container runs by default, and how the layer is compressed. They are
 * rows of the table in settings.ts, and apply only where an image is written.
 */
import { StillrootError } from '../errors.ts';
import { parseReference } from '../formats/oci/build-image.ts';
import { exposedPort, isAbsolutePath, isSignal, isUser, isVariable } from '../formats/oci/config-values.ts';
import { type GivenConfig, givenConfigShape } from '../formats/oci/given-config.ts';
import * as shape from '../json/shape.ts';
import { excerpt } from '../json/shape.ts';
import { isContainerImage, LAYER_COMPRESSIONS, type LayerCompression } from '../pack/formats.ts';
import { list, type Option, optionalChoice, parsed, text } from './option.ts';
import { type Setting, setting } from './setting.ts';

const GROUP = 'Container image';

/** A setting that is recorded unchanged, in the manifest of a container image. */
function ofImage<T>(option: Option<T | undefined>, recorded: shape.Shape<T>): ImageSetting<T> {
  return {
    step: 'archive',
    option,
    resolve: (typed) => typed,
    shape: shape.optional(recorded),
    record: (value) => value,
    restore: (value) => value,
    applies: isContainerImage,
  };
}

type ImageSetting<T> = Setting<T | undefined, T | undefined, T | undefined>;

function oneText(
  words: { readonly option: string; readonly metavar: string; readonly text: string },
  isValid: (text: string) => boolean,
  wanted: string,
): ImageSetting<string> {
  const parse = (given: string | undefined, where: string): string | undefined => {
    if (given === undefined) return undefined;
    requireCharacters([given], where);
    if (isValid(given)) return given;
    throw invalid(given, wanted, where);
  };
  return ofImage(parsed({ ...words, group: GROUP }, parse), shape.text());
}

/** Undefined where the option is not given, so that an option without a value cannot be confused with an empty list. */
function texts(
  words: {
    readonly option: string;
    readonly metavar: string;
    readonly text: string;
  },
  parse: (given: string, where: string) => string,
): ImageSetting<readonly string[]> {
  const option = list<readonly string[] | undefined>({ ...words, group: GROUP }, (given, where) => {
    requireCharacters(given, where);
    return given.length === 0 ? undefined : given.map((each) => parse(each, where));
  });
  return ofImage(option, shape.listOf(shape.text()));
}

export const CONTAINER_SETTINGS = {
  /** Names by which programs know the loaded image. */
  tags: texts(
    { option: 'tag', metavar: 'NAME[:TAG]', text: 'Name of the image; repeatable' },
    (given, where) => {
      const reference = parseReference(given);
      if (reference !== undefined) return reference.text;
      throw invalid(given, 'a name in lower case, such as example/app:1.0', where);
    },
  ),
  /** Compression of the layer, which is part of `format`. Default: gzip, which every program reads. */
  layerCompression: setting<LayerCompression | undefined, undefined, LayerCompression | undefined>({
    step: 'archive',
    option: optionalChoice(
      {
        ...{ option: 'layer-compression', group: GROUP, metavar: 'HOW' },
        text: 'Compression of the layer; gzip if not given',
      },
      LAYER_COMPRESSIONS,
    ),
    resolve: () => undefined,
    shape: shape.optional(shape.oneOf(LAYER_COMPRESSIONS, 'Never present: it is part of `format`.')),
    record: () => undefined,
    restore: () => undefined,
  }),
  /** A configuration that the other options change. */
  ociConfig: setting<string | undefined, GivenConfig | undefined, GivenConfig | undefined>({
    step: 'archive',
    option: text({
      option: 'oci-config',
      group: GROUP,
      metavar: 'FILE',
      completes: 'small-input',
      text: 'Configuration of another image, or its part "config", as JSON; other options change it',
    }),
    resolve: (path, { readImageConfig }) => (path === undefined ? undefined : readImageConfig(path)),
    shape: shape.optional(shape.about('What --oci-config gave.', givenConfigShape)),
    record: (config) => config,
    restore: (config) => config,
    applies: isContainerImage,
  }),
  entrypoint: words('entrypoint', 'Program of the container, a word each; repeatable, or one JSON list'),
  cmd: words('cmd', 'Arguments of the program, a word each; repeatable, or one JSON list'),
  /** By name. In the image, those that are new come last, sorted by name. */
  env: pairs('env', 'NAME=VALUE', 'Environment variable; repeatable', isVariable),
  user: oneText(
    { option: 'user', metavar: 'USER[:GROUP]', text: 'User, by name or number' },
    isUser,
    'a user, or USER:GROUP',
  ),
  workdir: oneText(
    { option: 'workdir', metavar: 'PATH', text: 'Working directory' },
    isAbsolutePath,
    'an absolute path',
  ),
  labels: pairs('label', 'KEY=VALUE', 'Label; repeatable', (text) => /^[^=\0][^\0]*$/.test(text)),
  expose: texts(
    { option: 'expose', metavar: 'PORT[/PROTOCOL]', text: 'Port on which the program listens; repeatable' },
    (given, where) => {
      const port = exposedPort(given);
      if (port !== undefined) return port;
      throw invalid(given, 'a port from 1 to 65535, such as 8080 or 53/udp', where);
    },
  ),
  stopSignal: oneText(
    { option: 'stop-signal', metavar: 'SIGNAL', text: 'Signal that stops the container' },
    isSignal,
    'a signal, such as SIGINT or 2',
  ),
};

/** Texts by name; the last one of a name counts. */
function pairs(
  option: string,
  metavar: string,
  about: string,
  isValid: (pair: string) => boolean,
): Setting<TextByName | undefined, TextByName | undefined, Readonly<Record<string, string>> | undefined> {
  const parse = (given: readonly string[], where: string): TextByName | undefined => {
    if (given.length === 0) return undefined;
    requireCharacters(given, where);
    return new Map(
      given.map((pair) => {
        const at = pair.indexOf('=');
        if (at < 1 || !isValid(pair)) throw invalid(pair, metavar, where);
        return [pair.slice(0, at), pair.slice(at + 1)] as const;
      }),
    );
  };
  return {
    step: 'archive',
    option: list({ option, group: GROUP, metavar, pairs: '=', text: about }, parse),
    resolve: (typed) => typed,
    shape: shape.optional(shape.recordOf(shape.text())),
    record: (value) => value && Object.fromEntries(value),
    restore: (recorded) => recorded && new Map(Object.entries(recorded)),
    applies: isContainerImage,
  };
}

type TextByName = ReadonlyMap<string, string>;

/** Words of a command: a shell is not involved, so nothing here takes one text apart. */
function words(option: string, about: string): ImageSetting<readonly string[]> {
  const parse = (given: readonly string[], where: string): readonly string[] | undefined => {
    const [first] = given;
    if (first === undefined) return undefined;
    requireCharacters(given, where);
    if (given.length > 1 || !first.startsWith('[')) {
      if (given.length === 1 && /\s/.test(first)) {
        const example = JSON.stringify(first.trim().split(/\s+/));
        const wanted = `one word, or a JSON list such as ${example}`;
        throw invalid(first, wanted, where);
      }
      return given;
    }
    const found = jsonOf(first);
    const listed = shape.listOf(shape.text());
    if (found === undefined || listed.check(found) !== undefined) {
      throw invalid(first, 'a JSON list of texts, such as ["/bin/app","--verbose"]', where);
    }
    requireCharacters(found as readonly string[], where);
    return found as readonly string[];
  };
  return ofImage(
    list({ option, group: GROUP, metavar: 'WORD', text: about }, parse),
    shape.listOf(shape.text()),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Fails for a text that an image cannot hold: its documents are UTF-8. Bytes of the command line that are not have become
 * U+FFFD when they get here, so a text with that character may have been another one.
 */
function requireCharacters(texts: readonly string[], where: string): void {
  const found = texts.find((text) => /[\uFFFD\p{Cs}]/u.test(text));
  if (found === undefined) return;
  throw new StillrootError('usage', `found ${excerpt(found)}, wanted text in UTF-8`, {
    where,
    hint: 'The configuration of an image holds no other bytes. U+FFFD itself can be given with --oci-config.',
  });
}

function invalid(given: string, wanted: string, where: string): StillrootError {
  return new StillrootError('usage', `invalid value ${excerpt(given)}, wanted ${wanted}`, { where });
}
