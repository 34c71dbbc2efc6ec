/* Text that is put together piece by piece. */
#include "app/tls/tls_int.h"

void
hg_tls_text_init(struct hg_tls_text *t)
{
	t->n = 0;
	t->cut = false;
}

void
hg_tls_text_add(struct hg_tls_text *t, struct hg_span s)
{
	size_t n = HG_MIN(s.len, sizeof(t->p) - t->n);

	if (n > 0)
		memcpy(t->p + t->n, s.p, n);
	t->n += n;
	t->cut |= n < s.len;
}

void
hg_tls_text_u64(struct hg_tls_text *t, uint64_t v)
{
	char digits[20];
	size_t n = sizeof(digits);

	do {
		digits[--n] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	hg_tls_text_add(t, hg_span(digits + n, sizeof(digits) - n));
}

void
hg_tls_text_hex(struct hg_tls_text *t, struct hg_span bytes, const char *digits, char sep)
{
	for (size_t i = 0; i < bytes.len && !t->cut; i++) {
		char pair[3] = { sep, digits[bytes.p[i] >> 4], digits[bytes.p[i] & 15] };
		bool parted = i > 0 && sep != '\0';

		hg_tls_text_add(t, hg_span(pair + !parted, 2u + parted));
	}
}

struct hg_span
hg_tls_text_keep(const struct hg_tls_text *t, struct hg_arena *arena)
{
	return hg_span_keep(arena, hg_span(t->p, t->n));
}
