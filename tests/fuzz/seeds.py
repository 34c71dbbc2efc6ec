"""Seeds of the fuzz targets, from the captures of tests/captures, the decoders' examples and rules that we have."""
import os
import struct
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'captures'), os.path.join(HERE, '..', 'property')]
import allrules
import make
import packets
import traffic

LINKS = (1, 101, 113, 276, 0, 108, 9, 104, 228, 229, 12, 147)  # as in fuzz_packet.c
RULES_A_SEED = 6
SEGMENTS = (  # flags and direction, distance, length, acknowledgement, time: as in fuzz_stream.c
	(2, 0, 0, 0, 1), (3, 0, 0, 0, 1), (0, 0, 0, 0, 1), (0, 0, 500, 0, 1), (1, 0, 0, 0, 1), (1, 0, 1400, 0, 1), (0, 0, 0, 0, 1),
	(16, 5, 100, 0, 1), (0, 251, 300, 0, 1), (1, 0, 20, 0x8010, 9), (64, 0, 900, 0, 1), (4, 0, 0, 0, 1), (5, 0, 0, 0, 1), (8, 0, 0, 0, 1))
CONTROL = '''{"version": "0.2"}
{"command": "command-list"}{"command": "help"} {"command": "conf-get", "arguments": {"variable": "outputs.eve-log.enabled"}}
{"command": "iface-stat", "arguments": {"iface": "x\\"}{"}}
{"command": "block-add", "arguments": {"entries": [{"address": "203.0.113.7", "ttl": 60, "id": "d", "reason": "r"},
 {"address": "2001:db8::/64", "vlan": 7}, {"address": "10.0.0.0/8", "vni": 9},
 {"src_ip": "10.0.0.1", "src_port": 5, "dest_ip": "10.0.0.2", "dest_port": 80, "proto": "TCP"}]}}
{"command": "block-del", "arguments": {"address": "203.0.113.7"}}
{"command": "block-list", "arguments": {"from": 3, "offset": 1, "count": 5}}{"command": "block-stats"}
'''
CONFIG = '''%YAML 1.1
---
vars: {address-groups: {HOME_NET: "[10.0.0.0/8,!10.1.0.0/16]", EXTERNAL_NET: "!$HOME_NET"}, port-groups: {HTTP_PORTS: "80"}}
stream: {memcap: 64mb, reassembly: {depth: 1mb, toserver-chunk-size: 2560}}
host-os-policy: {windows: [0.0.0.0/0], linux: ["::/0"]}
action-order: [pass, drop, reject, alert]
app-layer: {protocols: {http: {enabled: yes, libhtp: {default-config: {request-body-limit: 100kb}}}, tls: {enabled: detection-only}}}
'''
LINKAGE = '''%YAML 1.1
---
vars: {address-groups: {HOME_NET: "[10.0.0.0/8,!10.1.0.0/16,$DMZ]", DMZ: "192.168.1.0/24"}}
linkage:
  mode: observe
  allow: [10.1.2.3, "2001:db8::/32", $HOME_NET]
  escalation: {factor: 6, longest: 7d, window: 30d}
  rules: [{name: a, sids: [1-9, 12], max-severity: 2, action: block, ttl: 36h, blame: external, targets: [gate]}, {app: [http], categories: x}]
  targets: [{name: gate, driver: nftables, netns: /run/netns/x}, {driver: engine}]
'''
ALERTS = '''{"event_type":"alert","src_ip":"10.1.2.3","dest_ip":"0000:0000:0000:0000:0000:ffff:0a02:0005","direction":"to_client","app_proto":"http","flow":{"two_way":true},"alert":{"gid":1,"signature_id":7,"severity":2,"signature":"a \\u51fd","category":"c","source":{"ip":"fd00::1"}},"seq":1}
{"event_type":"flow","seq":3}
'''


def piece(data):
	return struct.pack('>H', min(len(data), 0xffff)) + data[:0xffff]


def frames():
	for name, build in traffic.CAPTURES.items():
		link, out = build()
		yield name, bytes([LINKS.index(link), 8]) + b''.join(piece(f) for _, f in packets.timed(out[:60]))


def steps(protocol):
	for i, (_, _, said) in enumerate(traffic.read_examples(protocol)):
		yield 'example%d' % i, b''.join(bytes([side]) + piece(data) for side, data in said)


def dns_stream():
	for i, (_, udp, said) in enumerate(traffic.read_examples('dns')):
		yield 'example%d' % i, b''.join(bytes([side]) + piece((piece(data) if udp else data)) for side, data in said)


def deflated():
	text = CONFIG.encode() * 4
	for how, (level, bits) in enumerate(((9, 31), (9, -15), (1, 15), (0, -15))):
		packer = zlib.compressobj(level, zlib.DEFLATED, bits)
		yield str(how), bytes([how | how << 4]) + packer.compress(text) + packer.flush()


def codings():
	"""[MS-XCA] 3: which, how much comes of it, the coding."""
	abc = bytes(0x30) + bytes((0x30, 0x23)) + bytes(0x4e) + b'\2' + bytes(14) + b'\x20' + bytes(0x70) + bytes.fromhex('a8dc0000ff2601')
	return [('lznt1', b'\0\0\6' + bytes.fromhex('0430006162630230')), ('lz77', b'\1\1\x2c' + bytes.fromhex('ffffff1f61626317000fff2601')),
		('huffman', b'\2\1\x2c' + abc)]


def transfers():
	text = CONFIG.encode()
	blocks = b''.join(bytes([0x40 * (at + 100 >= len(text))]) + piece(text[at:at + 100]) for at in range(0, len(text), 100))
	for mode, data in enumerate((text, zlib.compress(text), b'\x10\0\3123' + blocks, b'\3abc')):
		for what in (0, 4, 8, 12):
			yield '%d' % (mode + what), bytes([mode + what]) + data


def rules(program):
	every = ['alert %s sid:%d;)' % (head, i) for i, head in enumerate(allrules.heads(program, allrules.FORMS), 1)]
	for at in range(0, len(every), RULES_A_SEED):
		yield '%d' % at, '\n'.join(every[at:at + RULES_A_SEED]).encode()


def write(program, folder):
	"""{target: folder of its seeds}."""
	files = [(os.path.basename(p), open(p, 'rb').read()) for p in make.make(os.path.join(folder, 'captures'))]
	program_of = b''.join(struct.pack('>BBHHH', *s) for s in SEGMENTS)
	seeds = {p: steps(p) for p in traffic.PROTOCOLS}
	seeds |= {
		'packet': frames(), 'deflate': deflated(), 'xca': codings(), 'ftp_data': transfers(), 'dns_udp': steps('dns'), 'sip_udp': steps('sip'), 'dns_tcp': dns_stream(), 'rules': rules(program),
		'capture': [f for f in files if len(f[1]) < 20000], 'config': [('all', CONFIG.encode())], 'control': [('all', CONTROL.encode())],
		'linkage': [('config', b'\0' + LINKAGE.encode())] + [('alerts%d' % cut, bytes([cut]) + ALERTS.encode()) for cut in (1, 7, 255)],
		'stream': [('%d' % how, bytes([how]) + program_of) for how in range(8)]}
	for target, rows in seeds.items():
		os.makedirs(os.path.join(folder, target))
		for name, data in rows:
			with open(os.path.join(folder, target, name), 'wb') as f:
				f.write(data)
	return {target: os.path.join(folder, target) for target in seeds}
