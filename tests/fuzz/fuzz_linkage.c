/* hangu-linkd: the first byte says what the others are: lines of the event socket, cut as it says, or its configuration. */
#include "fuzz.h"
#include "base/log.h"
#include "linkage/io/feed.h"
#include "linkage/settings.h"

static void
on_alert(void *ctx, const struct hg_alert *a)
{
	char text[HG_NET_TEXT];

	++*(unsigned *)ctx;
	fuzz_require(a->src.family == 4 || a->src.family == 6, "a source of no family");
	fuzz_require(hg_net_is_host(&a->src) && hg_net_is_host(&a->dest), "an end that is a prefix");
	fuzz_require(hg_net_text(&a->src, text)[0] != '\0', "an address without a text");
	fuzz_require(memchr(a->signature, '\0', sizeof(a->signature)) != NULL, "a text without an end");
}

static void
feed(struct hg_span lines, size_t cut)
{
	struct hg_feed f = { 0 };
	unsigned alerts = 0;

	if (hg_feed_open(&f, NULL, "fuzz", NULL) < 0)
		abort();
	f.heard = on_alert;
	f.ctx = &alerts;
	for (size_t at = 0; at < lines.len; at += cut)
		hg_feed_bytes(&f, hg_span_sub(lines, at, cut));
	fuzz_require(
		f.counts.alerts == alerts && f.counts.bad <= f.counts.lines, "lines are not counted right");
	hg_feed_close(&f);
}

static void
configure(struct hg_span yaml)
{
	char *text = strndup((const char *)yaml.p, yaml.len);
	struct hg_settings_target rows[HG_TARGETS];
	const struct hg_config_key *keys;
	struct hg_config *c = NULL;
	struct hg_decider d = { 0 };
	struct hg_error err = { 0 };
	size_t n;
	int r;

	keys = hg_settings_keys(&n);
	if (text == NULL || hg_config_open(&c, keys, n) < 0)
		abort();
	r = hg_config_load_text(c, "fuzz.yaml", text, &err);
	if (r == 0)
		r = hg_settings_targets(c, rows, &d.n_targets, &err);
	for (unsigned i = 0; r == 0 && i < d.n_targets; i++)
		memcpy(d.targets[i].name, rows[i].name, sizeof(rows[i].name));
	if (r == 0)
		r = hg_settings_decider(&d, c, &err);
	fuzz_require(r == 0 || err.text[0] != '\0', "refused without a sentence");
	hg_decider_close(&d);
	hg_config_close(c);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct hg_span rest = size == 0 ? HG_SPAN_NONE : hg_span(data + 1, size - 1);

	if (size == 0)
		return 0;
	hg_log_level(HG_LOG_ERROR);
	if (data[0] == 0)
		configure(rest);
	else
		feed(rest, data[0]);
	return 0;
}
