#include <lmdb.h>

// Asks the system to begin writing a file's changed pages, without waiting for them.
#if defined(__linux__)
#include <sys/types.h>
extern int sync_file_range(int fd, __off64_t offset, __off64_t count, unsigned int flags);
static inline int sinter_begin_write_back(int fd) { return sync_file_range(fd, 0, 0, 2 /* SYNC_FILE_RANGE_WRITE */); }
#else
static inline int sinter_begin_write_back(int fd) { (void)fd; return 0; }
#endif
