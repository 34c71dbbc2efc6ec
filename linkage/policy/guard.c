#include "linkage/policy/guard.h"

void
hg_guard_close(struct hg_guard *g)
{
	hg_nets_close(&g->allowed);
	hg_nets_close(&g->protected);
	hg_nets_close(&g->shared);
	hg_nets_close(&g->found);
}

/* RFC 6890 and the registries behind it; private addresses are ordinary ones here. */
static const struct {
	struct hg_net net;
	const char *name;
	bool documentation;
} special[] = {
	{ { { .b = { 0 } }, 4, 8 }, "this network", false },
	{ { { .b = { 127 } }, 4, 8 }, "loopback", false },
	{ { { .b = { 169, 254 } }, 4, 16 }, "link-local", false },
	{ { { .b = { 192, 0, 2 } }, 4, 24 }, "documentation", true },
	{ { { .b = { 198, 51, 100 } }, 4, 24 }, "documentation", true },
	{ { { .b = { 203, 0, 113 } }, 4, 24 }, "documentation", true },
	{ { { .b = { 224 } }, 4, 4 }, "multicast", false },
	{ { { .b = { 255, 255, 255, 255 } }, 4, 32 }, "broadcast", false },
	{ { { .b = { 0 } }, 6, 128 }, "unspecified", false },
	{ { { .b = { [15] = 1 } }, 6, 128 }, "loopback", false },
	{ { { .b = { 0x20, 0x01, 0x0d, 0xb8 } }, 6, 32 }, "documentation", true },
	{ { { .b = { 0xfe, 0x80 } }, 6, 10 }, "link-local", false },
	{ { { .b = { 0xff } }, 6, 8 }, "multicast", false },
};

const char *
hg_guard_special(const struct hg_net *net, bool testing)
{
	for (size_t i = 0; i < HG_COUNT(special); i++)
		if (hg_net_overlaps(&special[i].net, net) && !(testing && special[i].documentation))
			return special[i].name;
	return NULL;
}

const struct hg_nets_row *
hg_guard_hit(const struct hg_guard *g, const struct hg_net *net, bool *allowed)
{
	const struct hg_nets_row *hit = hg_nets_hit(&g->protected, net);

	if (hit == NULL)
		hit = hg_nets_hit(&g->found, net);
	*allowed = hit == NULL;
	return hit != NULL ? hit : hg_nets_hit(&g->allowed, net);
}
