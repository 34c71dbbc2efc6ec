#include "port/dpdk/offload.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "port/dpdk/kernel.h"

#define FEATURES_MAX (HG_OFFLOAD_WORDS * 32)

/* Words of `ethtool -K`; those of what is received come first. */
static const char *const words[] = { "gro", "lro", "rx-gro-hw", "tso", "gso", "tx", "tx-udp-segmentation" };

#define RECEIVING 7u /* bits of words */
#define CHECKSUMS 32u

/* The kernel's names of features, which a word may stand for several of. */
static const struct {
	const char *feature, *word;
} harmful[] = {
	{ "rx-gro", "gro" },
	{ "rx-lro", "lro" },
	{ "rx-gro-hw", "rx-gro-hw" },
	{ "tx-tcp-segmentation", "tso" },
	{ "tx-tcp-ecn-segmentation", "tso" },
	{ "tx-tcp-mangleid-segmentation", "tso" },
	{ "tx-tcp6-segmentation", "tso" },
	{ "tx-tcp-accecn-segmentation", "tso" },
	{ "tx-generic-segmentation", "gso" },
	{ "tx-checksum-ipv4", "tx" },
	{ "tx-checksum-ipv6", "tx" },
	{ "tx-checksum-ip-generic", "tx" },
	{ "tx-checksum-sctp", "tx" },
	{ "tx-udp-segmentation", "tx-udp-segmentation" },
};

/* What the kernel knows of features: how many, their names, their state. */
struct table {
	unsigned n;
	char name[FEATURES_MAX][ETH_GSTRING_LEN];
	struct ethtool_get_features_block state[HG_OFFLOAD_WORDS];
};

static int
ask(const char *interface, void *request)
{
	struct ifreq r = { .ifr_data = request };

	return hg_kernel_ask(interface, SIOCETHTOOL, &r);
}

static int
count_features(const char *interface, unsigned *n)
{
	struct ethtool_sset_info *q = calloc(1, sizeof(*q) + sizeof(uint32_t));
	int r;

	if (q == NULL)
		return -ENOMEM;
	*q = (struct ethtool_sset_info){ .cmd = ETHTOOL_GSSET_INFO,
		.sset_mask = UINT64_C(1) << ETH_SS_FEATURES };
	r = ask(interface, q);
	if (r >= 0) {
		*n = q->data[0];
		r = q->sset_mask == 0 || *n > FEATURES_MAX ? -EOPNOTSUPP : 0;
	}
	free(q);
	return r;
}

static int
read_names(const char *interface, struct table *t)
{
	struct ethtool_gstrings *q = calloc(1, sizeof(*q) + sizeof(t->name));
	int r;

	if (q == NULL)
		return -ENOMEM;
	*q = (struct ethtool_gstrings){ .cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_FEATURES, .len = t->n };
	r = ask(interface, q);
	if (r >= 0)
		memcpy(t->name, q->data, sizeof(t->name));
	free(q);
	return r;
}

static int
read_state(const char *interface, struct table *t)
{
	struct ethtool_gfeatures *q = calloc(1, sizeof(*q) + sizeof(t->state));
	int r;

	if (q == NULL)
		return -ENOMEM;
	*q = (struct ethtool_gfeatures){ .cmd = ETHTOOL_GFEATURES, .size = HG_OFFLOAD_WORDS };
	r = ask(interface, q);
	if (r >= 0)
		memcpy(t->state, q->features, sizeof(t->state));
	free(q);
	return r;
}

static int
read_table(const char *interface, struct table *t)
{
	int r = count_features(interface, &t->n);

	if (r == 0)
		r = read_names(interface, t);
	if (r >= 0)
		r = read_state(interface, t);
	return HG_MIN(r, 0);
}

/* The bit of a word that a feature belongs to; 0: it does no harm. */
static uint16_t
word_of(const char *feature)
{
	for (size_t i = 0; i < HG_COUNT(harmful); i++)
		if (strncmp(harmful[i].feature, feature, ETH_GSTRING_LEN) == 0)
			for (size_t k = 0; k < HG_COUNT(words); k++)
				if (strcmp(words[k], harmful[i].word) == 0)
					return (uint16_t)(1u << k);
	return 0;
}

int
hg_offloads_look(const char *interface, struct hg_offloads *on, struct hg_offloads *fixed)
{
	struct table *t = calloc(1, sizeof(*t));
	int r = t == NULL ? -ENOMEM : read_table(interface, t);

	*on = *fixed = (struct hg_offloads){ 0 };
	if (r == 0)
		on->size = fixed->size = (uint8_t)((t->n + 31) / 32);
	for (unsigned i = 0; r == 0 && i < t->n; i++) {
		const struct ethtool_get_features_block *state = &t->state[i / 32];
		const uint32_t bit = UINT32_C(1) << i % 32;
		const uint16_t word = word_of(t->name[i]);
		struct hg_offloads *of = state->available & ~state->never_changed & bit ? on : fixed;

		if (word == 0 || (state->active & bit) == 0)
			continue;
		of->feature[i / 32] |= bit;
		of->named |= word;
	}
	free(t);
	return r;
}

int
hg_offloads_switch(const char *interface, const struct hg_offloads *which, bool on)
{
	struct ethtool_sfeatures *q =
		calloc(1, sizeof(*q) + HG_OFFLOAD_WORDS * sizeof(struct ethtool_set_features_block));
	int r;

	if (q == NULL)
		return -ENOMEM;
	*q = (struct ethtool_sfeatures){ .cmd = ETHTOOL_SFEATURES, .size = which->size };
	for (unsigned i = 0; i < which->size; i++)
		q->features[i] = (struct ethtool_set_features_block){ .valid = which->feature[i],
			.requested = on ? which->feature[i] : 0 };
	r = ask(interface, q);
	free(q);
	return HG_MIN(r, 0);
}

bool
hg_offloads_any(const struct hg_offloads *o)
{
	return o->named != 0;
}

bool
hg_offloads_receiving(const struct hg_offloads *o)
{
	return (o->named & RECEIVING) != 0;
}

bool
hg_offloads_checksums(const struct hg_offloads *o)
{
	return (o->named & CHECKSUMS) != 0;
}

const char *
hg_offloads_print(const struct hg_offloads *o, const char *behind, char text[HG_OFFLOADS_TEXT])
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < HG_COUNT(words); i++)
		if (o->named >> i & 1)
			used += (size_t)snprintf(text + used, HG_OFFLOADS_TEXT - used, "%s%s%s%s",
				used == 0                ? ""
					: behind == NULL ? ", "
							 : " ",
				words[i], behind == NULL ? "" : " ", behind == NULL ? "" : behind);
	return text;
}
