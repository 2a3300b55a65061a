// Products and factorizations of matrices. Leading dimensions are a batch.
#include "shim.h"

using namespace shim;

TENSOR(matmul, (Handle self, Handle other), T(self)->matmul(T(other)))
TENSOR(mm, (Handle self, Handle other), T(self)->mm(T(other)))
TENSOR(bmm, (Handle self, Handle other), T(self)->bmm(T(other)))
TENSOR(mv, (Handle self, Handle other), T(self)->mv(T(other)))
TENSOR(dot, (Handle self, Handle other), T(self)->dot(T(other)))
TENSOR(outer, (Handle self, Handle other), T(self)->outer(T(other)))
TENSOR(inner, (Handle self, Handle other), T(self)->inner(T(other)))
TENSOR(kron, (Handle self, Handle other), T(self)->kron(T(other)))
TENSOR(addmm, (Handle self, Handle first, Handle second, double beta, double alpha), T(self)->addmm(T(first), T(second), beta, alpha))
ACTION(addmm_, (Handle self, Handle first, Handle second, double beta, double alpha), T(self)->addmm_(T(first), T(second), beta, alpha))
TENSOR(addmv, (Handle self, Handle first, Handle second, double beta, double alpha), T(self)->addmv(T(first), T(second), beta, alpha))
TENSOR(baddbmm, (Handle self, Handle first, Handle second, double beta, double alpha), T(self)->baddbmm(T(first), T(second), beta, alpha))
TENSOR(einsum, (const char* equation, const Handle* tensors, int32_t length), at::einsum(equation, list(tensors, length)))
TENSOR(tensordot, (Handle self, Handle other, const int64_t* dims, int32_t count, const int64_t* other_dims, int32_t other_count),
       at::tensordot(T(self), T(other), ints(dims, count), ints(other_dims, other_count)))
TENSOR(trace, (Handle self), T(self)->trace())
TENSOR(matrix_power, (Handle self, int64_t n), T(self)->matrix_power(n))
TENSOR(dist, (Handle self, Handle other, double p), at::dist(T(self), T(other), p))
TENSOR(cdist, (Handle self, Handle other, double p, const int64_t* mode),
       at::cdist(T(self), T(other), p, maybe_dim(mode)))

TENSOR(cholesky, (Handle self, Flag upper), at::linalg_cholesky(T(self), upper))
TENSOR(cholesky_inverse, (Handle self, Flag upper), at::cholesky_inverse(T(self), upper))
TENSOR(cholesky_solve, (Handle self, Handle factor, Flag upper), at::cholesky_solve(T(self), T(factor), upper))
ACTION(linalg_cholesky_ex, (Handle self, Flag check, Handle* first, Handle* second),
       PAIR(at::linalg_cholesky_ex(T(self), false, check)))
ACTION(geqrf, (Handle self, Handle* first, Handle* second), PAIR(at::geqrf(T(self))))
TENSOR(linalg_householder_product, (Handle self, Handle tau), at::linalg_householder_product(T(self), T(tau)))
TENSOR(ormqr, (Handle self, Handle tau, Handle other, Flag left, Flag transpose),
       at::ormqr(T(self), T(tau), T(other), left, transpose))

ACTION(linalg_svd, (Handle self, Flag full, Handle* first, Handle* second, Handle* third), TRIPLE(at::linalg_svd(T(self), full)))
TENSOR(linalg_svdvals, (Handle self), at::linalg_svdvals(T(self)))
ACTION(linalg_eigh, (Handle self, const char* triangle, Handle* first, Handle* second), PAIR(at::linalg_eigh(T(self), triangle)))
TENSOR(linalg_eigvalsh, (Handle self, const char* triangle), at::linalg_eigvalsh(T(self), triangle))
ACTION(linalg_qr, (Handle self, const char* mode, Handle* first, Handle* second), PAIR(at::linalg_qr(T(self), mode)))
TENSOR(linalg_solve, (Handle self, Handle right, Flag left), at::linalg_solve(T(self), T(right), left))
TENSOR(linalg_solve_triangular, (Handle self, Handle right, Flag upper, Flag left, Flag unit),
       at::linalg_solve_triangular(T(self), T(right), upper, left, unit))
ACTION(linalg_lu_factor, (Handle self, Flag pivot, Handle* first, Handle* second), PAIR(at::linalg_lu_factor(T(self), pivot)))
TENSOR(linalg_lu_solve, (Handle self, Handle pivots, Handle right, Flag left, Flag adjoint),
       at::linalg_lu_solve(T(self), T(pivots), T(right), left, adjoint))
TENSOR(linalg_inv, (Handle self), at::linalg_inv(T(self)))
TENSOR(linalg_pinv, (Handle self, const double* absolute, const double* relative, Flag hermitian),
       at::linalg_pinv(T(self), maybe_number(absolute), maybe_number(relative), hermitian))
TENSOR(linalg_det, (Handle self), at::linalg_det(T(self)))
ACTION(linalg_slogdet, (Handle self, Handle* first, Handle* second), PAIR(at::linalg_slogdet(T(self))))
TENSOR(linalg_matrix_rank, (Handle self, const double* absolute, const double* relative, Flag hermitian),
       at::linalg_matrix_rank(T(self), maybe_number(absolute), maybe_number(relative), hermitian))
TENSOR(linalg_cond, (Handle self, const double* order),
       at::linalg_cond(T(self), order ? optional<at::Scalar>(*order) : optional<at::Scalar>()))

TENSOR(linalg_matrix_norm, (Handle self, double order, const int64_t* dims, int32_t count, Flag keepdim),
       at::linalg_matrix_norm(T(self), at::Scalar(order), ints(dims, count), keepdim))
TENSOR(linalg_matrix_norm_name, (Handle self, const char* order, const int64_t* dims, int32_t count, Flag keepdim),
       at::linalg_matrix_norm(T(self), order, ints(dims, count), keepdim))
TENSOR(linalg_norm, (Handle self, const double* order, const int64_t* dims, int32_t count, Flag keepdim),
       at::linalg_norm(T(self), order ? optional<at::Scalar>(*order) : optional<at::Scalar>(), maybe_ints(dims, count), keepdim))
TENSOR(linalg_norm_name, (Handle self, const char* order, const int64_t* dims, int32_t count, Flag keepdim),
       at::linalg_norm(T(self), order, maybe_ints(dims, count), keepdim))
