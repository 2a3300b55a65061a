// New tensors.
#include "shim.h"

#include <cstring>

using namespace shim;

TENSOR(empty, (const int64_t* sizes, int32_t count, int32_t type, int32_t device, int32_t index),
       at::empty(ints(sizes, count), options(type, device, index)))
TENSOR(zeros, (const int64_t* sizes, int32_t count, int32_t type, int32_t device, int32_t index),
       at::zeros(ints(sizes, count), options(type, device, index)))
TENSOR(ones, (const int64_t* sizes, int32_t count, int32_t type, int32_t device, int32_t index),
       at::ones(ints(sizes, count), options(type, device, index)))
TENSOR(full, (const int64_t* sizes, int32_t count, Number value, int32_t type, int32_t device, int32_t index),
       at::full(ints(sizes, count), value, options(type, device, index)))
