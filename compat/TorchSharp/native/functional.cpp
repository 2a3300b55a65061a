// What neural networks are made of.
#include "shim.h"

using namespace shim;

TENSOR(gelu, (Handle self), at::gelu(T(self)))
TENSOR(silu, (Handle self), at::silu(T(self)))
ACTION(silu_, (Handle self), {
  at::Tensor tensor = share(self);
  at::silu_(tensor);
})
TENSOR(elu, (Handle self, double alpha), at::elu(T(self), alpha))
TENSOR(leaky_relu, (Handle self, double slope), at::leaky_relu(T(self), slope))
TENSOR(softplus, (Handle self, double beta, double threshold), at::softplus(T(self), beta, threshold))
TENSOR(log_sigmoid, (Handle self), at::log_sigmoid(T(self)))
TENSOR(softmax, (Handle self, int64_t dim, int32_t type), at::softmax(T(self), dim, dtype(type)))
TENSOR(log_softmax, (Handle self, int64_t dim, int32_t type), at::log_softmax(T(self), dim, dtype(type)))

TENSOR(linear, (Handle self, Handle weight, Handle bias), at::linear(T(self), T(weight), maybe(bias)))
TENSOR(embedding, (Handle weight, Handle indices, int64_t padding, Flag scale, Flag sparse),
       at::embedding(T(weight), T(indices), padding, scale, sparse))
TENSOR(layer_norm, (Handle self, const int64_t* sizes, int32_t count, Handle weight, Handle bias, double eps),
       at::layer_norm(T(self), ints(sizes, count), maybe(weight), maybe(bias), eps))
TENSOR(dropout, (Handle self, double p, Flag training), at::dropout(T(self), p, training))
ACTION(dropout_, (Handle self, double p, Flag training), {
  at::Tensor tensor = share(self);
  at::dropout_(tensor, p, training);
})
TENSOR(one_hot, (Handle self, int64_t classes), at::one_hot(T(self), classes))
TENSOR(pad, (Handle self, const int64_t* sizes, int32_t count, const char* mode, const double* value),
       at::pad(T(self), ints(sizes, count), mode, maybe_number(value)))
TENSOR(scaled_dot_product_attention, (Handle query, Handle key, Handle value, Handle mask, double p, Flag causal),
       compat::scaled_dot_product_attention(T(query), T(key), T(value), maybe(mask), p, causal))
TENSOR(cosine_similarity, (Handle first, Handle second, int64_t dim, double eps), at::cosine_similarity(T(first), T(second), dim, eps))

// reduction: 0 none, 1 mean, 2 sum.
TENSOR(cross_entropy, (Handle self, Handle target, Handle weight, int64_t ignore, int64_t reduction, double smoothing),
       at::cross_entropy_loss(T(self), T(target), maybe(weight), reduction, ignore, smoothing))
TENSOR(nll_loss, (Handle self, Handle target, Handle weight, int64_t reduction),
       at::nll_loss_nd(T(self), T(target), maybe(weight), reduction))
TENSOR(mse_loss, (Handle self, Handle target, int64_t reduction), at::mse_loss(T(self), T(target), reduction))
TENSOR(l1_loss, (Handle self, Handle target, int64_t reduction), at::l1_loss(T(self), T(target), reduction))
TENSOR(smooth_l1_loss, (Handle self, Handle target, int64_t reduction, double beta),
       at::smooth_l1_loss(T(self), T(target), reduction, beta))
TENSOR(huber_loss, (Handle self, Handle target, int64_t reduction, double delta), at::huber_loss(T(self), T(target), reduction, delta))
TENSOR(kl_div, (Handle self, Handle target, int64_t reduction, Flag log_target),
       at::kl_div(T(self), T(target), reduction, log_target))
TENSOR(binary_cross_entropy, (Handle self, Handle target, Handle weight, int64_t reduction),
       at::binary_cross_entropy(T(self), T(target), maybe(weight), reduction))
TENSOR(binary_cross_entropy_with_logits, (Handle self, Handle target, Handle weight, Handle positive, int64_t reduction),
       at::binary_cross_entropy_with_logits(T(self), T(target), maybe(weight), maybe(positive), reduction))
