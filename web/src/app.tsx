/** The frame around the views: their names, how far the weights have come, and what was dropped or pasted. */
import { useEffect } from 'preact/hooks';
import { engineInfo, engineTitle } from './state/engine-choice.js';
import { isLive, stopLive } from './state/live.js';
import { own, weightsProgress } from './state/models.js';
import { takeWeights } from './state/own-network.js';
import { takeFile } from './state/pictures.js';
import { view, views } from './state/view.js';
import { ExplainView } from './views/explain.js';
import { LazyView } from './ui/lazy-view.js';

export function App() {
  useEffect(listenForPictures, []);
  const current = view.value;
  useEffect(() => {
    if (isLive.value && current !== 'explain') stopLive();
  }, [current]);
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // the part after # is the view's name
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        To the content
      </a>
      <header class="top">
        <a class="brand" href="#explain">
          <img src="./icon.svg" alt="" width="26" height="26" /> Backlight
        </a>
        <nav aria-label="Views">
          {views.map(({ name, title }) => (
            <a key={name} href={`#${name}`} aria-current={current === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <p class="state">{engineInfo.value && engineTitle(engineInfo.value)}</p>
      </header>
      <Weights />
      <main id="main" tabIndex={-1}>
        <h1 class="hidden">{views.find(({ name }) => name === current)?.title}</h1>
        {current === 'explain' ? <ExplainView /> : <LazyView name={current} />}
      </main>
      <footer class="foot">
        <p>
          {own.value ? `Network: ${own.value.name}. ` : 'A small VGG, trained on CIFAR-10: it knows ten classes. '}
          Everything is computed here; nothing leaves this device.
        </p>
      </footer>
    </>
  );
}

/** The weights stream in while the page is there already. */
function Weights() {
  const progress = weightsProgress.value;
  if (!progress) return null;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const { received, total } = progress;
  return (
    <div class="weights" role="status">
      <progress aria-label="Loading the weights" max={1} value={received / total} />
      <span>
        Loading the weights, {megabytes(received)} of {megabytes(total)} MB
      </span>
    </div>
  );
}

function listenForPictures(): () => void {
  const over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    document.documentElement.classList.add('dropping');
  };
  const leave = (event: DragEvent): void => {
    if (event.relatedTarget === null) document.documentElement.classList.remove('dropping');
  };
  const take = (data: DataTransfer | null): void => {
    const file = data?.files[0];
    if (!file) return;
    if (isLive.value) stopLive();
    if (file.name.endsWith('.safetensors')) {
      location.hash = '#network';
      takeWeights(file);
    } else {
      if (view.value === 'network') location.hash = '#explain';
      takeFile(file, file.name || 'pasted picture');
    }
  };
  const drop = (event: DragEvent): void => {
    document.documentElement.classList.remove('dropping');
    if (event.defaultPrevented) return;
    event.preventDefault();
    take(event.dataTransfer);
  };
  const paste = (event: ClipboardEvent): void => take(event.clipboardData);
  addEventListener('dragover', over);
  addEventListener('dragleave', leave);
  addEventListener('drop', drop);
  addEventListener('paste', paste);
  return () => {
    removeEventListener('dragover', over);
    removeEventListener('dragleave', leave);
    removeEventListener('drop', drop);
    removeEventListener('paste', paste);
  };
}
