// Threads, devices and what holds for the whole process.
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <mutex>

#include "shim.h"

using namespace shim;

SHIM_API const char* ts_version() { return TORCH_VERSION; }

SHIM_API int32_t ts_get_num_threads() { return at::get_num_threads(); }
SHIM_API int32_t ts_get_num_interop_threads() { return at::get_num_interop_threads(); }
ACTION(set_num_threads, (int32_t count), at::set_num_threads(count))
ACTION(set_num_interop_threads, (int32_t count), at::set_num_interop_threads(count))

SHIM_API int32_t ts_cuda_device_count() {
  int32_t count = 0;
  attempt([&] {
    if (at::hasCUDA()) count = c10::impl::VirtualGuardImpl(at::DeviceType::CUDA).deviceCount();
  });
  return count;
}
ACTION(cuda_synchronize, (int32_t index), {
  TORCH_CHECK(at::hasCUDA(), "Torch not compiled with CUDA enabled");
  auto current = c10::impl::VirtualGuardImpl(at::DeviceType::CUDA).getDevice().index();
  at::detail::getCUDAHooks().deviceSynchronize(index < 0 ? current : static_cast<c10::DeviceIndex>(index));
})
ACTION(cuda_manual_seed, (int32_t index, uint64_t seed), {
  // Like PyTorch, silently nothing without CUDA: programs seed whatever is there.
  if (!at::hasCUDA()) return;
  at::Generator random = at::globalContext().defaultGenerator(at::Device(at::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index)));
  std::lock_guard<std::mutex> lock(random.mutex());
  random.set_current_seed(seed);
})

SHIM_API Flag ts_deterministic() { return at::globalContext().deterministicAlgorithms(); }
SHIM_API Flag ts_deterministic_warn_only() { return at::globalContext().deterministicAlgorithmsWarnOnly(); }
ACTION(set_deterministic, (Flag enabled, Flag warn_only), at::globalContext().setDeterministicAlgorithms(enabled, warn_only))
SHIM_API int32_t ts_promote_types(int32_t first, int32_t second) {
  return static_cast<int32_t>(c10::promoteTypes(static_cast<at::ScalarType>(first), static_cast<at::ScalarType>(second)));
}
ACTION(result_type, (Handle first, Handle second, int32_t* type), *type = static_cast<int32_t>(at::result_type(T(first), T(second))))
