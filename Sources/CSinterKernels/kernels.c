#include "CSinterKernels.h"

// Vectors never cross a call: every function that takes one is inlined into a kernel of its own target.
#pragma clang diagnostic ignored "-Wpsabi"

struct kernels {
  const char *name;
  float (*l1)(const float *, const float *, size_t);
  float (*l2_squared)(const float *, const float *, size_t);
  float (*dot)(const float *, const float *, size_t);
  void (*l1_rows)(const float *, const float *, size_t, size_t, float *);
  void (*l2_squared_rows)(const float *, const float *, size_t, size_t, float *);
  void (*dot_rows)(const float *, const float *, size_t, size_t, float *);
  void (*add_scaled)(const float *, float, const float *, float *, size_t);
  void (*adagrad)(float *, float *, const float *, float, size_t);
  void (*adam)(float *, float *, float *, const float *, float, float, float, size_t);
  void (*l1_gradient)(const float *, const float *, const uint32_t *, const float *, size_t, size_t, float *, float *);
  void (*l2_gradient)(const float *, const float *, const uint32_t *, const float *, size_t, size_t, float *, float *);
  void (*exp)(const float *, float *, size_t);
  void (*self_adversarial)(const float *, size_t, float, float, float, float *);
  float (*minimum)(const float *, size_t);
  void (*count_below)(const float *, size_t, float, size_t *, size_t *);
  void (*multiply)(const float *, const float *, float, float *, size_t);
  void (*complex_multiply)(const float *, const float *, float, float, float *, size_t);
  void (*complex_direction)(const float *, float *, size_t);
  float (*modulus)(const float *, const float *, size_t);
  void (*modulus_rows)(const float *, const float *, size_t, size_t, float *);
  void (*modulus_gradient)(const float *, const float *, const uint32_t *, const float *, size_t, size_t, float *, float *);
  void (*dot_gradient)(const float *, const float *, const uint32_t *, const float *, size_t, size_t, float *, float *);
  void (*cubic_gradient)(const float *, float, int, float *, size_t);
  float (*exp_sum)(float *, size_t, float);
  void (*multiply_add)(const float *, size_t, size_t, const float *, size_t, float *, size_t, size_t, size_t, size_t);
};

#define LANES 4
#define NAME(f) f##_baseline
#define TARGET
#define KERNEL_NAME "baseline"
#include "kernel_body.h"

#if defined(__x86_64__)
#define LANES 8
#define NAME(f) f##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define KERNEL_NAME "avx2"
#include "kernel_body.h"

#define LANES 16
#define NAME(f) f##_avx512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")))
#define KERNEL_NAME "avx512"
#include "kernel_body.h"
#endif

// The variants from worst to best; a processor that runs one runs those before it.
static const struct kernels *const variants[] = {
    &table_baseline,
#if defined(__x86_64__)
    &table_avx2,
    &table_avx512,
#endif
};

static const struct kernels *chosen = &table_baseline;
// Set while a test compares the variants on this thread.
static _Thread_local const struct kernels *forced = NULL;

int sinter_kernel_variants(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512vl"))
    return 2;
  return 3;
#else
  return 1;
#endif
}

// Before main, so that no call has to ask whether the choice was made.
__attribute__((constructor)) static void choose(void) { chosen = variants[sinter_kernel_variants() - 1]; }

static inline const struct kernels *current(void) { return __builtin_expect(forced != NULL, 0) ? forced : chosen; }

const char *sinter_kernel_name(void) { return current()->name; }
void sinter_kernel_force(int variant) {
  forced = variant >= 0 && variant < sinter_kernel_variants() ? variants[variant] : NULL;
}

float sinter_l1(const float *a, const float *b, size_t n) { return current()->l1(a, b, n); }
float sinter_l2_squared(const float *a, const float *b, size_t n) { return current()->l2_squared(a, b, n); }
float sinter_dot(const float *a, const float *b, size_t n) { return current()->dot(a, b, n); }

void sinter_l1_rows(const float *query, const float *rows, size_t count, size_t n, float *out) {
  current()->l1_rows(query, rows, count, n, out);
}
void sinter_l2_squared_rows(const float *query, const float *rows, size_t count, size_t n, float *out) {
  current()->l2_squared_rows(query, rows, count, n, out);
}
void sinter_dot_rows(const float *query, const float *rows, size_t count, size_t n, float *out) {
  current()->dot_rows(query, rows, count, n, out);
}

