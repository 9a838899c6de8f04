/**
 * What `finalize` does to a tree on disk, one step each. A list of them is carried out in its order, and
 * carrying it out again from any point on ends in the same tree; that is what makes an interrupted run
 * harmless. Paths are byte strings relative to the root.
 */
export type Operation =
  /** A directory or file of whoever runs, made writable to him; its mode follows with `set`. */
  | { readonly do: 'unlock'; readonly path: string; readonly mode: number }
  | { readonly do: 'remove'; readonly path: string; readonly isDirectory: boolean }
  | { readonly do: 'directory'; readonly path: string }
  | { readonly do: 'symlink'; readonly path: string; readonly target: string }
  /** A staged file takes the name; what had it before keeps its content under its other names, if any. */
  | { readonly do: 'write'; readonly path: string; readonly staged: Staged }
  /** The file gets the content of a staged one, and so do all its names. */
  | { readonly do: 'fill'; readonly path: string; readonly staged: Staged; readonly names?: Names }
  /** The path becomes one more name of the file `to`. */
  | { readonly do: 'relink'; readonly path: string; readonly to: string }
  /** Metadata. The path '' is the root. */
  | {
      readonly do: 'set';
      readonly path: string;
      readonly names?: Names;
      readonly owner?: readonly [uid: number, gid: number];
      readonly mode?: number;
      /** Whole seconds since 1970. */
      readonly mtime?: number;
    };

/**
 * All names that the file had inside the tree, where it had several. What has a name beside them is not
 * changed: that name may lie outside.
 */
export type Names = readonly string[];

/** A file of the journal's directory that holds a new content. */
export interface Staged {
  readonly number: number;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 in hex: a journal that outlived a crash of the machine may be more complete than its files. */
  readonly sha256: string;
}
