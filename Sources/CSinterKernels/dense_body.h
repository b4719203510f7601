// One variant of the kernels of dense.c; see there.

typedef float NAME(vec) __attribute__((vector_size(4 * LANES), aligned(4)));

static inline TARGET __attribute__((always_inline)) float NAME(sum)(NAME(vec) x) {
  float sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += x[lane];
  return sum;
}

// A tile of 4 by 4 results: 8 loads for 16 multiply-adds.
static inline TARGET __attribute__((always_inline)) void NAME(tile)(size_t k, float alpha, const float *a, size_t lda,
                                                                     const float *b, size_t ldb, float *c, size_t ldc) {
  NAME(vec) s[4][4];
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) s[i][j] = (NAME(vec)){0};
  size_t p = 0;
  for (; p + LANES <= k; p += LANES) {
    NAME(vec) x[4], y;
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) x[i] = *(const NAME(vec) *)(a + i * lda + p);
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) {
      y = *(const NAME(vec) *)(b + j * ldb + p);
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++) s[i][j] += x[i] * y;
    }
  }
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) {
      float sum = NAME(sum)(s[i][j]);
      for (size_t q = p; q < k; q++) sum += a[i * lda + q] * b[j * ldb + q];
      c[i * ldc + j] += alpha * sum;
    }
}

static inline TARGET __attribute__((always_inline)) float NAME(product)(size_t k, const float *a, const float *b) {
  NAME(vec) s = {0};
  size_t p = 0;
  for (; p + LANES <= k; p += LANES) s += *(const NAME(vec) *)(a + p) * *(const NAME(vec) *)(b + p);
  float sum = NAME(sum)(s);
  for (; p < k; p++) sum += a[p] * b[p];
  return sum;
}

static TARGET void NAME(gemm_nt)(size_t m, size_t n, size_t k, float alpha, const float *a, size_t lda, const float *b,
                                 size_t ldb, float *c, size_t ldc) {
  // Panels of k keep four rows of each side in the first cache.
  for (size_t first = 0; first < k; first += 512) {
    size_t depth = k - first < 512 ? k - first : 512;
    const float *ap = a + first, *bp = b + first;
    size_t i = 0;
    for (; i + 4 <= m; i += 4) {
      size_t j = 0;
      for (; j + 4 <= n; j += 4) NAME(tile)(depth, alpha, ap + i * lda, lda, bp + j * ldb, ldb, c + i * ldc + j, ldc);
      for (; j < n; j++)
        for (size_t r = 0; r < 4; r++)
          c[(i + r) * ldc + j] += alpha * NAME(product)(depth, ap + (i + r) * lda, bp + j * ldb);
    }
    for (; i < m; i++)
      for (size_t j = 0; j < n; j++) c[i * ldc + j] += alpha * NAME(product)(depth, ap + i * lda, bp + j * ldb);
  }
}

#undef LANES
#undef NAME
#undef TARGET
