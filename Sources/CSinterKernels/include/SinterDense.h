// Dense linear algebra over row-major 32-bit floats, compiled for several instruction sets and chosen at the call.
#ifndef SINTER_DENSE_H
#define SINTER_DENSE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// c[i][j] += alpha * sum over p < k of a[i][p] * b[j][p], for i < m and j < n: a product with a transposed matrix,
/// so that all three are walked along their rows. `lda`, `ldb` and `ldc` are the floats from one row to the next.
/// c may not overlap what is read of a and b. Allocates nothing.
void sinter_gemm_nt(size_t m, size_t n, size_t k, float alpha, const float *a, size_t lda, const float *b, size_t ldb,
                    float *c, size_t ldc);

#ifdef __cplusplus
}
#endif
#endif