void sinter_axpy(float a, const float *x, float *y, size_t n) { current()->add_scaled(y, a, x, y, n); }
void sinter_add_scaled(const float *x, float a, const float *y, float *out, size_t n) {
  current()->add_scaled(x, a, y, out, n);
}

void sinter_adagrad(float *p, float *sum, const float *g, float rate, size_t n) { current()->adagrad(p, sum, g, rate, n); }
void sinter_adam(float *p, float *first, float *second, const float *g, float rate, float beta1, float beta2, size_t n) {
  current()->adam(p, first, second, g, rate, beta1, beta2, n);
}

void sinter_l1_gradient(const float *q, const float *rows, const uint32_t *index, const float *weight, size_t count,
                        size_t n, float *gq, float *grows) {
  current()->l1_gradient(q, rows, index, weight, count, n, gq, grows);
}
void sinter_l2_gradient(const float *q, const float *rows, const uint32_t *index, const float *weight, size_t count,
                        size_t n, float *gq, float *grows) {
  current()->l2_gradient(q, rows, index, weight, count, n, gq, grows);
}

void sinter_exp(const float *x, float *out, size_t count) { current()->exp(x, out, count); }
void sinter_self_adversarial(const float *distance, size_t count, float margin, float temperature, float minimum,
                             float *weight) {
  current()->self_adversarial(distance, count, margin, temperature, minimum, weight);
}
float sinter_minimum(const float *x, size_t count) { return current()->minimum(x, count); }

size_t sinter_compact(float *weight, uint32_t *index, size_t count, float least) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    float w = weight[i];
    weight[kept] = w;
    index[kept] = (uint32_t)i;
    kept += __builtin_fabsf(w) >= least;
  }
  return kept;
}

void sinter_count_below(const float *x, size_t count, float threshold, size_t *below, size_t *equal) {
  current()->count_below(x, count, threshold, below, equal);
}

void sinter_multiply(const float *a, const float *b, float scale, float *out, size_t n) {
  current()->multiply(a, b, scale, out, n);
}
void sinter_complex_multiply(const float *a, const float *b, float sign, float scale, float *out, size_t n) {
  current()->complex_multiply(a, b, sign, scale, out, n);
}
void sinter_complex_direction(const float *a, float *out, size_t n) { current()->complex_direction(a, out, n); }
float sinter_modulus(const float *a, const float *b, size_t n) { return current()->modulus(a, b, n); }
void sinter_modulus_rows(const float *query, const float *rows, size_t count, size_t n, float *out) {
  current()->modulus_rows(query, rows, count, n, out);
}
void sinter_modulus_gradient(const float *q, const float *rows, const uint32_t *index, const float *weight,
                             size_t count, size_t n, float *gq, float *grows) {
  current()->modulus_gradient(q, rows, index, weight, count, n, gq, grows);
}
void sinter_dot_gradient(const float *q, const float *rows, const uint32_t *index, const float *weight, size_t count,
                         size_t n, float *gq, float *grows) {
  current()->dot_gradient(q, rows, index, weight, count, n, gq, grows);
}
void sinter_cubic_gradient(const float *x, float scale, int is_complex, float *g, size_t n) {
  current()->cubic_gradient(x, scale, is_complex, g, n);
}
float sinter_exp_sum(float *x, size_t count, float minimum) { return current()->exp_sum(x, count, minimum); }
void sinter_multiply_add(const float *a, size_t row_stride, size_t step_stride, const float *b, size_t ldb, float *c,
                         size_t ldc, size_t rows, size_t columns, size_t depth) {
  current()->multiply_add(a, row_stride, step_stride, b, ldb, c, ldc, rows, columns, depth);
}

void sinter_transpose(const float *x, size_t rows, size_t columns, float scale, float *out, size_t ldo) {
  for (size_t start = 0; start < rows; start += 16) {
    size_t end = start + 16 < rows ? start + 16 : rows;
    for (size_t k = 0; k < columns; k++)
      for (size_t i = start; i < end; i++) out[k * ldo + i] = scale * x[i * columns + k];
  }
}
