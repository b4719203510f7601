// What this machine's memory gives one thread, for working sets from the first cache to main memory. A line of JSON each:
//   {"bytes": …, "chase_ns": …, "gather_ns": …, "stream_gb_s": …}
// chase: each load's address comes from the load before (one look-up after another). gather: random lines whose addresses are
// known beforehand (an array of ids). stream: all bytes in order.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

typedef struct { uint64_t next, rest[7]; } line;   // a cache line

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static uint64_t state = 88172645463325252ull;
static uint64_t draw(uint64_t below) {
  state ^= state << 13; state ^= state >> 7; state ^= state << 17;
  return state % below;
}

static volatile uint64_t sink;

static double chase(line *lines, uint64_t count, uint64_t steps) {
  uint64_t at = 0;
  for (uint64_t k = 0; k < count && k < steps; k++) at = lines[at].next;      // warms
  double start = now();
  for (uint64_t k = 0; k < steps; k++) at = lines[at].next;
  sink = at;
  return (now() - start) / steps * 1e9;
}

static double gather(const line *lines, const uint32_t *ids, uint64_t steps) {
  uint64_t sum = 0;
  double start = now();
  for (uint64_t k = 0; k < steps; k++) sum += lines[ids[k]].rest[0];
  sink = sum;
  return (now() - start) / steps * 1e9;
}

static double stream(const line *lines, uint64_t count, uint64_t passes) {
  const uint64_t *words = (const uint64_t *)lines;
  uint64_t a = 0, b = 0, c = 0, d = 0;
  double start = now();
  for (uint64_t pass = 0; pass < passes; pass++)
    for (uint64_t k = 0; k < count * 8; k += 4) { a += words[k]; b += words[k + 1]; c += words[k + 2]; d += words[k + 3]; }
  sink = a + b + c + d;
  return count * sizeof(line) * (double)passes / (now() - start) / 1e9;
}

static double least(double a, double b) { return a < b ? a : b; }

int main(void) {
  const uint64_t sizes[] = {16 << 10, 512 << 10, 8 << 20, 512 << 20};
  const uint64_t steps = 4 << 20;
  uint32_t *ids = malloc(steps * sizeof *ids);
  for (int s = 0; s < 4; s++) {
    uint64_t count = sizes[s] / sizeof(line);
    line *lines = mmap(0, sizes[s], PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (lines == MAP_FAILED || !ids) return 1;
    for (uint64_t k = 0; k < count; k++) lines[k].next = k;
    for (uint64_t k = count - 1; k > 0; k--) {                                // Sattolo: one cycle through all lines
      uint64_t other = draw(k), next = lines[k].next;
      lines[k].next = lines[other].next;
      lines[other].next = next;
    }
    for (uint64_t k = 0; k < steps; k++) ids[k] = draw(count);
    double c = 1e9, g = 1e9, w = 0;
    for (int round = 0; round < 3; round++) {
      c = least(c, chase(lines, count, steps / 2));
      g = least(g, gather(lines, ids, steps));
      double rate = stream(lines, count, (1ull << 30) / sizes[s]);
      if (rate > w) w = rate;
    }
    printf("{\"bytes\": %llu, \"chase_ns\": %.2f, \"gather_ns\": %.2f, \"stream_gb_s\": %.1f}\n",
           (unsigned long long)sizes[s], c, g, w);
    munmap(lines, sizes[s]);
  }
  return 0;
}
