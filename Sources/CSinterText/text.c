#include "CSinterText.h"

size_t sinter_count_byte(const uint8_t *base, size_t count, uint8_t byte) {
  size_t total = 0, i = 0;
  const sinter_bytes16 zero = {0};
  const sinter_bytes16 all = zero + byte;
  while (i + 16 <= count) {
    // A lane counts to 255 at most before it is added up.
    size_t runs = (count - i) / 16 < 255 ? (count - i) / 16 : 255;
    sinter_bytes16 sum = {0};
    for (size_t r = 0; r < runs; r++, i += 16) {
      sinter_bytes16 v;
      memcpy(&v, base + i, 16);
      sum -= (sinter_bytes16)(v == all);
    }
    for (int lane = 0; lane < 16; lane++) total += sum[lane];
  }
  for (; i < count; i++) total += base[i] == byte;
  return total;
}

size_t sinter_ascii_prefix(const uint8_t *base, size_t count) {
  size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    sinter_bytes16 v[4];
    memcpy(v, base + i, 64);
    sinter_words2 any = (sinter_words2)(v[0] | v[1] | v[2] | v[3]);
    if ((any[0] | any[1]) & 0x8080808080808080u) break;
  }
  return i;
}
