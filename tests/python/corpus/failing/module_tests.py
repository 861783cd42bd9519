"""isinstance of parts: where it narrows a variable that holds a module."""
import torch
from torch import nn


class MtPart(nn.Module):
    def forward(self, x):
        return x + 1


class MtModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([nn.Conv1d(2, 2, 1), nn.ReLU()])
        self.convs = nn.ModuleList([nn.Conv1d(2, 2, 1), nn.Conv1d(2, 2, 1)])
        self.owns = nn.ModuleList([MtPart(), MtPart()])
        self.conv = nn.Conv1d(2, 2, 1)


# kind: module-tested-in-block; rule: type-changed
# fails
class MtFlagAnd(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            x = p(x)
            if narrow and isinstance(p, nn.Conv1d):
                x = x + 1
        return x
# fails
class MtAndFlag(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            x = p(x)
            if isinstance(p, nn.Conv1d) and narrow:
                x = x + 1
        return x
# fails
class MtNotAndFlag(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if not isinstance(p, nn.Conv1d) and narrow:
                x = p(x)
        return x
# fails
class MtOrFlag(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if isinstance(p, nn.Conv1d) or narrow:
                x = p(x)
        return x
# fails
class MtFlagOrNot(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.convs:
            if narrow or not isinstance(p, nn.Conv1d):
                x = p(x)
        return x
# fails
class MtTuple(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if narrow and isinstance(p, (nn.Conv1d, nn.ReLU)):
                x = p(x)
        return x
# fails
class MtLocal(MtModel):
    def forward(self, x, narrow: bool):
        c = self.conv
        if narrow and isinstance(c, nn.Conv1d):
            x = c(x)
        return x
# fails
class MtOwn(MtModel):
    def forward(self, x, narrow: bool):
        for c in self.owns:
            if narrow and isinstance(c, MtPart):
                x = c(x)
        return x
# fails
class MtChoice(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.convs:
            x = p(x) if narrow and isinstance(p, nn.Conv1d) else x
        return x
# fails
class MtValue(MtModel):
    def forward(self, x, narrow: bool):
        y = narrow
        for p in self.convs:
            y = isinstance(p, nn.Conv1d) and narrow
        if y:
            x = x + 1
        return x
# fails
class MtAssert(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.convs:
            assert narrow and isinstance(p, nn.Conv1d)
            x = p(x)
        return x
# fails
class MtAssertInBranch(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.convs:
            if narrow:
                assert isinstance(p, nn.Conv1d)
                x = p(x)
        return x
# fails
class MtInBranch(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if narrow:
                if isinstance(p, nn.Conv1d):
                    x = p(x)
        return x
# fails
class MtInElse(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if narrow:
                x = p(x)
            elif isinstance(p, nn.Conv1d):
                x = p(x) + 1
        return x
# fails
class MtInLoop(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            for i in range(2):
                if isinstance(p, nn.Conv1d):
                    x = p(x)
        return x
# fails
class MtOnceNarrowed(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.convs:
            assert isinstance(p, nn.Conv1d)
            if narrow and isinstance(p, nn.Conv1d):
                x = p(x)
        return x
# fails
class MtSizeAnd(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if x.size(0) > 1 and isinstance(p, nn.Conv1d):
                x = p(x)
        return x
# fails
class MtAndTrue(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if isinstance(p, nn.Conv1d) and True:
                x = p(x)
        return x
# fails
class MtWhile(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.convs:
            while isinstance(p, nn.Conv1d) and narrow:
                x = p(x)
                narrow = False
        return x
# compiles
class MtAlone(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if isinstance(p, nn.Conv1d):
                x = p(x)
            else:
                x = x + 1
        return x
# compiles
class MtNested(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if isinstance(p, nn.Conv1d):
                if narrow:
                    x = p(x)
        return x
# compiles
class MtAttribute(MtModel):
    def forward(self, x, narrow: bool):
        if narrow and isinstance(self.conv, nn.Conv1d):
            x = self.conv(x)
        return x
# compiles
class MtFlagAndNot(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.convs:
            if narrow and not isinstance(p, nn.Conv1d):
                x = p(x)
        return x
# compiles
class MtLoopInBranch(MtModel):
    def forward(self, x, narrow: bool):
        if narrow:
            for p in self.parts:
                if isinstance(p, nn.Conv1d):
                    x = p(x)
        return x
# compiles
class MtTrueAnd(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if True and isinstance(p, nn.Conv1d):
                x = p(x)
        return x
# compiles
class MtNotNoneAnd(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if p is not None and isinstance(p, nn.Conv1d):
                x = p(x)
        return x
# compiles
class MtTwoLists(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            for q in self.owns:
                if isinstance(p, nn.Conv1d):
                    x = q(p(x))
        return x
# compiles
class MtLastValue(MtModel):
    def forward(self, x, narrow: bool):
        y = narrow
        for p in self.convs:
            y = narrow and isinstance(p, nn.Conv1d)
        if y:
            x = x + 1
        return x
# compiles
class MtChoiceAlone(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if narrow:
                x = x + 1 if isinstance(p, nn.Conv1d) else x
        return x
# compiles
class MtWith(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            with torch.no_grad():
                if isinstance(p, nn.Conv1d):
                    x = p(x)
        return x
# compiles
class MtOrScripting(MtModel):
    def forward(self, x, narrow: bool):
        for p in self.parts:
            if torch.jit.is_scripting() and isinstance(p, nn.Conv1d):
                x = p(x)
        return x
