import type { ImageFiles } from '../packages/repositories/repository.ts';
import type { Plan } from '../plan/plan.ts';
import { pathFromBytes } from '../tree/path.ts';

/** Lists of repositories and os-release: real ones have a few kilobytes. What is larger is none. */
const MAX_TEXT = 1024 * 1024;

/** The files of an image that a Plan makes, as they will be. */
export function imageFiles(plan: Plan): ImageFiles {
  return {
    read: (path) => {
      const content = plan.finalContent(path, MAX_TEXT);
      return content === undefined ? undefined : pathFromBytes(content);
    },
    list: (directory) => plan.finalNames(directory),
  };
}
