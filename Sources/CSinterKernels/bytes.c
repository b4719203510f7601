#include "SinterBytes.h"

// Plain loops, which the compiler turns into sums of absolute differences and multiply-adds of each instruction set.
#define L1_ROWS(name, target)                                                                                  \
  target static void name(const uint8_t *q, const uint8_t *rows, size_t count, size_t dimension, uint32_t *out) { \
    for (size_t i = 0; i < count; i++) {                                                                       \
      const uint8_t *row = rows + i * dimension;                                                               \
      uint32_t sum = 0;                                                                                        \
      for (size_t k = 0; k < dimension; k++) {                                                                 \
        int difference = (int)q[k] - (int)row[k];                                                              \
        sum += (uint32_t)(difference < 0 ? -difference : difference);                                          \
      }                                                                                                        \
      out[i] = sum;                                                                                            \
    }                                                                                                          \
  }

#define L2_ROWS(name, target)                                                                                  \
  target static void name(const uint8_t *q, const uint8_t *rows, size_t count, size_t dimension, uint32_t *out) { \
    for (size_t i = 0; i < count; i++) {                                                                       \
      const uint8_t *row = rows + i * dimension;                                                               \
      uint32_t sum = 0;                                                                                        \
      for (size_t k = 0; k < dimension; k++) {                                                                 \
        int difference = (int)q[k] - (int)row[k];                                                              \
        sum += (uint32_t)(difference * difference);                                                            \
      }                                                                                                        \
      out[i] = sum;                                                                                            \
    }                                                                                                          \
  }

typedef void rows_function(const uint8_t *, const uint8_t *, size_t, size_t, uint32_t *);

L1_ROWS(l1_baseline, )
L2_ROWS(l2_baseline, )
static rows_function *l1_rows = l1_baseline;
static rows_function *l2_rows = l2_baseline;

#if defined(__x86_64__)
L1_ROWS(l1_avx2, __attribute__((target("avx2"))))
L2_ROWS(l2_avx2, __attribute__((target("avx2"))))

// Before main, so that no call has to ask whether the choice was made.
__attribute__((constructor)) static void choose(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2")) return;
  l1_rows = l1_avx2;
  l2_rows = l2_avx2;
}
#endif

void sinter_bytes_l1_rows(const uint8_t *query, const uint8_t *rows, size_t count, size_t dimension, uint32_t *out) {
  l1_rows(query, rows, count, dimension, out);
}

void sinter_bytes_l2_rows(const uint8_t *query, const uint8_t *rows, size_t count, size_t dimension, uint32_t *out) {
  l2_rows(query, rows, count, dimension, out);
}
