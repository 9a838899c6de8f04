/**
 * Statements of rebuilders: signed in-toto links (specification 0.9, 4.4), as a rebuilderd worker writes one for each image
 * that came out the same. `rebuildctl pkgs attestation` fetches it; beside the image it is called IMAGE.NAME.link.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { parseJson } from '../json/parse-json.ts';
import { showText } from '../text/format.ts';

export interface Rebuilder {
  /** As the page shows it, and as it occurs in the names of files. */
  readonly name: string;
  readonly key: KeyObject;
}

/** A link of one image has some 2 KiB. */
const STATEMENT_BYTES_MAX = 1024 ** 2;
const STATEMENT_SIZE = { depth: 32, values: 10_000 };
const KEY_BYTES_MAX = 16 * 1024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * @param given `NAME=FILE`, with an Ed25519 public key in PEM
 * @throws StillrootError `usage`, `source-unreadable`
 */
export function parseRebuilders(given: readonly string[], where: string): readonly Rebuilder[] {
  const found = given.map((text) => {
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(equals, 0));
    if (!NAME.test(name) || equals === text.length - 1) {
      throw new StillrootError('usage', `invalid value ${JSON.stringify(text)}, wanted NAME=KEYFILE`, {
        where,
        hint: 'NAME has letters, digits, dots, hyphens and underscores; KEYFILE is a public key in PEM.',
      });
    }
    return { name, key: readKey(text.slice(equals + 1)) };
  });
  const names = found.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return found;
  throw new StillrootError('usage', `names ${JSON.stringify(twice)} twice`, {
    where,
    hint: 'Give each rebuilder a name of its own.',
  });
}

function readKey(path: string): KeyObject {
  const refuse = (what: string, cause?: unknown): StillrootError =>
    new StillrootError('source-unreadable', what, {
      where: showText(path),
      hint: 'rebuilderd --derive-pubkey rebuilderd.sign.key prints that of a server.',
      cause,
    });
  const text = readBounded(path, KEY_BYTES_MAX);
  if (text === undefined) throw refuse('no such file');
  if (text.includes('PRIVATE KEY')) throw refuse('is a private key, wanted the public one');
  let key: KeyObject;
  try {
    key = publicKey(text);
  } catch (cause) {
    throw refuse('is no public key in PEM', cause);
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw refuse(`is a key of type ${key.asymmetricKeyType}, wanted ed25519`);
}

const PEM = /^-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/;
/** Algorithm Ed25519 with parameters NULL, which rebuilderd writes and RFC 8410 does not allow, and without any. */
const WITH_NULL = Buffer.from('302c300706032b65700500032100', 'hex');
const WITHOUT = Buffer.from('302a300506032b6570032100', 'hex');

function publicKey(text: string): KeyObject {
  const der = Buffer.from(PEM.exec(text)?.[1] ?? '', 'base64');
  if (!der.subarray(0, WITH_NULL.length).equals(WITH_NULL)) return createPublicKey(text);
  const right = Buffer.concat([WITHOUT, der.subarray(WITH_NULL.length)]);
  return createPublicKey({ key: right, format: 'der', type: 'spki' });
}

/**
 * The rebuilders whose statement lies beside the image, sorted by name.
 *
 * @param path of the image
 * @throws StillrootError `attestation-refused` for a statement that the rebuilder did not sign, or about another image
 */
export function rebuildersOf(
  path: string,
  image: { readonly name: string; readonly digest: string },
  rebuilders: readonly Rebuilder[],
): readonly string[] {
  return rebuilders
    .filter(({ name, key }) => {
      const file = `${path}.${name}.link`;
      const text = readBounded(file, STATEMENT_BYTES_MAX);
      if (text === undefined) return false;
      const problem = problemOf(text, image, key, file);
      if (problem === undefined) return true;
      throw new StillrootError('attestation-refused', problem, {
        where: showText(file),
        hint: `Fetch it again, or remove it; the key is that of --rebuilder ${name}.`,
      });
    })
    .map(({ name }) => name)
    .sort();
}

/** @returns a clause; undefined where the rebuilder states that it made this image */
function problemOf(
  text: string,
  image: { readonly name: string; readonly digest: string },
  key: KeyObject,
  where: string,
): string | undefined {
  const block = asObject(
    parseJson(
      text,
      STATEMENT_SIZE,
      (_, what, cause) => new StillrootError('attestation-refused', what, { where: showText(where), cause }),
    ),
  );
  const signed = asObject(block?.signed);
  const signatures = Array.isArray(block?.signatures) ? block.signatures : [];
  if (signed?._type !== 'link') return 'is no in-toto link';
  const bytes = Buffer.from(signedJson(signed), 'utf8');
  const isSigned = signatures.some((each) => {
    const { sig } = asObject(each) ?? {};
    return (
      typeof sig === 'string' &&
      /^[0-9a-f]{128}$/.test(sig) &&
      verify(null, bytes, key, Buffer.from(sig, 'hex'))
    );
  });
  if (!isSigned) return 'has no signature by this key';
  const products = asObject(signed.products) ?? {};
  const product = asObject(products[image.name] ?? products[encodeURIComponent(image.name)]);
  if (product === undefined) return `is not about ${showText(image.name)}`;
  return `sha256:${String(product.sha256)}` === image.digest
    ? undefined
    : 'is about an image with another digest';
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** Canonical JSON as in-toto signs it: keys in order, no blanks, in strings only quote and backslash escaped. */
export function signedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(signedJson).join()}]`;
  const object = asObject(value);
  if (object !== undefined) {
    const items = Object.keys(object).sort();
    return `{${items.map((name) => `${signedJson(name)}:${signedJson(object[name])}`).join()}}`;
  }
  return typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : JSON.stringify(value);
}

/** @returns undefined where there is no such file */
function readBounded(path: string, limit: number): string | undefined {
  const refuse = (what: string, cause?: unknown): StillrootError =>
    new StillrootError('source-unreadable', what, {
      where: showText(path),
      hint: 'Name or put there a file that you can read, or remove it.',
      cause,
    });
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (stats.isFile() && stats.size <= limit) return readFileSync(path, 'utf8');
  } catch (cause) {
    throw refuse(`cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
  throw refuse(`is no file of at most ${limit} bytes`);
}
