/* poison: tells AddressSanitizer which bytes of our own regions nobody may touch. Nothing in other builds. */
#ifndef HG_BASE_POISON_H
#define HG_BASE_POISON_H

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define HG_POISON(p, size) __asan_poison_memory_region((p), (size))
#define HG_UNPOISON(p, size) __asan_unpoison_memory_region((p), (size))
#else
#define HG_POISON(p, size) ((void)(p), (void)(size))
#define HG_UNPOISON(p, size) ((void)(p), (void)(size))
#endif

#endif
