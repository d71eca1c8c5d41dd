"""The works in PyTorch, on the CPU. Speaks the lines of child.js; run as `python pytorch.py JOB`."""

import json
import struct
import sys
import time
import timeit

import torch
import torch.nn.functional as F
from peak_memory import peak_bytes
from torch import nn

MARK = "@bench "
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


class TensorFile:
    """A safetensors file of float32 tensors, read when asked for."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            self.entries = json.loads(file.read(size))
        self.start = 8 + size

    def read(self, name):
        return self.read_into(torch.empty(self.entries[name]["shape"]), name)

    def pictures(self, name):
        """[N,C,H,W] in the layout in which PyTorch's convolutions are fastest."""
        return self.read(name).contiguous(memory_format=torch.channels_last)

    def read_into(self, tensor, name):
        begin, _ = self.entries[name]["data_offsets"]
        with open(self.path, "rb", buffering=0) as file:
            file.seek(self.start + begin)
            file.readinto(memoryview(tensor.numpy()).cast("B"))
        return tensor


def features_of(network):
    layers, channels = [], 3
    for item in network["cfg"]:
        if item == "M":
            layers.append(nn.MaxPool2d(2, 2))
            continue
        layers.append(nn.Conv2d(channels, item, 3, padding=1))
        if network["batchNorm"]:
            layers.append(nn.BatchNorm2d(item))
        layers.append(nn.ReLU(inplace=True))
        channels = item
    return nn.Sequential(*layers)


class Vgg(nn.Module):
    def __init__(self, network):
        super().__init__()
        self.features = features_of(network)
        self.avgpool = nn.AdaptiveAvgPool2d(network["pooled"])
        channels = [item for item in network["cfg"] if item != "M"][-1]
        layers, width = [], channels * network["pooled"] ** 2
        for hidden in network["hidden"]:
            layers += [nn.Linear(width, hidden), nn.ReLU(inplace=True), nn.Dropout()]
            width = hidden
        self.classifier = nn.Sequential(*layers, nn.Linear(width, network["classes"]))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def filled(model, file, prefix=""):
    """A model with the weights of the file, which are read straight into its memory."""
    for name, parameter in model.named_parameters():
        file.read_into(parameter.data, prefix + name)
    return model.to(memory_format=torch.channels_last)


def vgg(network, file):
    return filled(Vgg(network), file)


def frozen(network, file):
    return vgg(network, file).eval().requires_grad_(False)


class Computing:
    """A work whose result is one tensor."""

    def __init__(self, compute, name="output"):
        self.compute, self.name = compute, name

    def run(self):
        self.compute()

    def outputs(self):
        return {self.name: self.compute()}


def inference(compute):
    def run():
        with torch.inference_mode():
            return compute()

    return Computing(run)


def features_forward(job, file):
    features = filled(features_of(job["sizes"]["vgg"]).eval(), file, "features.")
    x = file.pictures("input")
    return inference(lambda: features(x))


def forward(job, file):
    model, x = frozen(job["sizes"]["vgg"], file), file.pictures("input")
    return inference(lambda: model(x))


def guided_backprop(job, file):
    model, values = frozen(job["sizes"]["vgg"], file), file.pictures("input")
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
            module.register_full_backward_hook(lambda m, grad_in, grad_out: (grad_in[0].clamp(min=0),))

    def compute():
        x = values.clone().requires_grad_()
        model(x)[0, job["sizes"]["classIndex"]].backward()
        return x.grad

    return Computing(compute, "gradient")


def unit_map(map):
    """To 0..1."""
    return (map - map.min()) / (map.max() - map.min() + 1e-7)


class GradCam:
    def __init__(self, job, file):
        network = job["sizes"]["vgg"]
        self.model, self.picture = frozen(network, file), file.read("picture")
        self.class_index, self.side = job["sizes"]["classIndex"], network["side"]
        self.mean, self.std = torch.tensor(MEAN), torch.tensor(STD)
        for module in self.model.modules():
            if isinstance(module, nn.ReLU):
                module.inplace = False
        last = [module for module in self.model.features if isinstance(module, nn.Conv2d)][-1]
        last.register_forward_hook(self.keep)

    def keep(self, module, args, output):
        self.activation = output.detach().requires_grad_()
        return self.activation

    def run(self):
        x = ((self.picture - self.mean) / self.std).permute(2, 0, 1).unsqueeze(0)
        self.model(x)[0, self.class_index].backward()
        activation, gradient = self.activation.detach(), self.activation.grad
        map = (gradient.mean((2, 3), keepdim=True) * activation).sum(1, keepdim=True)
        enlarged = F.interpolate(unit_map(map.clamp(min=0)), size=(self.side, self.side), mode="bilinear")
        return map, unit_map(enlarged)

    def outputs(self):
        map, mask = self.run()
        return {"map": map, "mask": mask}


