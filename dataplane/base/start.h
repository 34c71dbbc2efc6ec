/* start: memory of things that are made once, at start or when rules are adopted, and live until their close.
 *
 * The one door to the heap for packet-path libraries; never called while packets pass (a test counts). Zeroed.
 */
#ifndef HG_BASE_START_H
#define HG_BASE_START_H

#include <stddef.h>

void *hg_start_take(size_t size); /* NULL: no memory */
void hg_start_give(void *p);      /* may be NULL */

#endif
