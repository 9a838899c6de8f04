/** Whether only the right to set an owner or attribute was missing; EINVAL is an id that a user namespace does not map. */
export function isNotAllowed(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPERM' || code === 'EINVAL';
}
