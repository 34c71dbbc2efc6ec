#include "linkage/say.h"

#include "base/span.h"

static const struct hg_translation messages[] = {
	{ "hangu-linkd: from an alert to a block, in the engine and on firewalls\n"
	  "\n"
	  "  hangu-linkd run   [OPTION]...                 the daemon\n"
	  "  hangu-linkd ctl   [OPTION]... COMMAND ...     ask it, order it\n"
	  "  hangu-linkd check [OPTION]...                 is the configuration right?\n"
	  "  hangu-linkd --version\n"
	  "\n"
	  "  hangu-linkd run -c /etc/hangu/hangu.yaml\n"
	  "  hangu-linkd ctl list\n"
	  "  hangu-linkd ctl add 198.51.100.7 --ttl 1h --reason scan\n"
	  "  hangu-linkd ctl explain 198.51.100.7\n"
	  "\n"
	  "`hangu-linkd run --help`, `... ctl --help` and `... check --help` say more.\n",
		"hangu-linkd:从告警到封禁,在引擎和防火墙上执行\n"
		"\n"
		"  hangu-linkd run   [选项]...                   守护进程\n"
		"  hangu-linkd ctl   [选项]... 命令 ...          查询、下达指令\n"
		"  hangu-linkd check [选项]...                   配置是否正确?\n"
		"  hangu-linkd --version\n"
		"\n"
		"  hangu-linkd run -c /etc/hangu/hangu.yaml\n"
		"  hangu-linkd ctl list\n"
		"  hangu-linkd ctl add 198.51.100.7 --ttl 1h --reason scan\n"
		"  hangu-linkd ctl explain 198.51.100.7\n"
		"\n"
		"详见 `hangu-linkd run --help`、`... ctl --help` 和 `... check --help`。\n" },
	{ "Reads alerts from the engine and has their sources blocked, in the engine and on firewalls,\n"
	  "as the section linkage of the configuration says. Stays in the foreground.",
		"读取引擎的告警,按配置中 linkage 一节封禁其来源:在引擎上,也在防火墙上。\n"
		"在前台运行。" },
	{ "0 stopped by a signal; 1 bad use or configuration, or it cannot start.",
		"0 收到信号停止;1 用法或配置错误,或无法启动。" },
	{ "Reads the configuration and explains what is wrong with it; checks that no record of the\n"
	  "journal was changed or taken out.",
		"读取配置并说明其中的错误;检查日志链中的记录是否被改动或删除。" },
	{ "0 all is well; 1 it is not.", "0 一切正常;1 有问题。" },
	{ "Asks and orders the running daemon. add and del return when the order is safely written;\n"
	  "it takes effect at the same moment.",
		"查询和指挥运行中的守护进程。add 和 del 在指令安全写入后返回,同时生效。" },
	{ "0 done; 1 refused, in part or whole; 2 the daemon cannot be reached.",
		"0 完成;1 部分或全部被拒绝;2 无法连接守护进程。" },
	{ "configuration; /etc/hangu/hangu.yaml when not given", "配置文件;不给则用 /etc/hangu/hangu.yaml" },
	{ "the daemon's socket; /run/hangu/linkd.sock when not given",
		"守护进程的套接字;不给则用 /run/hangu/linkd.sock" },
	{ "add, del: addresses from a file, one a line; - is standard input",
		"add、del:从文件读取地址,每行一个;- 为标准输入" },
	{ "add: for how long (600, 10m, 36h, 7d); until it is deleted when not given",
		"add:时长 (600、10m、36h、7d);不给则直到删除" },
	{ "add, del: why; stands in list and journal", "add、del:原因,写入列表和日志" },
	{ "add: where; may be given again; everywhere when not given",
		"add:在哪个目标上,可多次给出;不给则全部" },
	{ "add: a prefix wider than /24 (IPv6: /48) is meant", "add:确认封禁大于 /24 (IPv6:/48) 的网段" },
	{ "JSON instead of a table", "输出 JSON 而不是表格" },
	{ "print every key of the section linkage, as Markdown", "列出 linkage 一节的所有键 (Markdown)" },
	{ "override the configuration", "覆盖配置" },
	{ "tell more on standard error", "在标准错误输出更多信息" },
	{ "this text", "本说明" },
	{ "Examples", "示例" },
	{ "Exit status", "退出状态" },
	{ "may be blocked", "可以封禁" },
	{ "not an ordinary address", "不是普通地址" },
	{ "too many addresses at once", "一次地址太多" },
	{ "this machine or this network needs it", "本机或本网络需要它" },
	{ "on the allow-list", "在白名单中" },
	{ "of the own network (HOME_NET)", "属于本网 (HOME_NET)" },
	{ "the source may be forged: no two-way traffic was seen", "来源可能是伪造的:没有看到双向流量" },
	{ "many people stand behind it", "许多用户共用该地址" },
	{ "only observed, as configured", "按配置只观察" },
	{ "the rule has caused too many blocks in a minute", "该规则一分钟内引起的封禁过多" },
	{ "too many blocks in this network in a minute", "该网段一分钟内的封禁过多" },
	{ "too many blocks in a minute", "一分钟内的封禁过多" },
	{ "too many blocks in an hour", "一小时内的封禁过多" },
	{ "too many automatic blocks are alive", "生效中的自动封禁过多" },
	{ "no room for one more block", "没有空间容纳更多封禁" },
	{ "decisions cannot be written at the moment", "目前无法写入决定" },
	{ "this network", "本网络" },
	{ "loopback", "环回地址" },
	{ "link-local", "链路本地地址" },
	{ "documentation", "文档地址" },
	{ "multicast", "组播地址" },
	{ "broadcast", "广播地址" },
	{ "unspecified", "未指定地址" },
	{ "an address of this machine", "本机地址" },
	{ "a gateway", "网关" },
	{ "a resolver", "域名服务器" },
	{ "address", "地址" },
	{ "time left", "剩余时间" },
	{ "by", "来源" },
	{ "why", "原因" },
	{ "decision", "决定" },
	{ "targets", "目标" },
	{ "policy", "策略" },
	{ "operator", "管理员" },
	{ "until deleted", "直到删除" },
	{ "enforced", "已生效" },
	{ "pending", "等待中" },
	{ "failing", "失败重试" },
	{ "withdrawing", "撤销中" },
	{ "none", "无" },
	{ "blocked", "已封禁" },
	{ "not blocked", "未封禁" },
	{ "no longer blocked", "已解封" },
	{ "refused", "被拒绝" },
	{ "an alert with two-way traffic would have it blocked", "有双向流量的告警会使其被封禁" },
	{ "no alert would have it blocked", "任何告警都不会使其被封禁" },
	{ "offences that are remembered", "仍记录的违规次数" },
	{ "nothing is blocked any more, until `resume`", "已全部放开,直到 `resume`" },
	{ "what is left of each block holds again", "各封禁的剩余部分重新生效" },
};

const char *
hg_say(const char *english)
{
	return hg_translate(messages, HG_COUNT(messages), english);
}
