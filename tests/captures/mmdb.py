"""A small writer of MaxMind DB files (version 2.0, IPv6 tree of 24-bit records): countries by prefix, for tests. Standard library only."""
import ipaddress
import struct

MARKER = b'\xab\xcd\xefMaxMind.com'


def control(kind, size):
	"""The begin of a value; kinds over 7 are extended."""
	head, more = (kind << 5, b'') if kind < 8 else (0, bytes([kind - 7]))
	if size < 29:
		return bytes([head | size]) + more
	return bytes([head | 29]) + more + bytes([size - 29])


def value(v):
	if isinstance(v, str):
		data = v.encode()
		return control(2, len(data)) + data
	if isinstance(v, dict):
		return control(7, len(v)) + b''.join(value(key) + value(of) for key, of in v.items())
	if isinstance(v, list):
		return control(11, len(v)) + b''.join(map(value, v))
	kind, number = v
	data = number.to_bytes(8, 'big').lstrip(b'\0')
	return control(kind, len(data)) + data


def u16(n):
	return 5, n


def u32(n):
	return 6, n


def u64(n):
	return 9, n


def make(places, kind='GeoLite2-Country'):
	"""The bytes of a database; places: prefix → record, as {'1.2.0.0/16': {'country': {'iso_code': 'CN'}}}."""
	nodes, data = [[None, None]], b''
	for prefix, record in sorted(places.items(), key=lambda p: ipaddress.ip_network(p[0]).prefixlen):
		net = ipaddress.ip_network(prefix)
		bits = int(net.network_address) if net.version == 6 else int(net.network_address)
		length = net.prefixlen + (96 if net.version == 4 else 0)
		at, offset = 0, len(data)
		data += value(record)
		for i in range(length):
			side = bits >> (127 - i) & 1
			if i == length - 1:
				nodes[at][side] = ('data', offset)
			else:
				below = nodes[at][side]
				if not isinstance(below, int):
					# What a shorter prefix says holds for all below it that no longer one names.
					nodes.append([below, below])
					below = nodes[at][side] = len(nodes) - 1
				at = below
	tree = b''
	for node in nodes:
		for side in node:
			record = len(nodes) if side is None else side if isinstance(side, int) else len(nodes) + 16 + side[1]
			tree += struct.pack('>I', record)[1:]
	about = {'binary_format_major_version': u16(2), 'binary_format_minor_version': u16(0), 'build_epoch': u64(1700000000),
		'database_type': kind, 'description': {'en': 'for tests'}, 'ip_version': u16(6), 'languages': ['en'], 'node_count': u32(len(nodes)),
		'record_size': u16(24)}
	return tree + b'\0' * 16 + data + MARKER + value(about)


def countries(by_prefix):
	return make({prefix: {'country': {'iso_code': code}} for prefix, code in by_prefix.items()})
