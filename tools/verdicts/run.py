"""The program that `lsptorch verdict` runs: each model is called once."""
import torch

import models

torch.set_num_threads(1)
built, lacking = models.everything()
with torch.no_grad():
    for name, module, inputs in built:
        try:
            module(*inputs)
        except Exception as error:
            lacking[name] = "%s: %s" % (type(error).__name__, error)
print("built %d, lacking %s" % (len(built), lacking))
