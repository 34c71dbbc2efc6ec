"""The envelope `audit` in records of several protocols: users, results, reasons, what is missing; zones and tenants by prefix and VLAN."""
import base64

import packets
from traffic import reply

SETTINGS = ['compat=native', 'zones.互联网区.networks=0.0.0.0/0', 'zones.办公区.networks=10.0.0.0/8, 10.0.0.0/16',
	'zones.业务区.networks.0=192.168.0.0/16', 'zones.业务区.tenant=财政局', 'zones.租户甲.networks=192.168.1.0/24', 'zones.租户甲.vlans=7, 100-102',
	'zones.租户甲.tenant=甲']
RECORDS = ('login', 'telnet', 'http', 'dns', 'ssh', 'tls', 'fileinfo')
KEYS = ('audit',)


def ask(target, *fields):
	return b'\r\n'.join([b'GET ' + target + b' HTTP/1.1', b'Host: a', *fields]) + b'\r\n\r\n'


def web():
	"""A user of Basic is his request's; one of a form is that of all that follow, but behind a proxy."""
	basic = b'Authorization: Basic ' + base64.b64encode(b'admin:P:x y')
	body = b'username=anna&password=horse+battery'
	form = b'POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n' % len(body) + body
	into = b'HTTP/1.1 302 Found\r\nLocation: /home\r\nSet-Cookie: s=1\r\nContent-Length: 0\r\n\r\n'
	first = [(0, ask(b'/first')), (1, reply(b'x', status=b'404 no')), (0, ask(b'/basic', basic)), (1, reply(b'', status=b'401 no'))]
	second = [(0, form), (1, into), (0, ask(b'/home\xd6\xd0')), (1, reply(b'hello')), (0, ask(b'/other', b'X-Forwarded-For: 192.0.2.7')), (1, reply(b'x'))]
	return packets.talk(80, first + second, sport=20001)


def cut_off():
	"""No answer; an answer that is not whole."""
	nothing = packets.talk(80, [(0, ask(b'/nothing'))], sport=20002)
	return nothing + packets.talk(80, [(0, ask(b'/half')), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')], sport=20003)


def typed(text):
	out = []
	for key in text:
		out += [(0, bytes([key])), (1, bytes([key]))]
	return out


def terminal():
	talk = [(1, b'\xff\xfd\x18\xff\xfb\x01'), (0, b'\xff\xfb\x18\xff\xfd\x01'), (1, b'box login: ')] + typed(b'root')
	talk += [(0, b'\r\0'), (1, b'\r\nPassword: '), (0, b'vizxv\r\0'), (1, b'\r\nLast login: x\r\n# ')] + typed(b'reboot')
	return packets.talk(23, talk + [(0, b'\r\0'), (1, b'\r\n# ')], sport=20004)


def banners():
	return packets.talk(22, [(1, b'SSH-2.0-OpenSSH_9.2\r\n'), (0, b'SSH-2.0-x\r\n')], sport=20005)


def frames():
	out = web() + cut_off() + terminal() + banners()
	tagged = packets.talk(80, [(0, ask(b'/vlan')), (1, reply(b'x'))], sport=20006)
	return packets.timed(out + [packets.vlan(f, 101) for f in tagged])
