"""Runs the golden ops against another implementation: python runner.py GOLDEN_DIR. Here that is a handful of lines of NumPy."""
import json, struct, sys
import numpy as np

OPS = {  # name -> f(inputs, args) -> (output, g -> the gradient of each input)
    "mul": lambda x, args: (x[0] * x[1], lambda g: [fit(g * x[1], x[0]), fit(g * x[0], x[1])]),
    "matmul": lambda x, args: (x[0] @ x[1], lambda g: [fit(g @ x[1].swapaxes(-1, -2), x[0]), fit(x[0].swapaxes(-1, -2) @ g, x[1])]),
    "relu": lambda x, args: (np.maximum(x[0], 0), lambda g: [g * (x[0] > 0)]),
    "pow": lambda x, args: (x[0] ** args["exponent"], lambda g: [g * args["exponent"] * x[0] ** (args["exponent"] - 1)]),
    "permute": lambda x, args: (x[0].transpose(args["dims"]), lambda g: [g.transpose(np.argsort(args["dims"]))]),
}

def fit(gradient, like):  # sums over the dimensions that were broadcast
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - like.ndim)))
    return gradient.sum(axis=tuple(i for i, n in enumerate(like.shape) if n == 1), keepdims=True)

def read(path):
    data = open(path, "rb").read()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    kind = {"F32": "<f4", "I32": "<i4"}
    def tensor(entry):
        begin, end = (start + offset for offset in entry["data_offsets"])
        return np.frombuffer(data[begin:end], kind[entry["dtype"]]).reshape(entry["shape"]).astype(np.float64)
    return {name: tensor(entry) for name, entry in json.loads(data[8:start]).items() if name != "__metadata__"}

def compare(name, got, want):
    assert got.shape == want.shape, f"{name}: expected shape {want.shape}, got {got.shape}"
    allowed = 1e-6 * np.abs(want).max(initial=0) + 1e-6 * np.abs(want)  # float64; float32: 1e-5 and 1e-4
    assert np.all(np.abs(got - want) <= allowed), f"{name}: off by up to {np.abs(got - want).max()}"

cases, tensors, skipped = json.load(open(sys.argv[1] + "/ops.json"))["cases"], read(sys.argv[1] + "/ops.safetensors"), set()
for case in cases:
    if case["op"] not in OPS:
        skipped.add(case["op"])
        continue
    output, backward = OPS[case["op"]]([tensors[name] for name in case["inputs"]], case["args"])
    compare(case["output"], output, tensors[case["output"]])
    for gradient, name in zip(backward(tensors[case["grad_output"]]), case["grad_inputs"]):
        if name is not None:
            compare(name, gradient, tensors[name])
    print("ok", case["name"])
print("not run:", ", ".join(sorted(skipped)))
