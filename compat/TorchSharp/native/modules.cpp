// What modules need that no function of the tensor library gives.
#include "shim.h"

using namespace shim;

// Shrinks, in place, the rows that are looked up and whose norm is greater.
ACTION(embedding_renorm, (Handle weight, Handle indices, double max_norm, double norm_type), {
  at::NoGradGuard no_grad;
  at::Tensor rows = share(weight);
  at::embedding_renorm_(rows, T(indices)->contiguous(), max_norm, norm_type);
})
