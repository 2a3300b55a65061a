// One step of an optimizer for a whole parameter group. Tensors that are flat arrays of float or double in main memory
// are updated in a single pass each; the rest by libtorch's _foreach_ operations.
#include "group.h"

#include <cmath>

using namespace shim;

struct AdamWOptions {
  double lr, beta1, beta2, eps, weight_decay;
  int32_t amsgrad, maximize;
};

struct SgdOptions {
  double lr, momentum, dampening, weight_decay;
  int32_t nesterov, maximize;
};

namespace {

using Tensors = std::vector<at::Tensor>;

template <class T>
struct AdamWItem {
  int64_t length;
  T* parameter;
  const T* gradient;
  T* mean;
  T* square;
  T* max_square;
  T step_size, root_scale;
};

template <class T>
struct AdamWConstants {
  T sign, beta1, beta2, one_minus_beta1, one_minus_beta2, eps, decay;
};

// By value: a compiler that had to fear that a write changes a constant would not vectorize.
template <class T, bool Amsgrad>
inline __attribute__((always_inline)) void adamw_loop(const AdamWItem<T> item, int64_t begin, int64_t end,
                                                     const AdamWConstants<T> c) {
  T* __restrict parameter = item.parameter;
  const T* __restrict gradient = item.gradient;
  T* __restrict mean = item.mean;
  T* __restrict square = item.square;
  T* __restrict max_square = item.max_square;
  for (int64_t i = begin; i < end; i++) {
    const T g = c.sign * gradient[i];
    const T m = c.beta1 * mean[i] + c.one_minus_beta1 * g;
    const T v = c.beta2 * square[i] + c.one_minus_beta2 * g * g;
    mean[i] = m;
    square[i] = v;
    T second = v;
    if (Amsgrad) {
      const T largest = max_square[i];
      second = largest > v ? largest : v;
      max_square[i] = second;
    }
    parameter[i] = parameter[i] * c.decay - item.step_size * m / (std::sqrt(second) * item.root_scale + c.eps);
  }
}

template <class T>
inline __attribute__((always_inline)) void adamw_range(const AdamWItem<T>& item, int64_t begin, int64_t end,
                                                      const AdamWConstants<T>& c) {
  item.max_square ? adamw_loop<T, true>(item, begin, end, c) : adamw_loop<T, false>(item, begin, end, c);
}

CLONES void adamw(const AdamWItem<float>& item, int64_t begin, int64_t end, const AdamWConstants<float>& c) {
  adamw_range(item, begin, end, c);
}
CLONES void adamw(const AdamWItem<double>& item, int64_t begin, int64_t end, const AdamWConstants<double>& c) {
  adamw_range(item, begin, end, c);
}

// The parameters of a group that have a gradient, with their state.
struct AdamWGroup {
  Tensors parameters, gradients, means, squares, max_squares;
  std::vector<double> step_sizes, roots;  // lr / (1 - β1ᵗ) and √(1 - β2ᵗ) of each

  void add(const at::Tensor& parameter, Handle mean, Handle square, Handle max_square, int64_t step,
           const AdamWOptions& options) {
    parameters.push_back(parameter);
    gradients.push_back(parameter.grad());
    means.push_back(share(mean));
    squares.push_back(share(square));
    if (max_square) max_squares.push_back(share(max_square));
    step_sizes.push_back(options.lr / (1 - std::pow(options.beta1, step)));
    roots.push_back(std::sqrt(1 - std::pow(options.beta2, step)));
  }

