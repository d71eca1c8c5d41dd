/** The choices that several views offer: layer, method, working size, colours. */
import { colorMaps, colorMapTable, type ColorMapName } from 'backlight/image/colormaps.js';
import { methods, type MethodName } from 'backlight/cam/methods.js';
import type { Look } from '../engine/protocol.js';
import { isGradient } from '../state/explanation.js';
import { percent } from './class-list.js';
import { Select, type Choice } from './fields.js';

const methodChoices: readonly Choice<MethodName>[] = methods.map(({ name, title }) => ({
  value: name,
  label: title[0].toUpperCase() + title.slice(1),
  group: isGradient(name) ? 'Which pixels' : 'Where',
}));

interface MethodSelectProps {
  readonly value: MethodName;
  readonly onChoose: (name: MethodName) => void;
}

export function MethodSelect({ value, onChoose }: MethodSelectProps) {
  return <Select label="Method" value={value} choices={methodChoices} onChoose={onChoose} />;
}

interface LayerSelectProps {
  readonly look: Look;
  readonly value: string;
  readonly onChoose: (name: string) => void;
}

export function LayerSelect({ look, value, onChoose }: LayerSelectProps) {
  const choices = look.layers.map(({ name, type, shape: [channels, height, width] }) => ({
    value: name,
    label: `${name} · ${type} · ${channels}×${height}×${width}`,
  }));
  return <Select label="Layer" value={value} choices={choices} onChoose={onChoose} />;
}

/** What is offered for a network that does not say at which sizes it works. */
const usual = [32, 48, 64, 96, 128, 160, 224, 288];

interface SizeSelectProps {
  readonly look: Look;
  /** null: the one at which the network is surest. */
  readonly value: number | null;
  readonly onChoose: (size: number | null) => void;
}

/** The working size, with how sure the network is at each. */
export function SizeSelect({ look, value, onChoose }: SizeSelectProps) {
  const { size, sizes, tried } = look;
  const sure = (side: number): string => {
    const found = tried.find((other) => other.size === side);
    return found ? ` · ${percent(found.certainty)} sure` : '';
  };
  const offered = [...new Set([...(sizes.length > 0 ? sizes : usual), size])].sort((a, b) => a - b);
  const automatic = { value: 'auto', label: value === null ? `Automatic: ${size} px` : 'Automatic' };
  const choices = [automatic, ...offered.map((side) => ({ value: String(side), label: `${side} px${sure(side)}` }))];
  return (
    <Select
      label="Working size"
      value={value === null ? 'auto' : String(value)}
      choices={choices}
      onChoose={(chosen) => onChoose(chosen === 'auto' ? null : Number(chosen))}
    />
  );
}

const title = (name: string): string => name[0].toUpperCase() + name.slice(1).replaceAll('_', ' ');

interface ColorSelectProps {
  readonly value: ColorMapName;
  readonly onChoose: (name: ColorMapName) => void;
}

export function ColorSelect({ value, onChoose }: ColorSelectProps) {
  const choices = colorMaps.map((name) => ({ value: name, label: title(name) }));
  return (
    <div class="colors">
      <Select label="Colours" value={value} choices={choices} onChoose={onChoose} />
      <span class="ramp" style={{ background: ramp(value) }} aria-hidden="true" />
    </div>
  );
}

function ramp(name: ColorMapName): string {
  const table = colorMapTable(name);
  const stops = Array.from({ length: 17 }, (_, i) => {
    const at = 3 * Math.min(255, i * 16);
    return `rgb(${Array.from(table.subarray(at, at + 3), (value) => Math.round(value * 255)).join(' ')})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
