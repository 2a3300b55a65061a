#include "shim.h"

using namespace shim;

TENSOR(add, (Handle self, Handle other, Number alpha), T(self)->add(T(other), alpha))
TENSOR(matmul, (Handle self, Handle other), T(self)->matmul(T(other)))