  template <class T>
  bool fits(size_t i) const {
    const at::Tensor& parameter = parameters[i];
    return group::is_flat<T>(parameter) && group::is_flat<T>(gradients[i]) &&
           group::is_aligned(parameter, gradients[i]) && group::is_aligned(parameter, means[i]) &&
           group::is_aligned(parameter, squares[i]) &&
           (max_squares.empty() || group::is_aligned(parameter, max_squares[i]));
  }
};

// Updates those that are flat arrays of T; gives the indices of the others.
template <class T>
std::vector<size_t> adamw_fused(const AdamWGroup& all, const std::vector<size_t>& indices, const AdamWOptions& o) {
  std::vector<size_t> others;
  std::vector<AdamWItem<T>> items;
  for (size_t i : indices) {
    if (!all.fits<T>(i)) {
      others.push_back(i);
      continue;
    }
    items.push_back({all.parameters[i].numel(), all.parameters[i].data_ptr<T>(), all.gradients[i].data_ptr<T>(),
                     all.means[i].data_ptr<T>(), all.squares[i].data_ptr<T>(),
                     all.max_squares.empty() ? nullptr : all.max_squares[i].data_ptr<T>(),
                     static_cast<T>(all.step_sizes[i]), static_cast<T>(1 / all.roots[i])});
    group::written(all.parameters[i]);
    group::written(all.means[i]);
    group::written(all.squares[i]);
    if (!all.max_squares.empty()) group::written(all.max_squares[i]);
  }
  const AdamWConstants<T> constants{static_cast<T>(o.maximize ? -1 : 1),
                                   static_cast<T>(o.beta1),
                                   static_cast<T>(o.beta2),
                                   static_cast<T>(1 - o.beta1),
                                   static_cast<T>(1 - o.beta2),
                                   static_cast<T>(o.eps),
                                   static_cast<T>(1 - o.lr * o.weight_decay)};
  group::for_each_chunk(items, [&](const AdamWItem<T>& item, int64_t begin, int64_t end, int64_t) {
    adamw(item, begin, end, constants);
  });
  return others;
}

Tensors pick(const Tensors& tensors, const std::vector<size_t>& indices) {
  Tensors picked;
  for (size_t i : indices) picked.push_back(tensors[i]);
  return picked;
}

void adamw_foreach(const AdamWGroup& all, const std::vector<size_t>& indices, const AdamWOptions& o) {
  if (indices.empty()) return;
  Tensors parameters = pick(all.parameters, indices), gradients = pick(all.gradients, indices),
          means = pick(all.means, indices), squares = pick(all.squares, indices);
  std::vector<at::Scalar> steps, roots;
  for (size_t i : indices) {
    steps.push_back(-all.step_sizes[i]);
    roots.push_back(all.roots[i]);
  }
  if (o.maximize) gradients = at::_foreach_neg(gradients);
  at::_foreach_mul_(parameters, at::Scalar(1 - o.lr * o.weight_decay));
  at::_foreach_mul_(means, at::Scalar(o.beta1));
  at::_foreach_add_(means, gradients, 1 - o.beta1);
  at::_foreach_mul_(squares, at::Scalar(o.beta2));
  at::_foreach_addcmul_(squares, gradients, gradients, 1 - o.beta2);
  Tensors seconds = squares;
  if (!all.max_squares.empty()) {
    seconds = pick(all.max_squares, indices);
    for (size_t i = 0; i < seconds.size(); i++) at::maximum_out(seconds[i], seconds[i], squares[i]);
  }
  Tensors denominators = at::_foreach_sqrt(seconds);
  at::_foreach_div_(denominators, roots);
  at::_foreach_add_(denominators, at::Scalar(o.eps));
  at::_foreach_addcdiv_(parameters, means, denominators, steps);
}

template <class T>
struct SgdItem {
  int64_t length;
  T* parameter;
  const T* gradient;
  T* buffer;
  bool is_first;
};

template <class T>
struct SgdConstants {
  T sign, lr, momentum, one_minus_dampening, weight_decay;
  bool nesterov;
};

template <class T, bool Momentum, bool L2>
inline __attribute__((always_inline)) void sgd_loop(const SgdItem<T> item, int64_t begin, int64_t end,
                                                    const SgdConstants<T> c) {
  T* __restrict parameter = item.parameter;
  const T* __restrict gradient = item.gradient;
  T* __restrict buffer = item.buffer;
  const T keep = item.is_first ? 0 : c.momentum, take = item.is_first ? 1 : c.one_minus_dampening;
  const T of_gradient = c.nesterov ? 1 : 0, of_buffer = c.nesterov ? c.momentum : 1;
  for (int64_t i = begin; i < end; i++) {
    T g = c.sign * gradient[i];
    if (L2) g += c.weight_decay * parameter[i];
    if (Momentum) {
      buffer[i] = keep * buffer[i] + take * g;
      g = of_gradient * g + of_buffer * buffer[i];
    }
    parameter[i] -= c.lr * g;
  }
}

template <class T>
inline __attribute__((always_inline)) void sgd_range(const SgdItem<T>& item, int64_t begin, int64_t end,
                                                     const SgdConstants<T>& c) {
  const bool l2 = c.weight_decay != 0;
  if (item.buffer)
    l2 ? sgd_loop<T, true, true>(item, begin, end, c) : sgd_loop<T, true, false>(item, begin, end, c);
  else
    l2 ? sgd_loop<T, false, true>(item, begin, end, c) : sgd_loop<T, false, false>(item, begin, end, c);
}

CLONES void sgd(const SgdItem<float>& item, int64_t begin, int64_t end, const SgdConstants<float>& c) {
  sgd_range(item, begin, end, c);
}
CLONES void sgd(const SgdItem<double>& item, int64_t begin, int64_t end, const SgdConstants<double>& c) {
  sgd_range(item, begin, end, c);
}

struct SgdGroup {
  Tensors parameters, gradients, buffers;
  std::vector<bool> is_first;
};

template <class T>
std::vector<size_t> sgd_fused(const SgdGroup& all, const std::vector<size_t>& indices, const SgdOptions& o) {
  std::vector<size_t> others;
  std::vector<SgdItem<T>> items;
  for (size_t i : indices) {
    const at::Tensor& parameter = all.parameters[i];
    const bool has_buffer = !all.buffers.empty();
    if (!group::is_flat<T>(parameter) || !group::is_flat<T>(all.gradients[i]) ||
        !group::is_aligned(parameter, all.gradients[i]) ||
        (has_buffer && !group::is_aligned(parameter, all.buffers[i]))) {
      others.push_back(i);
      continue;
    }
    items.push_back({parameter.numel(), parameter.data_ptr<T>(), all.gradients[i].data_ptr<T>(),
                     has_buffer ? all.buffers[i].data_ptr<T>() : nullptr, all.is_first[i]});
    group::written(parameter);
    if (has_buffer) group::written(all.buffers[i]);
  }
  const SgdConstants<T> constants{static_cast<T>(o.maximize ? -1 : 1), static_cast<T>(o.lr),
                                  static_cast<T>(o.momentum),          static_cast<T>(1 - o.dampening),
                                  static_cast<T>(o.weight_decay),      o.nesterov != 0};
  group::for_each_chunk(items, [&](const SgdItem<T>& item, int64_t begin, int64_t end, int64_t) {
    sgd(item, begin, end, constants);
  });
  return others;
}

void sgd_foreach(const SgdGroup& all, const std::vector<size_t>& indices, const SgdOptions& o) {
  if (indices.empty()) return;
  Tensors parameters = pick(all.parameters, indices), gradients = pick(all.gradients, indices);
  if (o.maximize) gradients = at::_foreach_neg(gradients);
  if (o.weight_decay != 0) gradients = at::_foreach_add(gradients, parameters, o.weight_decay);
  if (!all.buffers.empty()) {
    Tensors buffers = pick(all.buffers, indices);
    for (size_t i = 0; i < indices.size(); i++) {
      if (all.is_first[indices[i]])
        buffers[i].copy_(gradients[i]);
      else
        buffers[i].mul_(o.momentum).add_(gradients[i], 1 - o.dampening);
    }
    gradients = o.nesterov ? at::_foreach_add(gradients, buffers, o.momentum) : buffers;
  }
  at::_foreach_add_(parameters, gradients, -o.lr);
}

std::vector<size_t> all_indices(size_t count) {
  std::vector<size_t> indices(count);
  for (size_t i = 0; i < count; i++) indices[i] = i;
  return indices;
}

// State that a parameter's first step makes: the handle is put in its place, for the caller to keep.
void make_zeros(Handle& state, const at::Tensor& like) {
  if (!state) state = release(at::zeros_like(like, {}, at::MemoryFormat::Preserve));
}

}  // namespace

