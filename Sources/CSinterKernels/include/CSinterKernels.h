// Loops over contiguous 32-bit floats, compiled for several instruction sets and chosen once when the
// program is loaded. Pointers need no alignment beyond that of float, and `rows` is row-major, `count` rows
// of `dimension` floats. None of these functions allocates, and none fails.
#ifndef CSINTERKERNELS_H
#define CSINTERKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "SinterCodes.h"
#include "SinterDense.h"
#include "SinterBytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The instruction set in use: "avx512", "avx2" or "baseline".
const char *sinter_kernel_name(void);

/// How many variants this processor can run. Number 0 is the baseline, the last the best.
int sinter_kernel_variants(void);
/// Makes the calling thread use a variant, or the best one for a number out of range. For tests that compare them.
void sinter_kernel_force(int variant);

/// Asks for the cache line at an address that is soon read; any address is allowed.
static inline void sinter_prefetch(const void *address) { __builtin_prefetch(address); }

/// Sum of |a - b|.
float sinter_l1(const float *a, const float *b, size_t dimension);
/// Sum of (a - b)^2, without the square root.
float sinter_l2_squared(const float *a, const float *b, size_t dimension);
/// Sum of a * b.
float sinter_dot(const float *a, const float *b, size_t dimension);

/// out[i] = the distance (or product) of the query and row i. Every row is summed in the same order as by the
/// pairwise function, so both give the same bits.
void sinter_l1_rows(const float *query, const float *rows, size_t count, size_t dimension, float *out);
void sinter_l2_squared_rows(const float *query, const float *rows, size_t count, size_t dimension, float *out);
void sinter_dot_rows(const float *query, const float *rows, size_t count, size_t dimension, float *out);

/// y += a * x.
void sinter_axpy(float a, const float *x, float *y, size_t dimension);
/// out = x + a * y.
void sinter_add_scaled(const float *x, float a, const float *y, float *out, size_t dimension);

/// One Adagrad step (Duchi et al. 2011): sum += g^2; p -= rate * g / (sqrt(sum) + 1e-10).
void sinter_adagrad(float *parameters, float *sum, const float *gradient, float rate, size_t dimension);
/// One Adam step (Kingma and Ba 2015); `rate` already holds the bias correction of the step.
void sinter_adam(float *parameters, float *first, float *second, const float *gradient, float rate, float beta1,
                 float beta2, size_t dimension);

/// Gradient of sum over k of weight[k] * |query - rows[index[k]]|_1: added to query_gradient (dimension floats) and
/// to the rows of row_gradient. The subgradient at a zero difference is +1.
void sinter_l1_gradient(const float *query, const float *rows, const uint32_t *index, const float *weight,
                        size_t count, size_t dimension, float *query_gradient, float *row_gradient);
/// Gradient of sum over k of weight[k] / 2 * |query - rows[index[k]]|_2^2, added as above.
void sinter_l2_gradient(const float *query, const float *rows, const uint32_t *index, const float *weight,
                        size_t count, size_t dimension, float *query_gradient, float *row_gradient);

/// out[i] = exp(x[i]) with x clamped to [-87, 88]; relative error below 3e-7. out may be x.
void sinter_exp(const float *x, float *out, size_t count);

/// Self-adversarial negative weights (Sun et al. 2019, eq. 5 and 6), as derivatives by distance:
/// weight[i] = -softmax(-temperature * distance)[i] * sigmoid(margin - distance[i]).
/// An infinite distance gets weight 0. `minimum` is the smallest distance.
void sinter_self_adversarial(const float *distance, size_t count, float margin, float temperature, float minimum,
                             float *weight);

/// The smallest of `count` floats; +infinity for none.
float sinter_minimum(const float *x, size_t count);

/// Keeps the entries with |weight| >= least: writes their positions to index and moves their weights to the
/// front. Returns how many are kept.
size_t sinter_compact(float *weight, uint32_t *index, size_t count, float least);

/// Counts the entries below and equal to a threshold. NaN counts as neither.
void sinter_count_below(const float *x, size_t count, float threshold, size_t *below, size_t *equal);

/// out = scale * a * b, number by number. out may be a or b.
void sinter_multiply(const float *a, const float *b, float scale, float *out, size_t dimension);
/// out = scale * a * b over complex numbers, b conjugated where sign is -1; real parts in the first half of the
/// floats, imaginary ones in the second. out may be a or b.
void sinter_complex_multiply(const float *a, const float *b, float sign, float scale, float *out, size_t dimension);
/// Each complex number over its modulus. out may be a.
void sinter_complex_direction(const float *a, float *out, size_t dimension);
/// Sum of the moduli of a - b, complex as above.
float sinter_modulus(const float *a, const float *b, size_t dimension);
/// out[i] = sinter_modulus(query, row i).
void sinter_modulus_rows(const float *query, const float *rows, size_t count, size_t dimension, float *out);
/// Gradient of sum over k of weight[k] * modulus(query, rows[index[k]]), added as for L1.
void sinter_modulus_gradient(const float *query, const float *rows, const uint32_t *index, const float *weight,
                             size_t count, size_t dimension, float *query_gradient, float *row_gradient);
/// Gradient of sum over k of weight[k] * query . rows[index[k]], added as for L1.
void sinter_dot_gradient(const float *query, const float *rows, const uint32_t *index, const float *weight,
                         size_t count, size_t dimension, float *query_gradient, float *row_gradient);
/// gradient += scale * |x| * x, over complex numbers where is_complex is not 0.
void sinter_cubic_gradient(const float *x, float scale, int is_complex, float *gradient, size_t dimension);
/// x[i] = exp(minimum - x[i]), clamped as sinter_exp; returns their sum.
float sinter_exp_sum(float *x, size_t count, float minimum);
/// out[k, i] = scale * x[i, k]; x is rows x columns, out has ldo floats between rows.
void sinter_transpose(const float *x, size_t rows, size_t columns, float scale, float *out, size_t ldo);
/// c += a * b. a[i, k] lies at i * row_stride + k * step_stride, b and c are row-major with ldb and ldc floats
/// between rows; c has rows x columns, a rows x depth.
void sinter_multiply_add(const float *a, size_t row_stride, size_t step_stride, const float *b, size_t ldb, float *c,
                         size_t ldc, size_t rows, size_t columns, size_t depth);

#ifdef __cplusplus
}
#endif
#endif
