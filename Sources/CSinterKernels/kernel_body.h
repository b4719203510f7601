// The loops themselves, included once per instruction set. The includer defines
//   LANES      floats in a vector: 4, 8 or 16
//   NAME(f)    the variant's name of function f
//   TARGET     the function attribute that selects the instruction set, or nothing
// Vector types are the compiler's portable ones; loads are unaligned.

#define INLINE static inline __attribute__((always_inline)) TARGET
#define KERNEL static TARGET

typedef float NAME(floats) __attribute__((vector_size(LANES * 4)));
typedef int32_t NAME(ints) __attribute__((vector_size(LANES * 4)));
typedef float NAME(loose) __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
#define V NAME(floats)
#define I NAME(ints)
#define LOAD(p) ((V) * (const NAME(loose) *)(p))
#define STORE(p, v) (*(NAME(loose) *)(p) = (NAME(loose))(v))
#define SPLAT(x) ((V){0} + (x))

INLINE float NAME(sum)(V v) {
#if LANES == 16
  typedef float half8 __attribute__((vector_size(32)));
  half8 e = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
            __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
#elif LANES == 8
  V e = v;
#endif
#if LANES >= 8
  typedef float half4 __attribute__((vector_size(16)));
  half4 f = __builtin_shufflevector(e, e, 0, 1, 2, 3) + __builtin_shufflevector(e, e, 4, 5, 6, 7);
#else
  V f = v;
#endif
  return (f[0] + f[2]) + (f[1] + f[3]);
}

INLINE V NAME(absolute)(V v) { return (V)((I)v & 0x7fffffff); }

#define L1_TERM(a, b) NAME(absolute)((a) - (b))
#define L2_TERM(a, b) (((a) - (b)) * ((a) - (b)))
#define DOT_TERM(a, b) ((a) * (b))
#define L1_SCALAR(a, b) __builtin_fabsf((a) - (b))
#define L2_SCALAR(a, b) (((a) - (b)) * ((a) - (b)))
#define DOT_SCALAR(a, b) ((a) * (b))

