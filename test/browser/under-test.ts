/** Takes the place of test/backends/under-test.ts in a page: the backend that the page is for. */
import { activeBackend, backendNamed } from '../../src/backends/active.js';
import { started } from './started.js';

type InNode = typeof import('../backends/under-test.js');

export const candidateName: InNode['candidateName'] = started().name;

export const candidate: InNode['candidate'] = () => started().active;

/** There is one GPU in a page; kernels are tested on the backend itself. */
export const freshCandidate: InNode['freshCandidate'] = () => started().device;

export const everyBackend: InNode['everyBackend'] = () => [started().active];

export const smallest: InNode['smallest'] = started().name === 'gpu' ? 2 ** -126 : 2 ** -149;

export const farthestAngle: InNode['farthestAngle'] = started().name === 'gpu' ? 1e5 : Infinity;

/** The pair of backends of shadow-backend.ts checks them. */
export const checksIndices: InNode['checksIndices'] = started().active.name !== 'gpu' || !started().readsAtOnce;

/** A step on the GPU costs too much, at least where it is a software one. */
export const quick: InNode['quick'] = () => (started().name === 'gpu' ? backendNamed('reference') : started().active);

/** Bytes are counted with the textures that are kept for later, on the GPU. */
export const nothingAlive: InNode['nothingAlive'] =
  started().name === 'gpu' ? { storages: 0 } : { storages: 0, bytes: 0 };

export const readsAtOnce: InNode['readsAtOnce'] = started().readsAtOnce;

/** The page's tolerance on the GPU, nothing on other backends. */
export const slack: InNode['slack'] = (wanted, largest) => {
  if (activeBackend().name !== 'gpu') return 0;
  const { ofLargest, ofValue } = started().tolerance;
  return ofLargest * largest + ofValue * Math.abs(wanted);
};
