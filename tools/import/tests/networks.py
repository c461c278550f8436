"""The networks that tests import, small: ten of many kinds, and more that have what these lack."""

import torch
from torch import nn
from torch.nn import functional as F


class LeNet(nn.Module):
    shape = (1, 16, 16)

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 3, 5, padding=2), nn.Conv2d(3, 4, 5)
        self.fc1, self.fc2 = nn.Linear(16, 12), nn.Linear(12, 10)

    def forward(self, x):
        x = F.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = F.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.fc2(torch.relu(self.fc1(x.view(x.size(0), -1))))


class Basic(nn.Module):
    def __init__(self, before, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + self.shortcut(x))


class ResNet8(nn.Module):
    shape = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 4, 3, 1, 1, bias=False), nn.BatchNorm2d(4)
        self.layer1, self.layer2, self.layer3 = Basic(4, 4, 1), Basic(4, 6, 2), Basic(6, 8, 2)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(torch.relu(self.bn1(self.conv1(x))))))
        return self.fc(F.avg_pool2d(x, x.size(3)).flatten(1))


def separable(before, after, stride):
    return nn.Sequential(
        nn.Conv2d(before, before, 3, stride, 1, groups=before, bias=False), nn.BatchNorm2d(before), nn.ReLU6(),
        nn.Conv2d(before, after, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU6(),
    )


class MobileNet(nn.Module):
    shape = (3, 16, 16)

    def __init__(self):
        super().__init__()
        first = [nn.Conv2d(3, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4), nn.ReLU6()]
        self.features = nn.Sequential(*first, separable(4, 6, 1), separable(6, 8, 2), separable(8, 8, 1))
        self.classifier = nn.Linear(8, 2)

    def forward(self, x):
        return torch.softmax(self.classifier(self.features(x).mean((2, 3))), 1)


class DsCnn(nn.Module):
    shape = (1, 13, 10)

    def __init__(self):
        super().__init__()
        self.pad = nn.ZeroPad2d((1, 2, 4, 5))
        self.conv, self.bn, self.dropout = nn.Conv2d(1, 6, (10, 4), 2), nn.BatchNorm2d(6), nn.Dropout(0.2)
        self.blocks = nn.Sequential(separable(6, 6, 1), separable(6, 6, 1))
        self.pool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(6, 12)

    def forward(self, x):
        x = self.blocks(self.dropout(torch.relu(self.bn(self.conv(self.pad(x))))))
        return self.fc(torch.flatten(self.pool(x), 1))


def double(before, after):
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.Conv2d(after, after, 3, padding=1), nn.ReLU())


class UNet(nn.Module):
    shape = (1, 8, 12)

    def __init__(self):
        super().__init__()
        self.down1, self.down2, self.down3 = double(1, 3), double(3, 4), double(4, 5)
        self.up2, self.up1 = nn.ConvTranspose2d(5, 4, 2, 2), nn.Upsample(scale_factor=2, mode="bilinear")
        self.merge2, self.merge1 = double(8, 4), double(7, 3)
        self.head = nn.Conv2d(3, 2, 1)

    def forward(self, x):
        one = self.down1(x)
        two = self.down2(F.max_pool2d(one, 2))
        three = self.down3(F.max_pool2d(two, 2))
        two = self.merge2(torch.cat([two, self.up2(three)], 1))
        return self.head(self.merge1(torch.cat([self.up1(two), one], 1)))


class Causal(nn.Module):
    def __init__(self, before, after, dilation):
        super().__init__()
        self.chomp = 2 * dilation
        self.conv1 = nn.Conv1d(before, after, 3, padding=self.chomp, dilation=dilation)
        self.conv2 = nn.Conv1d(after, after, 3, dilation=dilation)
        self.match = nn.Conv1d(before, after, 1) if before != after else nn.Identity()

    def forward(self, x):
        y = torch.relu(self.conv1(x)[:, :, : -self.chomp])
        y = torch.relu(self.conv2(F.pad(y, (self.chomp, 0))))
        return torch.relu(y + self.match(x))


class Tcn(nn.Module):
    shape = (2, 20)

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(Causal(2, 4, 1), Causal(4, 4, 2), Causal(4, 4, 4))
        self.out = nn.Linear(4, 3)

    def forward(self, x):
        return self.out(self.net(x)[:, :, -1])


