/** Where the learner writes a hook. It runs in a worker of its own that is ended when it takes too long. */
import { Play } from 'lucide';
import { useId } from 'preact/hooks';
import { code, log, runCode, samples } from '../state/backward.js';
import { Icon } from './icon.js';

export function HookBox() {
  const id = useId();
  return (
    <section class="panel hook-box" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>A hook for every ReLU</h2>
      <label for={id} class="hint">
        The body of (module, gradInput, gradOutput, output, name) =&gt; …; what it returns takes gradInput’s place. The
        library is there as <code>backlight</code>.
      </label>
      <textarea
        id={id}
        rows={6}
        spellcheck={false}
        autocomplete="off"
        value={code.value}
        onInput={({ currentTarget }) => (code.value = currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) runCode();
        }}
      />
      <div class="row">
        <button type="button" class="button strong" onClick={runCode}>
          <Icon icon={Play} /> Run
        </button>
        <span class="hint">or begin with</span>
        {Object.entries(samples).map(([name, text]) => (
          <button type="button" class="plain text" key={name} onClick={() => (code.value = text)}>
            {name}
          </button>
        ))}
      </div>
      {log.value.length > 0 && (
        <pre class="log" tabIndex={0} aria-label="What the hook wrote">
          {log.value.join('\n')}
        </pre>
      )}
    </section>
  );
}
