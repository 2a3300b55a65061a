// What every part of the shim shares: how a tensor, a number and an error cross the C boundary.
#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

#include "compat.h"

// A tensor's handle is its TensorImpl with one reference owned by the caller: no heap object besides libtorch's own.
using Handle = c10::TensorImpl*;

// A truth value, as wide as a C int so that every caller agrees on its size.
using Flag = int32_t;

// A scalar by value. kind: 0 integer, 1 floating point, 2 complex, 3 boolean.
struct Number {
  int64_t kind;
  union {
    int64_t integer;
    double real;
  };
  double imaginary;

  operator at::Scalar() const {
    switch (kind) {
      case 0: return at::Scalar(integer);
      case 1: return at::Scalar(real);
      case 2: return at::Scalar(c10::complex<double>(real, imaginary));
      default: return at::Scalar(integer != 0);
    }
  }
};

namespace shim {

using compat::optional;

extern std::atomic<int64_t> live_handles;

// Remembers the exception being handled for ts_last_error on this thread.
void record_error() noexcept;

// Gives the caller the reference, or null for an undefined tensor.
inline Handle release(at::Tensor tensor) {
  if (!tensor.defined()) return nullptr;
  live_handles.fetch_add(1, std::memory_order_relaxed);
  return tensor.unsafeReleaseTensorImpl();
}

// The caller's tensor without touching its reference count; a null handle is an undefined tensor.
class T {
 public:
  explicit T(Handle handle) {
    if (handle) tensor_ = at::Tensor(Pointer::reclaim(handle));
  }
  T(const T&) = delete;
  T& operator=(const T&) = delete;
  ~T() { tensor_.unsafeReleaseTensorImpl(); }
  operator const at::Tensor&() const { return tensor_; }
  const at::Tensor& operator*() const { return tensor_; }
  const at::Tensor* operator->() const { return &tensor_; }

 private:
  using Pointer = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;
  at::Tensor tensor_;
};

inline at::Tensor share(Handle handle) { return *T(handle); }

inline optional<at::Tensor> maybe(Handle handle) {
  return handle ? optional<at::Tensor>(share(handle)) : optional<at::Tensor>();
}

inline optional<at::ScalarType> dtype(int32_t code) {
  return code < 0 ? optional<at::ScalarType>() : optional<at::ScalarType>(static_cast<at::ScalarType>(code));
}

inline at::Device device(int32_t type, int32_t index) {
  return at::Device(static_cast<at::DeviceType>(type), static_cast<c10::DeviceIndex>(index));
}

inline at::TensorOptions options(int32_t type, int32_t device_type, int32_t device_index) {
  return at::TensorOptions().dtype(static_cast<at::ScalarType>(type)).device(device(device_type, device_index));
}

// Dimensions or sizes; none (null) means "all" to reductions.
inline at::IntArrayRef ints(const int64_t* values, int32_t count) {
  return at::IntArrayRef(values, static_cast<size_t>(count));
}
inline at::OptionalIntArrayRef maybe_ints(const int64_t* values, int32_t count) {
  return values ? at::OptionalIntArrayRef(ints(values, count)) : at::OptionalIntArrayRef();
}

inline optional<int64_t> maybe_dim(const int64_t* dim) { return dim ? optional<int64_t>(*dim) : optional<int64_t>(); }
inline optional<double> maybe_number(const double* number) { return number ? optional<double>(*number) : optional<double>(); }

inline std::vector<at::Tensor> list(const Handle* handles, int32_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int32_t i = 0; i < count; i++) tensors.push_back(share(handles[i]));
  return tensors;
}

// Keeps a list until the caller, now knowing its length, fetches it with ts_fetch on the same thread.
int32_t keep(std::vector<at::Tensor> tensors) noexcept;

// Runs an action: 1, or 0 with the error recorded.
template <class F>
int32_t attempt(F&& action) noexcept {
  try {
    action();
    return 1;
  } catch (...) {
    record_error();
    return 0;
  }
}

// Runs a function that makes a tensor: its handle, or null with the error recorded.
template <class F>
Handle make(F&& function) noexcept {
  try {
    return release(function());
  } catch (...) {
    record_error();
    return nullptr;
  }
}

// Runs a function that makes a list: its length, or -1 with the error recorded.
template <class F>
int32_t keep_list(F&& function) noexcept {
  try {
    return keep(function());
  } catch (...) {
    record_error();
    return -1;
  }
}

}  // namespace shim

#define SHIM_API extern "C" __attribute__((visibility("default")))

// TENSOR(name, (parameters), expression) exports ts_name, which returns the new tensor the expression gives;
// ACTION runs statements; PAIR and TRIPLE hand out the two or three tensors of a tuple; LIST keeps a vector for ts_fetch.
#define TENSOR(name, parameters, ...) \
  SHIM_API Handle ts_##name parameters { return shim::make([&]() -> at::Tensor { return __VA_ARGS__; }); }
#define ACTION(name, parameters, ...) \
  SHIM_API int32_t ts_##name parameters { return shim::attempt([&] { __VA_ARGS__; }); }
#define LIST(name, parameters, ...) \
  SHIM_API int32_t ts_##name parameters { return shim::keep_list([&]() -> std::vector<at::Tensor> { return __VA_ARGS__; }); }
#define PAIR(expression)                           \
  {                                                \
    auto result = expression;                      \
    *first = shim::release(std::get<0>(result));   \
    *second = shim::release(std::get<1>(result));  \
  }
#define TRIPLE(expression)                         \
  {                                                \
    auto result = expression;                      \
    *first = shim::release(std::get<0>(result));   \
    *second = shim::release(std::get<1>(result));  \
    *third = shim::release(std::get<2>(result));   \
  }
