"""What has to change in examples/tts/model.py until torch.jit.script takes it: one entry per blocker, in the order of the file.

Each edit replaces text that occurs exactly once in the original, and no two overlap, so that any subset can be applied: leaving one
out shows what that blocker alone does. `kind` is the rule that reports it. The edits are those that `lsptorch fix --suggested` makes after
a probe, and a test holds them to that.
"""
from typing import List, NamedTuple, Tuple


class Blocker(NamedTuple):
    name: str
    kind: str
    edits: List[Tuple[str, str]]


TYPING = ("import weight_norm\n", "import weight_norm\nfrom typing import List, Optional, Tuple\n")

BLOCKERS = [
    Blocker("maxlen is an int", "unannotated-non-tensor-parameter", [
        ("def shift_right(m, maxlen):", "def shift_right(m, maxlen: int):"),
    ]),
    Blocker("parts is a list", "unannotated-non-tensor-parameter", [
        ("def join(parts):", "def join(parts: List[torch.Tensor]):"),
    ]),
    Blocker("join calls itself", "recursion", [
        ("    if len(parts) == 1:\n"
         "        return parts[0]\n"
         "    pairs = [torch.cat(parts[i:i + 2], 2) for i in range(0, len(parts), 2)]\n"
         "    return join(pairs)\n",
         "    while len(parts) != 1:\n"
         "        pairs = [torch.cat(parts[i:i + 2], 2) for i in range(0, len(parts), 2)]\n"
         "        parts = pairs\n"
         "    return parts[0]\n"),
    ]),
    Blocker("a function or None", "parameter-called", [
        ("        x = activation(x)\n    return x\n",
         "        x = activation(x)\n    return x\n\n\n"
         "def finish_tanh(x):\n"
         '    """The last step of a network, with any function on top, or none."""\n'
         "    x = torch.tanh(x)\n"
         "    return x\n"),
        ("finish(sound, activation=torch.tanh).squeeze(1)", "finish_tanh(sound).squeeze(1)"),
    ]),
    Blocker("speaker is an int or None", "none-default-without-optional", [
        ("def forward(self, x, speaker=None", "def forward(self, x, speaker: Optional[int] = None"),
    ]),
    Blocker("strength of a voice is a float", "unannotated-non-tensor-default", [
        (", alpha=1.0):\n        if speaker", ", alpha: float = 1.0):\n        if speaker"),
    ]),
    Blocker("numpy makes the mask", "numpy-in-script", [
        ("np.arange(ids.size(1))", "torch.arange(ids.size(1))"),
        ("torch.from_numpy(positions < lengths.cpu().numpy()[:, None])", "positions < lengths.cpu()[:, None]"),
    ]),
    Blocker("two ModuleLists indexed by a variable", "module-list-indexed-by-variable", [
        ("for i in range(len(self.convs)):", "for conv, norm in zip(self.convs, self.norms):"),
        ("self.convs[i](x.", "conv(x."),
        ("self.norms[i](y)", "norm(y)"),
    ]),
    Blocker("the LSTM's memory is laid out anew", "flatten-parameters-in-script", [
        ("        self.lstm.flatten_parameters()\n",
         "        if not torch.jit.is_scripting():\n            self.lstm.flatten_parameters()\n"),
    ]),
    Blocker("speed is a float", "unannotated-non-tensor-default", [
        ("center, speed=1.0):", "center, speed: float = 1.0):"),
    ]),
    Blocker("teacher may be left out", "none-default-without-optional", [
        ("teacher=None,", "teacher: Optional[torch.Tensor] = None,"),
    ]),
    Blocker("the decoder's speed is a float", "unannotated-non-tensor-default", [
        (" speed=1.0, limit", " speed: float = 1.0, limit"),
    ]),
    Blocker("limit is an int", "unannotated-non-tensor-default", [
        ("limit=400)", "limit: int = 400)"),
    ]),
    Blocker("no state before the first frame", "none-then-value", [
        ("        state = None\n", "        state: Optional[Tuple[torch.Tensor, torch.Tensor]] = None\n"),
    ]),
    Blocker("a ModuleList in reverse", "reversed-module-list", [
        ("        for flow in reversed(self.flows):\n            z = flow.inverse(z)\n",
         "        for position in range(len(self.flows) - 1, -1, -1):\n"
         "            for index, flow in enumerate(self.flows):\n"
         "                if index == position:\n"
         "                    z = flow.inverse(z)\n"),
    ]),
    Blocker("the way back is not compiled", "entry-method-not-exported", [
        ("    def encode(self", "    @torch.jit.export\n    def encode(self"),
    ]),
    Blocker("weights are normalised by a hook", "weight-norm-hook", [
        ("    def forward(self, mel):\n",
         "    def __prepare_scriptable__(self):\n"
         "        for module in self.modules():\n"
         "            for hook in list(module._forward_pre_hooks.values()):\n"
         "                if type(hook).__name__ == \"WeightNorm\":\n"
         "                    torch.nn.utils.remove_weight_norm(module, hook.name)\n"
         "        return self\n\n"
         "    def forward(self, mel):\n"),
    ]),
    Blocker("mel may be left out", "none-default-without-optional", [
        ("durations, mel=", "durations, mel: Optional[torch.Tensor] = "),
    ]),
    Blocker("the application's speaker is an int or None", "none-default-without-optional", [
        ("None, speaker=", "None, speaker: Optional[int] = "),
    ]),
    Blocker("the application's speed is a float", "unannotated-non-tensor-default", [
        (" alpha=1.0, verbose", " alpha: float = 1.0, verbose"),
    ]),
    Blocker("verbose is a bool", "unannotated-non-tensor-default", [
        ("verbose=False", "verbose: bool = False"),
    ]),
    Blocker("no teacher before there is a mel", "none-then-value", [
        ("        teacher = None\n", "        teacher: Optional[torch.Tensor] = None\n"),
    ]),
    Blocker("a list of tuples", "empty-container-of-non-tensors", [
        ("        path = []\n", "        path: List[Tuple[int, float]] = []\n"),
    ]),
    Blocker("a number is formatted", "unsupported-syntax", [
        ('            print(f"{len(path)} frames, attention ends at {path[-1][0]} with {path[-1][1]:.2f}")\n',
         "            if not torch.jit.is_scripting():\n                self._print(path)\n"),
        ("        return self.postnet(coarse), alignment\n",
         "        return self.postnet(coarse), alignment\n\n"
         "    @torch.jit.ignore\n"
         "    def _print(self, path: List[Tuple[int, float]]) -> None:\n"
         '        print(f"{len(path)} frames, attention ends at {path[-1][0]} with {path[-1][1]:.2f}")\n'),
    ]),
]

