"""rules/sets/hangu-network.rules: what makes each rule alert, and what is like it and must not."""
from scripts import Script, dns, dns_tcp, ssh, tls


def out(*messages, port=4444):
	return Script(port, messages, outward=True)


def names(pattern, times, kind=1):
	"""A question a datagram, in one flow each."""
	return dns(pattern, kind).repeated(times)


LONG = b'.'.join([b'a' * 60] * 2 + [b't.test'])
REDIS = lambda text: Script(6379, [(0, text + b'\r\n'), (1, b'+OK\r\n')])

CASES = {
	8616001: (out((0, b'bash: no job control in this shell\n$ ')), out((0, b'bash: no such file\n'))),
	8616002: (out((0, b"/bin/sh: can't access tty; job control turned off\n# ")), out((0, b"can't access it\n"))),
	8616003: (out((0, b'Microsoft Windows [Version 10.0.1]\r\n\r\nC:\\temp>')), out((0, b'Microsoft Windows [Version 10.0.1]\r\n'))),
	8616004: (out((1, b'id\n'), (0, b'uid=0(root) gid=0(root) groups=0(root)\n')), out((1, b'id\n'), (0, b'uid=1000(a) gid=1000(a)\n'))),
	8616005: (out((0, b'{"id":1,"method":"mining.subscribe","params":[]}\n'), port=3333), out((0, b'{"id":1,"method":"news.subscribe"}\n'), port=3333)),
	8616006: (out((0, b'{"id":1,"method":"login","params":{"login":"4x","pass":"x","agent":"XMRig/6"}}\n'), port=3333),
		out((0, b'{"method":"login","params":{"user":"x"}}\n'), port=3333)),
	8616007: (dns(b'pool.supportxmr.com'), dns(b'supportxmr.com.a.test')),
	8616008: (dns(b'xmr.nanopool.org'), dns(b'thenanopool.org')),
	8616009: (dns(b'pool.minexmr.com'), dns(b'minexmr.com.cn')),
	8616010: (dns(b'gulf.moneroocean.stream'), dns(b'ocean.stream')),
	8616011: (dns(b'xmr.2miners.com'), dns(b'miners.com')),
	8616012: (names(LONG, 25), names(LONG, 3)),
	8616013: (names(b'a.t.test', 45, 16).outwards(), names(b'a.t.test', 5, 16).outwards()),
	8616014: (names(b'a.t.test', 6, 10).outwards(), names(b'a.t.test', 1, 10).outwards()),
	8616015: (dns(b'dnscat.0123.t.test'), dns(b'a.dnscat.test')),
	8616016: (dns_tcp(b'a.test', 252), dns_tcp(b'a.test', 6)),
	8616017: (dns(b'version.bind', 16), dns(b'version.binder.test')),
	8616018: (dns(b'x1.dnslog.cn').outwards(), dns(b'mydnslog.cn').outwards()),
	8616019: (dns(b'x1.ceye.io').outwards(), dns(b'eye.io').outwards()),
	8616020: (dns(b'x1.burpcollaborator.net').outwards(), dns(b'collaborator.net').outwards()),
	8616021: (dns(b'x1.interact.sh').outwards(), dns(b'interact.sh.test').outwards()),
	8616022: (dns(b'x1.oast.fun').outwards(), dns(b'toast.fun').outwards()),
	8616023: (tls(0x300), tls(0x303)),
	8616024: (tls(0x301), tls(0x302)),
	8616025: (tls(cipher=5), tls(cipher=0xc030)),
	8616026: (tls(cipher=198), tls(cipher=197)),
	8616027: (tls(organisation=b'Internet Widgits Pty Ltd'), tls(organisation=b'Widgits of A')),
	8616028: (tls(organisation=b'Major Cobalt Strike'), tls(organisation=b'Cobalt of A')),
	8616029: (ssh().repeated(16), ssh().repeated(3)),
	8616030: (ssh(b'SSH-1.5-x', b'SSH-1.5-x'), ssh(b'SSH-1.99-x')),
	8616031: (ssh(b'SSH-2.0-libssh_0.9.6'), ssh(b'SSH-2.0-mylibssh')),
	8616032: (ssh(b'SSH-2.0-Go'), ssh(b'SSH-2.0-Gossip')),
	8616033: (REDIS(b'config set dir /root/.ssh'), REDIS(b'config get dir')),
	8616034: (REDIS(b'slaveof 203.0.113.9 6379'), REDIS(b'slaveof no one')),
}
