// New tensors, and their elements as memory.
#include "shim.h"

using namespace shim;

// empty, zeros, ones, full: a size and an element type; like_*: those of another tensor unless given.
TENSOR(empty, (const int64_t* sizes, int32_t count, int32_t type, int32_t device, int32_t index),
       at::empty(ints(sizes, count), options(type, device, index)))
TENSOR(empty_strided, (const int64_t* sizes, int32_t count, const int64_t* strides, int32_t dims, int32_t type, int32_t device, int32_t index),
       at::empty_strided(ints(sizes, count), ints(strides, dims), options(type, device, index)))
TENSOR(zeros, (const int64_t* sizes, int32_t count, int32_t type, int32_t device, int32_t index),
       at::zeros(ints(sizes, count), options(type, device, index)))
TENSOR(ones, (const int64_t* sizes, int32_t count, int32_t type, int32_t device, int32_t index),
       at::ones(ints(sizes, count), options(type, device, index)))
TENSOR(full, (const int64_t* sizes, int32_t count, Number value, int32_t type, int32_t device, int32_t index),
       at::full(ints(sizes, count), value, options(type, device, index)))
TENSOR(arange, (Number start, Number stop, Number step, int32_t type, int32_t device, int32_t index),
       at::arange(start, stop, step, options(type, device, index)))
TENSOR(linspace, (double start, double stop, int64_t steps, int32_t type, int32_t device, int32_t index),
       at::linspace(start, stop, steps, options(type, device, index)))
TENSOR(logspace, (double start, double stop, int64_t steps, double base, int32_t type, int32_t device, int32_t index),
       at::logspace(start, stop, steps, base, options(type, device, index)))
TENSOR(eye, (int64_t rows, int64_t columns, int32_t type, int32_t device, int32_t index),
       at::eye(rows, columns, options(type, device, index)))
TENSOR(tril_indices, (int64_t rows, int64_t columns, int64_t offset, int32_t type, int32_t device, int32_t index),
       at::tril_indices(rows, columns, offset, options(type, device, index)))
TENSOR(triu_indices, (int64_t rows, int64_t columns, int64_t offset, int32_t type, int32_t device, int32_t index),
       at::triu_indices(rows, columns, offset, options(type, device, index)))

TENSOR(empty_like, (Handle self, int32_t type, int32_t device, int32_t index), at::empty_like(T(self), options(type, device, index)))
TENSOR(zeros_like, (Handle self, int32_t type, int32_t device, int32_t index), at::zeros_like(T(self), options(type, device, index)))
TENSOR(ones_like, (Handle self, int32_t type, int32_t device, int32_t index), at::ones_like(T(self), options(type, device, index)))
TENSOR(full_like, (Handle self, Number value, int32_t type, int32_t device, int32_t index),
       at::full_like(T(self), value, options(type, device, index)))

// Copies what memory holds into a new tensor on the CPU.
TENSOR(from_memory, (const void* data, const int64_t* sizes, int32_t count, int32_t type),
       at::from_blob(const_cast<void*>(data), ints(sizes, count), options(type, 0, -1)).clone())

// Where the elements of a dense CPU tensor are.
ACTION(data_ptr, (Handle self, void** pointer), {
  T tensor(self);
  TORCH_CHECK(tensor->device().is_cpu(), "The tensor's elements are on ", tensor->device(), ", not in the CPU's memory");
  *pointer = tensor->data_ptr();
})

TENSOR(to, (Handle self, int32_t type, int32_t device, int32_t index, Flag non_blocking, Flag copy),
       T(self)->to(shim::device(device, index), static_cast<at::ScalarType>(type), non_blocking, copy))
TENSOR(clone, (Handle self), T(self)->clone())
TENSOR(contiguous, (Handle self), T(self)->contiguous())
ACTION(copy_, (Handle self, Handle source, Flag non_blocking), T(self)->copy_(T(source), non_blocking))
ACTION(set_, (Handle self, Handle source), T(self)->set_(share(source)))
ACTION(fill_, (Handle self, Number value), T(self)->fill_(value))
ACTION(zero_, (Handle self), T(self)->zero_())
ACTION(item, (Handle self, Number* result), {
  at::Scalar value = T(self)->item();
  *result = Number{};
  if (value.isComplex()) {
    auto complex = value.toComplexDouble();
    result->kind = 2, result->real = complex.real(), result->imaginary = complex.imag();
  } else if (value.isFloatingPoint()) {
    result->kind = 1, result->real = value.toDouble();
  } else {
    result->kind = value.isBoolean() ? 3 : 0, result->integer = value.toLong();
  }
})
