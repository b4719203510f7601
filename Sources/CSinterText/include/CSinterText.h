// Scanning of bytes, sixteen at a time where vectors can be had. Pointers need no alignment, and nothing outside the
// range given is read.
#ifndef CSINTERTEXT_H
#define CSINTERTEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint8_t sinter_bytes16 __attribute__((vector_size(16)));
typedef uint64_t sinter_words2 __attribute__((vector_size(16)));
typedef char sinter_chars16 __attribute__((vector_size(16)));

/// Asks for the cache line of an address that will be read soon. Any address is allowed.
static inline void sinter_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/// The first position in [start, end) that holds `a` or `b`, else `end`.
static inline size_t sinter_find_either(const uint8_t *base, size_t start, size_t end, uint8_t a, uint8_t b) {
  size_t i = start;
  const sinter_bytes16 zero = {0};
  const sinter_bytes16 all_a = zero + a, all_b = zero + b;
  for (; i + 16 <= end; i += 16) {
    sinter_bytes16 v;
    memcpy(&v, base + i, 16);
    sinter_bytes16 hit = (sinter_bytes16)(v == all_a) | (sinter_bytes16)(v == all_b);
#if defined(__x86_64__)
    unsigned mask = (unsigned)__builtin_ia32_pmovmskb128((sinter_chars16)hit);
    if (mask) return i + (size_t)__builtin_ctz(mask);
#else
    sinter_words2 words = (sinter_words2)hit;
    if (words[0]) return i + (size_t)(__builtin_ctzll(words[0]) >> 3);
    if (words[1]) return i + 8 + (size_t)(__builtin_ctzll(words[1]) >> 3);
#endif
  }
  for (; i < end; i++)
    if (base[i] == a || base[i] == b) return i;
  return end;
}

/// How many of `count` bytes are `byte`.
size_t sinter_count_byte(const uint8_t *base, size_t count, uint8_t byte);

/// The length of the longest prefix of whole runs of 64 bytes that are all below 0x80.
size_t sinter_ascii_prefix(const uint8_t *base, size_t count);

#ifdef __cplusplus
}
#endif
#endif
