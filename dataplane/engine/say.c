#include "engine/say.h"

#include "base/span.h"

static const struct hg_translation messages[] = {
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
	{ "0 stopped; 1 bad use, bad configuration, or --check-host found a problem; 3 a device or the\n"
	  "engine failed.",
		"0 已停止;1 用法或配置错误,或 --check-host 发现问题;3 接口或引擎故障。" },
	{ "listen on this interface, whatever the configuration names", "监听此接口,不论配置中的接口" },
	{ "stand between these two: what is not dropped passes from one to the other",
		"串接在这两个接口之间:未被丢弃的报文从一侧转发到另一侧" },
	{ "only look whether this machine has what a run needs, and say what to do where it has not",
		"只检查本机是否具备运行条件,并说明缺少时如何处理" },
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
	{ "a line a rule: type, buffers, how it is reached, its cost, warnings; tab-separated",
		"每条规则一行:类型、缓冲区、命中途径、开销、警告;以制表符分隔" },
	{ "cost", "开销" },
	{ "print what there is of: buffers, events, keywords, counters, config, differences; manual: "
	  "hangu-keywords(5)",
		"列出:buffers (缓冲区)、events (异常)、keywords (关键字)、counters (计数器)、config "
		"(配置)、differences (与 Suricata 7 的差异)、manual (手册 hangu-keywords(5))" },
	{ "this text", "本说明" },
	/* ctl */
	{ "Gives a command to a running engine and prints its answer. Arguments are NAME=VALUE; a single\n"
	  "word is the variable of conf-get, the iface of iface-stat, the worker of worker-restart, the\n"
	  "address of block-add and block-del.",
		"向运行中的引擎发送命令并显示回答。参数写作 名称=值;单独的一个词是 conf-get 的 variable、\n"
		"iface-stat 的 iface、worker-restart 的 worker、block-add 和 block-del 的 address。" },
	{ "0 done; 1 refused, or bad use; 2 no engine answers.",
		"0 完成;1 被拒绝或用法错误;2 引擎没有回应。" },
	{ "the engine's control socket; without it, /run/hangu/control.sock",
		"引擎的控制套接字;不给则为 /run/hangu/control.sock" },
	{ "JSON: of ctl the answer as it came; of check a line a finding, with --analyze a line a rule",
		"JSON 格式:ctl 原样输出回答;check 每个问题一行,与 --analyze 同用时每条规则一行" },
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
	{ "what the last reload changed: rules, time, memory", "上次重新加载的变化:规则、耗时、内存" },
	{ "when rules were loaded", "规则加载的时间" },
	{ "how many rules were loaded and refused", "加载和拒绝的规则数" },
	{ "the rules that were refused, and why", "被拒绝的规则及原因" },
	{ "closes event files and opens them by name again", "关闭事件文件并按名称重新打开" },
	{ "new threads take over from workers, without losing a frame", "由新线程接替工作线程,不丢失报文" },
	{ "the names of the ports", "端口的名称" },
	{ "packets of a port", "一个端口的报文数" },
	{ "shuts out an address, a prefix or a connection, or a list of \"entries\"",
		"封锁一个地址、网段或连接,或 \"entries\" 列表" },
	{ "lets in again", "解除封锁" },
	{ "what is shut out", "被封锁的条目" },
	{ "how much is shut out, and how often it was met", "封锁的条目数和命中次数" },
	{ "puts a value into a set of rules; strings stand in base64",
		"把一个值加入规则使用的集合,字符串以 base64 书写" },
	{ "takes a value out of a set", "从集合中取出一个值" },
	{ "whether a value is in a set", "值是否在集合中" },
	{ "takes all values out of a set", "清空一个集合" },
	{ "writes the sets that have a file to it", "把有文件的集合写入其文件" },
	/* --explain, --rule-profile */
	{ "why this rule matched or how far it came, on standard error; may be given again; also GID:SID",
		"说明此规则为何匹配或进行到哪一步,输出到标准错误;可多次给出;也可写 GID:SID" },
	{ "measure what each rule costs: of a replay a table at the end, of a run `ctl ruleset-profile`",
		"测量每条规则的开销:回放在结束时输出表格,运行时用 `ctl ruleset-profile` 查看" },
	{ "measures from now on what each rule costs", "从现在起测量每条规则的开销" },
	{ "measures no longer; the figures stay until it begins again", "停止测量;数据保留到下次开始" },
	{ "what the rules cost that cost most", "开销最大的规则的开销" },
	{ "the flow is not inspected any more", "流已不再检测" },
	{ "the header does not fit", "规则头不符" },
	{ "it is asked once a flow, and was", "每个流只检查一次,已检查过" },
	{ "nothing is there to look into", "没有可检查的内容" },
	{ "its fast pattern is not there", "快速模式未出现" },
	{ "stopped", "未全部匹配" },
	{ "waits for more of the transaction", "等待事务的后续内容" },
	{ "decided before, for this transaction", "对此事务已有结论" },
	{ "matched", "匹配" },
	{ "IP protocol", "IP 协议" },
	{ "IP version", "IP 版本" },
	{ "application protocol", "应用协议" },
	{ "addresses", "地址" },
	{ "direction", "方向" },
	{ "no flow", "没有流" },
	{ "session not established", "会话未建立" },
	{ "session established", "会话已建立" },
	{ "fragments", "分片" },
	{ "ports", "端口" },
	{ "test", "条件" },
	{ "alert", "告警" },
	{ "acts without an alert", "动作生效,不告警" },
	{ "held back by a threshold", "被阈值抑制" },
	{ "a pass rule stands in front", "前面有 pass 规则" },
	{ "beyond packet-alert-max", "超出 packet-alert-max" },
	{ "packet", "报文" },
	{ "transaction", "事务" },
	{ "a packet made at the end, or rebuilt", "结束时生成或重组的报文" },
	{ "%u of %u tests in %s match, not", "%u/%u 个条件匹配 (%s),不匹配的是" },
	{ "out of steps (detect.inspection-recursion-limit)",
		"步数用尽 (detect.inspection-recursion-limit)" },
	{ "it matched %llu times, with %llu alerts", "匹配 %llu 次,告警 %llu 次" },
	{ "it never matched; at the farthest it came in %s to", "从未匹配;在 %s 中最远进行到" },
	{ "never a candidate: its fast pattern was not found in %s", "从未成为候选:快速模式未出现在 %s 中" },
	{ "the header fits, but there was never a %s to look into", "规则头相符,但从未有可检查的 %s" },
	{ "the header never fitted; the last to fail: %s", "规则头从未相符;最后不符的是:%s" },
	{ "there was no packet", "没有报文" },
	{ "sid %u: %llu more looks, not shown here\n", "sid %u:另有 %llu 次检查,此处不显示\n" },
	{ ", the other way round", ",反方向" },
	{ "ns, all", "总纳秒" },
	{ "ns, mean", "平均纳秒" },
	{ "ns, most", "最大纳秒" },
	{ "checks", "检查次数" },
	{ "matches", "匹配次数" },
	{ "%u rules were looked at, of %u\n", "检查过 %u 条规则,共 %u 条\n" },
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
	/* --check-host */
	{ "ok", "正常" },
	{ "note", "注意" },
	{ "problem", "问题" },
	{ "rule files", "规则文件" },
	{ "rights", "权限" },
	{ "interfaces", "接口" },
	{ "kernel", "内核" },
	{ "/sys/module is not there, without it DPDK does not start: mount all of /sys, or that folder",
		"没有 /sys/module,DPDK 无法启动:请挂载整个 /sys 或该目录" },
	{ "huge pages", "大页内存" },
	{ "memory", "内存" },
	{ "events", "事件" },
	{ "control socket", "控制套接字" },
	{ "event socket", "事件套接字" },
	{ "cache", "缓存" },
	{ "\n`hangu run` has what it needs.", "\n`hangu run` 具备运行条件。" },
	{ "\nproblems: %u; `hangu run` will not work as it should.\n",
		"\n%u 个问题:`hangu run` 不能正常工作。\n" },
	{ "none are loaded, so nothing raises an alert: name files in rule-files, or with -S",
		"没有加载规则,不会产生告警:在 rule-files 中或用 -S 指定规则文件" },
	{ "%u are loaded, %u are refused: `hangu check` says why",
		"已加载 %u 条,拒绝 %u 条:`hangu check` 说明原因" },
	{ "%u are loaded", "已加载 %u 条" },
	{ "frames are put together before they are seen, and then do not fit: ethtool -K %s %s",
		"报文在被看到之前已合并,超过帧长:ethtool -K %s %s" },
	{ "%s: switched off while hangu runs", "%s:hangu 运行期间关闭" },
	{ "a veth: on its other end, too, type ethtool -K INTERFACE tx off tso off gso off gro off",
		"veth 接口:在另一端也要执行 ethtool -K 接口 tx off tso off gso off gro off" },
	{ "what this machine itself sends is seen unfinished; if that matters: ethtool -K %s %s",
		"本机发出的报文被看到时尚未完成;如需准确:ethtool -K %s %s" },
	{ "no offload changes what is received", "没有改变收到的报文的卸载功能" },
	{ "has the address %s, so the kernel answers beside hangu: ip addr flush dev %s",
		"有地址 %s,内核会绕过 hangu 应答:ip addr flush dev %s" },
	{ "its MTU is %d, hangu takes %u: larger frames are lost; set mtu: %d in dpdk.interfaces",
		"MTU 为 %d,hangu 只收 %u:更大的帧会丢失;在 dpdk.interfaces 中设置 mtu: %d" },
	{ "its MTU is %d", "MTU 为 %d" },
	{ "is down: ip link set %s up", "未启用:ip link set %s up" },
	{ "has no link: look at the cable and the other side", "没有链路:检查网线和对端" },
	{ "link is up", "链路正常" },
	{ "there is no such network interface: `ip link` shows those that there are",
		"没有这个网络接口:`ip link` 列出已有的接口" },
	{ "is a port of a bridge or bond, so frames pass beside hangu: ip link set %s nomaster",
		"是网桥或聚合的成员,报文会绕过 hangu:ip link set %s nomaster" },
	{ "bound to vfio-pci, but /dev/vfio/vfio is missing: modprobe vfio-pci",
		"已绑定 vfio-pci,但缺少 /dev/vfio/vfio:modprobe vfio-pci" },
	{ "bound to vfio-pci, behind an IOMMU", "已绑定 vfio-pci,有 IOMMU" },
	{ "bound to vfio-pci without an IOMMU: switch it on in the firmware, with intel_iommu=on or "
	  "amd_iommu=on for the kernel",
		"已绑定 vfio-pci,但没有 IOMMU:在固件中启用,内核参数加 intel_iommu=on 或 amd_iommu=on" },
	{ "there is no such PCI device: `dpdk-devbind.py --status-dev net` shows those that there are",
		"没有这个 PCI 设备:`dpdk-devbind.py --status-dev net` 列出已有的设备" },
	{ "stays with its driver %s", "继续使用驱动 %s" },
	{ "bound to %s, which lets the device write anywhere in memory; better: dpdk-devbind.py -b vfio-pci "
	  "%s",
		"已绑定 %s,设备可写任意内存;建议:dpdk-devbind.py -b vfio-pci %s" },
	{ "%s has it, not hangu: modprobe vfio-pci; dpdk-devbind.py -b vfio-pci %s",
		"由 %s 占用,hangu 不能使用:modprobe vfio-pci; dpdk-devbind.py -b vfio-pci %s" },
	{ "its copy-iface %s is not listed with copy-iface: %s and the same copy-mode",
		"它的 copy-iface %s 没有以 copy-iface: %s 和相同的 copy-mode 列出" },
	{ "its MTU is %d, that of %s is %d, so large frames pass one way only: ip link set %s mtu %d",
		"MTU 为 %d,%s 的 MTU 为 %d,大帧只能单向通过:ip link set %s mtu %d" },
	{ "a pair with %s", "与 %s 成对" },
	{ "%s is a virtual driver of DPDK", "%s 是 DPDK 的虚拟驱动" },
	{ "devices cannot be opened without%s: start as root, or with systemctl start hangu",
		"缺少%s,不能打开接口:以 root 启动,或用 systemctl start hangu" },
	{ "devices can be opened", "可以打开接口" },
	{ "goes on as the user %s, without root's rights", "启动后转为用户 %s,不保留 root 权限" },
	{ "goes on as root: name a user without rights in run-as.user of the configuration",
		"启动后仍为 root:在配置的 run-as.user 中指定无特权的用户" },
	{ "none free of %llu: it works without, but slower; sysctl -w vm.nr_hugepages=%llu",
		"%llu 页中没有空闲:可以运行但较慢;sysctl -w vm.nr_hugepages=%llu" },
	{ "%llu MB free of %llu needed: sysctl -w vm.nr_hugepages=%llu, or a smaller mempool-size",
		"空闲 %llu MB,需要 %llu MB:sysctl -w vm.nr_hugepages=%llu,或减小 mempool-size" },
	{ "%llu MB free, %llu needed", "空闲 %llu MB,需要 %llu MB" },
	{ "%llu MB are free, frames alone take %llu: set a smaller mempool-size in dpdk.interfaces",
		"空闲 %llu MB,仅报文就需要 %llu MB:在 dpdk.interfaces 中减小 mempool-size" },
	{ "%llu MB are free, inspection may take up to %llu: set memory to %llumb or less",
		"空闲 %llu MB,检测最多可用 %llu MB:把 memory 设为 %llumb 或更小" },
	{ "%llu MB are free, inspection may take up to %llu", "空闲 %llu MB,检测最多可用 %llu MB" },
	{ "%u workers on %d: they wait for each other; set threads: %d in dpdk.interfaces",
		"%u 个工作线程,%d 个 CPU:互相等待;在 dpdk.interfaces 中设置 threads: %d" },
	{ "%u workers on %d: none is left for output and the rest of the machine",
		"%u 个工作线程,%d 个 CPU:没有留给输出和其他程序的 CPU" },
	{ "%u workers on %d", "%u 个工作线程,%d 个 CPU" },
	{ "workers stay on CPU %s, all else on %s", "工作线程绑定 CPU %s,其余线程在 CPU %s" },
	{ "%u workers share CPU %s and wait for each other; name more in worker-cpu-set, or set threads: %d "
	  "in "
	  "dpdk.interfaces",
		"%u 个工作线程共用 CPU %s,互相等待;在 worker-cpu-set 中列出更多,或在 dpdk.interfaces 中设置 "
		"threads: %d" },
	{ "%s will be made", "%s 将被创建" },
	{ "%s can be written", "%s 可写" },
	{ "%s: %s; install -d -o %s -m 750 %s", "%s:%s;install -d -o %s -m 750 %s" },
	{ "%s: %s; install -d -m 750 %s", "%s:%s;install -d -m 750 %s" },
	{ "compiled patterns cannot be kept, so each start compiles them: set rules.cache-dir",
		"编译结果无法保存,每次启动都要重新编译:设置 rules.cache-dir" },
};

const char *
hg_say(const char *english)
{
	return hg_translate(messages, HG_COUNT(messages), english);
}
