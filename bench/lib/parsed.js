/** What both command lines share. */
import { InvalidArgumentError } from 'commander';
import { SettingsError } from './settings.js';

/** A parser of settings as commander wants it. @param {(text: string) => unknown} parse */
export function parsed(parse) {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof SettingsError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}