// Parameters without a gradient are passed over; a null state is made on a parameter's first step.
ACTION(adamw_step,
       (int32_t count, const Handle* parameters, Handle* means, Handle* squares, Handle* max_squares, int64_t* steps,
        const AdamWOptions* options),
       {
         at::NoGradGuard no_grad;
         AdamWGroup all;
         for (int32_t i = 0; i < count; i++) {
           const T parameter(parameters[i]);
           if (!parameter->grad().defined()) continue;
           group::require_dense(parameter->grad());
           make_zeros(means[i], *parameter);
           make_zeros(squares[i], *parameter);
           if (options->amsgrad) make_zeros(max_squares[i], *parameter);
           all.add(*parameter, means[i], squares[i], options->amsgrad ? max_squares[i] : nullptr, ++steps[i], *options);
         }
         auto rest = adamw_fused<float>(all, all_indices(all.parameters.size()), *options);
         rest = adamw_fused<double>(all, rest, *options);
         adamw_foreach(all, rest, *options);
       })

ACTION(sgd_step, (int32_t count, const Handle* parameters, Handle* buffers, const SgdOptions* options), {
  at::NoGradGuard no_grad;
  SgdGroup all;
  for (int32_t i = 0; i < count; i++) {
    const T parameter(parameters[i]);
    if (!parameter->grad().defined()) continue;
    group::require_dense(parameter->grad());
    all.is_first.push_back(!buffers[i]);
    if (options->momentum != 0) {
      make_zeros(buffers[i], *parameter);
      all.buffers.push_back(share(buffers[i]));
    }
    all.parameters.push_back(*parameter);
    all.gradients.push_back(parameter->grad());
  }
  auto rest = sgd_fused<float>(all, all_indices(all.parameters.size()), *options);
  rest = sgd_fused<double>(all, rest, *options);
  sgd_foreach(all, rest, *options);
})
