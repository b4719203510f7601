#include "SinterCodes.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__ARM_FEATURE_DOTPROD)
#include <arm_neon.h>
#endif

// MARK: Sums of products, one function for each instruction set: 16 sums of a block.

static void dots_baseline(const uint8_t *codes, const sinter_code_query *query, int32_t *out) {
  int32_t sums[16] = {0};
  for (size_t g = 0; g < query->groups; g++) {
    const uint8_t *c = codes + g * 64;
    const int8_t *q = query->components + g * 4;
    for (int v = 0; v < 16; v++) {
      sums[v] += c[v * 4] * q[0] + c[v * 4 + 1] * q[1] + c[v * 4 + 2] * q[2] + c[v * 4 + 3] * q[3];
    }
  }
  memcpy(out, sums, sizeof sums);
}

static size_t scan_baseline(const uint8_t *block, size_t blocks, size_t count, const sinter_code_query *query, float add,
                            float threshold, uint32_t *positions, float *scores);
static void scores_baseline(const uint8_t *block, size_t blocks, const sinter_code_query *query, float add, float *out);

#if defined(__ARM_FEATURE_DOTPROD)
static void dots_neon(const uint8_t *codes, const sinter_code_query *query, int32_t *out) {
  int32x4_t sums[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
  const uint8x16_t flip = vdupq_n_u8(0x80);
  for (size_t g = 0; g < query->groups; g++) {
    int32_t four;
    memcpy(&four, query->components + g * 4, 4);
    const int8x16_t q = vreinterpretq_s8_s32(vdupq_n_s32(four));
    for (int part = 0; part < 4; part++) {
      const uint8x16_t c = vld1q_u8(codes + g * 64 + part * 16);
      sums[part] = vdotq_s32(sums[part], vreinterpretq_s8_u8(veorq_u8(c, flip)), q);
    }
  }
  // The codes were taken for 128 less than they are.
  for (int part = 0; part < 4; part++) vst1q_s32(out + part * 4, vaddq_s32(sums[part], vdupq_n_s32(query->correction)));
}
#define DOTS dots_neon
#else
#define DOTS dots_baseline
#endif

static inline void finish(const uint8_t *block, const sinter_code_query *query, float add, const int32_t *sums, float *out) {
  const float *scale = (const float *)(block + query->groups * 64);
  const float *offset = scale + 16;
  for (int v = 0; v < 16; v++) out[v] = (float)(sums[v] - query->correction) * (scale[v] * query->scale) + (offset[v] + add);
}

static inline size_t keep(const float *scores16, size_t first, size_t count, float threshold, size_t kept, uint32_t *positions,
                          float *scores) {
  for (size_t v = 0; v < 16 && first + v < count; v++) {
    positions[kept] = (uint32_t)(first + v);
    scores[kept] = scores16[v];
    kept += scores16[v] > threshold;
  }
  return kept;
}

static size_t scan_baseline(const uint8_t *block, size_t blocks, size_t count, const sinter_code_query *query, float add,
                            float threshold, uint32_t *positions, float *scores) {
  size_t kept = 0;
  for (size_t b = 0; b < blocks; b++, block += sinter_block_bytes(query->groups)) {
    int32_t sums[16];
    float found[16];
    DOTS(block, query, sums);
    finish(block, query, add, sums, found);
    kept = keep(found, b * 16, count, threshold, kept, positions, scores);
  }
  return kept;
}

static void scores_baseline(const uint8_t *block, size_t blocks, const sinter_code_query *query, float add, float *out) {
  for (size_t b = 0; b < blocks; b++, block += sinter_block_bytes(query->groups)) {
    int32_t sums[16];
    DOTS(block, query, sums);
    finish(block, query, add, sums, out + b * 16);
  }
}

#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2,fma")))
#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma")))

AVX2 static inline void dots_avx2(const uint8_t *codes, const sinter_code_query *query, __m256i *low, __m256i *high) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i a = _mm256_setzero_si256(), b = _mm256_setzero_si256();
  for (size_t g = 0; g < query->groups; g++) {
    int32_t four;
    memcpy(&four, query->components + g * 4, 4);
    const __m256i q = _mm256_set1_epi32(four);
    const __m256i c = _mm256_loadu_si256((const __m256i *)(codes + g * 64));
    const __m256i d = _mm256_loadu_si256((const __m256i *)(codes + g * 64 + 32));
    a = _mm256_add_epi32(a, _mm256_madd_epi16(_mm256_maddubs_epi16(c, q), ones));
    b = _mm256_add_epi32(b, _mm256_madd_epi16(_mm256_maddubs_epi16(d, q), ones));
  }
  *low = a;
  *high = b;
}

