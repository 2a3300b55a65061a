"""The same work in PyTorch, a round at a time: reads a case's name, answers with the seconds a round of it took."""
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def add(calls):
    a, b = torch.ones(4), torch.ones(4)

    def round():
        for _ in range(calls):
            c = a + b

    return round


def adamw(tensors, size, steps):
    parameters = [nn.Parameter(torch.randn(size, size)) for _ in range(tensors)]
    for parameter in parameters:
        parameter.grad = torch.randn(size, size)
    optimizer = torch.optim.AdamW(parameters)

    def round():
        for _ in range(steps):
            optimizer.step()

    return round


class Layer(nn.Module):
    def __init__(self, width, heads, dropout):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        batch, length, width = x.shape

        def split(y):
            return y.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        if hasattr(F, "scaled_dot_product_attention"):
            attended = F.scaled_dot_product_attention(q, k, v)
        else:
            scores = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(width // self.heads)
            attended = torch.matmul(torch.softmax(scores, -1), v)
        attended = attended.transpose(1, 2).reshape(batch, length, width)
        x = self.norm1(x + self.dropout(self.output(attended)))
        return self.norm2(x + self.dropout(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    def __init__(self, vocabulary, length, width, heads, layers, classes, dropout):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(length, width)
        self.norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(Layer(width, heads, dropout) for _ in range(layers))
        self.head = nn.Linear(width, classes)

    def forward(self, ids):
        positions = torch.arange(ids.shape[1])
        x = self.norm(self.tokens(ids) + self.positions(positions))
        for layer in self.layers:
            x = layer(x)
        return self.head(x)


def encoder(vocabulary, batch, length, width, heads, layers, classes, steps):
    torch.manual_seed(1)
    model = Encoder(vocabulary, length, width, heads, layers, classes, 0.1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    ids = torch.randint(vocabulary, (batch, length))
    labels = torch.randint(classes, (batch * length,))

    def round():
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(ids).view(-1, classes), labels)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            loss.item()

    return round


def main():
    torch.set_num_threads(int(sys.argv[1]))
    print(torch.__version__, flush=True)
    cases = {}
    for line in sys.stdin:
        name, *numbers = line.split()
        if line not in cases:
            cases[line] = globals()[name](*map(int, numbers))
        start = time.perf_counter()
        cases[line]()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
