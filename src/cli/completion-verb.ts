/** `completion`: scripts that know everything from the tables, so that a shell starts the program only to look into an archive. */
import { StillrootError } from '../errors.ts';
import { type CompletedVerb, completedVerbs } from './completion.ts';
import { EXIT_OK } from './exit.ts';
import { defineVerb, type Program, type VerbModule, word } from './verb.ts';

/** A script for a shell. @param name of the program */
type Script = (name: string, verbs: readonly CompletedVerb[]) => string;

const SHELLS: Readonly<Record<string, () => Promise<Script>>> = {
  bash: async () => (await import('./completion-bash.ts')).bashScript,
  zsh: async () => (await import('./completion-zsh.ts')).zshScript,
  fish: async () => (await import('./completion-fish.ts')).fishScript,
};

/** `completion`, which knows the other verbs. */
export function completionVerb(program: Program): VerbModule {
  const shells = Object.keys(SHELLS);
  return defineVerb({
    positionals: {
      shell: word(`${shells.join(', ')} (default: that of $SHELL)`, { completes: () => shells }),
    },
    options: {},
    examples: [
      ['completion bash > /usr/share/bash-completion/completions/stillroot', 'for bash, as root'],
      ['completion bash > ~/.local/share/bash-completion/completions/stillroot', 'for one user'],
      ['completion zsh > /usr/local/share/zsh/site-functions/_stillroot', 'for zsh'],
      ['completion fish > ~/.config/fish/completions/stillroot.fish', 'for fish'],
    ],
    async run({ shell }, terminal) {
      const ofUser = terminal.env.SHELL?.split('/').at(-1) ?? '';
      const chosen = shell ?? (shells.includes(ofUser) ? ofUser : 'bash');
      const load = Object.hasOwn(SHELLS, chosen) ? SHELLS[chosen] : undefined;
      if (load === undefined) {
        throw new StillrootError(
          'usage',
          `unknown shell ${JSON.stringify(chosen)}, wanted ${shells.join(', ')}`,
          {
            where: 'completion',
          },
        );
      }
      const script = await load();
      terminal.out(script(program.name, await completedVerbs(program)));
      return EXIT_OK;
    },
  });
}
