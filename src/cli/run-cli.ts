/**
 * The command line as a function: arguments in, exit code out. 0: fine. 2: bad input, with one line that says what was
 * expected and what to do. 130: stopped by the user. 1: a fault of this program, with its stack.
 */
import { Command, CommanderError } from 'commander';
import { BacklightError } from '../errors.js';
import { classesCommand } from './classes-command.js';
import { explainCommand } from './explain-command.js';
import { evalCommand } from './eval-command.js';
import { layersCommand } from './layers-command.js';
import { methodsCommand } from './methods-command.js';
import { columnsOf, type CliIo } from './io.js';
import { trainCommand } from './train-command.js';
import { InterruptedError } from './train-run.js';
import { packageVersion } from './version.js';

/** @param argv without the program's name: ['explain', 'cat.png'] */
export async function runCli(argv: readonly string[], io: CliIo): Promise<0 | 1 | 2 | 130> {
  try {
    await program(io).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof InterruptedError) {
      io.stderr.write(`backlight: ${error.message}\n`);
      return 130;
    }
    if (error instanceof BacklightError) {
      io.stderr.write(`backlight: ${oneLine(error.message)}\n`);
      return 2;
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(`backlight: a fault in the program, please report it with what you ran:\n${stack}\n`);
    return 1;
  }
}

function program(io: CliIo): Command {
  const commands = [
    explainCommand(io),
    layersCommand(io),
    classesCommand(io),
    methodsCommand(io),
    trainCommand(io),
    evalCommand(io),
  ];
  const root = new Command('backlight')
    .description('Light up what a network sees: Grad-CAM and its relatives, guided backpropagation, occlusion.')
    .version(packageVersion(), '-V, --version')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  $ backlight explain cat.png
  $ backlight layers --model vgg16
  $ backlight explain --help`,
    );
  for (const command of [root, ...commands]) {
    command
      .exitOverride()
      .allowExcessArguments(false)
      .configureHelp({ helpWidth: Math.min(100, columnsOf(io.stdout, 100)) })
      .configureOutput({
        writeOut: (text) => io.stdout.write(text),
        writeErr: (text) => io.stderr.write(text),
        outputError: (text, write) =>
          write(`backlight: ${oneLine(text.replace(/^error: /, '')).replace(/\.$/, '')}; see --help\n`),
      });
  }
  for (const command of commands) root.addCommand(command);
  return root;
}

function oneLine(text: string): string {
  return text
    .replace(/^decodeImage: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
}
