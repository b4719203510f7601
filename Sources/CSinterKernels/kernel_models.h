// The loops of the models whose vectors are complex or compared by inner products. Included by kernel_body.h, once
// per instruction set. A complex vector of n floats has its real parts in the first half, its imaginary ones in the
// second.

KERNEL void NAME(multiply)(const float *a, const float *b, float scale, float *out, size_t n) {
  size_t i = 0;
  V s = SPLAT(scale);
  for (; i + LANES <= n; i += LANES) STORE(out + i, s * LOAD(a + i) * LOAD(b + i));
  for (; i < n; i++) out[i] = scale * a[i] * b[i];
}

// sign is +1 for a * b and -1 for a * conj(b).
KERNEL void NAME(complex_multiply)(const float *a, const float *b, float sign, float scale, float *out, size_t n) {
  size_t half = n / 2, i = 0;
  V c = SPLAT(scale), f = SPLAT(sign);
  for (; i + LANES <= half; i += LANES) {
    V ar = LOAD(a + i), ai = LOAD(a + half + i), br = LOAD(b + i), bi = f * LOAD(b + half + i);
    STORE(out + i, c * (ar * br - ai * bi));
    STORE(out + half + i, c * (ar * bi + ai * br));
  }
  for (; i < half; i++) {
    float ar = a[i], ai = a[half + i], br = b[i], bi = sign * b[half + i];
    out[i] = scale * (ar * br - ai * bi);
    out[half + i] = scale * (ar * bi + ai * br);
  }
}

// Each complex number over its modulus; a zero stays zero.
KERNEL void NAME(complex_direction)(const float *a, float *out, size_t n) {
  size_t half = n / 2, i = 0;
  for (; i + LANES <= half; i += LANES) {
    V re = LOAD(a + i), im = LOAD(a + half + i);
    V inverse = 1.0f / (__builtin_elementwise_sqrt(re * re + im * im) + 1e-20f);
    STORE(out + i, re * inverse);
    STORE(out + half + i, im * inverse);
  }
  for (; i < half; i++) {
    float inverse = 1.0f / (__builtin_sqrtf(a[i] * a[i] + a[half + i] * a[half + i]) + 1e-20f);
    out[i] = a[i] * inverse;
    out[half + i] = a[half + i] * inverse;
  }
}

INLINE float NAME(modulus_one)(const float *a, const float *b, size_t n) {
  size_t half = n / 2, i = 0;
  V s = {0};
  for (; i + LANES <= half; i += LANES) {
    V re = LOAD(a + i) - LOAD(b + i), im = LOAD(a + half + i) - LOAD(b + half + i);
    s += __builtin_elementwise_sqrt(re * re + im * im);
  }
  float total = NAME(sum)(s);
  for (; i < half; i++) {
    float re = a[i] - b[i], im = a[half + i] - b[half + i];
    total += __builtin_sqrtf(re * re + im * im);
  }
  return total;
}

KERNEL float NAME(modulus)(const float *a, const float *b, size_t n) { return NAME(modulus_one)(a, b, n); }
KERNEL void NAME(modulus_rows)(const float *query, const float *rows, size_t count, size_t n, float *out) {
  for (size_t r = 0; r < count; r++) out[r] = NAME(modulus_one)(query, rows + r * n, n);
}

KERNEL void NAME(modulus_gradient)(const float *q, const float *rows, const uint32_t *index, const float *weight,
                                   size_t count, size_t n, float *gq, float *grows) {
  size_t half = n / 2;
  for (size_t k = 0; k < count; k++) {
    const float *r = rows + index[k] * n;
    float *g = grows + index[k] * n;
    V w = SPLAT(weight[k]);
    size_t i = 0;
    for (; i + LANES <= half; i += LANES) {
      V re = LOAD(q + i) - LOAD(r + i), im = LOAD(q + half + i) - LOAD(r + half + i);
      V step = w / (__builtin_elementwise_sqrt(re * re + im * im) + 1e-10f);
      re *= step;
      im *= step;
      STORE(gq + i, LOAD(gq + i) + re);
      STORE(gq + half + i, LOAD(gq + half + i) + im);
      STORE(g + i, LOAD(g + i) - re);
      STORE(g + half + i, LOAD(g + half + i) - im);
    }
    for (; i < half; i++) {
      float re = q[i] - r[i], im = q[half + i] - r[half + i];
      float step = weight[k] / (__builtin_sqrtf(re * re + im * im) + 1e-10f);
      gq[i] += step * re;
      gq[half + i] += step * im;
      g[i] -= step * re;
      g[half + i] -= step * im;
    }
  }
}

KERNEL void NAME(dot_gradient)(const float *q, const float *rows, const uint32_t *index, const float *weight,
                               size_t count, size_t n, float *gq, float *grows) {
  for (size_t k = 0; k < count; k++) {
    const float *r = rows + index[k] * n;
    float *g = grows + index[k] * n;
    V w = SPLAT(weight[k]);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
      V x = LOAD(r + i), y = LOAD(q + i);
      STORE(gq + i, LOAD(gq + i) + w * x);
      STORE(g + i, LOAD(g + i) + w * y);
    }
    for (; i < n; i++) {
      float x = r[i], y = q[i];
      gq[i] += weight[k] * x;
      g[i] += weight[k] * y;
    }
  }
}