class TrainStep:
    def __init__(self, job, file):
        self.network, self.file = job["sizes"]["cifar"], file
        self.images = file.pictures("images")
        self.labels = file.read("labels").long()
        self.start()

    def start(self):
        self.model = vgg(self.network, self.file).train()
        self.momentum = [torch.zeros_like(parameter) for parameter in self.model.parameters()]

    def run(self):
        self.model.zero_grad()
        loss = F.cross_entropy(self.model(self.images), self.labels)
        loss.backward()
        # what torch.optim.SGD does on the CPU; importing that needs a sympy that not every installation has
        with torch.no_grad():
            for parameter, velocity in zip(self.model.parameters(), self.momentum):
                velocity.mul_(0.9).add_(parameter.grad)
                parameter.add_(velocity, alpha=-0.01)
        return loss.detach()

    def outputs(self):
        outputs = {"loss": self.run()}
        for name, parameter in self.model.named_parameters():
            if parameter.dim() > 1:
                outputs[f"gradient of {name}"] = parameter.grad
        self.start()
        return outputs


def elementwise(job, file):
    x, y = file.read("x"), file.read("y")
    return inference(lambda: x + y)


def reduce(job, file):
    x = file.read("x")
    return inference(lambda: x.sum())


def softmax(job, file):
    x = file.read("x")
    return inference(lambda: x.softmax(1))


class TinyOp(Computing):
    def __init__(self, job, file):
        x = file.read("x").flatten()[:16].clone().requires_grad_()
        super().__init__(lambda: x.relu())

    def measure(self, quick):
        timer = timeit.Timer(self.compute)
        count, seconds = timer.autorange()
        if quick:
            return 1000 * seconds / count
        return 1000 * min(timer.repeat(3, count)) / count


TASKS = {
    "vgg16-features-forward": features_forward,
    "vgg16-forward": forward,
    "vgg16-guided-backprop": guided_backprop,
    "vgg16-grad-cam": GradCam,
    "memory-vgg16-grad-cam": GradCam,
    "train-step-cifar-vgg": TrainStep,
    "elementwise-16m": elementwise,
    "reduce-16m": reduce,
    "softmax-16m": softmax,
    "tiny-op": TinyOp,
}


def reply(message):
    print(MARK + json.dumps(message), flush=True)


def write_outputs(path, outputs):
    listed = []
    with open(path, "wb") as file:
        for name, value in outputs.items():
            values = value.detach().flatten().contiguous()
            file.write(values.numpy().tobytes())
            listed.append({"name": name, "length": values.numel()})
    return listed


def time_of(task):
    start = time.perf_counter()
    task.run()
    return 1000 * (time.perf_counter() - start)


def times_of(task, runs, quick):
    if hasattr(task, "measure"):
        return [task.measure(quick)]
    task.run()
    return [time_of(task) for _ in range(runs)]


def main():
    job = json.loads(sys.argv[1])
    torch.set_num_threads(job["threads"])
    task = TASKS[job["work"]](job, TensorFile(job["tensors"]))
    outputs = write_outputs(job["output"], task.outputs())
    first_ms = times_of(task, 1, job["quick"])[0] if hasattr(task, "measure") else time_of(task)
    info = {"version": torch.__version__, "threads": torch.get_num_threads()}
    reply({"ready": {"first_ms": first_ms, "outputs": outputs, "info": info, "share": 1, "max_rss": peak_bytes()}})
    rest_cpu, rest_time = time.process_time(), time.perf_counter()
    for line in sys.stdin:
        rested = time.perf_counter() - rest_time
        idle = (time.process_time() - rest_cpu) / rested if rested > 0.5 else 0
        reply({"ms": times_of(task, json.loads(line)["runs"], job["quick"]), "idle": idle})
        rest_cpu, rest_time = time.process_time(), time.perf_counter()


main()
