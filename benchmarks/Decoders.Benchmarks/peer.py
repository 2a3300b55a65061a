"""A model of Llama's kind in plain PyTorch, with its own attention, normalisation and AdamW, to be measured beside: reads "generation"
or "step" a line; answers with the seconds and the ids that were written, or with the seconds and the loss of a step of full
fine-tuning."""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from checkpoint import read_config, read_tensors, version


class RmsNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.empty(size)), eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


def rotated(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


class Cache:
    """Keys and values of a text, in memory that is there from the beginning."""

    def __init__(self, layers, heads, room, size):
        self.keys, self.values = ([torch.empty(1, heads, room, size) for _ in range(layers)] for _ in range(2))
        self.length = 0

    def add(self, layer, key, value):
        end = self.length + key.shape[2]
        self.keys[layer][:, :, self.length : end] = key
        self.values[layer][:, :, self.length : end] = value
        return self.keys[layer][:, :, :end], self.values[layer][:, :, :end]


def attend(query, key, value, is_causal):
    """By one operation where this PyTorch has it, as 2.0 and later do."""
    together = query.shape[1] // key.shape[1]
    key, value = (states.repeat_interleave(together, 1) for states in (key, value))
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(query, key, value, is_causal=is_causal)
    scores = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    if is_causal:
        scores = scores + torch.full(scores.shape[-2:], -torch.inf).triu(1)
    return scores.softmax(-1) @ value


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, heads, self.kv_heads = config["hidden_size"], config["num_attention_heads"], config["num_key_value_heads"]
        self.size = config.get("head_dim") or width // heads
        self.q_proj, self.o_proj = nn.Linear(width, heads * self.size, bias=False), nn.Linear(heads * self.size, width, bias=False)
        self.k_proj, self.v_proj = (nn.Linear(width, self.kv_heads * self.size, bias=False) for _ in range(2))

    def forward(self, x, cos, sin, layer, cache):
        batch, length, _ = x.shape
        query, key, value = (
            projection(x).view(batch, length, -1, self.size).transpose(1, 2) for projection in (self.q_proj, self.k_proj, self.v_proj)
        )
        query, key = rotated(query, cos, sin), rotated(key, cos, sin)
        if cache is not None:
            key, value = cache.add(layer, key, value)
        context = attend(query, key, value, length > 1)
        return self.o_proj(context.transpose(1, 2).reshape(batch, length, -1))


class FeedForward(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, inner = config["hidden_size"], config["intermediate_size"]
        self.gate_proj, self.up_proj = (nn.Linear(width, inner, bias=False) for _ in range(2))
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, eps = config["hidden_size"], config["rms_norm_eps"]
        self.input_layernorm, self.post_attention_layernorm = RmsNorm(width, eps), RmsNorm(width, eps)
        self.self_attn, self.mlp = Attention(config), FeedForward(config)

    def forward(self, x, *rest):
        x = x + self.self_attn(self.input_layernorm(x), *rest)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    """Parameters are named as in a checkpoint; the head is the table of embeddings."""

    def __init__(self, config):
        super().__init__()
        self.model = nn.Module()
        self.model.embed_tokens = nn.Embedding(config["vocab_size"], config["hidden_size"])
        self.model.layers = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))
        self.model.norm = RmsNorm(config["hidden_size"], config["rms_norm_eps"])
        size = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
        base = config.get("rope_theta") or config["rope_parameters"]["rope_theta"]
        angles = torch.outer(torch.arange(4096.0), base ** (-torch.arange(0, size, 2) / size)).repeat(1, 2)
        self.cos, self.sin = angles.cos(), angles.sin()

    def states(self, ids, cache=None):
        past = cache.length if cache is not None else 0
        cos, sin = (table[past : past + ids.shape[1]] for table in (self.cos, self.sin))
        x = self.model.embed_tokens(ids)
        for i, layer in enumerate(self.model.layers):
            x = layer(x, cos, sin, i, cache)
        if cache is not None:
            cache.length += ids.shape[1]
        return x

    def forward(self, states):
        return F.linear(self.model.norm(states), self.model.embed_tokens.weight)


@torch.inference_mode()
def generate(model, config, prompt, count):
    attention = model.model.layers[0].self_attn
    cache = Cache(config["num_hidden_layers"], attention.kv_heads, len(prompt) + count, attention.size)
    ids, unread = [], torch.tensor([prompt])
    for _ in range(count):
        ids.append(int(model(model.states(unread, cache)[:, -1:]).argmax()))
        unread = torch.tensor([ids[-1:]])
    return ids


def adamw(parameters):
    settings = {"lr": 1e-5, "betas": (0.9, 0.999), "weight_decay": 0.01}
    parameters = list(parameters)
    try:
        return torch.optim.AdamW(parameters, fused=True, **settings)
    except (RuntimeError, TypeError):  # PyTorch before 2.4 on a CPU
        return torch.optim.AdamW(parameters, **settings)


def main():
    folder, inputs, threads, count = sys.argv[1:]
    torch.set_num_threads(int(threads))
    config = read_config(folder)
    with open(inputs) as file:
        inputs = json.load(file)
    model = Decoder(config)
    model.load_state_dict(read_tensors(folder))
    optimizer = adamw(model.parameters())
    texts = torch.tensor(inputs["texts"])
    print(version(), flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        if line.strip() == "generation":
            result = ",".join(map(str, generate(model, config, inputs["prompt"], int(count))))
        else:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(model.states(texts)[:, :-1]).flatten(0, 1), texts[:, 1:].flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            result = loss.item()
        print(time.perf_counter() - start, result, flush=True)


if __name__ == "__main__":
    main()
