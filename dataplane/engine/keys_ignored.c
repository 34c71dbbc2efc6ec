#include "engine/keys.h"

/* Why a key of the peer's has no meaning here, as an operator would want to know. */
#define EVE_ALONE "records are written by eve-log alone"
#define NOT_STORED "packets are not stored"
#define ONE_FILE "one thread writes the records of all workers"
#define NO_WAIT "each output has a thread of its own, so nobody waits"
#define NOT_SHOWN "records do not show it"
#define ALERT_APP "alert.metadata says whether alerts carry it"
#define FORCE_HASH "files.force-hash names digests"
#define FILEINFO "files that are not stored always have their record"
#define TOTALS "counters are shown as totals"
#define ALWAYS "malformed packets are always counted, below decoder.event"
#define STDERR "messages go to standard error"
#define CAPTURES "packets come from captures"
#define THREADS "threads and packet pools are arranged in our own way"
#define POOLS "pools are mapped when used, tables sized by their caps"
#define ONE_TIMEOUT "one time-out holds for all hosts"
#define EXACT "sizes are exact, so that a run can be repeated"
#define SHORT_WAY "streams of which nothing more is looked into go the short way by themselves"
#define VNTAG "VNTag is looked into wherever it stands"
#define ERSPAN "ERSPAN is looked into wherever it stands"
#define ESP "ESP is not looked into"
#define OWN_HEADER "reserved bits do not decide"
#define GROUPED "rules are grouped and their patterns compiled in our own way"
#define MEASURED "rules are measured, nothing else"
#define GUESS "an alert names the transaction that its rule looked into, or the only one"
#define ASN1 "ASN.1 is not decoded"
#define REFUSED "a rule that asks for what is not known is refused"
#define REFERENCES "references of rules are not looked up"
#define SCRIPTS "rules run no scripts"
#define RIGHTS "left to systemd, or of no use here"
#define SIDES "sides of the port are not told apart"
#define BOUNDS "bounds are the decoder's own"
#define NO_DECODER "no decoder reads it"
#define ONE_WAY "requests are read in one way"

#define EVE_TYPE "outputs.eve-log.types."
#define ANY "app-layer.protocols.*."
#define LIBHTP "app-layer.protocols.http.libhtp.default-config."
#define IGNORED HG_CONFIG_IGNORED, NULL, NULL, NULL

