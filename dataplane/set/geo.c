#include "set/geo.h"

#include <errno.h>
#include <maxminddb.h>
#include <netinet/in.h>

#include "base/start.h"

struct hg_geo {
	MMDB_s db;
};

int
hg_geo_open(struct hg_geo **ret, const char *path, struct hg_error *err)
{
	struct hg_geo *g = hg_start_take(sizeof(*g));
	int r;

	if (g == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the database of countries");
	r = MMDB_open(path, MMDB_MODE_MMAP, &g->db);
	if (r != MMDB_SUCCESS) {
		hg_error_set(err, r == MMDB_OUT_OF_MEMORY_ERROR ? -ENOMEM : -EINVAL,
			"cannot use '%s' as a database of countries: %s", path, MMDB_strerror(r));
		hg_start_give(g);
		return err == NULL ? -EINVAL : err->code;
	}
	*ret = g;
	return 0;
}

void
hg_geo_close(struct hg_geo *g)
{
	if (g == NULL)
		return;
	MMDB_close(&g->db);
	hg_start_give(g);
}

static bool
look_up(const struct hg_geo *g, const struct hg_addr *a, uint8_t family, MMDB_entry_s *out)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	const void *address = &v6;
	MMDB_lookup_result_s found;
	int e = MMDB_SUCCESS;

	if (family == 4) {
		v4.sin_addr.s_addr = htonl(hg_addr_v4(a));
		address = &v4;
	} else {
		memcpy(&v6.sin6_addr, a->b, sizeof(v6.sin6_addr));
	}
	found = MMDB_lookup_sockaddr(&g->db, address, &e);
	*out = found.entry;
	return e == MMDB_SUCCESS && found.found_entry;
}

uint16_t
hg_geo_country(const struct hg_geo *g, const struct hg_addr *a, uint8_t family)
{
	/* MMDB_get_value would copy the path to the heap. */
	static const char *const path[] = { "country", "iso_code", NULL };
	MMDB_entry_s entry;
	MMDB_entry_data_s data;

	if (!look_up(g, a, family, &entry) || MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS ||
		!data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING)
		return HG_GEO_NONE;
	return hg_geo_code(hg_span(data.utf8_string, data.data_size));
}