// Two sums run side by side to hide the latency of the addition.
#define PAIRWISE(function, term, scalar)                                                       \
  INLINE float NAME(function##_one)(const float *a, const float *b, size_t n) {                \
    V s0 = {0}, s1 = {0};                                                                      \
    size_t i = 0;                                                                              \
    for (; i + 2 * LANES <= n; i += 2 * LANES) {                                               \
      V x0 = LOAD(a + i), y0 = LOAD(b + i), x1 = LOAD(a + i + LANES), y1 = LOAD(b + i + LANES); \
      s0 += term(x0, y0);                                                                      \
      s1 += term(x1, y1);                                                                      \
    }                                                                                          \
    for (; i + LANES <= n; i += LANES) {                                                       \
      V x = LOAD(a + i), y = LOAD(b + i);                                                      \
      s0 += term(x, y);                                                                        \
    }                                                                                          \
    float s = NAME(sum)(s0 + s1);                                                              \
    for (; i < n; i++) s += scalar(a[i], b[i]);                                                \
    return s;                                                                                  \
  }                                                                                            \
  KERNEL float NAME(function)(const float *a, const float *b, size_t n) {                      \
    return NAME(function##_one)(a, b, n);                                                      \
  }                                                                                            \
  KERNEL void NAME(function##_rows)(const float *query, const float *rows, size_t count,       \
                                    size_t n, float *out) {                                    \
    for (size_t r = 0; r < count; r++) out[r] = NAME(function##_one)(query, rows + r * n, n);  \
  }

PAIRWISE(l1, L1_TERM, L1_SCALAR)
PAIRWISE(l2_squared, L2_TERM, L2_SCALAR)
PAIRWISE(dot, DOT_TERM, DOT_SCALAR)

KERNEL void NAME(add_scaled)(const float *x, float a, const float *y, float *out, size_t n) {
  size_t i = 0;
  V s = SPLAT(a);
  for (; i + LANES <= n; i += LANES) STORE(out + i, LOAD(x + i) + s * LOAD(y + i));
  for (; i < n; i++) out[i] = x[i] + a * y[i];
}

KERNEL void NAME(adagrad)(float *p, float *sum, const float *g, float rate, size_t n) {
  size_t i = 0;
  V step = SPLAT(rate);
  for (; i + LANES <= n; i += LANES) {
    V d = LOAD(g + i), s = LOAD(sum + i) + d * d;
    STORE(sum + i, s);
    STORE(p + i, LOAD(p + i) - step * d / (__builtin_elementwise_sqrt(s) + 1e-10f));
  }
  for (; i < n; i++) {
    sum[i] += g[i] * g[i];
    p[i] -= rate * g[i] / (__builtin_sqrtf(sum[i]) + 1e-10f);
  }
}

KERNEL void NAME(adam)(float *p, float *first, float *second, const float *g, float rate, float beta1,
                       float beta2, size_t n) {
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    V d = LOAD(g + i);
    V m = beta1 * LOAD(first + i) + (1 - beta1) * d, v = beta2 * LOAD(second + i) + (1 - beta2) * d * d;
    STORE(first + i, m);
    STORE(second + i, v);
    STORE(p + i, LOAD(p + i) - rate * m / (__builtin_elementwise_sqrt(v) + 1e-8f));
  }
  for (; i < n; i++) {
    first[i] = beta1 * first[i] + (1 - beta1) * g[i];
    second[i] = beta2 * second[i] + (1 - beta2) * g[i] * g[i];
    p[i] -= rate * first[i] / (__builtin_sqrtf(second[i]) + 1e-8f);
  }
}

// weight * sign(difference), by exclusive or with the sign bit.
#define L1_STEP(w, difference) ((V)((I)(w) ^ ((I)(difference) & (int32_t)0x80000000)))
#define L2_STEP(w, difference) ((w) * (difference))
#define L1_STEP_SCALAR(w, difference) (__builtin_signbit(difference) ? -(w) : (w))
#define L2_STEP_SCALAR(w, difference) ((w) * (difference))

// Four rows at a time, so that the query and its gradient are loaded once for the four.
#define GRADIENT(function, step, step_scalar)                                                             \
  KERNEL void NAME(function)(const float *q, const float *rows, const uint32_t *index, const float *weight, \
                             size_t count, size_t n, float *gq, float *grows) {                           \
    size_t k = 0;                                                                                         \
    for (; k + 4 <= count; k += 4) {                                                                      \
      const float *r0 = rows + index[k] * n, *r1 = rows + index[k + 1] * n;                               \
      const float *r2 = rows + index[k + 2] * n, *r3 = rows + index[k + 3] * n;                           \
      float *g0 = grows + index[k] * n, *g1 = grows + index[k + 1] * n;                                   \
      float *g2 = grows + index[k + 2] * n, *g3 = grows + index[k + 3] * n;                               \
      V w0 = SPLAT(weight[k]), w1 = SPLAT(weight[k + 1]), w2 = SPLAT(weight[k + 2]), w3 = SPLAT(weight[k + 3]); \
      size_t i = 0;                                                                                       \
      for (; i + LANES <= n; i += LANES) {                                                                \
        V x = LOAD(q + i);                                                                                \
        V d0 = x - LOAD(r0 + i), d1 = x - LOAD(r1 + i), d2 = x - LOAD(r2 + i), d3 = x - LOAD(r3 + i);     \
        V s0 = step(w0, d0), s1 = step(w1, d1), s2 = step(w2, d2), s3 = step(w3, d3);                     \
        STORE(gq + i, LOAD(gq + i) + ((s0 + s1) + (s2 + s3)));                                            \
        STORE(g0 + i, LOAD(g0 + i) - s0);                                                                 \
        STORE(g1 + i, LOAD(g1 + i) - s1);                                                                 \
        STORE(g2 + i, LOAD(g2 + i) - s2);                                                                 \
        STORE(g3 + i, LOAD(g3 + i) - s3);                                                                 \
      }                                                                                                   \
      for (; i < n; i++)                                                                                  \
        for (size_t j = 0; j < 4; j++) {                                                                  \
          float s = step_scalar(weight[k + j], q[i] - rows[index[k + j] * n + i]);                        \
          gq[i] += s;                                                                                     \
          grows[index[k + j] * n + i] -= s;                                                               \
        }                                                                                                 \
    }                                                                                                     \
    for (; k < count; k++) {                                                                              \
      const float *r = rows + index[k] * n;                                                               \
      float *g = grows + index[k] * n;                                                                    \
      V w = SPLAT(weight[k]);                                                                             \
      size_t i = 0;                                                                                       \
      for (; i + LANES <= n; i += LANES) {                                                                \
        V d = LOAD(q + i) - LOAD(r + i);                                                                  \
        V s = step(w, d);                                                                                 \
        STORE(gq + i, LOAD(gq + i) + s);                                                                  \
        STORE(g + i, LOAD(g + i) - s);                                                                    \
      }                                                                                                   \
      for (; i < n; i++) {                                                                                \
        float s = step_scalar(weight[k], q[i] - r[i]);                                                    \
        gq[i] += s;                                                                                       \
        g[i] -= s;                                                                                        \
      }                                                                                                   \
    }                                                                                                     \
  }

GRADIENT(l1_gradient, L1_STEP, L1_STEP_SCALAR)
GRADIENT(l2_gradient, L2_STEP, L2_STEP_SCALAR)

// exp(x) = 2^n * exp(r), |r| <= ln(2)/2, with the Taylor polynomial of degree 6 for exp(r).
INLINE V NAME(exp_vector)(V x) {
  x = (V)(((I)x & (x < 88.0f)) | ((I)SPLAT(88.0f) & ~(x < 88.0f)));
  x = (V)(((I)x & (x > -87.0f)) | ((I)SPLAT(-87.0f) & ~(x > -87.0f)));
  V shifted = x * 1.44269504f + 12582912.0f;  // 1.5 * 2^23: rounds to an integer in the low bits
  V n = shifted - 12582912.0f;
  V r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  V p = SPLAT(1.0f / 720);
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  I power = __builtin_convertvector(n, I);
  return p * (V)((power + 127) << 23);
}

INLINE V NAME(load_part)(const float *x, size_t count, float fill) {
  V v = SPLAT(fill);
  for (size_t i = 0; i < count; i++) v[i] = x[i];
  return v;
}

KERNEL void NAME(exp)(const float *x, float *out, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) STORE(out + i, NAME(exp_vector)(LOAD(x + i)));
  if (i < count) {
    V v = NAME(exp_vector)(NAME(load_part)(x + i, count - i, 0));
    for (size_t j = 0; i + j < count; j++) out[i + j] = v[j];
  }
}

