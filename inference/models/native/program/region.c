/* Address space for weights and caches. */
#include <sys/mman.h>

#include "tandem.h"

/* Address space that takes memory only where it is written. NULL: none is left. */
void *region_new(int64_t bytes) {
    void *place = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return place == MAP_FAILED ? NULL : place;
}

/* Large pages where the system has them: weights are read from end to end. */
void region_advise_large(void *base, int64_t bytes) {
#ifdef MADV_HUGEPAGE
    madvise(base, (size_t)bytes, MADV_HUGEPAGE);
#else
    (void)base, (void)bytes;
#endif
}

/* Give the memory of a part back; it reads as 0 again. `base` lies on a page. */
void region_clear(void *base, int64_t bytes) {
    if (madvise(base, (size_t)bytes, MADV_DONTNEED)) memset(base, 0, (size_t)bytes);
}

void region_copy(void *target, const void *source, int64_t bytes) {
    memcpy(target, source, (size_t)bytes);
}

void region_free(void *base, int64_t bytes) { munmap(base, (size_t)bytes); }
