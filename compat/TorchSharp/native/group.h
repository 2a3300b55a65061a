// A parameter group as optim.cpp and clip.cpp see it: which parameters have a gradient, and which tensors
// can be walked as flat arrays, split over threads the same way whatever their number.
#pragma once
#include <ATen/Parallel.h>

#include "shim.h"

// Compiled for several instruction sets; the loader takes the best one. Without contraction into fused multiply-adds
// (see CMakeLists.txt) each gives the same bits.
#if defined(__x86_64__) && defined(__gnu_linux__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

namespace group {

// Elements a thread takes at a time: large enough to hide the start, small enough that large tensors are shared out.
constexpr int64_t chunk = 16384;

// Whether the tensor's elements lie in memory without gaps or overlaps, as numbers of the type. Tensors made in inference mode
// have no version to raise; libtorch's own operations know when they may be written to.
template <class T>
bool is_flat(const at::Tensor& tensor) {
  return tensor.layout() == at::kStrided && tensor.device().is_cpu() && tensor.is_non_overlapping_and_dense() &&
         tensor.scalar_type() == c10::CppTypeToScalarType<T>::value && !tensor.is_conj() && !tensor.is_neg() &&
         !tensor.is_inference();
}

// Whether index i is the same element in both.
inline bool is_aligned(const at::Tensor& a, const at::Tensor& b) {
  return a.scalar_type() == b.scalar_type() && a.sizes() == b.sizes() && a.strides() == b.strides() &&
         b.layout() == at::kStrided && b.device().is_cpu() && !b.is_inference();
}

inline void written(const at::Tensor& tensor) { tensor.unsafeGetTensorImpl()->bump_version(); }

inline void require_dense(const at::Tensor& gradient) {
  TORCH_CHECK(gradient.layout() == at::kStrided, "The optimizer does not take sparse gradients.");
}

// Calls work(item, begin, end, chunk number) for every chunk of every item, in parallel. An item has a length.
template <class Item, class Work>
void for_each_chunk(const std::vector<Item>& items, const Work& work) {
  struct Chunk {
    const Item* item;
    int64_t begin, end;
  };
  std::vector<Chunk> chunks;
  int64_t total = 0;
  for (const Item& item : items) {
    for (int64_t begin = 0; begin < item.length; begin += chunk)
      chunks.push_back({&item, begin, std::min(begin + chunk, item.length)});
    total += item.length;
  }
  const int64_t count = static_cast<int64_t>(chunks.size());
  const int64_t grain = std::max<int64_t>(1, count * chunk / std::max<int64_t>(total, 1));
  at::parallel_for(0, count, grain, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; i++) work(*chunks[i].item, chunks[i].begin, chunks[i].end, i);
  });
}

inline int64_t chunks_of(int64_t length) { return (length + chunk - 1) / chunk; }

}  // namespace group
