#include "SinterDense.h"

// Vectors never cross a call: every function that takes one is inlined into a kernel of its own target.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES 4
#define NAME(f) f##_dense_baseline
#define TARGET
#include "dense_body.h"

#if defined(__x86_64__)
#define LANES 8
#define NAME(f) f##_dense_avx2
#define TARGET __attribute__((target("avx2,fma")))
#include "dense_body.h"

#define LANES 16
#define NAME(f) f##_dense_avx512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")))
#include "dense_body.h"
#endif

void sinter_gemm_nt(size_t m, size_t n, size_t k, float alpha, const float *a, size_t lda, const float *b, size_t ldb,
                    float *c, size_t ldc) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl")) {
    gemm_nt_dense_avx512(m, n, k, alpha, a, lda, b, ldb, c, ldc);
    return;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    gemm_nt_dense_avx2(m, n, k, alpha, a, lda, b, ldb, c, ldc);
    return;
  }
#endif
  gemm_nt_dense_baseline(m, n, k, alpha, a, lda, b, ldb, c, ldc);
}
