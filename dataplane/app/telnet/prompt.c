#include "app/telnet/prompt.h"

#include "base/text.h"

/* Ends of prompts. In front of one of the first stands no letter: "superuser:" asks for nobody. */
static const char *const users[] = { "login:", "login as:", "login name:", "username:", "user name:", "user:",
	"userid:", "user id:", "account:", "用户名:", "用户名：", "用户:", "用户：", "登录:", "登录：",
	"登录名:", "登录名：", "登陆:", "登陆：", "账号:", "账号：", "帐号:", "帐号：" };
static const char *const passwords[] = { "password", "passwd", "passcode", "passphrase", "密码", "口令",
	"pin code" };
static const char *const news[] = { "new ", "retype", "re-enter", "reenter", "confirm", "again", "verify",
	"新", "确认", "再次" };
static const char *const keys[] = { "--more--", "---- more ----", "<--- more --->", "--- more ---",
	"-- more --", "(more)", "press any key", "press <space>", "按任意键" };

/* What servers say to those whom they refuse, and to those who are in. */
static const char *const failures[] = { "login incorrect", "login failed", "login failure", "login invalid",
	"invalid login", "logon failure", "logon failed", "authentication failed", "authentication failure",
	"authentication fail", "access denied", "bad password", "bad secret", "incorrect password",
	"password incorrect", "password is incorrect", "password is invalid", "invalid password",
	"wrong password", "invalid username", "unknown user", "permission denied", "sorry, try again",
	"failed to log in", "failed to login", "login refused", "user was locked", "account locked",
	"account is locked", "登录失败", "登陆失败", "认证失败", "鉴权失败", "密码错误", "口令错误",
	"用户名或密码", "密码不正确", "口令不正确" };
static const char *const successes[] = { "last login", "login successful", "login success", "login ok",
	"authentication successful", "current login time", "users on line", "上次登录", "登录成功",
	"登陆成功", "最后登录" };

struct words {
	const char *const *list;
	size_t n;
};

static const struct words lists[HG_TELNET_WORDS] = {
	[HG_WORDS_USER] = { users, HG_COUNT(users) },
	[HG_WORDS_PASSWORD] = { passwords, HG_COUNT(passwords) },
	[HG_WORDS_FAILURE] = { failures, HG_COUNT(failures) },
	[HG_WORDS_SUCCESS] = { successes, HG_COUNT(successes) },
};

struct hg_span
hg_telnet_plain(struct hg_span line, uint8_t *to)
{
	size_t n;

	/* The end of a prompt says what it asks for. */
	if (line.len > HG_TELNET_PROMPT)
		line = hg_span_from(line, line.len - HG_TELNET_PROMPT);
	line = hg_span_trim(line);
	if (hg_charset_of(line) == HG_CHARSET_GB18030) {
		n = hg_gb18030_to_utf8(line, to, 2 * (size_t)HG_TELNET_PROMPT);
	} else {
		n = line.len;
		if (n > 0)
			memcpy(to, line.p, n);
	}
	for (size_t i = 0; i < n; i++)
		to[i] = hg_lower(to[i]);
	return hg_span(to, n);
}

static bool
ends(struct hg_span text, struct hg_span with)
{
	return text.len >= with.len && hg_span_eq(hg_span_from(text, text.len - with.len), with);
}

static bool
has_any(struct hg_span text, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (hg_span_has(text, hg_span_str(list[i])))
			return true;
	return false;
}

static bool
ends_as_own(const struct hg_telnet_own *own, enum hg_telnet_words kind, struct hg_span plain)
{
	for (unsigned i = 0; i < own->n[kind]; i++)
		if (ends(plain, hg_span(own->text[kind][i], own->len[kind][i])))
			return true;
	return false;
}

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool
asks_user(struct hg_span plain)
{
	for (size_t i = 0; i < HG_COUNT(users); i++) {
		const struct hg_span with = hg_span_str(users[i]);

		if (ends(plain, with) &&
			(plain.len == with.len || !is_letter(with.p[0]) ||
				!is_letter(plain.p[plain.len - with.len - 1])) &&
			!ends(plain, HG_BYTES("last login:")))
			return true;
	}
	return false;
}

static bool
asks_password(struct hg_span plain)
{
	return (ends(plain, HG_BYTES(":")) || ends(plain, HG_BYTES("："))) &&
		has_any(plain, passwords, HG_COUNT(passwords));
}

static bool
asks_command(struct hg_span plain)
{
	const uint8_t last = plain.p[plain.len - 1];

	return last == '$' || last == '#' || last == '>' || last == '%' || last == ']';
}

enum hg_telnet_asks
hg_telnet_asks(const struct hg_telnet_own *own, struct hg_span plain)
{
	if (plain.len == 0)
		return HG_ASKS_OTHER;
	if (has_any(plain, keys, HG_COUNT(keys)))
		return HG_ASKS_KEY;
	if (asks_password(plain) || ends_as_own(own, HG_WORDS_PASSWORD, plain))
		return has_any(plain, news, HG_COUNT(news)) ? HG_ASKS_NEW_PASSWORD : HG_ASKS_PASSWORD;
	if (asks_user(plain) || ends_as_own(own, HG_WORDS_USER, plain))
		return HG_ASKS_USER;
	return asks_command(plain) || ends_as_own(own, HG_WORDS_COMMAND, plain) ? HG_ASKS_COMMAND
										: HG_ASKS_OTHER;
}

const char *
hg_telnet_says(const struct hg_telnet_own *own, enum hg_telnet_words kind, struct hg_span plain)
{
	for (size_t i = 0; i < lists[kind].n; i++)
		if (hg_span_has(plain, hg_span_str(lists[kind].list[i])))
			return lists[kind].list[i];
	for (unsigned i = 0; i < own->n[kind]; i++)
		if (hg_span_has(plain, hg_span(own->text[kind][i], own->len[kind][i])))
			return "words of the configuration";
	return NULL;
}
