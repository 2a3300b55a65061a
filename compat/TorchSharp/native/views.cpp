// Shapes: views of the same elements, and copies in another arrangement.
#include "shim.h"

using namespace shim;

TENSOR(view, (Handle self, const int64_t* sizes, int32_t count), T(self)->view(ints(sizes, count)))
TENSOR(reshape, (Handle self, const int64_t* sizes, int32_t count), T(self)->reshape(ints(sizes, count)))
TENSOR(expand, (Handle self, const int64_t* sizes, int32_t count, Flag hidden), T(self)->expand(ints(sizes, count), hidden))
TENSOR(broadcast_to, (Handle self, const int64_t* sizes, int32_t count), T(self)->broadcast_to(ints(sizes, count)))
TENSOR(permute, (Handle self, const int64_t* dims, int32_t count), T(self)->permute(ints(dims, count)))
TENSOR(transpose, (Handle self, int64_t first, int64_t second), T(self)->transpose(first, second))
ACTION(transpose_, (Handle self, int64_t first, int64_t second), T(self)->transpose_(first, second))
TENSOR(t, (Handle self), T(self)->t())
TENSOR(mT, (Handle self), T(self)->mT())
TENSOR(numpy_T, (Handle self), T(self)->numpy_T())
TENSOR(movedim, (Handle self, const int64_t* source, int32_t count, const int64_t* destination, int32_t length),
       T(self)->movedim(ints(source, count), ints(destination, length)))
TENSOR(squeeze, (Handle self, const int64_t* dim), dim ? T(self)->squeeze(*dim) : T(self)->squeeze())
ACTION(squeeze_, (Handle self, const int64_t* dim), dim ? T(self)->squeeze_(*dim) : T(self)->squeeze_())
TENSOR(unsqueeze, (Handle self, int64_t dim), T(self)->unsqueeze(dim))
ACTION(unsqueeze_, (Handle self, int64_t dim), T(self)->unsqueeze_(dim))
TENSOR(flatten, (Handle self, int64_t first, int64_t last), T(self)->flatten(first, last))
TENSOR(unflatten, (Handle self, int64_t dim, const int64_t* sizes, int32_t count), T(self)->unflatten(dim, ints(sizes, count)))
TENSOR(unfold, (Handle self, int64_t dim, int64_t size, int64_t step), T(self)->unfold(dim, size, step))
TENSOR(select, (Handle self, int64_t dim, int64_t index), T(self)->select(dim, index))
TENSOR(slice, (Handle self, int64_t dim, int64_t start, int64_t stop, int64_t step), T(self)->slice(dim, start, stop, step))
TENSOR(narrow, (Handle self, int64_t dim, int64_t start, int64_t length), T(self)->narrow(dim, start, length))
TENSOR(diagonal, (Handle self, int64_t offset, int64_t first, int64_t second), T(self)->diagonal(offset, first, second))
TENSOR(as_strided, (Handle self, const int64_t* sizes, int32_t count, const int64_t* strides, int32_t dims, int64_t offset),
       T(self)->as_strided(ints(sizes, count), ints(strides, dims), offset))

LIST(chunk, (Handle self, int64_t chunks, int64_t dim), T(self)->chunk(chunks, dim))
LIST(split, (Handle self, int64_t size, int64_t dim), T(self)->split(size, dim))
LIST(split_sizes, (Handle self, const int64_t* sizes, int32_t count, int64_t dim), T(self)->split_with_sizes(ints(sizes, count), dim))
LIST(tensor_split, (Handle self, int64_t sections, int64_t dim), T(self)->tensor_split(sections, dim))
LIST(unbind, (Handle self, int64_t dim), T(self)->unbind(dim))
LIST(broadcast_tensors, (const Handle* tensors, int32_t length), at::broadcast_tensors(list(tensors, length)))
LIST(meshgrid, (const Handle* tensors, int32_t length, const char* indexing), at::meshgrid(list(tensors, length), indexing))

TENSOR(cat, (const Handle* tensors, int32_t length, int64_t dim), at::cat(list(tensors, length), dim))
TENSOR(stack, (const Handle* tensors, int32_t length, int64_t dim), at::stack(list(tensors, length), dim))
TENSOR(hstack, (const Handle* tensors, int32_t length), at::hstack(list(tensors, length)))
TENSOR(vstack, (const Handle* tensors, int32_t length), at::vstack(list(tensors, length)))

TENSOR(flip, (Handle self, const int64_t* dims, int32_t count), T(self)->flip(ints(dims, count)))
TENSOR(roll, (Handle self, const int64_t* shifts, int32_t count, const int64_t* dims, int32_t length),
       T(self)->roll(ints(shifts, count), ints(dims, length)))
TENSOR(repeat, (Handle self, const int64_t* times, int32_t count), T(self)->repeat(ints(times, count)))
TENSOR(tile, (Handle self, const int64_t* times, int32_t count), T(self)->tile(ints(times, count)))
TENSOR(repeat_interleave, (Handle self, int64_t repeats, const int64_t* dim),
       T(self)->repeat_interleave(repeats, maybe_dim(dim)))
TENSOR(repeat_interleave_tensor, (Handle self, Handle repeats, const int64_t* dim),
       T(self)->repeat_interleave(T(repeats), maybe_dim(dim)))
TENSOR(tril, (Handle self, int64_t diagonal), T(self)->tril(diagonal))
ACTION(tril_, (Handle self, int64_t diagonal), T(self)->tril_(diagonal))
TENSOR(triu, (Handle self, int64_t diagonal), T(self)->triu(diagonal))
ACTION(triu_, (Handle self, int64_t diagonal), T(self)->triu_(diagonal))
TENSOR(diag, (Handle self, int64_t diagonal), T(self)->diag(diagonal))
TENSOR(diag_embed, (Handle self, int64_t offset, int64_t first, int64_t second), T(self)->diag_embed(offset, first, second))
