/* Settings: words of servers beside those that are known. */
#include "app/telnet/telnet_int.h"

#define PROMPTS "app-layer.protocols.telnet.prompts."
#define ANSWERS "app-layer.protocols.telnet.answers."

const struct hg_config_key hg_telnet_keys[HG_TELNET_KEYS] = {
	{ PROMPTS "user", HG_CONFIG_LIST, NULL, NULL, NULL,
		"ends of prompts for a user's name, beside those that are known; at most 16 of 64 bytes, "
		"case does not count" },
	{ PROMPTS "password", HG_CONFIG_LIST, NULL, NULL, NULL, "… for a password" },
	{ PROMPTS "command", HG_CONFIG_LIST, NULL, NULL, NULL, "… for a command, behind the login" },
	{ ANSWERS "failure", HG_CONFIG_LIST, NULL, NULL, NULL, "words of a line that refuses a login" },
	{ ANSWERS "success", HG_CONFIG_LIST, NULL, NULL, NULL,
		"words of a line behind a login that came about" },
};

static void
add(struct hg_telnet_own *own, enum hg_telnet_words kind, const char *text)
{
	const unsigned n = own->n[kind];
	const size_t len = strlen(text);

	if (n == HG_TELNET_OWN || len == 0 || len > HG_TELNET_OWN_LEN)
		return;
	for (size_t i = 0; i < len; i++)
		own->text[kind][n][i] = hg_lower((uint8_t)text[i]);
	own->len[kind][n] = (uint8_t)len;
	own->n[kind]++;
}

void
hg_telnet_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config)
{
	for (unsigned kind = 0; config != NULL && kind < HG_TELNET_WORDS; kind++) {
		const struct hg_config_node *n =
			hg_config_first(hg_config_find(config, hg_telnet_keys[kind].name));

		for (; n != NULL; n = hg_config_next(n))
			if (hg_config_text(n) != NULL)
				add(&ctx->own, (enum hg_telnet_words)kind, hg_config_text(n));
	}
}
