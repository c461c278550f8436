"""The networks of main.rs in PyTorch's words, and in Keras'."""

from torch import nn


def sequential():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 10),
    )


class Block(nn.Module):
    def __init__(self, channels, out):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride=2, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (y + self.downsample(x)).relu()


class Blocks(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1, bias=False)
        self.layer1 = Block(8, 16)
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        return self.fc(self.layer1(self.stem(x).relu()).mean((2, 3)))


def keras_model():
    from keras import Sequential, layers

    return Sequential([
        layers.Input((8, 8, 1)),
        layers.Conv2D(8, 3, strides=2, padding="same", name="conv"),
        layers.BatchNormalization(momentum=0.9, name="norm"),
        layers.ReLU(),
        layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name="depthwise"),
        layers.ReLU(),
        layers.Conv2DTranspose(4, 2, strides=2, name="up"),
        layers.Flatten(),
        layers.BatchNormalization(momentum=0.9, name="norm2"),
        layers.Dropout(0.1),
        layers.Dense(10, name="logits"),
    ])
