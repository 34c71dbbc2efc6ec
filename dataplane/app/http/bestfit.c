/* Code points as the nearest byte of Windows-1252, as servers that keep paths in one-byte strings do it. */
#include "app/http/http_int.h"

uint8_t
hg_http_best_fit(uint32_t code)
{
	if (code <= 0xff)
		return (uint8_t)code;
	if (code >= 0xff01 && code <= 0xff5e)
		return (uint8_t)(code - 0xff01 + '!');
	return '?';
}
