"""A ResNet speaker encoder: layers made by a method, pooling by a name, a parameter made by a helper."""
import torch
from torch import nn
from torch.nn import functional as F


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None, reduction=2):
        super(BasicBlock, self).__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        residual = x
        out = self.bn1(self.relu(self.conv1(x)))
        if self.downsample is not None:
            residual = self.downsample(x)
        out += residual
        return self.relu(out)


class ResNetSE(nn.Module):
    def __init__(self, block, layers, num_filters, nOut, encoder_type="SAP", n_mels=8, log_input=True, **kwargs):
        super(ResNetSE, self).__init__()
        self.inplanes = num_filters[0]
        self.encoder_type = encoder_type
        self.log_input = log_input
        self.conv1 = nn.Conv2d(1, num_filters[0], kernel_size=3, stride=1, padding=1)
        self.layer1 = self._make_layer(block, num_filters[0], layers[0])
        self.layer2 = self._make_layer(block, num_filters[1], layers[1], stride=(2, 2))
        self.instancenorm = nn.InstanceNorm1d(n_mels)
        outmap_size = int(n_mels / 2)
        if self.encoder_type == "SAP":
            self.sap_linear = nn.Linear(num_filters[1] * outmap_size, num_filters[1] * outmap_size)
            self.attention = self.new_parameter(num_filters[1] * outmap_size, 1)
            out_dim = num_filters[1] * outmap_size
        elif self.encoder_type == "ASP":
            self.attention = nn.Sequential(
                nn.Conv1d(num_filters[1] * outmap_size, 4, kernel_size=1),
                nn.ReLU(),
                nn.Conv1d(4, num_filters[1] * outmap_size, kernel_size=1),
                nn.Softmax(dim=2),
            )
            out_dim = num_filters[1] * outmap_size * 2
        else:
            raise ValueError("pooled by SAP or ASP")
        self.fc = nn.Linear(out_dim, nOut)

    def _make_layer(self, block, planes, blocks, stride=1):
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(nn.Conv2d(self.inplanes, planes, kernel_size=1, stride=stride, bias=False))
        layers = []
        layers.append(block(self.inplanes, planes, stride, downsample))
        self.inplanes = planes * block.expansion
        for i in range(1, blocks):
            layers.append(block(self.inplanes, planes))
        return nn.Sequential(*layers)

    def new_parameter(self, *size):
        out = nn.Parameter(torch.FloatTensor(*size))
        nn.init.xavier_normal_(out)
        return out

    def forward(self, x):
        with torch.no_grad():
            x = x + 1e-6
            if self.log_input:
                x = x.log()
            x = self.instancenorm(x).unsqueeze(1).detach()
        x = self.conv1(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = x.reshape(x.size()[0], -1, x.size()[-1])
        if self.encoder_type == "SAP":
            x = x.permute(0, 2, 1)
            h = torch.tanh(self.sap_linear(x))
            w = torch.matmul(h, self.attention).squeeze(dim=2)
            w = F.softmax(w, dim=1).view(x.size(0), x.size(1), 1)
            x = torch.sum(x * w, dim=1)
        elif self.encoder_type == "ASP":
            w = self.attention(x)
            mu = torch.sum(x * w, dim=2)
            sg = torch.sqrt((torch.sum((x**2) * w, dim=2) - mu**2).clamp(min=1e-5))
            x = torch.cat((mu, sg), 1)
        x = x.view(x.size()[0], -1)
        return self.fc(x)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = ResNetSE(BasicBlock, [1, 2], [4, 6], 5, encoder_type="ASP").eval()
    print(model(torch.rand(2, 8, 20)).shape, model(torch.rand(1, 8, 14)).shape)
