// The one place that knows how libtorch 1.13 to 2.11 differ.
#pragma once
#include <ATen/ATen.h>
#include <torch/version.h>

#include <tuple>
#include <utility>

namespace compat {

// c10::optional became std::optional; ask libtorch which one it speaks.
template <class T>
struct OptionalTemplate;
template <template <class...> class Optional, class Value>
struct OptionalTemplate<Optional<Value>> {
  template <class T>
  using of = Optional<T>;
};
template <class T>
using optional = typename OptionalTemplate<decltype(std::declval<at::TensorOptions>().device_opt())>::template of<T>;

// Public, with one result, and with fused CPU kernels since 2.0.
inline at::Tensor scaled_dot_product_attention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                                               const optional<at::Tensor>& mask, double dropout, bool causal) {
#if TORCH_VERSION_MAJOR >= 2
  return at::scaled_dot_product_attention(query, key, value, mask, dropout, causal);
#else
  return std::get<0>(at::_scaled_dot_product_attention(query, key, value, mask, dropout, false, causal));
#endif
}

}  // namespace compat
