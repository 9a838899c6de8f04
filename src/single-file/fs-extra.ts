/** In place of the package fs-extra: the calls that are made of it, and no more. */
import { close, fstat, open, read, stat } from 'node:fs';
import { promisify } from 'node:util';

const calls: {
  readonly close: typeof close.__promisify__;
  readonly fstat: typeof fstat.__promisify__;
  readonly open: typeof open.__promisify__;
  readonly read: typeof read.__promisify__;
  readonly stat: typeof stat.__promisify__;
} = {
  close: promisify(close),
  fstat: promisify(fstat),
  open: promisify(open),
  read: promisify(read),
  stat: promisify(stat),
};

export default calls;