class Autoencoder(nn.Module):
    shape = (1, 9, 9)

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(1, 4, 3, 2, 1), nn.LeakyReLU(0.1), nn.Conv2d(4, 6, 3, 2, 1), nn.ELU())
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(6, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.PReLU(),
            nn.ConvTranspose2d(4, 2, 3, 2, 1, output_padding=1), nn.Tanh(),
            nn.ConvTranspose2d(2, 1, 2, 1, 1, bias=False), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Excite(nn.Module):
    def __init__(self, channels, convolutions):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.down = nn.Conv2d(channels, 2, 1) if convolutions else nn.Linear(channels, 2)
        self.up = nn.Conv2d(2, channels, 1) if convolutions else nn.Linear(2, channels)
        self.convolutions = convolutions

    def forward(self, x):
        s = self.pool(x)
        s = s if self.convolutions else s.view(x.size(0), -1)
        s = torch.sigmoid(self.up(torch.relu(self.down(s))))
        return x * (s if self.convolutions else s.view(x.size(0), -1, 1, 1))


class SqueezeExcite(nn.Module):
    shape = (2, 8, 8)

    def __init__(self):
        super().__init__()
        self.stem, self.se1 = nn.Conv2d(2, 6, 3, 2, 1), Excite(6, True)
        self.conv, self.se2 = nn.Conv2d(6, 6, 3, 1, 1, groups=2), Excite(6, False)
        self.act, self.fc = nn.Hardswish(), nn.Linear(6, 4)

    def forward(self, x):
        x = self.se1(self.act(self.stem(x)))
        x = x + self.se2(self.act(self.conv(x)))
        return self.fc(x.mean(dim=[2, 3]))


class Multiplier(nn.Module):
    shape = (3, 9, 7)

    def __init__(self):
        super().__init__()
        self.spread = nn.Conv2d(3, 9, (3, 5), (2, 1), (1, 2), groups=3)
        self.act1, self.pool, self.act2 = nn.SiLU(), nn.AvgPool2d(3, 2, 1, ceil_mode=True), nn.GELU()
        self.mix, self.norm, self.fc = nn.Conv2d(9, 4, 3, dilation=(1, 2), padding=(1, 2)), nn.GroupNorm(2, 4), nn.Linear(48, 5)

    def forward(self, x):
        x = self.pool(self.act1(self.spread(x)))
        return self.fc(self.act2(self.norm(self.mix(x))).flatten(1))


class Mlp(nn.Module):
    shape = (20,)

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(20, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 12, bias=False), nn.LayerNorm(12), nn.GELU(),
            nn.Dropout(0.3), nn.Linear(12, 6), nn.Softmax(-1))

    def forward(self, x):
        return self.layers(x)


class ChannelGate(nn.Module):
    """A gate whose weights are learned along the channels, as in ECA-Net."""

    shape = (3, 6, 6)

    def __init__(self):
        super().__init__()
        self.stem, self.along, self.fc = nn.Conv2d(3, 6, 3), nn.Conv1d(1, 1, 3, padding=1, bias=False), nn.Linear(6, 2)

    def forward(self, x):
        x = self.stem(x)
        gate = self.along(x.mean(dim=[2, 3]).unsqueeze(1)).sigmoid()
        x = x * gate.transpose(1, 2).unsqueeze(-1)
        return self.fc(x.mean(dim=[2, 3]))


TEN = [LeNet, ResNet8, MobileNet, DsCnn, UNet, Tcn, Autoencoder, SqueezeExcite, Multiplier, Mlp]


class Pieces(nn.Module):
    """What exporters write in several nodes, and values that several take: every other row, repeated factors, a pyramid of
    pools, a border of -inf, a sequence made longer."""

    shape = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.stem, self.bn = nn.Conv2d(12, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.pool, self.mix = nn.MaxPool2d(3, 1, 1), nn.Conv2d(12, 4, 1)
        self.down, self.up = nn.Linear(4, 2), nn.Linear(2, 4)
        self.line = nn.Conv1d(4, 3, 3, padding=1)

    def forward(self, x):
        x = torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1)
        x = F.mish(self.bn(self.stem(x)))
        once = self.pool(x)
        x = F.selu(self.mix(torch.cat([x, once, self.pool(once)], 1)))
        gate = torch.sigmoid(self.up(torch.relu(self.down(x.mean((2, 3))))))
        x = x * gate.view(-1, 4, 1, 1).expand_as(x)
        x = F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=float("-inf")), 2, 1)
        return self.line(F.interpolate(x.mean(2), scale_factor=2, mode="linear")).mean(2)


class Lambda(nn.Module):
    """A network of modules and a function of them."""

    def __init__(self, shape, modules, function):
        super().__init__()
        self.shape, self.function = shape, function
        for name, module in modules.items():
            setattr(self, name, module)

    def forward(self, x):
        return self.function(self, x)