# Nothing is refused without these; C++ likes to know. They follow the above.
RETURNS = [
    ("alpha: float = 1.0):\n        if", "alpha: float = 1.0) -> torch.Tensor:\n        if"),
    ("(self, ids, lengths):", "(self, ids, lengths) -> Tuple[torch.Tensor, torch.Tensor]:"),
    ("center, speed: float = 1.0):", "center, speed: float = 1.0) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:"),
    ("limit: int = 400):", "limit: int = 400) -> Tuple[torch.Tensor, torch.Tensor]:"),
    ("def forward(self, x):", "def forward(self, x) -> torch.Tensor:"),
    ("def forward(self, z):", "def forward(self, z) -> torch.Tensor:"),
    ("def forward(self, mel):", "def forward(self, mel) -> torch.Tensor:"),
    ("verbose: bool = False):", "verbose: bool = False) -> Tuple[torch.Tensor, torch.Tensor]:"),
]


def replace(text, edits):
    for old, new in edits:
        if text.count(old) != 1:
            raise ValueError(f"occurs {text.count(old)} times, not once: {old!r}")
        text = text.replace(old, new)
    return text


def apply(original, blockers):
    """The model with the given blockers fixed. Edits are looked up in the original, and applied from its end."""
    edits = [TYPING] + [edit for blocker in blockers for edit in blocker.edits]
    for old, _ in edits:
        replace(original, [(old, old)])
    text = original
    for old, new in sorted(edits, key=lambda edit: -original.index(edit[0])):
        at = original.index(old)
        text = text[:at] + new + text[at + len(old):]
    return text


def fixed(original):
    return replace(apply(original, BLOCKERS), RETURNS)
