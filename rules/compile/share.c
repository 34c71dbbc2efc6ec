#include "rules/compile/compile_int.h"

#include <stdlib.h>

#include "rules/lang/address.h"
#include "rules/lang/port.h"

/* Rules name few different sets: equal ones are kept once, in tables that double. Sets are heap blocks of lang/ and are
 * closed with the snapshot. */

static int
make_room(struct hg_share_table *t)
{
	uint32_t room = t->room == 0 ? 256 : t->room * 2;
	void **more = calloc(room, sizeof(*more));

	if (more == NULL)
		return -12;
	for (uint32_t i = 0; i < t->room; i++) {
		uint64_t h;

		if (t->v[i] == NULL)
			continue;
		for (h = t->hash(t->v[i]); more[h & (room - 1)] != NULL; h++)
			;
		more[h & (room - 1)] = t->v[i];
	}
	free(t->v);
	t->v = more;
	t->room = room;
	return 0;
}

static void *
share(struct hg_share_table *t, void *set)
{
	uint64_t h;

	if (t->n * 2 >= t->room && make_room(t) < 0) {
		t->close(set);
		return NULL;
	}
	for (h = t->hash(set); t->v[h & (t->room - 1)] != NULL; h++) {
		void *other = t->v[h & (t->room - 1)];

		if (t->equal(other, set)) {
			t->close(set);
			return other;
		}
	}
	t->n++;
	return t->v[h & (t->room - 1)] = set;
}

static uint64_t
address_hash(const void *p)
{
	return ((const struct hg_addrset *)p)->hash;
}

static bool
address_equal(const void *a, const void *b)
{
	return hg_addrset_eq(a, b);
}

static void
address_close(void *p)
{
	hg_addrset_close(p);
}

static uint64_t
port_hash(const void *p)
{
	return ((const struct hg_portset *)p)->hash;
}

static bool
port_equal(const void *a, const void *b)
{
	return hg_portset_eq(a, b);
}

static void
port_close(void *p)
{
	hg_portset_close(p);
}

void
hg_share_init(struct hg_owned *o)
{
	o->addresses = (struct hg_share_table){
		.hash = address_hash, .equal = address_equal, .close = address_close
	};
	o->ports = (struct hg_share_table){ .hash = port_hash, .equal = port_equal, .close = port_close };
}

static void
close_table(struct hg_share_table *t)
{
	for (uint32_t i = 0; i < t->room; i++)
		if (t->v[i] != NULL)
			t->close(t->v[i]);
	free(t->v);
}

void
hg_share_close(struct hg_owned *o)
{
	close_table(&o->addresses);
	close_table(&o->ports);
}

const struct hg_addrset *
hg_share_addresses(struct hg_compiler *c, struct hg_addrset *set)
{
	return share(&c->owned->addresses, set);
}

const struct hg_portset *
hg_share_ports(struct hg_compiler *c, struct hg_portset *set)
{
	return share(&c->owned->ports, set);
}
