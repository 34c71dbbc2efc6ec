/* Settings, under the names that operators know: app-layer.protocols.http.libhtp.default-config. */
#include "app/http/http_int.h"

#define RECORD "outputs.eve-log.types.http"
#define KEY(name) "app-layer.protocols.http.libhtp.default-config." name

const struct hg_config_key hg_http_keys[HG_HTTP_KEYS] = {
	{ KEY("personality"), HG_CONFIG_IGNORED, NULL, NULL, NULL,
		"requests are always read as personality IDS does" },
	{ KEY("request-body-limit"), HG_CONFIG_SIZE, "100kb", NULL, "bytes",
		"how much of a request body rules may look into; 0: all" },
	{ KEY("response-body-limit"), HG_CONFIG_SIZE, "100kb", NULL, "bytes",
		"how much of a response body rules may look into; 0: all" },
	{ KEY("request-body-minimal-inspect-size"), HG_CONFIG_SIZE, "32kb", NULL, "bytes",
		"a request body is not looked at before so much of it is there" },
	{ KEY("request-body-inspect-window"), HG_CONFIG_SIZE, "4kb", NULL, "bytes",
		"later looks at a request body take in so much, old bytes included" },
	{ KEY("response-body-minimal-inspect-size"), HG_CONFIG_SIZE, "40kb", NULL, "bytes",
		"a response body is not looked at before so much of it is there" },
	{ KEY("response-body-inspect-window"), HG_CONFIG_SIZE, "16kb", NULL, "bytes",
		"later looks at a response body take in so much, old bytes included" },
	{ KEY("response-body-decompress-layer-limit"), HG_CONFIG_INT, "2", "0..4", NULL,
		"content codings that are undone, one inside the other" },
	{ KEY("http-body-inline"), HG_CONFIG_STR, "auto", NULL, NULL,
		"yes: bodies are looked at whenever they grow; auto: inline only; no: in windows" },
	{ KEY("double-decode-path"), HG_CONFIG_BOOL, "no", NULL, NULL,
		"decode the path of the target twice" },
	{ KEY("double-decode-query"), HG_CONFIG_BOOL, "no", NULL, NULL,
		"decode the query of the target twice" },
	{ KEY("headers-limit"), HG_CONFIG_INT, "1024", "1..16384", NULL,
		"headers of a message that are kept" },
	{ KEY("compression-bomb-limit"), HG_CONFIG_SIZE, "1mb", NULL, "bytes",
		"a body that decompresses to more than this and grows more than 2048 times is a bomb" },
	{ KEY("decompression-time-limit"), HG_CONFIG_IGNORED, NULL, NULL, NULL,
		"decompression is bounded by sizes, not by time, so that a run can be repeated" },
	{ KEY("randomize-inspection-sizes"), HG_CONFIG_IGNORED, NULL, NULL, NULL,
		"inspection sizes are exact, so that a run can be repeated" },
	{ KEY("randomize-inspection-range"), HG_CONFIG_IGNORED, NULL, NULL, NULL,
		"inspection sizes are exact" },
	{ KEY("swf-decompression.*"), HG_CONFIG_IGNORED, NULL, NULL, NULL, "Flash is not decompressed" },
	{ KEY("lzma-enabled"), HG_CONFIG_IGNORED, NULL, NULL, NULL, "LZMA bodies are not decompressed" },
	{ KEY("lzma-memlimit"), HG_CONFIG_IGNORED, NULL, NULL, NULL, "LZMA bodies are not decompressed" },
	{ KEY("uri-include-all"), HG_CONFIG_IGNORED, NULL, NULL, NULL,
		"http.uri never holds scheme and host; http.uri.raw does" },
	{ KEY("meta-field-limit"), HG_CONFIG_IGNORED, NULL, NULL, NULL, "lines end at 18000 bytes" },
	{ "app-layer.protocols.http.byterange.memcap", HG_CONFIG_SIZE, "100mb", NULL, "bytes",
		"of ranges of files that wait for what is in front of them, a worker" },
	{ "app-layer.protocols.http.byterange.timeout", HG_CONFIG_INT, "60", "1..86400", "seconds",
		"without a further range a file is no longer put together" },
	{ "app-layer.protocols.http.trusted-proxies", HG_CONFIG_LIST, NULL, NULL, NULL,
		"addresses and networks of proxies, 64 at most, that are believed for whom they ask "
		"(client_chain)" },
	{ "app-layer.protocols.http.login-forms.user-fields", HG_CONFIG_LIST, NULL, NULL, NULL,
		"names of form fields that hold a user, 32 at most; without it username, user, login, "
		"loginname, "
		"account, email and others" },
	{ "app-layer.protocols.http.login-forms.password-fields", HG_CONFIG_LIST, NULL, NULL, NULL,
		"names of form fields that hold a password, 32 at most; without it password, passwd, pwd, "
		"pass and "
		"others" },
	{ RECORD ".extended", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"http records show method, version, status, length, Referer and Location" },
	{ RECORD ".custom", HG_CONFIG_LIST, NULL, NULL, NULL,
		"headers by name that http records show in request_headers and response_headers" },
	{ RECORD ".dump-all-headers", HG_CONFIG_STR, "none", NULL, NULL,
		"none, request, response or both: http records show all headers of these" },
	{ "app-layer.protocols.http.libhtp.server-config", HG_CONFIG_IGNORED, NULL, NULL, NULL,
		"all servers are read alike" },
	{ "app-layer.protocols.http.memcap", HG_CONFIG_IGNORED, NULL, NULL, NULL,
		"transactions are bounded one by one and by the worker's memory" },
};

