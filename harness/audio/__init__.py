"""Signal code on numpy arrays; knows no call, no case."""
