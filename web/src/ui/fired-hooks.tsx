/** The hooks that have fired, the latest first, with what they were given and what they returned. */
import type { BackwardResult, TensorNote } from '../engine/backward-protocol.js';
import { shown } from '../state/backward.js';
import { format } from './probe.js';

export function FiredHooks({ result }: { readonly result: BackwardResult }) {
  const { nodes, fired } = result;
  const rows = fired.slice(0, shown.value).map((hook, i) => ({ ...hook, order: i + 1 }));
  return (
    <section class="panel hooks" aria-labelledby="hooks-title">
      <h2 id="hooks-title">Backward hooks that fired</h2>
      {rows.length === 0 ? (
        <p class="hint">None yet. Every module has one: hook(module, gradInput, gradOutput).</p>
      ) : (
        <div class="scroll" tabIndex={0} role="group" aria-label="Fired hooks">
          <table>
            <thead>
              <tr>
                <th scope="col">#</th>
                <th scope="col">module</th>
                <th scope="col">gradOutput</th>
                <th scope="col">gradInput</th>
                <th scope="col">returned</th>
              </tr>
            </thead>
            <tbody>
              {rows.reverse().map(({ order, node, gradOutput, gradInput, returned }) => (
                <tr key={order}>
                  <td class="number">{order}</td>
                  <th scope="row">
                    {nodes[node].name} <span class="quiet">{nodes[node].type}</span>
                  </th>
                  <td>{describe(gradOutput)}</td>
                  <td>{describe(gradInput)}</td>
                  <td>{returned ? <strong>{describe(returned)}</strong> : <span class="quiet">nothing</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function describe(note: TensorNote | null): string {
  if (!note) return 'null';
  return `[${note.shape.join(',')}]  ${format(note.min)} … ${format(note.max)}`;
}