static const struct hg_config_key keys[] = {
	{ "outputs.fast", IGNORED, EVE_ALONE },
	{ "outputs.http-log", IGNORED, EVE_ALONE },
	{ "outputs.tls-log", IGNORED, EVE_ALONE },
	{ "outputs.tls-store", IGNORED, EVE_ALONE },
	{ "outputs.dns-log", IGNORED, EVE_ALONE },
	{ "outputs.file-log", IGNORED, EVE_ALONE },
	{ "outputs.alert-debug", IGNORED, EVE_ALONE },
	{ "outputs.alert-prelude", IGNORED, EVE_ALONE },
	{ "outputs.unified2-alert", IGNORED, EVE_ALONE },
	{ "outputs.stats", IGNORED, EVE_ALONE },
	{ "outputs.syslog", IGNORED, EVE_ALONE },
	{ "outputs.drop", IGNORED, EVE_ALONE },
	{ "outputs.tcp-data", IGNORED, EVE_ALONE },
	{ "outputs.http-body-data", IGNORED, EVE_ALONE },
	{ "outputs.lua", IGNORED, EVE_ALONE },
	{ "outputs.pcap-log", IGNORED, NOT_STORED },
	{ "outputs.eve-log.redis.async", IGNORED, NO_WAIT },
	{ "outputs.eve-log.threaded", IGNORED, ONE_FILE },
	{ "outputs.eve-log.suricata-version", IGNORED, NOT_SHOWN },
	{ EVE_TYPE "alert.http", IGNORED, ALERT_APP },
	{ EVE_TYPE "alert.tls", IGNORED, ALERT_APP },
	{ EVE_TYPE "alert.ssh", IGNORED, ALERT_APP },
	{ EVE_TYPE "alert.smtp", IGNORED, ALERT_APP },
	{ EVE_TYPE "alert.dnp3", IGNORED, ALERT_APP },
	{ EVE_TYPE "alert.dns", IGNORED, ALERT_APP },
	{ EVE_TYPE "alert.flow", IGNORED, ALERT_APP },
	{ EVE_TYPE "alert.vars", IGNORED, ALERT_APP },
	{ EVE_TYPE "flow.exception-policy", IGNORED, NOT_SHOWN },
	{ EVE_TYPE "anomaly.types.packethdr", IGNORED, NOT_SHOWN },
	{ EVE_TYPE "alert.http-body", IGNORED, NOT_SHOWN },
	{ EVE_TYPE "alert.http-body-printable", IGNORED, NOT_SHOWN },
	{ EVE_TYPE "alert.payload-length", IGNORED, NOT_SHOWN },
	{ EVE_TYPE "alert.websocket-payload", IGNORED, NOT_SHOWN },
	{ EVE_TYPE "alert.websocket-payload-printable", IGNORED, NOT_SHOWN },
	{ EVE_TYPE "files.force-md5", IGNORED, FORCE_HASH },
	{ EVE_TYPE "files.write-fileinfo", IGNORED, FILEINFO },
	{ EVE_TYPE "stats.totals", IGNORED, TOTALS },
	{ EVE_TYPE "stats.threads", IGNORED, TOTALS },
	{ EVE_TYPE "stats.deltas", IGNORED, TOTALS },
	{ EVE_TYPE "stats.null-values", IGNORED, TOTALS },
	{ "stats.decoder-events", IGNORED, ALWAYS },
	{ "stats.exception-policy", IGNORED, ALWAYS },
	{ "stats.decoder-events-prefix", IGNORED, ALWAYS },
	{ "stats.stream-events", IGNORED, ALWAYS },
	{ "logging.outputs", IGNORED, STDERR },
	{ "logging.default-log-format", IGNORED, STDERR },
	{ "logging.default-output-filter", IGNORED, STDERR },
	{ "logging.stacktrace-on-signal", IGNORED, STDERR },
	{ "af-xdp", IGNORED, CAPTURES },
	{ "pcap", IGNORED, CAPTURES },
	{ "netmap", IGNORED, CAPTURES },
	{ "pfring", IGNORED, CAPTURES },
	{ "ipfw", IGNORED, CAPTURES },
	{ "napatech", IGNORED, CAPTURES },
	{ "nfq", IGNORED, CAPTURES },
	{ "nflog", IGNORED, CAPTURES },
	{ "erf-dag", IGNORED, CAPTURES },
	{ "mpipe", IGNORED, CAPTURES },
	{ "windivert", IGNORED, CAPTURES },
	{ "pcap-file.buffer-size", IGNORED, CAPTURES },
	{ "pcap-file.delete-when-done", IGNORED, CAPTURES },
	{ "pcap-file.continuous", IGNORED, CAPTURES },
	{ "livedev", IGNORED, CAPTURES },
	{ "threading.detect-thread-ratio", IGNORED, THREADS },
	{ "threading.stack-size", IGNORED, THREADS },
	{ "threading.autopin", IGNORED, THREADS },
	{ "runmode", IGNORED, THREADS },
	{ "autofp-scheduler", IGNORED, THREADS },
	{ "max-pending-packets", IGNORED, THREADS },
	{ "default-packet-size", IGNORED, THREADS },
	{ "luajit", IGNORED, THREADS },
	{ "flow.memcap", IGNORED, POOLS },
	{ "flow.hash-size", IGNORED, POOLS },
	{ "flow.prealloc", IGNORED, POOLS },
	{ "flow.managers", IGNORED, POOLS },
	{ "flow.recyclers", IGNORED, POOLS },
	{ "flow.prune-flows", IGNORED, POOLS },
	{ "stream.memcap", IGNORED, POOLS },
	{ "stream.prealloc-sessions", IGNORED, POOLS },
	{ "stream.reassembly.segment-prealloc", IGNORED, POOLS },
	{ "stream.reassembly.max-regions", IGNORED, POOLS },
	{ "stream.reassembly.zero-copy-size", IGNORED, POOLS },
	{ "stream.reassembly.chunk-prealloc", IGNORED, POOLS },
	{ "stream.reassembly.segments", IGNORED, POOLS },
	{ "defrag.hash-size", IGNORED, POOLS },
	{ "defrag.prealloc", IGNORED, POOLS },
	{ "host.hash-size", IGNORED, POOLS },
	{ "host.prealloc", IGNORED, POOLS },
	{ "host.memcap", IGNORED, POOLS },
	{ "ippair", IGNORED, POOLS },
	{ "defrag.host-config", IGNORED, ONE_TIMEOUT },
	{ "stream.reassembly.randomize-chunk-size", IGNORED, EXACT },
	{ "stream.reassembly.randomize-chunk-range", IGNORED, EXACT },
	{ "stream.bypass", IGNORED, SHORT_WAY },
	{ "decoder.vntag", IGNORED, VNTAG },
	{ "decoder.erspan", IGNORED, ERSPAN },
	{ "decoder.esp", IGNORED, ESP },
	{ "decoder.vxlan.reserved-bits-check", IGNORED, OWN_HEADER },
	{ "detect.profile", IGNORED, GROUPED },
	{ "detect.custom-values", IGNORED, GROUPED },
	{ "detect.sgh-mpm-context", IGNORED, GROUPED },
	{ "detect.sgh-mpm-caching", IGNORED, GROUPED },
	{ "detect.sgh-mpm-caching-path", IGNORED, GROUPED },
	{ "detect.prefilter", IGNORED, GROUPED },
	{ "detect.grouping", IGNORED, GROUPED },
	{ "detect.profiling", IGNORED, GROUPED },
	{ "detect.rule-reload", IGNORED, GROUPED },
	{ "detect.delayed-detect", IGNORED, GROUPED },
	{ "detect.stream-tx-log-limit", IGNORED, GROUPED },
	{ "detect-engine", IGNORED, GROUPED },
	{ "mpm-algo", IGNORED, GROUPED },
	{ "spm-algo", IGNORED, GROUPED },
	{ "pattern-matcher", IGNORED, GROUPED },
	{ "delayed-detect", IGNORED, GROUPED },
	{ "rule-reload", IGNORED, GROUPED },
	{ "multi-detect", IGNORED, GROUPED },
	{ "profiling.sample-rate", IGNORED, MEASURED },
	{ "profiling.keywords", IGNORED, MEASURED },
	{ "profiling.prefilter", IGNORED, MEASURED },
	{ "profiling.rulegroups", IGNORED, MEASURED },
	{ "profiling.packets", IGNORED, MEASURED },
	{ "profiling.locks", IGNORED, MEASURED },
	{ "profiling.pcap-log", IGNORED, MEASURED },
	{ "engine-analysis", IGNORED, GROUPED },
	{ "detect.guess-applayer-tx", IGNORED, GUESS },
	{ "asn1-max-frames", IGNORED, ASN1 },
	{ "datasets", IGNORED, REFUSED },
	{ "legacy", IGNORED, REFUSED },
	{ "reference-config-file", IGNORED, REFERENCES },
	{ "security.lua", IGNORED, SCRIPTS },
	{ "lua", IGNORED, SCRIPTS },
	{ "security.limit-noproc", IGNORED, RIGHTS },
	{ "security.landlock", IGNORED, RIGHTS },
	{ "pid-file", IGNORED, RIGHTS },
	{ "daemon-directory", IGNORED, RIGHTS },
	{ "umask", IGNORED, RIGHTS },
	{ "coredump", IGNORED, RIGHTS },
	{ "suricata-version", IGNORED, RIGHTS },
	{ "sensor-name", IGNORED, RIGHTS },
	{ "plugins", IGNORED, RIGHTS },
	{ "host-mode", IGNORED, RIGHTS },
	{ ANY "detection-ports.sp", IGNORED, SIDES },
	{ ANY "tcp.detection-ports.sp", IGNORED, SIDES },
	{ ANY "udp.detection-ports.sp", IGNORED, SIDES },
	{ ANY "max-tx", IGNORED, BOUNDS },
	{ ANY "stream-depth", IGNORED, BOUNDS },
	{ ANY "memcap", IGNORED, BOUNDS },
	{ ANY "global-memcap", IGNORED, BOUNDS },
	{ ANY "state-memcap", IGNORED, BOUNDS },
	{ ANY "request-flood", IGNORED, BOUNDS },
	{ ANY "max-msg-length", IGNORED, BOUNDS },
	{ ANY "max-line-length", IGNORED, BOUNDS },
	{ ANY "max-streams", IGNORED, BOUNDS },
	{ ANY "max-table-size", IGNORED, BOUNDS },
	{ ANY "max-reassembly-size", IGNORED, BOUNDS },
	{ ANY "max-read-size", IGNORED, BOUNDS },
	{ ANY "max-write-size", IGNORED, BOUNDS },
	{ ANY "max-read-queue-size", IGNORED, BOUNDS },
	{ ANY "max-read-queue-cnt", IGNORED, BOUNDS },
	{ ANY "max-write-queue-size", IGNORED, BOUNDS },
	{ ANY "max-write-queue-cnt", IGNORED, BOUNDS },
	{ ANY "subscribe-topic-match-limit", IGNORED, BOUNDS },
	{ ANY "unsubscribe-topic-match-limit", IGNORED, BOUNDS },
	{ ANY "tcp.max-tx", IGNORED, BOUNDS },
	{ ANY "udp.max-tx", IGNORED, BOUNDS },
	{ ANY "max-payload-size", IGNORED, BOUNDS },
	{ ANY "raw-extraction", IGNORED, NO_DECODER },
	{ ANY "mime", IGNORED, NO_DECODER },
	{ ANY "inspected-tracker", IGNORED, NO_DECODER },
	{ ANY "ja3-fingerprints", IGNORED, NO_DECODER },
	{ ANY "ja4-fingerprints", IGNORED, NO_DECODER },
	{ ANY "encryption-handling", IGNORED, NO_DECODER },
	{ ANY "encrypt-handling", IGNORED, NO_DECODER },
	{ ANY "no-reassemble", IGNORED, NO_DECODER },
	{ ANY "certificates-log-dir", IGNORED, NO_DECODER },
	{ ANY "hassh", IGNORED, NO_DECODER },
	{ ANY "http1-rules", IGNORED, NO_DECODER },
	{ LIBHTP "max-tx", IGNORED, ONE_WAY },
	{ LIBHTP "request-headers-limit", IGNORED, ONE_WAY },
	{ LIBHTP "query-plusspace-decode", IGNORED, ONE_WAY },
	{ LIBHTP "path-convert-backslash-separators", IGNORED, ONE_WAY },
	{ LIBHTP "path-bestfit-replacement-char", IGNORED, ONE_WAY },
	{ LIBHTP "path-convert-lowercase", IGNORED, ONE_WAY },
	{ LIBHTP "path-separators-compress", IGNORED, ONE_WAY },
	{ LIBHTP "path-separators-decode", IGNORED, ONE_WAY },
	{ LIBHTP "path-url-encoding-invalid-handling", IGNORED, ONE_WAY },
	{ LIBHTP "path-utf8-convert-bestfit", IGNORED, ONE_WAY },
	{ LIBHTP "path-u-encoding-decode", IGNORED, ONE_WAY },
	{ LIBHTP "path-control-char-handling", IGNORED, ONE_WAY },
};

const char *const hg_keys_types[] = { "arp", "bittorrent-dht", "dcerpc", "dhcp", "dnp3", "doh2", "enip",
	"frame", "ftp", "http2", "ike", "ikev2", "imap", "krb5", "ldap", "mdns", "metadata", "modbus", "mqtt",
	"nfs", "pgsql", "pop3", "quic", "rdp", "rfb", "sip", "smb", "snmp", "stream", "template", "tftp",
	"tls", "websocket", NULL };

const struct hg_config_key *
hg_keys_ignored(size_t *n)
{
	*n = HG_COUNT(keys);
	return keys;
}
