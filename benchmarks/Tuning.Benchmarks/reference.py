"""Fine-tunes selected tensors of a BERT in plain PyTorch, as the method's reference is described: a wrapper lets only the selected
tensors have gradients and gives those to AdamW; every text is padded to the maximum length. Reads "epoch" or "memory" a line; answers
with the seconds that an epoch took, or with the peak of resident memory in KiB."""
import math
import os
import re
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from checkpoint import read_config, read_tensors, version


class Tokenizer:
    """WordPiece, longest match first."""

    def __init__(self, folder):
        with open(os.path.join(folder, "vocab.txt"), encoding="utf-8") as file:
            self.ids = {line.rstrip("\n"): i for i, line in enumerate(file)}

    def word(self, word):
        pieces, start = [], 0
        while start < len(word):
            end = len(word)
            while end > start and (word[start:end] if start == 0 else "##" + word[start:end]) not in self.ids:
                end -= 1
            if end == start:
                return [self.ids["[UNK]"]]
            pieces.append(self.ids[word[start:end] if start == 0 else "##" + word[start:end]])
            start = end
        return pieces

    def __call__(self, text, length):
        ids = [i for word in re.findall(r"[^\W_]+|[^\s]", text.lower()) for i in self.word(word)][: length - 2]
        ids = [self.ids["[CLS]"], *ids, self.ids["[SEP]"]]
        mask = [1] * len(ids) + [0] * (length - len(ids))
        return ids + [self.ids["[PAD]"]] * (length - len(ids)), mask


class SelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads, width = config["num_attention_heads"], config["hidden_size"]
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.dropout = nn.Dropout(config["attention_probs_dropout_prob"])

    def forward(self, x, bias):
        batch, length, width = x.shape

        def split(y):
            return y.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

        scores = split(self.query(x)) @ split(self.key(x)).transpose(-2, -1) / math.sqrt(width // self.heads) + bias
        context = self.dropout(scores.softmax(-1)) @ split(self.value(x))
        return context.transpose(1, 2).reshape(batch, length, width)


class Output(nn.Module):
    def __init__(self, inputs, config):
        super().__init__()
        self.dense = nn.Linear(inputs, config["hidden_size"])
        self.LayerNorm = nn.LayerNorm(config["hidden_size"], eps=config["layer_norm_eps"])
        self.dropout = nn.Dropout(config["hidden_dropout_prob"])

    def forward(self, x, residual):
        return self.LayerNorm(self.dropout(self.dense(x)) + residual)


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.self, self.output = SelfAttention(config), Output(config["hidden_size"], config)

    def forward(self, x, bias):
        return self.output(self.self(x, bias), x)


class Intermediate(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.dense = nn.Linear(config["hidden_size"], config["intermediate_size"])

    def forward(self, x):
        return F.gelu(self.dense(x))


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention, self.intermediate = Attention(config), Intermediate(config)
        self.output = Output(config["intermediate_size"], config)

    def forward(self, x, bias):
        x = self.attention(x, bias)
        return self.output(self.intermediate(x), x)


class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["hidden_size"]
        self.word_embeddings = nn.Embedding(config["vocab_size"], width, padding_idx=config["pad_token_id"])
        self.position_embeddings = nn.Embedding(config["max_position_embeddings"], width)
        self.token_type_embeddings = nn.Embedding(config["type_vocab_size"], width)
        self.LayerNorm = nn.LayerNorm(width, eps=config["layer_norm_eps"])
        self.dropout = nn.Dropout(config["hidden_dropout_prob"])

    def forward(self, ids):
        x = self.word_embeddings(ids) + self.token_type_embeddings(torch.zeros_like(ids))
        return self.dropout(self.LayerNorm(x + self.position_embeddings(torch.arange(ids.shape[1]))))


class Classifier(nn.Module):
    """Parameters are named as in a checkpoint."""

    def __init__(self, config, classes):
        super().__init__()
        self.bert = nn.Module()
        self.bert.embeddings = Embeddings(config)
        self.bert.encoder = nn.Module()
        self.bert.encoder.layer = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))
        self.bert.pooler = nn.Module()
        self.bert.pooler.dense = nn.Linear(config["hidden_size"], config["hidden_size"])
        self.dropout = nn.Dropout(config["hidden_dropout_prob"])
        self.classifier = nn.Linear(config["hidden_size"], classes)

    def forward(self, ids, mask):
        bias = (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        x = self.bert.embeddings(ids)
        for layer in self.bert.encoder.layer:
            x = layer(x, bias)
        return self.classifier(self.dropout(torch.tanh(self.bert.pooler.dense(x[:, 0]))))


class SelectedTensorsOptimizer:
    """Lets the named tensors train, and no others."""

    def __init__(self, model, names, **settings):
        names = set(names)
        for name, parameter in model.named_parameters():
            parameter.requires_grad = name in names
        self.parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.AdamW(self.parameters, **settings)

    def step(self):
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()

    def zero_grad(self):
        self.optimizer.zero_grad()


def prefixed(name):
    """An encoder's own checkpoint names its tensors without the prefix that a classifier's has."""
    return name if name.startswith("bert.") else f"bert.{name}"


def peak_memory():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:"))


def main():
    folder, rows, selected, threads, length, batch = sys.argv[1:]
    torch.set_num_threads(int(threads))
    length, batch = int(length), int(batch)
    config = read_config(folder)
    with open(rows, encoding="utf-8") as file:
        examples = [line.rstrip("\n").split("\t") for line in file][1:]
    with open(selected, encoding="utf-8") as file:
        names = file.read().split()
    classes = sorted({label for label, _ in examples})
    tokenizer = Tokenizer(folder)
    encoded = [tokenizer(text, length) for _, text in examples]
    ids, mask = (torch.tensor([row[i] for row in encoded]) for i in range(2))
    labels = torch.tensor([classes.index(label) for label, _ in examples])

    torch.manual_seed(1)
    model = Classifier(config, len(classes))
    tensors = {prefixed(name): tensor for name, tensor in read_tensors(folder).items()}
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    assert all(name.startswith("classifier.") for name in missing) and not unexpected
    # The pooler trains with the head, as it does in the classifier that this is compared with.
    head = [name for name, _ in model.named_parameters() if name.startswith(("classifier.", "bert.pooler."))]
    optimizer = SelectedTensorsOptimizer(model, [*map(prefixed, names), *head], lr=1e-4, weight_decay=0.01)
    model.train()
    print(version(), flush=True)
    for line in sys.stdin:
        if line.strip() == "memory":
            print(peak_memory(), flush=True)
            continue
        start = time.perf_counter()
        for rows in torch.randperm(len(examples)).split(batch):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(ids[rows], mask[rows]), labels[rows])
            loss.backward()
            optimizer.step()
            loss.item()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
