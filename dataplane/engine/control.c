#include "engine/control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/socket.h"
#include "engine/control_int.h"
#include "engine/framing.h"
#include "engine/service.h"

#define INPUT_MOST ((size_t)1 << 20)

struct hg_control {
	struct hg_service *service;
	const struct hg_control_ops *ops;
	const struct hg_config *config;
};

struct client {
	struct hg_framing framing;
	bool greeted;
};
_Static_assert(sizeof(struct client) <= HG_SERVICE_STATE, "it is a client's state");

static void
answer(struct hg_client *client, bool ok, json_t *message)
{
	json_t *whole = json_object();
	char *text;
	size_t len;

	json_object_set_new(whole, "return", json_string(ok ? "OK" : "NOK"));
	if (message != NULL)
		json_object_set_new(whole, "message", message);
	/* Clients of the peer's take bytes above 0x7f for Latin-1. */
	text = json_dumps(whole, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_PRESERVE_ORDER);
	json_decref(whole);
	if (text == NULL) {
		hg_client_end(client);
		return;
	}
	len = strlen(text);
	text[len] = '\n'; /* in place of the NUL: its length is known */
	hg_client_answer(client, hg_span(text, len + 1));
	free(text);
}

static void
refuse(struct hg_client *client, const char *why)
{
	answer(client, false, json_string(why));
}

static void
greet(struct hg_client *client, struct client *state, const json_t *hello)
{
	const char *version = json_string_value(json_object_get(hello, "version"));

	if (version != NULL && (strcmp(version, "0.1") == 0 || strcmp(version, "0.2") == 0)) {
		state->greeted = true;
		answer(client, true, NULL);
		return;
	}
	refuse(client,
		version == NULL ? "the first message must be {\"version\": \"0.2\"}"
				: "unknown version; this server speaks 0.1 and 0.2");
	hg_client_end(client);
}

static const struct hg_command *
find_command(const char *name)
{
	const struct hg_command *c;

	for (size_t i = 0; (c = hg_command_at(i)) != NULL; i++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static void
obey(struct hg_control *c, struct hg_client *client, const json_t *order)
{
	const char *name = json_string_value(json_object_get(order, "command"));
	const struct hg_command *command = name == NULL ? NULL : find_command(name);
	struct hg_call call = {
		.ops = c->ops, .config = c->config, .arguments = json_object_get(order, "arguments")
	};

	if (command == NULL) {
		refuse(client, name == NULL ? "there is no \"command\"" : "Unknown command");
		return;
	}
	if (call.arguments != NULL && !json_is_object(call.arguments)) {
		refuse(client, "\"arguments\" must be an object");
		return;
	}
	if (command->run(&call) < 0) {
		json_decref(call.message);
		refuse(client, call.err.text);
	} else if (call.later) {
		hg_client_wait(client);
	} else {
		answer(client, true, call.message);
	}
}

static ssize_t
take_message(void *arg, struct hg_client *client, struct hg_span in)
{
	struct client *state = hg_client_state(client);
	const ssize_t n = hg_framing_find(&state->framing, in);
	json_t *message;

	if (n <= 0)
		return n;
	message = json_loadb((const char *)in.p, (size_t)n, 0, NULL);
	if (!json_is_object(message))
		refuse(client, "a message must be a JSON object");
	else if (!state->greeted)
		greet(client, state, message);
	else
		obey(arg, client, message);
	json_decref(message);
	return n;
}

int
hg_control_open(struct hg_control **ret, const char *path, uint32_t mode, const struct hg_control_ops *ops,
	const struct hg_config *config, struct hg_error *err)
{
	static const struct hg_protocol protocol = { INPUT_MOST, take_message };
	struct hg_control *c = calloc(1, sizeof(*c));
	int fd, r;

	if (c == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the control socket");
	c->ops = ops;
	c->config = config;
	r = hg_service_open(&c->service, &protocol, c, err);
	if (r == 0)
		r = hg_socket_listen(&fd, path, mode, err);
	if (r == 0)
		r = hg_service_listen(c->service, fd, path, err);
	if (r < 0) {
		hg_control_close(c);
		return r;
	}
	*ret = c;
	return 0;
}

void
hg_control_close(struct hg_control *c)
{
	if (c == NULL)
		return;
	hg_service_close(c->service);
	free(c);
}

int
hg_control_fd(const struct hg_control *c)
{
	return hg_service_fd(c->service);
}

void
hg_control_serve(struct hg_control *c)
{
	hg_service_serve(c->service);
}

void
hg_control_settle(struct hg_control *c, int ms)
{
	hg_service_settle(c->service, ms);
}

void
hg_control_reloaded(struct hg_control *c, const struct hg_error *why)
{
	char text[512];

	for (struct hg_client *w = NULL; (w = hg_service_waiting(c->service, w)) != NULL;) {
		if (why == NULL)
			answer(w, true, json_string("done"));
		else
			refuse(w, hg_error_text(why, text, sizeof(text)));
	}
	hg_service_push(c->service);
}

time_t
hg_control_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

bool
hg_control_path(const struct hg_config *c, char *path, size_t size)
{
	const char *name = hg_config_str(c, "unix-command.filename");

	if (name[0] == '/')
		snprintf(path, size, "%s", name);
	else
		snprintf(path, size, HG_RUN_FOLDER "/%s", name);
	return strcmp(hg_config_str(c, "unix-command.enabled"), "no") != 0;
}

int
hg_call_fail(struct hg_call *call, const char *format, ...)
{
	char text[sizeof(call->err.text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return hg_error_set(&call->err, -EINVAL, "%s", text);
}

int
hg_call_unable(struct hg_call *call)
{
	return hg_call_fail(call, "the engine cannot do this");
}