AVX2 static inline __m256 finish_avx2(__m256i sums, const float *scale, const sinter_code_query *query, float add) {
  const __m256 x = _mm256_cvtepi32_ps(_mm256_sub_epi32(sums, _mm256_set1_epi32(query->correction)));
  const __m256 s = _mm256_mul_ps(_mm256_loadu_ps(scale), _mm256_set1_ps(query->scale));
  return _mm256_add_ps(_mm256_mul_ps(x, s), _mm256_add_ps(_mm256_loadu_ps(scale + 16), _mm256_set1_ps(add)));
}

AVX2 static size_t scan_avx2(const uint8_t *block, size_t blocks, size_t count, const sinter_code_query *query, float add,
                             float threshold, uint32_t *positions, float *scores) {
  size_t kept = 0;
  const __m256 least = _mm256_set1_ps(threshold);
  for (size_t b = 0; b < blocks; b++, block += sinter_block_bytes(query->groups)) {
    __m256i low, high;
    dots_avx2(block, query, &low, &high);
    const float *scale = (const float *)(block + query->groups * 64);
    const __m256 x = finish_avx2(low, scale, query, add), y = finish_avx2(high, scale + 8, query, add);
    unsigned mask = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(x, least, _CMP_GT_OQ)) |
                    (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(y, least, _CMP_GT_OQ)) << 8;
    if (mask == 0) continue;
    float found[16];
    _mm256_storeu_ps(found, x);
    _mm256_storeu_ps(found + 8, y);
    for (; mask != 0; mask &= mask - 1) {
      const unsigned v = (unsigned)__builtin_ctz(mask);
      if (b * 16 + v >= count) break;
      positions[kept] = (uint32_t)(b * 16 + v);
      scores[kept++] = found[v];
    }
  }
  return kept;
}

AVX2 static void scores_avx2(const uint8_t *block, size_t blocks, const sinter_code_query *query, float add, float *out) {
  for (size_t b = 0; b < blocks; b++, block += sinter_block_bytes(query->groups)) {
    __m256i low, high;
    dots_avx2(block, query, &low, &high);
    const float *scale = (const float *)(block + query->groups * 64);
    _mm256_storeu_ps(out + b * 16, finish_avx2(low, scale, query, add));
    _mm256_storeu_ps(out + b * 16 + 8, finish_avx2(high, scale + 8, query, add));
  }
}

VNNI static inline __m512 score_vnni(const uint8_t *block, const sinter_code_query *query, float add) {
  __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
  const int8_t *q = query->components;
  size_t g = 0;
  for (; g + 4 <= query->groups; g += 4) {
    int32_t w[4];
    memcpy(w, q + g * 4, 16);
    a = _mm512_dpbusd_epi32(a, _mm512_loadu_si512(block + g * 64), _mm512_set1_epi32(w[0]));
    b = _mm512_dpbusd_epi32(b, _mm512_loadu_si512(block + g * 64 + 64), _mm512_set1_epi32(w[1]));
    c = _mm512_dpbusd_epi32(c, _mm512_loadu_si512(block + g * 64 + 128), _mm512_set1_epi32(w[2]));
    d = _mm512_dpbusd_epi32(d, _mm512_loadu_si512(block + g * 64 + 192), _mm512_set1_epi32(w[3]));
  }
  for (; g < query->groups; g++) {
    int32_t w;
    memcpy(&w, q + g * 4, 4);
    a = _mm512_dpbusd_epi32(a, _mm512_loadu_si512(block + g * 64), _mm512_set1_epi32(w));
  }
  const __m512i sums = _mm512_add_epi32(_mm512_add_epi32(a, b), _mm512_add_epi32(c, d));
  const float *scale = (const float *)(block + query->groups * 64);
  const __m512 x = _mm512_cvtepi32_ps(_mm512_sub_epi32(sums, _mm512_set1_epi32(query->correction)));
  const __m512 s = _mm512_mul_ps(_mm512_loadu_ps(scale), _mm512_set1_ps(query->scale));
  // Product and sum rounded one by one, as the other variants do.
  return _mm512_add_ps(_mm512_mul_ps(x, s), _mm512_add_ps(_mm512_loadu_ps(scale + 16), _mm512_set1_ps(add)));
}

