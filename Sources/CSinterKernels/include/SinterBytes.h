// Loops over rows of unsigned bytes: vectors rounded to 256 steps.
#ifndef SINTER_BYTES_H
#define SINTER_BYTES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// out[i] = sum of |query - row i| over `dimension` bytes, at most 2^24 of them.
void sinter_bytes_l1_rows(const uint8_t *query, const uint8_t *rows, size_t count, size_t dimension, uint32_t *out);
/// out[i] = sum of (query - row i)^2 over `dimension` bytes, at most 2^16 of them.
void sinter_bytes_l2_rows(const uint8_t *query, const uint8_t *rows, size_t count, size_t dimension, uint32_t *out);

#ifdef __cplusplus
}
#endif
#endif
