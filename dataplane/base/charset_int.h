/* charset_int: the tables that charset.py makes, for charset.c. */
#ifndef HG_BASE_CHARSET_INT_H
#define HG_BASE_CHARSET_INT_H

#include <stdint.h>

#define HG_CHARSET_TWO (126 * 191) /* leads 0x81 to 0xfe, trails 0x40 to 0xfe */

enum hg_codes {
	HG_CODES_BYTES, /* what is above ASCII is none */
	HG_CODES_ONE,
	HG_CODES_TWO, /* ASCII apart */
	HG_CODES_UTF8,
	HG_CODES_UTF7,
	HG_CODES_UTF16, /* the order of bytes is said by a mark, else the greater one is first */
	HG_CODES_UTF16BE,
	HG_CODES_UTF16LE,
	HG_CODES_GB18030,
	HG_CODES_HZ,
	HG_CODES_ISO2022JP
};

/* In the order of names, in small letters. */
struct hg_charset_name {
	const char *name;
	uint8_t codes; /* enum hg_codes */
	uint8_t table;
};
extern const struct hg_charset_name hg_charset_names[];
extern const unsigned hg_charset_count;

/* Code points; 0: none. */
extern const uint16_t hg_charset_one[][128];
extern const uint16_t hg_charset_two[][HG_CHARSET_TWO];
#define HG_CHARSET_SHIFT_JIS 2
#define HG_CHARSET_EUC_JP 3

#endif