// The gradient of the sum of cubed moduli, scaled: g += scale * |x| * x. Pairs are complex where half is set.
KERNEL void NAME(cubic_gradient)(const float *x, float scale, int is_complex, float *g, size_t n) {
  size_t length = is_complex ? n / 2 : n, i = 0;
  V s = SPLAT(scale);
  for (; i + LANES <= length; i += LANES) {
    V re = LOAD(x + i);
    if (is_complex) {
      V im = LOAD(x + length + i), m = s * __builtin_elementwise_sqrt(re * re + im * im);
      STORE(g + i, LOAD(g + i) + m * re);
      STORE(g + length + i, LOAD(g + length + i) + m * im);
    } else {
      STORE(g + i, LOAD(g + i) + s * NAME(absolute)(re) * re);
    }
  }
  for (; i < length; i++) {
    float re = x[i], im = is_complex ? x[length + i] : 0, m = scale * __builtin_sqrtf(re * re + im * im);
    g[i] += m * re;
    if (is_complex) g[length + i] += m * im;
  }
}

// x[i] = exp(minimum - x[i]); returns their sum.
KERNEL float NAME(exp_sum)(float *x, size_t count, float minimum) {
  V total = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    V e = NAME(exp_vector)(minimum - LOAD(x + i));
    total += e;
    STORE(x + i, e);
  }
  float rest = 0;
  if (i < count) {
    V e = NAME(exp_vector)(minimum - NAME(load_part)(x + i, count - i, minimum));
    for (size_t j = 0; i + j < count; j++) {
      rest += e[j];
      x[i + j] = e[j];
    }
  }
  return NAME(sum)(total) + rest;
}

// c[rows x width * LANES] += a * b with c in registers: a[i, k] = a[i * row_stride + k * step_stride].
#define TILE(rows, width)                                                                                        \
  INLINE void NAME(tile_##rows##x##width)(const float *a, size_t row_stride, size_t step_stride, const float *b, \
                                          size_t ldb, float *c, size_t ldc, size_t depth) {                      \
    V sum[rows][width];                                                                                          \
    for (size_t i = 0; i < rows; i++)                                                                            \
      for (size_t j = 0; j < width; j++) sum[i][j] = LOAD(c + i * ldc + j * LANES);                              \
    for (size_t k = 0; k < depth; k++) {                                                                         \
      V y[width];                                                                                                \
      for (size_t j = 0; j < width; j++) y[j] = LOAD(b + k * ldb + j * LANES);                                   \
      for (size_t i = 0; i < rows; i++) {                                                                        \
        V x = SPLAT(a[i * row_stride + k * step_stride]);                                                        \
        for (size_t j = 0; j < width; j++) sum[i][j] += x * y[j];                                                \
      }                                                                                                          \
    }                                                                                                            \
    for (size_t i = 0; i < rows; i++)                                                                            \
      for (size_t j = 0; j < width; j++) STORE(c + i * ldc + j * LANES, sum[i][j]);                              \
  }

#if LANES == 16
#define WIDTH 4
#define ROWS 6
TILE(6, 4)
#define FULL_TILE NAME(tile_6x4)
TILE(1, 4)
#define FLAT_TILE NAME(tile_1x4)
TILE(6, 1)
#define NARROW_TILE NAME(tile_6x1)
TILE(1, 1)
#else
#define WIDTH 2
#define ROWS 4
TILE(4, 2)
#define FULL_TILE NAME(tile_4x2)
TILE(1, 2)
#define FLAT_TILE NAME(tile_1x2)
TILE(4, 1)
#define NARROW_TILE NAME(tile_4x1)
TILE(1, 1)
#endif

// Columns in panels that stay in the second-level cache while all rows pass over them; the depth in runs for the
// same reason.
KERNEL void NAME(multiply_add)(const float *a, size_t row_stride, size_t step_stride, const float *b, size_t ldb,
                               float *c, size_t ldc, size_t rows, size_t columns, size_t depth) {
  const size_t panel = WIDTH * LANES, run = 512;
  for (size_t k = 0; k < depth; k += run) {
    size_t steps = depth - k < run ? depth - k : run;
    const float *ak = a + k * step_stride, *bk = b + k * ldb;
    size_t j = 0;
    for (; j + panel <= columns; j += panel) {
      size_t i = 0;
      for (; i + ROWS <= rows; i += ROWS)
        FULL_TILE(ak + i * row_stride, row_stride, step_stride, bk + j, ldb, c + i * ldc + j, ldc, steps);
      for (; i < rows; i++)
        FLAT_TILE(ak + i * row_stride, row_stride, step_stride, bk + j, ldb, c + i * ldc + j, ldc, steps);
    }
    for (; j + LANES <= columns; j += LANES) {
      size_t i = 0;
      for (; i + ROWS <= rows; i += ROWS)
        NARROW_TILE(ak + i * row_stride, row_stride, step_stride, bk + j, ldb, c + i * ldc + j, ldc, steps);
      for (; i < rows; i++)
        NAME(tile_1x1)(ak + i * row_stride, row_stride, step_stride, bk + j, ldb, c + i * ldc + j, ldc, steps);
    }
    for (; j < columns; j++)
      for (size_t i = 0; i < rows; i++) {
        float sum = c[i * ldc + j];
        for (size_t s = 0; s < steps; s++) sum += ak[i * row_stride + s * step_stride] * bk[s * ldb + j];
        c[i * ldc + j] = sum;
      }
  }
}

#undef TILE
#undef WIDTH
#undef ROWS
#undef FULL_TILE
#undef FLAT_TILE
#undef NARROW_TILE
