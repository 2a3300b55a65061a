// Gradients of many parameters at once: their norm, their bounds, their removal.
#include "group.h"

#include <cmath>

using namespace shim;

namespace {

template <class T>
struct Flat {
  int64_t length;
  T* data;
  int64_t first_chunk;
};

// Sixteen sums in double, added in a fixed order: vectorizes, and gives the same bits on any instruction set.
template <class T>
inline __attribute__((always_inline)) double sum_squares_of(const T* x, int64_t count) {
  double sums[16] = {};
  int64_t i = 0;
  for (; i + 16 <= count; i += 16)
    for (int lane = 0; lane < 16; lane++) sums[lane] += static_cast<double>(x[i + lane]) * x[i + lane];
  for (int lane = 0; i < count; i++, lane++) sums[lane] += static_cast<double>(x[i]) * x[i];
  double sum = 0;
  for (double partial : sums) sum += partial;
  return sum;
}
CLONES double sum_squares(const float* x, int64_t count) { return sum_squares_of(x, count); }
CLONES double sum_squares(const double* x, int64_t count) { return sum_squares_of(x, count); }

template <class T>
inline __attribute__((always_inline)) void scale_of(T* x, int64_t count, T factor) {
  for (int64_t i = 0; i < count; i++) x[i] *= factor;
}
CLONES void scale(float* x, int64_t count, float factor) { scale_of(x, count, factor); }
CLONES void scale(double* x, int64_t count, double factor) { scale_of(x, count, factor); }

std::vector<at::Tensor> gradients_of(int32_t count, const Handle* parameters) {
  std::vector<at::Tensor> gradients;
  for (int32_t i = 0; i < count; i++) {
    const T parameter(parameters[i]);
    if (parameter->grad().defined()) gradients.push_back(parameter->grad());
  }
  return gradients;
}

// Scales the gradients down to the norm; false, with nothing done, where they aren't all flat arrays of T.
template <class T>
bool clip_flat(const std::vector<at::Tensor>& gradients, double max_norm, double& total) {
  std::vector<Flat<T>> items;
  int64_t chunks = 0;
  for (const at::Tensor& gradient : gradients) {
    if (!group::is_flat<T>(gradient)) return false;
    items.push_back({gradient.numel(), gradient.data_ptr<T>(), chunks});
    chunks += group::chunks_of(gradient.numel());
  }
  std::vector<double> sums(chunks);
  group::for_each_chunk(items, [&](const Flat<T>& item, int64_t begin, int64_t end, int64_t number) {
    sums[number] = sum_squares(item.data + begin, end - begin);
  });
  double sum = 0;
  for (double partial : sums) sum += partial;
  total = std::sqrt(sum);
  const double factor = max_norm / (total + 1e-6);
  if (factor >= 1) return true;
  group::for_each_chunk(items, [&](const Flat<T>& item, int64_t begin, int64_t end, int64_t) {
    scale(item.data + begin, end - begin, static_cast<T>(factor));
  });
  for (const at::Tensor& gradient : gradients) group::written(gradient);
  return true;
}

void clip_any(const std::vector<at::Tensor>& gradients, double max_norm, double norm_type, double& total) {
  std::vector<at::Tensor> norms;
  for (const at::Tensor& gradient : gradients)
    norms.push_back(at::linalg_vector_norm(gradient.detach(), norm_type).to(gradients[0].device(), at::kDouble));
  total = at::linalg_vector_norm(at::stack(norms), norm_type).item<double>();
  const double factor = max_norm / (total + 1e-6);
  if (!(factor >= 1)) at::_foreach_mul_(gradients, at::Scalar(factor));
}

}  // namespace

// The gradients' common norm before clipping; 0 where there are none. A NaN norm makes every gradient NaN.
ACTION(clip_grad_norm, (int32_t count, const Handle* parameters, double max_norm, double norm_type, double* total), {
  at::NoGradGuard no_grad;
  *total = 0;
  const std::vector<at::Tensor> gradients = gradients_of(count, parameters);
  if (gradients.empty()) return;
  if (norm_type == 2 && (clip_flat<float>(gradients, max_norm, *total) || clip_flat<double>(gradients, max_norm, *total)))
    return;
  clip_any(gradients, max_norm, norm_type, *total);
})

ACTION(clip_grad_value, (int32_t count, const Handle* parameters, double bound), {
  at::NoGradGuard no_grad;
  for (at::Tensor& gradient : gradients_of(count, parameters)) gradient.clamp_(-bound, bound);
})

ACTION(zero_grads, (int32_t count, const Handle* parameters, int32_t set_to_none), {
  at::NoGradGuard no_grad;
  for (int32_t i = 0; i < count; i++) {
    const T parameter(parameters[i]);
    if (set_to_none)
      parameter->mutable_grad() = at::Tensor();
    else if (parameter->grad().defined())
      parameter->grad().detach().zero_();
  }
})
