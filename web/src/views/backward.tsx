/** The network as a row: forward from left to right, then the gradient comes back, one module at a time. */
import { ChevronFirst, ChevronLeft, ChevronRight, RotateCcw } from 'lucide';
import type { BackwardResult } from '../engine/backward-protocol.js';
import { goTo, keepRunning, pass, rule, rules, shown, steps } from '../state/backward.js';
import { classIndex } from '../state/explanation.js';
import { shortLabel } from '../state/labels.js';
import { weightsError } from '../state/models.js';
import { Canvas } from '../ui/canvas.js';
import { Segments, Select } from '../ui/fields.js';
import { FiredHooks } from '../ui/fired-hooks.js';
import { HookBox } from '../ui/hook-box.js';
import { Icon } from '../ui/icon.js';
import { NetworkRow } from '../ui/network-row.js';
import { NodeDetail } from '../ui/node-detail.js';
import { Problem, Working } from '../ui/notices.js';

keepRunning();
window.backlight.pass = () => pass.result.value;

export function BackwardView() {
  const result = pass.result.value;
  return (
    <div class="backward" aria-busy={pass.busy.value}>
      <div class="compare-head">
        <Segments
          label="What a ReLU does with the gradient"
          value={rule.value}
          choices={rules}
          onChoose={(name) => (rule.value = name)}
        />
        {result && <ClassChoice result={result} />}
      </div>
      {rule.value === 'code' && <HookBox />}
      <Problem text={pass.error.value ?? weightsError.value} />
      {result && (
        <>
          <NetworkRow result={result} />
          <Stepper result={result} />
          <div class="below">
            <NodeDetail result={result} />
            <InputGradient result={result} />
          </div>
          <FiredHooks result={result} />
        </>
      )}
      <Working progress={pass.progress} />
    </div>
  );
}

function ClassChoice({ result: { labels, classIndex: current } }: { readonly result: BackwardResult }) {
  return (
    <div class="class-choice">
      <Select
        label="Backward from the score of"
        value={String(classIndex.value ?? current)}
        choices={labels.map((label, index) => ({ value: String(index), label: shortLabel(label) }))}
        onChoose={(value) => (classIndex.value = Number(value))}
      />
    </div>
  );
}

function Stepper({ result }: { readonly result: BackwardResult }) {
  const done = shown.value;
  const last = done > 0 ? result.nodes[result.fired[done - 1].node] : null;
  return (
    <div class="stepper">
      <div class="row">
        <button type="button" class="button strong" disabled={done === steps()} onClick={() => goTo(done + 1)}>
          <Icon icon={ChevronLeft} /> Step backward
        </button>
        <button type="button" class="button" disabled={done === steps()} onClick={() => goTo(nextRelu(result))}>
          <Icon icon={ChevronLeft} /> To the next ReLU
        </button>
        <button type="button" class="button" disabled={done === steps()} onClick={() => goTo(steps())}>
          <Icon icon={ChevronFirst} /> To the picture
        </button>
        <button type="button" class="button" disabled={done === 0} onClick={() => goTo(done - 1)}>
          <Icon icon={ChevronRight} /> Undo
        </button>
        <button type="button" class="plain" disabled={done === 0} aria-label="Start again" onClick={() => goTo(0)}>
          <Icon icon={RotateCcw} />
        </button>
      </div>
      <p class="hint" role="status">
        {last
          ? `${done} of ${steps()} modules: the gradient is through ${last.name} (${last.type})`
          : `The forward pass is done: ${shortLabel(result.labels[result.classIndex])} has the score ${result.logit.toFixed(2)}. Now step backward from it.`}
      </p>
    </div>
  );
}

/** The step after which the next ReLU has fired, or all have. */
function nextRelu({ fired, nodes }: BackwardResult): number {
  const at = fired.findIndex(({ node }, i) => i >= shown.value && nodes[node].isRelu);
  return at < 0 ? fired.length : at + 1;
}

function InputGradient({ result }: { readonly result: BackwardResult }) {
  const { inputGradient, inputNote, seen } = result;
  const done = shown.value === steps();
  const shape = { '--shape': `${seen.width} / ${seen.height}` };
  return (
    <section class="panel" aria-labelledby="gradient-title">
      <h2 id="gradient-title">The gradient at the picture</h2>
      <div class="two" style={shape}>
        <figure>
          <Canvas picture={seen} label="The picture as the network sees it" pixels />
          <figcaption class="hint">The picture</figcaption>
        </figure>
        <figure>
          <Canvas picture={inputGradient} label="The gradient at its pixels" pixels />
          <figcaption class="hint">Its gradient</figcaption>
        </figure>
      </div>
      <p class="hint">
        {rule.value === 'plain'
          ? 'The derivative of the score by each pixel.'
          : `As it comes out when the ReLUs the gradient has come through ${done ? '' : 'so far '}follow this rule${done ? '' : ', and the rest is plain'}.`}{' '}
        <span class="number">
          From {inputNote.min.toPrecision(2)} to {inputNote.max.toPrecision(2)}.
        </span>
      </p>
    </section>
  );
}
