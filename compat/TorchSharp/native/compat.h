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
using optional = OptionalTemplate<decltype(std::declval<at::TensorOptions>().device_opt())>::template of<T>;

}  // namespace compat
