/** The fastest copy that JavaScript has, as a measure of what the memory gives. */
export async function create(_job, file) {
  const from = file.read('x');
  const to = new Float32Array(from.length);
  return {
    run: () => to.set(from),
    outputs: async () => ({}),
  };
}