static uint32_t
size_of(const struct hg_config *config, const char *key, uint32_t initial)
{
	uint64_t n = config == NULL ? initial : hg_config_size(config, key);

	return (uint32_t)HG_MIN(n, (uint64_t)UINT32_MAX);
}

static uint32_t
int_of(const struct hg_config *config, const char *key, uint32_t initial)
{
	return config == NULL ? initial : (uint32_t)hg_config_int(config, key);
}

static void
read_custom(struct hg_decoder_ctx *ctx, const struct hg_config_node *list)
{
	const struct hg_config_node *item = list == NULL ? NULL : hg_config_first(list);

	for (; item != NULL && ctx->n_custom < HG_HTTP_CUSTOM; item = hg_config_next(item)) {
		char *name = ctx->custom[ctx->n_custom];
		const char *text = hg_config_text(item);

		if (text == NULL || strlen(text) >= sizeof(ctx->custom[0]))
			continue;
		memcpy(name, text, strlen(text) + 1);
		for (; *name != '\0'; name++)
			*name = *name == '_' ? '-' : *name;
		ctx->n_custom++;
	}
}

/* Names of a list, else the defaults. */
static void
read_names(struct hg_http_names *to, const struct hg_config *c, const char *key, const char *const *defaults)
{
	const struct hg_config_node *list = c == NULL ? NULL : hg_config_find(c, key);
	const struct hg_config_node *item = list == NULL ? NULL : hg_config_first(list);

	to->n = 0;
	for (; item != NULL && to->n < HG_HTTP_NAMES; item = hg_config_next(item)) {
		const char *text = hg_config_text(item);

		if (text != NULL && strlen(text) < sizeof(to->name[0]))
			memcpy(to->name[to->n++], text, strlen(text) + 1);
	}
	for (; list == NULL && *defaults != NULL; defaults++)
		memcpy(to->name[to->n++], *defaults, strlen(*defaults) + 1);
}

/* What is no network is passed over. */
static void
read_proxies(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	const struct hg_config_node *list =
		c == NULL ? NULL : hg_config_find(c, "app-layer.protocols.http.trusted-proxies");
	const struct hg_config_node *item = list == NULL ? NULL : hg_config_first(list);

	ctx->n_proxies = 0;
	for (; item != NULL && ctx->n_proxies < HG_HTTP_PROXIES; item = hg_config_next(item)) {
		struct hg_http_net *net = &ctx->proxies[ctx->n_proxies];
		const char *text = hg_config_text(item);
		const struct hg_span whole = text == NULL ? HG_SPAN_NONE : hg_span_str(text);
		const size_t slash = hg_span_find(whole, 0, '/');
		unsigned bits = 0, most;

		if (!hg_addr_parse(hg_span_sub(whole, 0, slash), &net->addr, &net->family))
			continue;
		most = net->family == 4 ? 32 : 128;
		for (size_t i = slash + 1; slash != SIZE_MAX && i < whole.len && bits <= most; i++)
			bits = bits * 10 + (unsigned)(whole.p[i] - '0');
		net->bits = (uint8_t)(slash == SIZE_MAX ? most : bits);
		ctx->n_proxies += slash == SIZE_MAX || bits <= most;
	}
}

