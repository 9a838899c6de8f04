/** A manifest is untrusted input: no part of it is used before all of it has been checked. */
import { StillrootError } from '../errors.ts';
import { parseJson } from '../json/parse-json.ts';
import { excerpt, ofShape, showPlace } from '../json/shape.ts';
import { MANIFEST_SCHEMA, type Manifest, manifestShape } from './manifest.ts';

/**
 * Maximum bytes of a manifest, 128 MiB: with --manifest-entries an entry takes about 300, enough for half a million.
 */
export const MANIFEST_BYTES_MAX: number = 128 * 1024 * 1024;

/** Parsed, 16 million values take half a gigabyte; an entry has some ten. */
const MANIFEST_VALUES_MAX = 16_000_000;

/** Manifests written by stillroot are six levels deep. */
const MANIFEST_DEPTH_MAX = 64;

/**
 * @param where name of the file, for messages
 * @throws manifest-malformed where a known key has the wrong kind of value, with its place
 * @throws manifest-version for a newer format
 */
export function parseManifest(text: string, where: string): Manifest {
  if (text.length > MANIFEST_BYTES_MAX) {
    throw malformed(where, `has ${text.length} characters, wanted at most ${MANIFEST_BYTES_MAX}`);
  }
  const most = { depth: MANIFEST_DEPTH_MAX, values: MANIFEST_VALUES_MAX };
  const document = parseJson(text, most, (_kind, what, cause) => malformed(where, what, cause));
  if (!isObject(document)) throw malformed(where, `found ${excerpt(document)}, wanted an object`);
  checkSchema(document, where);
  return ofShape(manifestShape, document, ({ place, found, wanted }) => {
    const key = showPlace(place);
    return malformed(key === '' ? where : `${where}: ${key}`, `found ${excerpt(found)}, wanted ${wanted}`);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Checked first: in another format nothing else has a known meaning. */
function checkSchema({ schema, manifest_version }: Record<string, unknown>, where: string): void {
  if (schema === MANIFEST_SCHEMA) return;
  const [, version] = (typeof schema === 'string' && /^stillroot\/manifest\/(\d{1,9})$/.exec(schema)) || [];
  if (version !== undefined) {
    throw new StillrootError('manifest-version', `has the format ${schema}, wanted ${MANIFEST_SCHEMA}`, {
      where,
      hint: 'Read it with the version of stillroot that wrote it, or a newer one.',
    });
  }
  if (schema === undefined && manifest_version !== undefined) {
    throw new StillrootError('manifest-malformed', 'is a mkosi manifest, wanted a stillroot manifest', {
      where,
      hint: 'Use the manifest that stillroot pack wrote.',
    });
  }
  throw malformed(`${where}: schema`, `found ${excerpt(schema)}, wanted "${MANIFEST_SCHEMA}"`);
}

function malformed(where: string, what: string, cause?: unknown): StillrootError {
  return new StillrootError('manifest-malformed', what, {
    where,
    hint: 'Name a manifest that stillroot pack wrote beside an image.',
    cause,
  });
}
