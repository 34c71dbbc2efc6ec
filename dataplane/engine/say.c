#include "engine/say.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static const struct {
	const char *english, *chinese;
} messages[] = {
	/* help */
	{ "hangu: network intrusion detection for the boundary of e-government networks\n"
	  "\n"
	  "  hangu run    [OPTION]...              inspect live traffic, listening or inline\n"
	  "  hangu replay [OPTION]... CAPTURE...   read captures, write events (eve.json)\n"
	  "  hangu check  [OPTION]...              load configuration and rules, explain what is refused\n"
	  "  hangu ctl    [OPTION]... COMMAND      give a command to a running engine\n"
	  "  hangu --version\n"
	  "\n"
	  "  hangu replay traffic.pcap                         events to standard output\n"
	  "  hangu replay -S my.rules -l out traffic.pcap.gz   with rules, events to out/eve.json\n"
	  "  hangu check -S my.rules                           is every rule understood?\n"
	  "\n"
	  "`hangu run --help`, `hangu replay --help`, `hangu check --help` and `hangu ctl --help` say "
	  "more.\n",
		"函谷 (hangu):电子政务网络边界的入侵检测引擎\n"
		"\n"
		"  hangu run    [选项]...                检测实时流量,旁路监听或串接\n"
		"  hangu replay [选项]... 抓包文件...    读取抓包文件,输出事件 (eve.json)\n"
		"  hangu check  [选项]...                加载配置和规则,说明拒绝的原因\n"
		"  hangu ctl    [选项]... 命令           向运行中的引擎发送命令\n"
		"  hangu --version\n"
		"\n"
		"  hangu replay traffic.pcap                         事件写到标准输出\n"
		"  hangu replay -S my.rules -l out traffic.pcap.gz   使用规则,事件写到 out/eve.json\n"
		"  hangu check -S my.rules                           规则是否都能识别?\n"
		"\n"
		"详见 `hangu run --help`、`hangu replay --help`、`hangu check --help` 和 `hangu ctl "
		"--help`。\n" },
	{ "Inspects the traffic of network devices until it is told to stop (SIGTERM, SIGINT): listening, "
	  "or\n"
	  "inline between two devices, where what a rule drops goes no further. SIGHUP reopens the event "
	  "file,\n"
	  "SIGUSR2 loads the rules anew.",
		"检测网络接口的流量,直到收到停止信号 (SIGTERM、SIGINT):旁路监听,或串接在两个接口之间,\n"
		"规则丢弃的报文不再转发。SIGHUP 重新打开事件文件,SIGUSR2 重新加载规则。" },
	{ "0 stopped; 1 bad use or bad configuration; 3 a device or the engine failed.",
		"0 已停止;1 用法或配置错误;3 接口或引擎故障。" },
	{ "listen on this interface, whatever the configuration names", "监听此接口,不论配置中的接口" },
	{ "stand between these two: what is not dropped passes from one to the other",
		"串接在这两个接口之间:未被丢弃的报文从一侧转发到另一侧" },
	{ "Reads captures (pcap, pcapng; also .gz and .zst) in the order given, as one stream of packets,\n"
	  "and writes events as JSON lines.",
		"按给出的顺序读取抓包文件 (pcap、pcapng,可为 .gz、.zst),视为一个报文序列,\n"
		"事件以每行一个 JSON 输出。" },
	{ "Loads configuration and rules and prints each refusal as file:line:column: reason.",
		"加载配置和规则,每个拒绝以 文件:行:列: 原因 的形式输出。" },
	{ "Examples", "示例" },
	{ "Exit status", "退出状态" },
	{ "0 done; 1 bad use, bad configuration, no such rule file; 2 a capture could not be\n"
	  "read (the rest was); 3 internal failure.",
		"0 完成;1 用法或配置错误、规则文件不存在;2 有抓包文件无法读取\n(其余已处理);3 内部错误。" },
	{ "0 all loaded; 1 something was refused.", "0 全部加载;1 有被拒绝的内容。" },
	{ "configuration in Suricata's keys; without it, built-in defaults",
		"配置文件,键名与 Suricata 相同;不给则用内置默认值" },
	{ "rule file, instead of the configured ones; may be given again; .gz, .zst",
		"规则文件,代替配置中的;可多次给出;可为 .gz、.zst" },
	{ "write DIR/eve.json instead of standard output", "写入 DIR/eve.json 而不是标准输出" },
	{ "distrust packets with wrong checksums (all, the default), or none",
		"不信任校验和错误的报文 (all,默认) 或不检查 (none)" },
	{ "each capture from fresh state, into DIR/<file name>/eve.json; needs -l",
		"每个抓包文件从全新状态开始,写入 DIR/<文件名>/eve.json;需要 -l" },
	{ "inspect as if inline", "按串接方式检测" },
	{ "threads that packets are dealt out to, 1 to 16; of a replay, the events are the same",
		"分发报文的线程数,1 到 16;回放时事件相同" },
	{ "a table of what was seen, at the end", "结束时输出汇总表" },
	{ "override the configuration; list items by index: action-order.0=drop",
		"覆盖配置;列表项用序号:action-order.0=drop" },
	{ "write the rules that load, one a line", "把能加载的规则写入文件,每行一条" },
	{ "a line a rule: type, buffers, notes; tab-separated",
		"每条规则一行：类型、缓冲区、备注；以制表符分隔" },
	{ "print what there is of: buffers, events, keywords, counters, config, differences",
		"列出:buffers (缓冲区)、events (异常)、keywords (关键字)、counters (计数器)、config "
		"(配置)、differences (与 Suricata 7 的差异)" },
	{ "this text", "本说明" },
	/* ctl */
	{ "Gives a command to a running engine and prints its answer. Arguments are NAME=VALUE; a single\n"
	  "word is the variable of conf-get, the iface of iface-stat, the address of block-add and "
	  "block-del.",
		"向运行中的引擎发送命令并显示回答。参数写作 名称=值;单独的一个词是 conf-get 的 variable、\n"
		"iface-stat 的 iface、block-add 和 block-del 的 address。" },
	{ "0 done; 1 refused, or bad use; 2 no engine answers.",
		"0 完成;1 被拒绝或用法错误;2 引擎没有回应。" },
	{ "the engine's control socket; without it, /run/hangu/control.sock",
		"引擎的控制套接字;不给则为 /run/hangu/control.sock" },
	{ "the answer as it came, one line of JSON", "原样输出回答,一行 JSON" },
	{ "Commands", "命令" },
	{ "ends the engine: flows and events are written first", "结束引擎:先写完流和事件" },
	{ "the names of all commands", "所有命令的名称" },
	{ "all commands with their arguments", "所有命令及其参数" },
	{ "of the engine", "引擎的版本" },
	{ "seconds since the start", "启动以来的秒数" },
	{ "how packets are shared out", "报文的分发方式" },
	{ "where packets come from", "报文的来源" },
	{ "a value of the configuration", "配置中的一个值" },
	{ "all counters, as in records of type stats", "所有计数器,与 stats 记录相同" },
	{ "the same as ruleset-reload-rules", "与 ruleset-reload-rules 相同" },
	{ "loads rules anew, answers when they are in use", "重新加载规则,生效后回答" },
	{ "loads rules anew, answers at once", "重新加载规则,立即回答" },
	{ "when rules were loaded", "规则加载的时间" },
	{ "how many rules were loaded and refused", "加载和拒绝的规则数" },
	{ "the rules that were refused, and why", "被拒绝的规则及原因" },
	{ "closes event files and opens them by name again", "关闭事件文件并按名称重新打开" },
	{ "the names of the ports", "端口的名称" },
	{ "packets of a port", "一个端口的报文数" },
	{ "shuts out an address, a prefix or a connection, or a list of \"entries\"",
		"封锁一个地址、网段或连接,或 \"entries\" 列表" },
	{ "lets in again", "解除封锁" },
	{ "what is shut out", "被封锁的条目" },
	{ "how much is shut out, and how often it was met", "封锁的条目数和命中次数" },
	/* summary */
	{ "time span", "时间范围" },
	{ "packets", "报文" },
	{ "flows", "流" },
	{ "protocols (flows)", "协议 (流数)" },
	{ "alerts", "告警" },
	{ "dropped", "丢弃" },
	{ "limits reached", "达到上限" },
	{ "top signatures", "最多的告警" },
	{ "bytes", "字节" },
	{ "malformed", "畸形" },
	{ "none", "无" },
	{ "rules", "条规则" },
};

bool
hg_say_chinese(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < HG_COUNT(names); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			return strncmp(value, "zh", 2) == 0;
	}
	return false;
}

const char *
hg_say(const char *english)
{
	if (hg_say_chinese())
		for (size_t i = 0; i < HG_COUNT(messages); i++)
			if (strcmp(messages[i].english, english) == 0)
				return messages[i].chinese;
	return english;
}

void
hg_say_padded(FILE *out, const char *text, unsigned columns)
{
	struct hg_span left = hg_span_str(text);
	unsigned used = 0;

	while (left.len > 0) {
		const size_t n = HG_MAX(hg_utf8_len(left), (size_t)1);

		used += n >= 3 ? 2 : 1;
		left = hg_span_from(left, n);
	}
	fputs(text, out);
	fprintf(out, "%*s", used < columns ? (int)(columns - used) : 0, "");
}
