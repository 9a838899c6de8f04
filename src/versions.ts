/** What decides output bytes, by version. */

/** The archive profile; see README. A change that moves bytes for the same input raises it. */
export const PROFILE = 1;

export { toolVersion } from './tool-version.ts';
