/* text_int: the table that gb18030.py makes, for text.c. */
#ifndef HG_BASE_TEXT_INT_H
#define HG_BASE_TEXT_INT_H

#include <stdint.h>

#define HG_GB18030_TWO 23940  /* 126 leads, 190 trails each */
#define HG_GB18030_FOUR 39420 /* 0x81308130 to 0x8431a439; what is above is the other planes, in order */

/* Code points in order of codes; 0: none. */
extern const uint16_t hg_gb18030_two[HG_GB18030_TWO];
extern const uint16_t hg_gb18030_four[HG_GB18030_FOUR];

#endif
