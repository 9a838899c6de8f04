/**
 * JSON as Go's json.MarshalIndent writes it with two spaces, so that documents are byte for byte those of stmgr.
 * Differs from JSON.stringify in characters that mean something to HTML or JavaScript.
 */
export function goJson(value: object): string {
  return JSON.stringify(value, null, 2).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
