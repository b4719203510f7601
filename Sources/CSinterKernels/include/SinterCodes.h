// Scans of quantised vectors in blocks of 16, compiled for several instruction sets and chosen at run time.
//
// A block holds 16 vectors: for each group of four dimensions 16 times four bytes, codes from 0 to 255 that stand for -128 to
// 127; behind the codes 16 floats of scale and 16 of offset. The score of a vector v for a query q is
//   (codes . q) * scale * query_scale + offset + add
// with query components from -64 to 64, so that no sum of two products leaves 16 bits: all variants give the same sums.
#ifndef SINTERCODES_H
#define SINTERCODES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A query in the form that blocks are compared with.
typedef struct {
  /// `groups` times four components.
  const int8_t *components;
  size_t groups;
  float scale;
  /// 128 times the sum of the components.
  int32_t correction;
} sinter_code_query;

/// How many variants this processor can run, from the baseline to the best.
int sinter_code_variants(void);
/// Makes all threads use a variant, or the best one for a number out of range. For tests that compare them.
void sinter_code_choose(int variant);

/// The bytes of a block whose vectors have `groups` times four dimensions.
static inline size_t sinter_block_bytes(size_t groups) { return groups * 64 + 128; }

/// The scores of `blocks` blocks that lie one behind the other: 16 floats each.
void sinter_block_scores(const uint8_t *blocks_start, size_t blocks, const sinter_code_query *query, float add, float *out);

/// The vectors among the first `count` of `blocks` blocks whose scores are above a threshold: their positions and scores.
/// There is room for 16 times `blocks` of them. Returns how many there are.
size_t sinter_block_scan(const uint8_t *blocks_start, size_t blocks, size_t count, const sinter_code_query *query, float add,
                         float threshold, uint32_t *positions, float *scores);

/// Rounds a vector to whole numbers from -`limit` to `limit` times `scale`; returns their sum.
int32_t sinter_quantize(const float *vector, size_t dimension, float limit, int8_t *out, float *scale);

/// The position of the best score among the first `count` vectors; the first of equal ones.
size_t sinter_block_best(const uint8_t *blocks_start, size_t count, const sinter_code_query *query);

/// What the best vector of each list may score, from the scores of the lists' centres for a query.
///
/// `query_norm` is |q|^2; a list's deviation is the root of the mean squared distance from its centre in a dimension.
/// For L2 (`is_product` 0) the centres' scores are c.q - |c|^2 / 2, and the bound adds `reach` * deviation * |q - c| and takes
/// off half the mean squared distance from the centre. For inner products the scores are c.q, and the bound
/// adds `reach` * deviation * |q|. `count` is a multiple of 16; `greatest` gets the greatest of each 16.
void sinter_list_bounds(float *scores, const float *deviations, size_t count, size_t dimension,
                        float query_norm, float reach, int is_product, float *greatest);

/// Takes the greatest of `blocks` times 16 floats out of them: puts -infinity in its place and returns its position.
/// `greatest` holds the greatest of each 16 and is kept up to date.
size_t sinter_take_greatest(float *values, float *greatest, size_t blocks, float *value);

/// Sums of the components of a query where a bit is set, in the same blocks: for each 64 dimensions 16 words.
/// The score is (2 * sum over set bits of q - sum of q) * scale + offset + add; `planes` holds 4 bit planes of the query,
/// a word for each 64 dimensions, one plane behind the other, for components from -8 to 7.
typedef struct {
  const uint64_t *planes;
  size_t words;
  float scale;
  /// The sum of all components.
  int32_t sum;
} sinter_bit_query;

static inline size_t sinter_bit_block_bytes(size_t words) { return words * 128 + 128; }

size_t sinter_bit_scan(const uint8_t *blocks_start, size_t blocks, size_t count, const sinter_bit_query *query, float add,
                       float threshold, uint32_t *positions, float *scores);

#ifdef __cplusplus
}
#endif
#endif
