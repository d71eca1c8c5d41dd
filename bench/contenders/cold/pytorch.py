import json
import math

import torch


def wave(*shape):
    return torch.tensor([math.sin(i + 1) for i in range(math.prod(shape))]).reshape(shape)


with torch.inference_mode():
    output = torch.conv2d(wave(1, 3, 32, 32), wave(8, 3, 3, 3), padding=1)
print("@bench " + json.dumps({"head": output.flatten()[:8].tolist()}), flush=True)