VNNI static size_t scan_vnni(const uint8_t *block, size_t blocks, size_t count, const sinter_code_query *query, float add,
                             float threshold, uint32_t *positions, float *scores) {
  size_t kept = 0;
  const __m512 least = _mm512_set1_ps(threshold);
  const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (size_t b = 0; b < blocks; b++, block += sinter_block_bytes(query->groups)) {
    const __m512 x = score_vnni(block, query, add);
    __mmask16 mask = _mm512_cmp_ps_mask(x, least, _CMP_GT_OQ);
    if (b * 16 + 16 > count) mask &= (__mmask16)((1u << (count - b * 16)) - 1);
    if (mask == 0) continue;
    _mm512_mask_compressstoreu_ps(scores + kept, mask, x);
    _mm512_mask_compressstoreu_epi32(positions + kept, mask, _mm512_add_epi32(lanes, _mm512_set1_epi32((int)(b * 16))));
    kept += (size_t)__builtin_popcount(mask);
  }
  return kept;
}

VNNI static void scores_vnni(const uint8_t *block, size_t blocks, const sinter_code_query *query, float add, float *out) {
  for (size_t b = 0; b < blocks; b++, block += sinter_block_bytes(query->groups)) {
    _mm512_storeu_ps(out + b * 16, score_vnni(block, query, add));
  }
}
#endif

// MARK: The choice

static size_t (*scan)(const uint8_t *, size_t, size_t, const sinter_code_query *, float, float, uint32_t *, float *) = scan_baseline;
static void (*block_scores)(const uint8_t *, size_t, const sinter_code_query *, float, float *) = scores_baseline;
static int best_variant = 0;

int sinter_code_variants(void) { return best_variant + 1; }

void sinter_code_choose(int variant) {
  scan = scan_baseline;
  block_scores = scores_baseline;
#if defined(__x86_64__)
  if (variant < 0 || variant > best_variant) variant = best_variant;
  if (variant == 1) scan = scan_avx2, block_scores = scores_avx2;
  if (variant == 2) scan = scan_vnni, block_scores = scores_vnni;
#endif
}

__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) best_variant = 1;
  if (best_variant == 1 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni"))
    best_variant = 2;
#endif
  sinter_code_choose(-1);
}

void sinter_block_scores(const uint8_t *start, size_t blocks, const sinter_code_query *query, float add, float *out) {
  block_scores(start, blocks, query, add, out);
}

size_t sinter_block_scan(const uint8_t *start, size_t blocks, size_t count, const sinter_code_query *query, float add,
                         float threshold, uint32_t *positions, float *scores) {
  return scan(start, blocks, count, query, add, threshold, positions, scores);
}

int32_t sinter_quantize(const float *vector, size_t dimension, float limit, int8_t *out, float *scale) {
  float greatest = 0;
  for (size_t i = 0; i < dimension; i++) {
    const float x = fabsf(vector[i]);
    greatest = x > greatest ? x : greatest;
  }
  const float inverse = greatest > 0 ? limit / greatest : 0;
  // Added and taken off again, this rounds to a whole number.
  const float rounder = 12582912.0f;
  int32_t sum = 0;
  for (size_t i = 0; i < dimension; i++) {
    const int32_t code = (int32_t)((vector[i] * inverse + rounder) - rounder);
    out[i] = (int8_t)code;
    sum += code;
  }
  *scale = greatest / limit;
  return sum;
}

// MARK: The greatest first

