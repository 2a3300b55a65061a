// Reading and writing chosen elements.
#include <ATen/TensorIndexing.h>

#include "shim.h"

using namespace shim;

// One entry of an index expression; kind says which of the other fields count.
struct Index {
  enum Kind : int64_t { none, ellipsis, integer, boolean, slice, tensor };
  int64_t kind, start, stop, step;
  Handle handle;
};

namespace {
std::vector<at::indexing::TensorIndex> expression(const Index* entries, int32_t count) {
  std::vector<at::indexing::TensorIndex> result;
  result.reserve(count);
  for (const Index* entry = entries; entry < entries + count; entry++) {
    switch (entry->kind) {
      case Index::none: result.emplace_back(at::indexing::None); break;
      case Index::ellipsis: result.emplace_back(at::indexing::Ellipsis); break;
      case Index::integer: result.emplace_back(entry->start); break;
      case Index::boolean: result.emplace_back(entry->start != 0); break;
      case Index::slice: result.emplace_back(at::indexing::Slice(entry->start, entry->stop, entry->step)); break;
      default: result.emplace_back(share(entry->handle)); break;
    }
  }
  return result;
}
}  // namespace

TENSOR(index, (Handle self, const Index* entries, int32_t length), T(self)->index(expression(entries, length)))
ACTION(index_put_, (Handle self, const Index* entries, int32_t length, Handle value),
       at::Tensor(share(self)).index_put_(expression(entries, length), T(value)))
ACTION(index_put_scalar_, (Handle self, const Index* entries, int32_t length, Number value),
       at::Tensor(share(self)).index_put_(expression(entries, length), static_cast<at::Scalar>(value)))

TENSOR(index_select, (Handle self, int64_t dim, Handle index), T(self)->index_select(dim, T(index)))
TENSOR(index_add, (Handle self, int64_t dim, Handle index, Handle source, Number alpha),
       T(self)->index_add(dim, T(index), T(source), alpha))
ACTION(index_add_, (Handle self, int64_t dim, Handle index, Handle source, Number alpha),
       T(self)->index_add_(dim, T(index), T(source), alpha))
TENSOR(index_copy, (Handle self, int64_t dim, Handle index, Handle source), T(self)->index_copy(dim, T(index), T(source)))
ACTION(index_copy_, (Handle self, int64_t dim, Handle index, Handle source), T(self)->index_copy_(dim, T(index), T(source)))
TENSOR(index_fill, (Handle self, int64_t dim, Handle index, Number value),
       T(self)->index_fill(dim, T(index), static_cast<at::Scalar>(value)))
ACTION(index_fill_, (Handle self, int64_t dim, Handle index, Number value),
       T(self)->index_fill_(dim, T(index), static_cast<at::Scalar>(value)))

TENSOR(gather, (Handle self, int64_t dim, Handle index), T(self)->gather(dim, T(index)))
TENSOR(scatter, (Handle self, int64_t dim, Handle index, Handle source), T(self)->scatter(dim, T(index), T(source)))
ACTION(scatter_, (Handle self, int64_t dim, Handle index, Handle source), T(self)->scatter_(dim, T(index), T(source)))
TENSOR(scatter_add, (Handle self, int64_t dim, Handle index, Handle source), T(self)->scatter_add(dim, T(index), T(source)))
ACTION(scatter_add_, (Handle self, int64_t dim, Handle index, Handle source), T(self)->scatter_add_(dim, T(index), T(source)))
TENSOR(take, (Handle self, Handle index), T(self)->take(T(index)))
TENSOR(take_along_dim, (Handle self, Handle index, int64_t dim), T(self)->take_along_dim(T(index), dim))

TENSOR(masked_select, (Handle self, Handle mask), T(self)->masked_select(T(mask)))
TENSOR(masked_fill, (Handle self, Handle mask, Number value), T(self)->masked_fill(T(mask), static_cast<at::Scalar>(value)))
ACTION(masked_fill_, (Handle self, Handle mask, Number value), T(self)->masked_fill_(T(mask), static_cast<at::Scalar>(value)))
TENSOR(nonzero, (Handle self), T(self)->nonzero())
TENSOR(argwhere, (Handle self), T(self)->argwhere())
LIST(where_indices, (Handle condition), at::where(T(condition)))
