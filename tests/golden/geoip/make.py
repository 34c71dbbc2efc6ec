"""Countries of addresses: sides, lists, negation, prefixes inside others, addresses without one; datagrams, a session, and what its end leaves over."""
import mmdb
import packets
from packets import ACK, PSH

PLACES = {'1.0.0.0/8': 'CN', '2.0.0.0/8': 'US', '2.5.0.0/16': 'RU', '4.0.0.0/8': 'FR', '2001:db8::/32': 'CN'}
PAIRS = (('1.1.1.1', '2.1.1.1'), ('1.1.1.1', '2.1.1.1'), ('2.1.1.1', '1.1.1.1'), ('2.5.1.1', '1.1.1.1'), ('1.1.1.1', '1.2.2.2'), ('1.1.1.1', '10.0.0.1'),
	('10.0.0.1', '1.1.1.1'), ('10.0.0.1', '10.0.0.2'), ('3.1.1.1', '4.1.1.1'), ('2001:db8::1', '2001:db8::2'), ('2.1.1.1', '4.1.1.1'), ('4.1.1.1', '2.1.1.1'))
SETTINGS = ['geoip-database=~/countries.mmdb']


def files():
	records = {prefix: {'country': {'iso_code': code}} for prefix, code in PLACES.items()}
	records['3.0.0.0/8'] = {'registered_country': {'iso_code': 'DE'}}
	return {'countries.mmdb': mmdb.make(records)}


def datagram(pair):
	src, dst = map(packets.addr, pair)
	return packets.ether(packets.ip(src, dst, packets.UDP, packets.udp(src, dst, 1000, 2000, b'hello')))


def frames():
	whole = packets.talk(80, [(0, b'GET /one HTTP/1.1\r\nHost: a\r\n\r\n'), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')], client='1.9.9.9', server='4.9.9.9')
	# The answer is never acknowledged: it is looked at when the capture ends.
	s = packets.Session(80, client='2.9.9.9', server='1.9.9.8')
	s.open()
	s.say(0, b'GET /two HTTP/1.1\r\nHost: a\r\n\r\n')
	s.send(1, PSH | ACK, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
	return packets.timed([datagram(pair) for pair in PAIRS] + whole + s.frames)
