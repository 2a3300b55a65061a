// Element by element: one, two or three operands. A name with a trailing underscore works in place.
#include "shim.h"

using namespace shim;

#define UNARY(name) TENSOR(name, (Handle self), T(self)->name())
#define UNARY_INPLACE(name) UNARY(name) ACTION(name##_, (Handle self), T(self)->name##_())
#define BINARY(name) TENSOR(name, (Handle self, Handle other), T(self)->name(T(other)))
#define BINARY_INPLACE(name) BINARY(name) ACTION(name##_, (Handle self, Handle other), T(self)->name##_(T(other)))
#define BINARY_SCALAR(name)                                                                            \
  BINARY_INPLACE(name)                                                                                 \
  TENSOR(name##_scalar, (Handle self, Number other), T(self)->name(static_cast<at::Scalar>(other)))    \
  ACTION(name##_scalar_, (Handle self, Number other), T(self)->name##_(static_cast<at::Scalar>(other)))

UNARY_INPLACE(abs)
UNARY_INPLACE(acos)
UNARY_INPLACE(asin)
UNARY_INPLACE(atan)
UNARY_INPLACE(ceil)
UNARY_INPLACE(cos)
UNARY_INPLACE(cosh)
UNARY_INPLACE(digamma)
UNARY_INPLACE(erf)
UNARY_INPLACE(erfc)
UNARY_INPLACE(erfinv)
UNARY_INPLACE(exp)
UNARY_INPLACE(expm1)
UNARY_INPLACE(floor)
UNARY_INPLACE(frac)
UNARY_INPLACE(lgamma)
UNARY_INPLACE(log)
UNARY_INPLACE(log10)
UNARY_INPLACE(log1p)
UNARY_INPLACE(log2)
UNARY_INPLACE(neg)
UNARY_INPLACE(reciprocal)
UNARY_INPLACE(relu)
UNARY_INPLACE(rsqrt)
UNARY_INPLACE(sigmoid)
UNARY_INPLACE(sign)
UNARY_INPLACE(sin)
UNARY_INPLACE(sinh)
UNARY_INPLACE(sqrt)
UNARY_INPLACE(tan)
UNARY_INPLACE(tanh)
UNARY_INPLACE(trunc)
UNARY_INPLACE(logical_not)
UNARY_INPLACE(bitwise_not)
UNARY(exp2)
UNARY(square)
UNARY(isfinite)
UNARY(isinf)
UNARY(isnan)
UNARY(isneginf)
UNARY(isposinf)

TENSOR(round, (Handle self, int64_t decimals), at::round(T(self), decimals))
ACTION(round_, (Handle self, int64_t decimals), T(self)->round_(decimals))
TENSOR(nan_to_num, (Handle self, double nan, const double* posinf, const double* neginf),
       T(self)->nan_to_num(nan, maybe_number(posinf), maybe_number(neginf)))

TENSOR(add, (Handle self, Handle other, Number alpha), T(self)->add(T(other), alpha))
ACTION(add_, (Handle self, Handle other, Number alpha), T(self)->add_(T(other), alpha))
TENSOR(add_scalar, (Handle self, Number other, Number alpha), T(self)->add(static_cast<at::Scalar>(other), alpha))
ACTION(add_scalar_, (Handle self, Number other, Number alpha), T(self)->add_(static_cast<at::Scalar>(other), alpha))
TENSOR(rsub, (Handle self, Number other), at::rsub(T(self), static_cast<at::Scalar>(other)))
TENSOR(rdiv, (Handle self, Number other), T(self)->reciprocal().mul(static_cast<at::Scalar>(other)))

BINARY_SCALAR(sub)
BINARY_SCALAR(mul)
BINARY_SCALAR(div)
BINARY_SCALAR(pow)
BINARY_SCALAR(fmod)
BINARY_SCALAR(remainder)
BINARY_SCALAR(floor_divide)
BINARY_SCALAR(eq)
BINARY_SCALAR(ne)
BINARY_SCALAR(lt)
BINARY_SCALAR(le)
BINARY_SCALAR(gt)
BINARY_SCALAR(ge)
BINARY_INPLACE(atan2)
BINARY_INPLACE(logical_and)
BINARY_INPLACE(logical_or)
BINARY_INPLACE(logical_xor)
BINARY_INPLACE(bitwise_and)
BINARY_INPLACE(bitwise_or)
BINARY_INPLACE(bitwise_xor)
BINARY(maximum)
BINARY(minimum)
BINARY(logaddexp)

// mode: "trunc" or "floor".
TENSOR(div_mode, (Handle self, Handle other, const char* mode), T(self)->div(T(other), mode))
TENSOR(div_scalar_mode, (Handle self, Number other, const char* mode), T(self)->div(static_cast<at::Scalar>(other), mode))
ACTION(div_mode_, (Handle self, Handle other, const char* mode), T(self)->div_(T(other), mode))
ACTION(div_scalar_mode_, (Handle self, Number other, const char* mode), T(self)->div_(static_cast<at::Scalar>(other), mode))

namespace {
optional<at::Scalar> bound(const Number* number) { return number ? optional<at::Scalar>(*number) : optional<at::Scalar>(); }
}  // namespace

TENSOR(clamp, (Handle self, const Number* low, const Number* high), T(self)->clamp(bound(low), bound(high)))
ACTION(clamp_, (Handle self, const Number* low, const Number* high), T(self)->clamp_(bound(low), bound(high)))
TENSOR(clamp_tensor, (Handle self, Handle low, Handle high), T(self)->clamp(maybe(low), maybe(high)))
ACTION(clamp_tensor_, (Handle self, Handle low, Handle high), T(self)->clamp_(maybe(low), maybe(high)))

TENSOR(addcmul, (Handle self, Handle first, Handle second, Number value), T(self)->addcmul(T(first), T(second), value))
ACTION(addcmul_, (Handle self, Handle first, Handle second, Number value), T(self)->addcmul_(T(first), T(second), value))
TENSOR(addcdiv, (Handle self, Handle first, Handle second, Number value), T(self)->addcdiv(T(first), T(second), value))
ACTION(addcdiv_, (Handle self, Handle first, Handle second, Number value), T(self)->addcdiv_(T(first), T(second), value))
TENSOR(lerp, (Handle self, Handle end, Handle weight), T(self)->lerp(T(end), T(weight)))
ACTION(lerp_, (Handle self, Handle end, Handle weight), T(self)->lerp_(T(end), T(weight)))
TENSOR(where, (Handle condition, Handle self, Handle other), at::where(T(condition), T(self), T(other)))

TENSOR(isclose, (Handle self, Handle other, double relative, double absolute, Flag equal_nan),
       at::isclose(T(self), T(other), relative, absolute, equal_nan))
ACTION(allclose, (Handle self, Handle other, double relative, double absolute, Flag equal_nan, Flag* result),
       *result = at::allclose(T(self), T(other), relative, absolute, equal_nan))
ACTION(same, (Handle self, Handle other, Flag* result), *result = at::equal(T(self), T(other)))