static void
read_forms(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	static const char *const users[] = { "username", "user", "user_name", "userid", "user_id", "uname",
		"uid", "login", "loginname", "login_name", "loginid", "account", "accountname", "j_username",
		"email", "mail", "mobile", "phone", "usr", "log", NULL };
	static const char *const secrets[] = { "password", "passwd", "passwort", "pwd", "pass",
		"userpassword", "user_password", "loginpwd", "login_password", "j_password", "passcode",
		"psw", NULL };

	read_names(&ctx->form_users, c, "app-layer.protocols.http.login-forms.user-fields", users);
	read_names(&ctx->form_secrets, c, "app-layer.protocols.http.login-forms.password-fields", secrets);
}

/* What `http` of the record list says. */
static void
read_record(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	const struct hg_config_node *node = c == NULL ? NULL : hg_config_find(c, RECORD), *child;
	const char *text;

	ctx->extended = true;
	ctx->n_custom = 0;
	if (node == NULL)
		return;
	child = hg_config_child(node, "extended");
	text = child == NULL ? NULL : hg_config_text(child);
	if (text != NULL)
		hg_config_parse_bool(text, &ctx->extended);
	read_custom(ctx, hg_config_child(node, "custom"));
	child = hg_config_child(node, "dump-all-headers");
	text = child == NULL ? NULL : hg_config_text(child);
	if (text == NULL)
		return;
	ctx->all_headers[HG_TO_SERVER] = strcmp(text, "both") == 0 || strcmp(text, "request") == 0;
	ctx->all_headers[HG_TO_CLIENT] = strcmp(text, "both") == 0 || strcmp(text, "response") == 0;
}

void
hg_http_configure(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	struct hg_inspect_limits *ts = &ctx->body[HG_TO_SERVER].limits, *tc = &ctx->body[HG_TO_CLIENT].limits;
	const char *at_once = c == NULL ? "auto" : hg_config_str(c, KEY("http-body-inline"));
	bool yes = false;

	ts->limit = size_of(c, KEY("request-body-limit"), 100 * 1024);
	ts->min = size_of(c, KEY("request-body-minimal-inspect-size"), 32 * 1024);
	ts->window = size_of(c, KEY("request-body-inspect-window"), 4 * 1024);
	tc->limit = size_of(c, KEY("response-body-limit"), 100 * 1024);
	tc->min = size_of(c, KEY("response-body-minimal-inspect-size"), 40 * 1024);
	tc->window = size_of(c, KEY("response-body-inspect-window"), 16 * 1024);
	ctx->layers = (uint8_t)int_of(c, KEY("response-body-decompress-layer-limit"), 2);
	ctx->header_limit = int_of(c, KEY("headers-limit"), HG_HTTP_HEADERS_MAX);
	ctx->bomb_limit = size_of(c, KEY("compression-bomb-limit"), 1024 * 1024);
	ctx->joins.memory = size_of(c, "app-layer.protocols.http.byterange.memcap", 100 * 1024 * 1024);
	ctx->joins.timeout = int_of(c, "app-layer.protocols.http.byterange.timeout", 60) * HG_SEC;
	ctx->double_decode_path = c != NULL && hg_config_bool(c, KEY("double-decode-path"));
	ctx->double_decode_query = c != NULL && hg_config_bool(c, KEY("double-decode-query"));
	read_record(ctx, c);
	read_forms(ctx, c);
	read_proxies(ctx, c);
	ctx->inline_auto = strcmp(at_once, "auto") == 0;
	ctx->inline_always = hg_config_parse_bool(at_once, &yes) && yes;
}
