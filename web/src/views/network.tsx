/** Another network: weights with torchvision's names, checked strictly before anything is built. */
import { FileUp } from 'lucide';
import { preprocessPresets, type PreprocessPreset } from 'backlight/weights/preprocess-spec.js';
import { engineInfo } from '../state/engine-choice.js';
import { model, ownInfo } from '../state/models.js';
import {
  backToShipped,
  file,
  FROM_FILE,
  labels,
  load,
  loading,
  network,
  preprocess,
  takeWeights,
} from '../state/own-network.js';
import { FileButton, Select } from '../ui/fields.js';
import { Icon } from '../ui/icon.js';
import { Problem, Working } from '../ui/notices.js';

const offered = (names: readonly string[]) => [
  { value: FROM_FILE, label: 'As the file says' },
  ...names.map((name) => ({ value: name, label: name })),
];

const presets: readonly PreprocessPreset[] = ['imagenet', 'caffe', 'cifar10'];
const presetChoices = [
  { value: FROM_FILE, label: 'As the file says' } as const,
  ...presets.map((name) => ({
    value: name,
    label: `${name} · ${preprocessPresets[name].size} px, ${preprocessPresets[name].order}`,
  })),
];

export function NetworkView() {
  return (
    <div class="narrow">
      <p class="lead">
        Bring a network of your own: a safetensors file whose tensors have torchvision’s names, of a VGG, SqueezeNet,
        ResNet or AlexNet. Every name and shape is checked before it is used.
      </p>
      <section
        class="panel drop"
        aria-labelledby="weights-title"
        onDrop={(event) => {
          event.preventDefault();
          const dropped = event.dataTransfer?.files[0];
          if (dropped) takeWeights(dropped);
        }}
      >
        <h2 id="weights-title">Weights</h2>
        <div class="row">
          <FileButton accept=".safetensors" onFile={takeWeights}>
            <Icon icon={FileUp} /> Choose a safetensors file
          </FileButton>
          <span class="hint">{file.value ? file.value.name : 'or drop it here'}</span>
        </div>
        <div class="grid">
          <Select
            label="Network"
            value={network.value}
            choices={offered(engineInfo.value?.networks ?? [])}
            onChoose={(name) => (network.value = name)}
          />
          <Select
            label="How pictures are prepared"
            value={preprocess.value}
            choices={presetChoices}
            onChoose={(name) => (preprocess.value = name)}
          />
          <div class="field">
            <span class="label">Class names</span>
            <div class="row">
              <FileButton
                accept=".txt,.json"
                onFile={(taken) => {
                  void taken.text().then((text) => (labels.value = { name: taken.name, text }));
                }}
              >
                {labels.value ? labels.value.name : 'Choose a text file'}
              </FileButton>
              {labels.value && (
                <button type="button" class="plain text" onClick={() => (labels.value = null)}>
                  As the file says
                </button>
              )}
            </div>
          </div>
        </div>
        <div class="row">
          <button type="button" class="button strong" disabled={!file.value} onClick={() => void load()}>
            Load
          </button>
        </div>
        <Working progress={loading.progress} />
        <Problem text={loading.error.value} />
      </section>
      <Present />
    </div>
  );
}

/** The network that the other views are about. */
function Present() {
  const info = ownInfo.value;
  const current = model.value;
  if (!current) return null;
  return (
    <section class="panel" aria-labelledby="present-title">
      <h2 id="present-title">In use</h2>
      <p role="status">
        <strong>{current.name}</strong>
        {info
          ? `: ${info.network}, ${info.labels.length} classes, ${info.parameters.toLocaleString('en')} parameters`
          : ', which comes with the library: a small VGG, trained on CIFAR-10'}
      </p>
      <div class="row">
        <a class="button" href="#explain">
          Explain a picture with it
        </a>
        {info && (
          <button type="button" class="plain text" onClick={backToShipped}>
            Back to the shipped network
          </button>
        )}
      </div>
    </section>
  );
}
