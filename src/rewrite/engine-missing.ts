/** What a normalizer needs is no part of this copy of stillroot. The message is a clause for users. */
export class EngineMissing extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'EngineMissing';
  }
}
