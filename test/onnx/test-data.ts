/**
 * ONNX's test data: in the folder ONNX_TEST_DATA, or where Debian's package libonnx-testdata puts it. A test is a folder
 * with a model.onnx and data sets; each holds input_0.pb, input_1.pb, ... and what must come out, output_0.pb, ...
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModel, type Model, type Port } from './proto.js';
import { readTensor, type OnnxTensor } from './tensor-proto.js';
import { Unsupported } from './value.js';

const PACKAGE_FOLDER = '/usr/share/libonnx-testdata/data';

/** The kinds of tests that come with their data; the models in `real` are only names of downloads. */
const KINDS = ['node', 'simple', 'pytorch-operator', 'pytorch-converted'];

export const howToInstall =
  'install it with `apt-get install libonnx-testdata`, or set ONNX_TEST_DATA to the folder onnx/backend/test/data of ONNX';

/** Null where there is no test data. */
export function findTestData(): string | null {
  const folder = process.env.ONNX_TEST_DATA ?? PACKAGE_FOLDER;
  return existsSync(join(folder, 'node')) ? folder : null;
}

export interface DataSet {
  readonly name: string;
  /** By the name of the graph's input. */
  readonly inputs: ReadonlyMap<string, OnnxTensor>;
  /** In the order of the graph's outputs. */
  readonly outputs: readonly OnnxTensor[];
}

export class OnnxTest {
  readonly model: Model;

  constructor(
    /** `node/test_abs` */
    readonly name: string,
    readonly folder: string,
  ) {
    this.model = readModel(readFileSync(join(folder, 'model.onnx')));
  }

  /** @throws Unsupported for inputs or outputs that are no tensors */
  dataSets(): DataSet[] {
    const { inputs, outputs } = this.model.graph;
    const folders = readdirSync(this.folder).filter((name) => name.startsWith('test_data_set_'));
    return folders.map((name) => ({
      name,
      inputs: new Map(this.#read(name, 'input', inputs).map((tensor, i) => [inputs[i].name, tensor])),
      outputs: this.#read(name, 'output', outputs),
    }));
  }

  /** The files of one direction; constants of the model are inputs without a file, and come last. */
  #read(dataSet: string, direction: string, ports: readonly Port[]): OnnxTensor[] {
    const files = ports.map((_, i) => join(this.folder, dataSet, `${direction}_${i}.pb`)).filter(existsSync);
    return files.map((file, i) => {
      if (ports[i].elementType === null) throw new Unsupported('sequences and optional values');
      return readTensor(readFileSync(file));
    });
  }
}

/** All tests, by name. */
export function listTests(folder: string): OnnxTest[] {
  const kinds = KINDS.filter((kind) => existsSync(join(folder, kind)));
  const folders = kinds.flatMap((kind) => readdirSync(join(folder, kind)).map((name) => `${kind}/${name}`));
  return folders
    .filter((name) => existsSync(join(folder, name, 'model.onnx')))
    .sort()
    .map((name) => new OnnxTest(name, join(folder, name)));
}
