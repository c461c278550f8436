"""The networks in PyTorch: MLPerf Tiny's as in examples/mlperf_tiny/src/networks, LeNet-5 as in benches/networks."""

from torch import nn


def normed(layer, width):
    norm = nn.BatchNorm2d if isinstance(layer, nn.Conv2d) else nn.BatchNorm1d
    return [layer, norm(width)]


def conv(channels, kernels, kernel, stride=1, padding=None, groups=1):
    """A convolution and its normalisation. In steps of 2 it pads both sides alike, as PyTorch's own layer can."""
    padding = kernel // 2 if padding is None else padding
    return normed(nn.Conv2d(channels, kernels, kernel, stride, padding, groups=groups, bias=False), kernels)


def separable(channels, kernels, stride=1):
    depthwise = conv(channels, channels, 3, stride, groups=channels)
    return [*depthwise, nn.ReLU(True), *conv(channels, kernels, 1), nn.ReLU(True)]


def head(channels, classes):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]


class Residual(nn.Module):
    def __init__(self, channels, kernels, stride):
        super().__init__()
        self.body = nn.Sequential(
            *conv(channels, kernels, 3, stride), nn.ReLU(True), *conv(kernels, kernels, 3)
        )
        self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(*conv(channels, kernels, 1, stride))
        self.relu = nn.ReLU(True)

    def forward(self, x):
        return self.relu(self.body(x) + self.shortcut(x))


def kws():
    blocks = [layer for _ in range(4) for layer in separable(64, 64)]
    return nn.Sequential(*conv(1, 64, (10, 4), 2, (5, 1)), nn.ReLU(True), *blocks, *head(64, 12))


def vww():
    layers, channels = [*conv(3, 8, 3, 2), nn.ReLU(True)], 8
    for kernels, stride in [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *5 * [(128, 1)], (256, 2), (256, 1)]:
        layers += separable(channels, kernels, stride)
        channels = kernels
    return nn.Sequential(*layers, *head(256, 2))


def ic():
    blocks = [Residual(16, 16, 1), Residual(16, 32, 2), Residual(32, 64, 2)]
    return nn.Sequential(*conv(3, 16, 3), nn.ReLU(True), *blocks, *head(64, 10))


def ad():
    layers, width = [], 640
    for outputs in [128, 128, 128, 128, 8, 128, 128, 128, 128]:
        layers += [*normed(nn.Linear(width, outputs, bias=False), outputs), nn.ReLU(True)]
        width = outputs
    return nn.Sequential(*layers, nn.Linear(width, 640))


def lenet():
    return nn.Sequential(
        *[nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(True), nn.MaxPool2d(2)],
        *[nn.Conv2d(6, 16, 5), nn.ReLU(True), nn.MaxPool2d(2), nn.Flatten()],
        *[nn.Linear(400, 120), nn.ReLU(True), nn.Linear(120, 84), nn.ReLU(True), nn.Linear(84, 10)],
    )


# name, title, network, shape of an input
NETWORKS = [
    ("kws", "KWS DS-CNN", kws, (1, 49, 10)),
    ("vww", "VWW MobileNetV1 ¼", vww, (3, 96, 96)),
    ("ic", "IC ResNet-8", ic, (3, 32, 32)),
    ("ad", "AD autoencoder", ad, (640,)),
    ("lenet", "LeNet-5", lenet, (1, 28, 28)),
]
