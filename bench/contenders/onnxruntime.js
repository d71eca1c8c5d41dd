/** What both builds of ONNX Runtime do alike: feed the model's inputs from the file, run, read the one output. */

/** @param {() => Promise<import('onnxruntime-common').InferenceSession>} open */
export async function sessionTask(ort, _job, file, open) {
  const session = await open();
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => [name, new ort.Tensor('float32', file.read(name), file.entry(name).shape)]),
  );
  return {
    async run() {
      const results = await session.run(feeds);
      results[session.outputNames[0]].dispose();
    },
    async outputs() {
      const results = await session.run(feeds);
      return { output: await results[session.outputNames[0]].getData() };
    },
    info: { version: ort.env.versions.common },
  };
}
