"""Reads a model's folder without any package but torch, and tells which PyTorch this is."""
import json
import os
import struct

import torch


def read_config(folder):
    with open(os.path.join(folder, "config.json")) as file:
        return json.load(file)


def read_tensors(folder):
    with open(os.path.join(folder, "model.safetensors"), "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        start = file.tell()
        tensors = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            begin, end = entry["data_offsets"]
            file.seek(start + begin)
            tensors[name] = torch.frombuffer(bytearray(file.read(end - begin)), dtype=torch.float32).reshape(entry["shape"])
    return tensors


def version():
    """PyTorch's, and the library that computes its matrix products: Debian's reference BLAS is many times slower than the others."""
    if torch.backends.mkl.is_available():
        return f"{torch.__version__} with MKL"
    with open("/proc/self/maps") as maps:
        loaded = maps.read()
    library = next((name for name in ("OpenBLAS", "BLIS", "ATLAS") if f"lib{name.lower()}" in loaded), "the reference BLAS")
    return f"{torch.__version__} with {library}"