class Dense(nn.Module):
    shape = (2, 6, 6)

    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(2 + 3 * n, 3, 3, padding=1) for n in range(3)])
        self.norm, self.fc = nn.BatchNorm2d(11), nn.Linear(11, 4)

    def forward(self, x):
        values = [x]
        for conv in self.convs:
            values.append(torch.relu(conv(torch.cat(values, 1))))
        return self.fc(torch.relu(self.norm(torch.cat(values, 1))).amax((2, 3)))


class Inception(nn.Module):
    shape = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.a, self.b1, self.b2 = nn.Conv2d(3, 2, 1), nn.Conv2d(3, 2, 1), nn.Conv2d(2, 3, 3, padding=1)
        self.c = nn.Conv2d(3, 2, 1)
        self.fc = nn.Linear(7 * 4, 3)

    def forward(self, x):
        a, b = self.a(x), self.b2(F.silu(self.b1(x)))
        c = self.c(F.max_pool2d(x, 3, 1, 1))
        x = F.adaptive_avg_pool2d(torch.cat((a, b, c), 1), 2)
        return self.fc(x.reshape(-1, 28))


class InvertedResidual(nn.Module):
    shape = (4, 6, 6)

    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(4, 8, 1, bias=False), nn.BatchNorm2d(8, eps=1e-3, momentum=0.01), nn.Hardswish(),
            nn.Conv2d(8, 8, 3, 1, 1, groups=8, bias=False), nn.BatchNorm2d(8), nn.Hardswish())
        self.se = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 2, 1), nn.ReLU(), nn.Conv2d(2, 8, 1), nn.Hardsigmoid())
        self.project, self.bn = nn.Conv2d(8, 4, 1, bias=False), nn.BatchNorm2d(4)

    def forward(self, x):
        y = self.conv(x)
        y = self.bn(self.project(y * self.se(y)))
        return x + y


def tanh_gelu(x):
    return 0.5 * x * (1 + torch.tanh(0.7978845608 * (x + 0.044715 * x**3)))


def own_layer_norm(x, weight, bias):
    mean = x.mean(-1, keepdim=True)
    variance = ((x - mean) ** 2).mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(variance + 1e-6) * weight + bias


class OwnNorm(nn.Module):
    shape = (8,)

    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(8, 10), nn.Linear(10, 3)
        self.w, self.b = nn.Parameter(torch.rand(10) + 0.5), nn.Parameter(torch.randn(10))

    def forward(self, x):
        return self.fc2(tanh_gelu(own_layer_norm(self.fc1(x), self.w, self.b)))


class Normalised(nn.Module):
    """Pixels from 0 to 255 in, as photographs are."""

    shape = (3, 6, 6)

    def __init__(self):
        super().__init__()
        self.register_buffer("centre", torch.tensor([0.5, 0.4, 0.3])[:, None, None])
        self.register_buffer("std", torch.tensor([0.2, 0.25, 0.3])[:, None, None])
        self.conv, self.fc = nn.Conv2d(3, 4, 3, padding=1), nn.Linear(4, 2)

    def forward(self, x):
        x = (x / 255 - self.centre) / self.std
        return self.fc(torch.relu(self.conv(x)).mean((-2, -1)))


