// Lifetime of handles, the error of the last call, and what a tensor says about itself.
#include "shim.h"

#include <algorithm>
#include <string>

using namespace shim;

namespace {
thread_local std::string last_error;
thread_local std::vector<at::Tensor> kept;
}  // namespace

std::atomic<int64_t> shim::live_handles{0};

void shim::record_error() noexcept {
  try {
    try {
      throw;
    } catch (const c10::Error& error) {
      last_error = error.what_without_backtrace();
    } catch (const std::exception& error) {
      last_error = error.what();
    } catch (...) {
      last_error = "Unknown error in libtorch.";
    }
  } catch (...) {
    // No memory even for the message: the empty one still tells the caller that the call failed.
    last_error.clear();
  }
}

int32_t shim::keep(std::vector<at::Tensor> tensors) noexcept {
  kept = std::move(tensors);
  return static_cast<int32_t>(kept.size());
}

SHIM_API const char* ts_last_error() { return last_error.c_str(); }

SHIM_API void ts_fetch(Handle* handles) {
  for (at::Tensor& tensor : kept) *handles++ = release(std::move(tensor));
  kept.clear();
}

SHIM_API int64_t ts_live() { return live_handles.load(std::memory_order_relaxed); }

SHIM_API void ts_free(Handle handle) {
  live_handles.fetch_sub(1, std::memory_order_relaxed);
  at::Tensor last(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(handle));
}

// Another handle of the same tensor.
TENSOR(alias, (Handle self), share(self))

// Bytes this tensor alone keeps alive: those of its storage, or 0 where it is a view of another one's.
SHIM_API int64_t ts_own_bytes(Handle handle) {
  if (!handle->has_storage()) return 0;
  const at::Storage& storage = handle->storage();
  return storage.use_count() == 1 ? static_cast<int64_t>(storage.nbytes()) : 0;
}

SHIM_API int32_t ts_dim(Handle self) { return static_cast<int32_t>(T(self)->dim()); }
SHIM_API int64_t ts_numel(Handle self) { return T(self)->numel(); }
SHIM_API int32_t ts_dtype(Handle self) { return static_cast<int32_t>(T(self)->scalar_type()); }
SHIM_API int32_t ts_device_type(Handle self) { return static_cast<int32_t>(T(self)->device().type()); }
SHIM_API int32_t ts_device_index(Handle self) { return T(self)->device().index(); }
SHIM_API int32_t ts_element_size(Handle self) { return static_cast<int32_t>(T(self)->element_size()); }

ACTION(sizes, (Handle self, int64_t* sizes), {
  at::IntArrayRef values = T(self)->sizes();
  std::copy(values.begin(), values.end(), sizes);
})
ACTION(strides, (Handle self, int64_t* strides), {
  at::IntArrayRef values = T(self)->strides();
  std::copy(values.begin(), values.end(), strides);
})
ACTION(storage_offset, (Handle self, int64_t* offset), *offset = T(self)->storage_offset())
ACTION(is_contiguous, (Handle self, int32_t* result), *result = T(self)->is_contiguous())
ACTION(size, (Handle self, int64_t dim, int64_t* size), *size = T(self)->size(dim))
ACTION(stride, (Handle self, int64_t dim, int64_t* stride), *stride = T(self)->stride(dim))
