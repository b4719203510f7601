/* What LMDB itself can do with the writes of a store: the limit that ours are measured against.

     gcc -O2 -o lmdb_commits lmdb_commits.c -llmdb
     lmdb_commits FILE commits COUNT BYTES     one put of BYTES at a growing key for each durable commit
     lmdb_commits FILE random COUNT BATCH      COUNT random 16-byte entries, BATCH of them for each durable commit

   Prints one JSON object: commits or puts a second, and the times of a commit in microseconds. FILE is replaced. */
#include <lmdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void check(int code, const char *what) {
  if (code != 0) {
    fprintf(stderr, "%s: %s\n", what, mdb_strerror(code));
    exit(1);
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static uint64_t state = 88172645463325252ull;
static uint64_t next_random(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static void store_big_endian(uint8_t *to, uint64_t n) {
  for (int i = 0; i < 8; i++) to[i] = (uint8_t)(n >> (56 - 8 * i));
}

int main(int argc, char **argv) {
  if (argc != 5 || (strcmp(argv[2], "commits") != 0 && strcmp(argv[2], "random") != 0)) {
    fprintf(stderr, "usage: lmdb_commits FILE commits|random COUNT BYTES|BATCH\n");
    return 2;
  }
  int is_random = strcmp(argv[2], "random") == 0;
  long count = atol(argv[3]), size = atol(argv[4]);
  if (count < 1 || size < 1) return 2;
  char lock[4096];
  snprintf(lock, sizeof lock, "%s-lock", argv[1]);
  remove(argv[1]);
  remove(lock);
  MDB_env *env;
  check(mdb_env_create(&env), "create");
  check(mdb_env_set_mapsize(env, (size_t)1 << 36), "map size");
  check(mdb_env_open(env, argv[1], MDB_NOSUBDIR | MDB_NOTLS, 0644), "open");
  long per_commit = is_random ? size : 1, commits = (count + per_commit - 1) / per_commit;
  double *times = malloc(sizeof(double) * (size_t)commits);
  uint8_t *bytes = calloc(1, is_random ? 16 : (size_t)size);
  if (times == NULL || bytes == NULL) return 1;
  MDB_dbi database = 0;
  double start = now();
  for (long c = 0, done = 0; c < commits; c++) {
    double begin = now();
    MDB_txn *txn;
    check(mdb_txn_begin(env, NULL, 0, &txn), "begin");
    check(mdb_dbi_open(txn, NULL, 0, &database), "database");
    for (long k = 0; k < per_commit && done < count; k++, done++) {
      uint8_t name[8];
      store_big_endian(name, is_random ? next_random() : (uint64_t)c);
      MDB_val key = {8, name}, value = {is_random ? 16 : (size_t)size, bytes};
      check(mdb_put(txn, database, &key, &value, is_random ? 0 : MDB_APPEND), "put");
    }
    check(mdb_txn_commit(txn), "commit");
    times[c] = now() - begin;
  }
  double seconds = now() - start;
  mdb_env_close(env);
  qsort(times, (size_t)commits, sizeof(double), ascending);
  printf("{\"what\": \"%s\", \"per_second\": %.0f, \"commits\": %ld, \"p50_us\": %.1f, \"p99_us\": %.1f, \"max_us\": %.1f}\n", argv[2],
         (double)count / seconds, commits, times[commits / 2] * 1e6, times[commits - 1 - commits / 100] * 1e6, times[commits - 1] * 1e6);
  remove(argv[1]);
  remove(lock);
  return 0;
}
