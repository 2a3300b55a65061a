// Random numbers and their generators.
#include <ATen/CPUGeneratorImpl.h>

#include <mutex>

#include "shim.h"

using namespace shim;
using Random = at::Generator*;

namespace {
// No generator means the device's default one.
optional<at::Generator> from(Random random) { return random ? optional<at::Generator>(*random) : optional<at::Generator>(); }

template <class F>
Random new_generator(F&& function) {
  Random random = nullptr;
  attempt([&] { random = new at::Generator(function()); });
  return random;
}
}  // namespace

SHIM_API Random ts_generator_default(int32_t device, int32_t index) {
  return new_generator([&] { return at::globalContext().defaultGenerator(shim::device(device, index)); });
}
SHIM_API Random ts_generator_new(uint64_t seed, int32_t device, int32_t index) {
  return new_generator([&] {
    if (device == 0) return at::detail::createCPUGenerator(seed);
    at::Generator random = at::globalContext().defaultGenerator(shim::device(device, index)).clone();
    random.set_current_seed(seed);
    return random;
  });
}
SHIM_API void ts_generator_free(Random random) { delete random; }

ACTION(generator_manual_seed, (Random random, uint64_t seed), {
  std::lock_guard<std::mutex> lock(random->mutex());
  random->set_current_seed(seed);
})
ACTION(generator_seed, (Random random, uint64_t* seed), {
  std::lock_guard<std::mutex> lock(random->mutex());
  *seed = random->seed();
})
ACTION(generator_initial_seed, (Random random, uint64_t* seed), *seed = random->current_seed())
ACTION(generator_set_state, (Random random, Handle state), {
  std::lock_guard<std::mutex> lock(random->mutex());
  random->set_state(T(state));
})
TENSOR(generator_get_state, (Random random), random->get_state())
ACTION(manual_seed, (uint64_t seed), at::manual_seed(seed))

TENSOR(rand, (const int64_t* sizes, int32_t count, Random random, int32_t type, int32_t device, int32_t index),
       at::rand(ints(sizes, count), from(random), options(type, device, index)))
TENSOR(randn, (const int64_t* sizes, int32_t count, Random random, int32_t type, int32_t device, int32_t index),
       at::randn(ints(sizes, count), from(random), options(type, device, index)))
TENSOR(randint, (int64_t low, int64_t high, const int64_t* sizes, int32_t count, Random random, int32_t type, int32_t device, int32_t index),
       at::randint(low, high, ints(sizes, count), from(random), options(type, device, index)))
TENSOR(randperm, (int64_t n, Random random, int32_t type, int32_t device, int32_t index),
       at::randperm(n, from(random), options(type, device, index)))
TENSOR(rand_like, (Handle self, int32_t type, int32_t device, int32_t index), at::rand_like(T(self), options(type, device, index)))
TENSOR(randn_like, (Handle self, int32_t type, int32_t device, int32_t index), at::randn_like(T(self), options(type, device, index)))
TENSOR(randint_like, (Handle self, int64_t low, int64_t high, int32_t type, int32_t device, int32_t index),
       at::randint_like(T(self), low, high, options(type, device, index)))
TENSOR(normal, (Handle mean, Handle deviation, Random random), at::normal(T(mean), T(deviation), from(random)))
TENSOR(bernoulli, (Handle self, Random random), at::bernoulli(T(self), from(random)))
TENSOR(multinomial, (Handle self, int64_t samples, Flag replacement, Random random),
       at::multinomial(T(self), samples, replacement, from(random)))

ACTION(bernoulli_, (Handle self, double p, Random random), T(self)->bernoulli_(p, from(random)))
ACTION(normal_, (Handle self, double mean, double deviation, Random random), T(self)->normal_(mean, deviation, from(random)))
ACTION(uniform_, (Handle self, double low, double high, Random random), T(self)->uniform_(low, high, from(random)))
ACTION(exponential_, (Handle self, double rate, Random random), T(self)->exponential_(rate, from(random)))
ACTION(random_, (Handle self, int64_t low, int64_t high, Random random), T(self)->random_(low, high, from(random)))
