// Gradients, and the modes that switch them off.
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "shim.h"

using namespace shim;

ACTION(backward, (Handle self, Handle gradient, const Flag* retain, Flag create, const Handle* inputs, int32_t length), {
  std::vector<at::Tensor> only = list(inputs, length);
  T(self)->backward(
      gradient ? share(gradient) : at::Tensor(),
      retain ? optional<bool>(*retain != 0) : optional<bool>(),
      create,
      inputs ? optional<at::TensorList>(only) : optional<at::TensorList>());
})
ACTION(backward_all,
       (const Handle* tensors, int32_t count, const Handle* gradients, int32_t given, const Flag* retain, Flag create, const Handle* inputs,
        int32_t length),
       torch::autograd::backward(list(tensors, count), list(gradients, given), retain ? optional<bool>(*retain != 0) : optional<bool>(),
                                 create, list(inputs, length)))
LIST(grad_all,
     (const Handle* outputs, int32_t count, const Handle* inputs, int32_t length, const Handle* gradients, int32_t given, Flag retain,
      Flag create, Flag allow_unused),
     torch::autograd::grad(list(outputs, count), list(inputs, length), list(gradients, given), optional<bool>(retain != 0), create,
                           allow_unused))

// The gradient so far, or null.
ACTION(grad, (Handle self, Handle* gradient), *gradient = release(T(self)->grad()))
ACTION(set_grad, (Handle self, Handle gradient), {
  at::Tensor value = gradient ? share(gradient) : at::Tensor();
  T(self)->mutable_grad() = value;
})
ACTION(requires_grad, (Handle self, Flag* result), *result = T(self)->requires_grad())
ACTION(requires_grad_, (Handle self, Flag value), T(self)->requires_grad_(value))
ACTION(retain_grad, (Handle self), T(self)->retain_grad())
ACTION(is_leaf, (Handle self, Flag* result), *result = T(self)->is_leaf())
TENSOR(detach, (Handle self), T(self)->detach())
ACTION(detach_, (Handle self), T(self)->detach_())

// The modes belong to the calling thread.
SHIM_API Flag ts_grad_enabled() { return c10::GradMode::is_enabled(); }
SHIM_API void ts_set_grad_enabled(Flag enabled) { c10::GradMode::set_enabled(enabled); }
SHIM_API Flag ts_inference_enabled() { return c10::InferenceMode::is_enabled(); }
SHIM_API c10::InferenceMode* ts_inference_enter(Flag enabled) { return new c10::InferenceMode(enabled != 0); }
SHIM_API void ts_inference_leave(c10::InferenceMode* mode) { delete mode; }
