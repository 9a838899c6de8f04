/** The extended attributes that a manifest records, of a tree that is compared with it. */
import { attributeSettings, whyNoName, whyNoValue } from '../normalize/attributes.ts';
import { rowOf } from '../pack/formats.ts';
import type { Source } from '../source/source.ts';
import { type Attributes, addsNothing, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import type { Manifest } from './manifest.ts';

/**
 * Reads those of an entry, sorted by name.
 *
 * @param isImage whether the source is an image, of which all attributes count: in a directory those that the policies of
 *   the manifest leave out do not
 * @returns undefined where the archive of the manifest holds none
 */
export function recordedAttributes(
  { settings: { effective } }: Manifest,
  source: Source,
  isImage: boolean,
): ((entry: Entry) => Attributes) | undefined {
  if (!rowOf(effective.format).writer.holdsAttributes) return undefined;
  const settings = attributeSettings(new Map(Object.entries(effective.policies)));
  const isRecorded = (name: string): boolean => isImage || whyNoName(name, settings) === undefined;
  return (entry) => {
    const found = source.attributesOf?.(entry, isRecorded) ?? NO_ATTRIBUTES;
    if (found.size === 0) return NO_ATTRIBUTES;
    const recorded = [...found].filter(
      ([name, value]) =>
        !addsNothing(name, value) && (isImage || whyNoValue(name, value, false) === undefined),
    );
    return new Map(recorded.sort(([a], [b]) => (a < b ? -1 : 1)));
  };
}
