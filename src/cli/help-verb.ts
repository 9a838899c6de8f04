import { StillrootError } from '../errors.ts';
import { didYouMean } from '../rules/suggest.ts';
import { flag } from '../settings/option.ts';
import { EXIT_OK } from './exit.ts';
import { programHelp, verbHelp } from './help.ts';
import { defineVerb, type Program, type VerbModule, verbName, word } from './verb.ts';

/** `help`, which knows the other verbs. */
export function helpVerb(program: Program): VerbModule {
  const { name, verbs } = program;
  const names = verbs.map(verbName);
  return defineVerb({
    positionals: {
      command: word('The command to explain; if omitted, all are listed', { completes: () => names }),
    },
    options: {
      manual: flag({ option: 'manual', group: 'Output', text: 'Print the manual page, for man -l -' }),
    },
    examples: [
      ['help pack', 'the arguments and options of pack'],
      ['help --manual | man -l -', 'the manual page'],
    ],
    async run({ command, manual }, terminal) {
      if (manual) {
        const { manualPage } = await import('./manual.ts');
        terminal.out(await manualPage(program));
        return EXIT_OK;
      }
      if (command === undefined) {
        terminal.out(programHelp(program, terminal.columns));
        return EXIT_OK;
      }
      const verb = verbs.find((each) => verbName(each) === command);
      if (verb === undefined) {
        throw new StillrootError('usage', `unknown command ${JSON.stringify(command)}`, {
          hint: didYouMean(command, names, 'commands'),
        });
      }
      terminal.out(verbHelp(`${name} ${command}`, verb, await verb.load(), terminal.columns));
      return EXIT_OK;
    },
  });
}
