/**
 * Random networks with random hooks of all kinds: the order of all calls, what they see, and what their results replace
 * must be what the model of PyTorch's rules says, call by call.
 */
import t from 'tap';
import { setWarningHandler } from '../../src/warnings.js';
import { hookEngine } from './hook-engine.js';
import { hookModel } from './hook-model.js';
import { play } from './hook-play.js';
import { programs, type Program } from './hook-programs.js';
import { holds } from './property.js';

/** The events on Backlight; no hook outlives them. */
function eventsOf(program: Program): string[] {
  const removers: (() => void)[] = [];
  try {
    return play(hookEngine(removers), program);
  } finally {
    for (const remove of removers) remove();
  }
}

t.test('hooks', async (t) => {
  const before = setWarningHandler(() => undefined);
  t.teardown(() => setWarningHandler(before));
  holds(t, 'every hook fires when and with what the model says', 2000, programs, (program) => {
    const [got, wanted] = [eventsOf(program), play(hookModel(), program)];
    const at = wanted.findIndex((line, i) => line !== got[i]);
    if (at < 0 && got.length === wanted.length) return;
    const place = at < 0 ? wanted.length : at;
    const around = wanted.slice(Math.max(0, place - 3), place).join('; ');
    throw new Error(
      `event ${place} (after ${around}): expected ${wanted[place] ?? 'the end'}, got ${got[place] ?? 'the end'}`,
    );
  });
});
