/** How two trees differ, in the same words wherever two are compared: trees, archives, manifests. */

/**
 * What can differ about one path. `presence`: one side lacks the path; `type`: both have it, as different things, and
 * nothing else is compared; `links`: which names share one inode; `attributes`: extended attributes, with capabilities
 * and access lists.
 */
export const FIELDS = [
  'presence',
  'type',
  'content',
  'target',
  'device',
  'mode',
  'owner',
  'mtime',
  'links',
  'attributes',
] as const;

export type Field = (typeof FIELDS)[number];

/** One field of one path in which two sides differ. */
export interface Delta<Side> {
  readonly path: string;
  readonly field: Field;
  /** Undefined where the side lacks the path. */
  readonly a: Side | undefined;
  readonly b: Side | undefined;
}