KERNEL void NAME(self_adversarial)(const float *distance, size_t count, float margin, float temperature,
                                   float minimum, float *weight) {
  V total = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    V d = LOAD(distance + i);
    // Masked ones have no share, whatever the temperature.
    V e = (V)((I)NAME(exp_vector)(temperature * (minimum - d)) & (d < __builtin_inff()));
    total += e;
    STORE(weight + i, e / (1.0f + NAME(exp_vector)(d - margin)));
  }
  float rest = 0;
  if (i < count) {
    V d = NAME(load_part)(distance + i, count - i, __builtin_inff());
    V e = (V)((I)NAME(exp_vector)(temperature * (minimum - d)) & (d < __builtin_inff()));
    V w = e / (1.0f + NAME(exp_vector)(d - margin));
    for (size_t j = 0; i + j < count; j++) {
      rest += e[j];
      weight[i + j] = w[j];
    }
  }
  float scale = -1.0f / (NAME(sum)(total) + rest);
  for (i = 0; i < count; i++) weight[i] *= scale;
}

KERNEL float NAME(minimum)(const float *x, size_t count) {
  V m = SPLAT(__builtin_inff());
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    V v = LOAD(x + i);
    I less = v < m;
    m = (V)(((I)v & less) | ((I)m & ~less));
  }
  float least = __builtin_inff();
  for (size_t j = 0; j < LANES; j++) least = m[j] < least ? m[j] : least;
  for (; i < count; i++) least = x[i] < least ? x[i] : least;
  return least;
}

KERNEL void NAME(count_below)(const float *x, size_t count, float threshold, size_t *below, size_t *equal) {
  uint32_t less = 0, same = 0;
  for (size_t i = 0; i < count; i++) {
    less += x[i] < threshold;
    same += x[i] == threshold;
  }
  *below = less;
  *equal = same;
}

#include "kernel_models.h"

static const struct kernels NAME(table) = {
    .name = KERNEL_NAME,
    .l1 = NAME(l1),
    .l2_squared = NAME(l2_squared),
    .dot = NAME(dot),
    .l1_rows = NAME(l1_rows),
    .l2_squared_rows = NAME(l2_squared_rows),
    .dot_rows = NAME(dot_rows),
    .add_scaled = NAME(add_scaled),
    .adagrad = NAME(adagrad),
    .adam = NAME(adam),
    .l1_gradient = NAME(l1_gradient),
    .l2_gradient = NAME(l2_gradient),
    .exp = NAME(exp),
    .self_adversarial = NAME(self_adversarial),
    .minimum = NAME(minimum),
    .count_below = NAME(count_below),
    .multiply = NAME(multiply),
    .complex_multiply = NAME(complex_multiply),
    .complex_direction = NAME(complex_direction),
    .modulus = NAME(modulus),
    .modulus_rows = NAME(modulus_rows),
    .modulus_gradient = NAME(modulus_gradient),
    .dot_gradient = NAME(dot_gradient),
    .cubic_gradient = NAME(cubic_gradient),
    .exp_sum = NAME(exp_sum),
    .multiply_add = NAME(multiply_add),
};

#undef V
#undef I
#undef LOAD
#undef STORE
#undef SPLAT
#undef INLINE
#undef KERNEL
#undef L1_TERM
#undef L2_TERM
#undef DOT_TERM
#undef L1_SCALAR
#undef L2_SCALAR
#undef DOT_SCALAR
#undef PAIRWISE
#undef L1_STEP
#undef L2_STEP
#undef L1_STEP_SCALAR
#undef L2_STEP_SCALAR
#undef GRADIENT
#undef LANES
#undef NAME
#undef TARGET
#undef KERNEL_NAME
