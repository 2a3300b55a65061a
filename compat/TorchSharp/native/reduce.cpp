// Sums, extremes, orders and counts. Null dims mean all of them.
#include "shim.h"

using namespace shim;

TENSOR(sum, (Handle self, const int64_t* dims, int32_t count, Flag keepdim, int32_t type),
       at::sum(T(self), maybe_ints(dims, count), keepdim, dtype(type)))
TENSOR(mean, (Handle self, const int64_t* dims, int32_t count, Flag keepdim, int32_t type),
       at::mean(T(self), maybe_ints(dims, count), keepdim, dtype(type)))
TENSOR(nansum, (Handle self), at::nansum(T(self)))
TENSOR(prod, (Handle self, int32_t type), at::prod(T(self), dtype(type)))
TENSOR(prod_dim, (Handle self, int64_t dim, Flag keepdim, int32_t type), at::prod(T(self), dim, keepdim, dtype(type)))
TENSOR(var, (Handle self, const int64_t* dims, int32_t count, Flag unbiased, Flag keepdim),
       at::var(T(self), maybe_ints(dims, count), static_cast<bool>(unbiased), keepdim))
TENSOR(std, (Handle self, const int64_t* dims, int32_t count, Flag unbiased, Flag keepdim),
       at::std(T(self), maybe_ints(dims, count), static_cast<bool>(unbiased), keepdim))
ACTION(var_mean, (Handle self, const int64_t* dims, int32_t count, Flag unbiased, Flag keepdim, Handle* first, Handle* second),
       PAIR(at::var_mean(T(self), maybe_ints(dims, count), static_cast<bool>(unbiased), keepdim)))
ACTION(std_mean, (Handle self, const int64_t* dims, int32_t count, Flag unbiased, Flag keepdim, Handle* first, Handle* second),
       PAIR(at::std_mean(T(self), maybe_ints(dims, count), static_cast<bool>(unbiased), keepdim)))

TENSOR(max, (Handle self), at::max(T(self)))
TENSOR(min, (Handle self), at::min(T(self)))
ACTION(max_dim, (Handle self, int64_t dim, Flag keepdim, Handle* first, Handle* second), PAIR(at::max(T(self), dim, keepdim)))
ACTION(min_dim, (Handle self, int64_t dim, Flag keepdim, Handle* first, Handle* second), PAIR(at::min(T(self), dim, keepdim)))
TENSOR(amax, (Handle self, const int64_t* dims, int32_t count, Flag keepdim), at::amax(T(self), ints(dims, count), keepdim))
TENSOR(amin, (Handle self, const int64_t* dims, int32_t count, Flag keepdim), at::amin(T(self), ints(dims, count), keepdim))
TENSOR(argmax, (Handle self, const int64_t* dim, Flag keepdim), at::argmax(T(self), maybe_dim(dim), keepdim))
TENSOR(argmin, (Handle self, const int64_t* dim, Flag keepdim), at::argmin(T(self), maybe_dim(dim), keepdim))
TENSOR(median, (Handle self), at::median(T(self)))
TENSOR(quantile, (Handle self, Handle q, const int64_t* dim, Flag keepdim), at::quantile(T(self), T(q), maybe_dim(dim), keepdim))

TENSOR(all, (Handle self), at::all(T(self)))
TENSOR(any, (Handle self), at::any(T(self)))
TENSOR(all_dim, (Handle self, int64_t dim, Flag keepdim), at::all(T(self), dim, keepdim))
TENSOR(any_dim, (Handle self, int64_t dim, Flag keepdim), at::any(T(self), dim, keepdim))
TENSOR(count_nonzero, (Handle self, const int64_t* dims, int32_t count),
       dims ? at::count_nonzero(T(self), ints(dims, count)) : at::count_nonzero(T(self)))

TENSOR(norm, (Handle self, double p), at::norm(T(self), p))
TENSOR(norm_dim, (Handle self, double p, int64_t dim, Flag keepdim), at::norm(T(self), at::Scalar(p), at::IntArrayRef(dim), keepdim))
TENSOR(logsumexp, (Handle self, int64_t dim, Flag keepdim), at::logsumexp(T(self), at::IntArrayRef(dim), keepdim))
TENSOR(cumsum, (Handle self, int64_t dim, int32_t type), at::cumsum(T(self), dim, dtype(type)))
TENSOR(cumprod, (Handle self, int64_t dim, int32_t type), at::cumprod(T(self), dim, dtype(type)))
TENSOR(logcumsumexp, (Handle self, int64_t dim), at::logcumsumexp(T(self), dim))
TENSOR(diff, (Handle self, int64_t n, int64_t dim, Handle prepend, Handle append),
       at::diff(T(self), n, dim, maybe(prepend), maybe(append)))

ACTION(sort, (Handle self, int64_t dim, Flag descending, Flag stable, Handle* first, Handle* second),
       PAIR(at::sort(T(self), optional<bool>(static_cast<bool>(stable)), dim, descending)))
TENSOR(argsort, (Handle self, int64_t dim, Flag descending), at::argsort(T(self), dim, static_cast<bool>(descending)))
ACTION(topk, (Handle self, int64_t k, int64_t dim, Flag largest, Flag sorted, Handle* first, Handle* second),
       PAIR(at::topk(T(self), k, dim, largest, sorted)))
ACTION(kthvalue, (Handle self, int64_t k, int64_t dim, Flag keepdim, Handle* first, Handle* second),
       PAIR(at::kthvalue(T(self), k, dim, keepdim)))
ACTION(unique, (Handle self, const int64_t* dim, Flag sorted, Flag inverse, Flag counts, Handle* first, Handle* second, Handle* third),
       TRIPLE(dim ? at::unique_dim(T(self), *dim, sorted, inverse, counts) : at::_unique2(T(self), sorted, inverse, counts)))
ACTION(unique_consecutive, (Handle self, const int64_t* dim, Flag inverse, Flag counts, Handle* first, Handle* second, Handle* third),
       TRIPLE(at::unique_consecutive(T(self), inverse, counts, maybe_dim(dim))))
TENSOR(bincount, (Handle self, Handle weights, int64_t minlength), at::bincount(T(self), maybe(weights), minlength))
TENSOR(histc, (Handle self, int64_t bins, int64_t low, int64_t high), at::histc(T(self), bins, low, high))
TENSOR(searchsorted, (Handle sorted, Handle values, Flag int32, Flag right), at::searchsorted(T(sorted), T(values), int32, right))
TENSOR(bucketize, (Handle self, Handle boundaries, Flag int32, Flag right), at::bucketize(T(self), T(boundaries), int32, right))