MORE = {
    "Dense": Dense,
    "Inception": Inception,
    "InvertedResidual": InvertedResidual,
    "OwnNorm": OwnNorm,
    "Normalised": Normalised,
    "NormFirst": lambda: Lambda((3, 6, 6), {
        "bn": nn.BatchNorm2d(3), "conv": nn.Conv2d(3, 4, 3), "bn2": nn.BatchNorm2d(4), "fc": nn.Linear(64, 2),
    }, lambda s, x: s.fc(F.relu(s.bn2(s.conv(F.relu(s.bn(x))))).view(-1, 64))),
    "Own": lambda: Lambda((2, 6, 6), {"conv": nn.Conv2d(2, 4, 3)}, lambda s, x: 1 - 2 * torch.sigmoid(s.conv(x) * 3 - 1)),
    "HardByHand": lambda: Lambda((2, 6, 6), {"conv": nn.Conv2d(2, 4, 3), "c2": nn.Conv2d(4, 4, 1)}, lambda s, x: (
        lambda y: s.c2(y * F.relu6(y + 3) / 6))(s.conv(x))),
    "Negative": lambda: Lambda((2, 6, 6), {"a": nn.Conv2d(2, 2, 3, padding=1)}, lambda s, x: x - s.a(x)),
    "Grouped": lambda: Lambda((4, 9, 9), {
        "a": nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, groups=2, dilation=1), "b": nn.Conv2d(6, 9, 3, 2, 2, dilation=2, groups=3),
        "c": nn.ConvTranspose2d(9, 4, (2, 3), (3, 2), dilation=(2, 1), bias=False), "bn": nn.BatchNorm2d(4),
    }, lambda s, x: s.bn(s.c(s.b(s.a(x))))),
    "Sequence": lambda: Lambda((3, 24), {
        "conv": nn.Conv1d(3, 6, 5, 2, 2), "bn": nn.BatchNorm1d(6), "dw": nn.Conv1d(6, 12, 3, padding=1, groups=6),
        "norm": nn.InstanceNorm1d(12, affine=True), "up": nn.ConvTranspose1d(12, 4, 4, 2, 1), "fc": nn.Linear(4, 2),
    }, lambda s, x: s.fc(F.adaptive_avg_pool1d(
        s.up(F.avg_pool1d(F.max_pool1d(s.norm(s.dw(F.relu(s.bn(s.conv(x))))), 3, 2, ceil_mode=True), 2)), 1).squeeze(-1))),
    "Mirror": lambda: Lambda((2, 5, 6), {
        "a": nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect"), "p": nn.ReplicationPad2d((1, 2, 0, 1)),
        "b": nn.Conv2d(3, 2, 2),
    }, lambda s, x: F.interpolate(s.b(s.p(s.a(x))), scale_factor=(2, 3), mode="nearest")[:, :, 1:-1, :-2]),
    "SequenceUp": lambda: Lambda((2, 6), {"a": nn.Conv1d(2, 3, 3, padding=1, padding_mode="replicate"), "b": nn.Conv1d(3, 2, 1)},
        lambda s, x: s.b(F.interpolate(s.a(x), scale_factor=2, mode="linear"))),
    "Softplus": lambda: Lambda((6,), {"a": nn.Linear(6, 5), "b": nn.Linear(5, 4), "act": nn.PReLU(5)},
        lambda s, x: F.elu(F.softplus(s.b(F.hardsigmoid(s.act(s.a(x))))), 0.7)),
    "GeluTanh": lambda: Lambda((6,), {"a": nn.Linear(6, 5), "act": nn.GELU("tanh")}, lambda s, x: s.act(s.a(x))),
    "Clamp": lambda: Lambda((2, 4, 4), {"a": nn.Conv2d(2, 5, 3)}, lambda s, x: torch.clamp(torch.clamp(s.a(x), 0, 6) + 1, min=0)),
    "Unbatched": lambda: Lambda((2, 5, 5), {"a": nn.Conv2d(2, 3, 3), "fc": nn.Linear(27, 4)},
        lambda s, x: s.fc(torch.flatten(F.relu(s.a(x)), start_dim=1))),
    "Steps": lambda: Lambda((3, 7), {"a": nn.Linear(3, 5), "b": nn.Linear(5, 2)},
        lambda s, x: s.b(F.relu(s.a(x.transpose(1, 2)))).mean(1)),
    "LastSteps": lambda: Lambda((7, 3), {"a": nn.Conv1d(3, 4, 3)}, lambda s, x: s.a(x.permute(0, 2, 1)).permute(0, 2, 1)),
    "ImageNorm": lambda: Lambda((2, 3, 4), {"n": nn.LayerNorm((2, 3, 4)), "a": nn.Conv2d(2, 3, 3)}, lambda s, x: s.a(s.n(x))),
    "Pools": lambda: Lambda((2, 11, 11), {"a": nn.AvgPool2d(3, 2, 1, count_include_pad=False), "b": nn.MaxPool2d(3, 2, 1, ceil_mode=True),
        "c": nn.Conv2d(2, 3, 1), "d": nn.MaxPool2d(2, 1, dilation=2)}, lambda s, x: s.c(s.d(s.b(s.a(x)))) * 0.5),
    "Twice": lambda: Lambda((3, 5, 5), {"a": nn.Conv2d(3, 3, 3, padding=1)}, lambda s, x: s.a(F.relu(s.a(x)) + x)),
    "RowMeans": lambda: Lambda((3, 4, 6), {"a": nn.Conv1d(3, 2, 3)}, lambda s, x: s.a(x.mean(2))),
    "Stride": lambda: Lambda((3, 6, 6), {"a": nn.Conv2d(3, 4, 3, padding=1)}, lambda s, x: s.a(x)[:, :, ::2, ::2]),
}