static inline float greatest16(const float *x) {
  float m[8];
  for (int i = 0; i < 8; i++) m[i] = x[i] > x[i + 8] ? x[i] : x[i + 8];
  for (int i = 0; i < 4; i++) m[i] = m[i] > m[i + 4] ? m[i] : m[i + 4];
  for (int i = 0; i < 2; i++) m[i] = m[i] > m[i + 2] ? m[i] : m[i + 2];
  return m[0] > m[1] ? m[0] : m[1];
}

size_t sinter_take_greatest(float *values, float *greatest, size_t blocks, float *value) {
  float m[16];
  for (int i = 0; i < 16; i++) m[i] = -INFINITY;
  size_t b = 0;
  for (; b + 16 <= blocks; b += 16)
    for (int i = 0; i < 16; i++) m[i] = greatest[b + i] > m[i] ? greatest[b + i] : m[i];
  for (; b < blocks; b++) m[0] = greatest[b] > m[0] ? greatest[b] : m[0];
  const float best = greatest16(m);
  *value = best;
  size_t block = 0;
  while (block + 1 < blocks && greatest[block] != best) block++;
  float *part = values + block * 16;
  size_t lane = 0;
  while (lane < 15 && part[lane] != best) lane++;
  part[lane] = -INFINITY;
  greatest[block] = greatest16(part);
  return block * 16 + lane;
}

void sinter_list_bounds(float *scores, const float *deviations, size_t count, size_t dimension,
                        float query_norm, float reach, int is_product, float *greatest) {
  const float half = (float)dimension / 2;
  if (is_product) {
    const float length = sqrtf(query_norm) * reach;
    for (size_t i = 0; i < count; i++) scores[i] += length * deviations[i];
  } else {
    for (size_t i = 0; i < count; i++) {
      // |q - c|^2 = |q|^2 - 2 (c.q - |c|^2 / 2)
      const float squared = query_norm - 2 * scores[i];
      const float distance = sqrtf(squared > 0 ? squared : 0);
      scores[i] += reach * deviations[i] * distance - half * deviations[i] * deviations[i];
    }
  }
  for (size_t b = 0; b < count / 16; b++) greatest[b] = greatest16(scores + b * 16);
}

size_t sinter_block_best(const uint8_t *start, size_t count, const sinter_code_query *query) {
  float scores[256];
  size_t best = 0;
  float greatest = -INFINITY;
  for (size_t first = 0; first < count; first += 256) {
    const size_t part = count - first < 256 ? count - first : 256;
    block_scores(start + first / 16 * sinter_block_bytes(query->groups), (part + 15) / 16, query, 0, scores);
    for (size_t i = 0; i < part; i++) {
      if (scores[i] > greatest) greatest = scores[i], best = first + i;
    }
  }
  return best;
}

// MARK: Bits

size_t sinter_bit_scan(const uint8_t *block, size_t blocks, size_t count, const sinter_bit_query *query, float add,
                       float threshold, uint32_t *positions, float *scores) {
  size_t kept = 0;
  const size_t words = query->words;
  for (size_t b = 0; b < blocks; b++, block += sinter_bit_block_bytes(words)) {
    const uint64_t *bits = (const uint64_t *)block;
    int32_t sums[16] = {0};
    for (size_t w = 0; w < words; w++) {
      const uint64_t p0 = query->planes[w], p1 = query->planes[words + w], p2 = query->planes[2 * words + w],
                     p3 = query->planes[3 * words + w];
      for (int v = 0; v < 16; v++) {
        const uint64_t x = bits[w * 16 + v];
        // Two's complement: the last plane counts negative.
        sums[v] += __builtin_popcountll(x & p0) + 2 * __builtin_popcountll(x & p1) + 4 * __builtin_popcountll(x & p2) -
                   8 * __builtin_popcountll(x & p3);
      }
    }
    const float *scale = (const float *)(block + words * 128), *offset = scale + 16;
    float found[16];
    for (int v = 0; v < 16; v++) {
      found[v] = (float)(2 * sums[v] - query->sum) * (scale[v] * query->scale) + (offset[v] + add);
    }
    kept = keep(found, b * 16, count, threshold, kept, positions, scores);
  }
  return kept;
}
