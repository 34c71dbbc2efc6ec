#!/usr/bin/env python3
"""What outputs.eve-log asks for and what stands in the records then: captures made here, a configuration, the events.

usage: eve.py PROGRAM          prints TAP
"""
import base64
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'captures'))
import packets
import tap
from packets import UDP, addr, ether, fragments, ipv4, talk, timed, udp

CLIENT, SERVER = addr('10.0.0.1'), addr('192.168.1.2')


def datagram(data, sport=5000, dport=9999, src=CLIENT, dst=SERVER):
	return ipv4(src, dst, UDP, udp(src, dst, sport, dport, data))


def events(frames, log, rules='', more='', kind=None, options=()):
	"""Records of a replay; `log` is what stands below outputs.eve-log, in YAML's flow style, `more` further lines."""
	with tempfile.TemporaryDirectory() as out:
		files = {'c.yaml': ('outputs:\n  - eve-log: {%s}\n%s\n' % (log, more)).encode(), 'r.rules': rules.encode(),
			'c.pcap': packets.pcap(timed(frames))}
		for name, data in files.items():
			with open(os.path.join(out, name), 'wb') as f:
				f.write(data)
		r = subprocess.run([tap.PROGRAM, 'replay', '-c', 'c.yaml', '-S', 'r.rules', *options, 'c.pcap'], cwd=out, stdout=subprocess.PIPE,
			stderr=subprocess.PIPE, timeout=60, env=dict(os.environ, XDG_CACHE_HOME=out))
	assert r.returncode == 0, r.stderr
	records = [json.loads(line) for line in r.stdout.splitlines()]
	return [e for e in records if kind is None or e['event_type'] == kind]


def test_alerts_show_the_bytes_of_their_session():
	one, two = b'GET /one HTTP/1.1\r\n\r\n', b'GET /two HTTP/1.1\r\n\r\n'
	rules = 'alert http any any -> any any (http.uri; content:"/two"; sid:1;)\n' \
		'alert tcp-pkt any any -> any any (flow:to_server; content:"/two"; sid:2;)\n'
	for size, want in ((4096, one + two), (12, one[:11])):
		log = 'types: [alert: {payload: yes, payload-printable: yes, payload-buffer-size: %d}]' % size
		shown = {a['alert']['signature_id']: (base64.b64decode(a['payload']), a['payload_printable'].encode(), a['stream'])
			for a in events(talk(80, [(0, one), (0, two), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')]), log, rules)}
		assert shown == {1: (want, want, 1), 2: (two, two, 0)}, shown


def test_what_cannot_be_printed_is_a_dot():
	got = events([ether(datagram(bytes(range(256)) + b'end'))], 'types: [alert: {payload-printable: yes}]', 'alert udp any any -> any any (content:"end"; sid:1;)\n')
	want = ''.join(chr(c) if 32 <= c < 127 or c in (10, 13) else '.' for c in range(256)) + 'end'
	assert [a['payload_printable'] for a in got] == [want], got


def test_alerts_with_too_many_bytes_lose_them_and_nothing_else():
	log = 'types: [alert: {payload: yes, payload-printable: yes, packet: yes}]'
	frames = [ether(datagram(b'\1' * n)) for n in (1000, 60000)]
	alerts = events(frames, log, 'alert udp any any -> any any (dsize:>10; sid:1;)\n')
	assert [('payload' in a, 'packet' in a) for a in alerts] == [(True, True), (False, False)], len(alerts)


def test_packets_of_rebuilt_datagrams_have_their_link_header():
	frames = [ether(f) for f in fragments(datagram(b'abcdefgh' * 8), 32)]
	alert, = events(frames, 'types: [alert: {packet: yes}]', 'alert udp any any -> any any (content:"abc"; sid:1;)\n')
	assert base64.b64decode(alert['packet'])[:14] == frames[0][:14] and alert['packet_info'] == {'linktype': 1}, alert
	assert alert['flow']['bytes_toserver'] == 14 + 20 + 8 + 64, alert


def test_anomalies_show_the_first_bytes_of_their_packet():
	frame = ether(datagram(b'x' * 40))[:-9]
	for log, want in (('', None), (', packethdr: yes', frame[:32])):
		anomaly, = events([frame], 'types: [anomaly: {types: {decode: yes}%s}]' % log, kind='anomaly')
		assert ('packet' in anomaly) == (want is not None), anomaly
		if want:
			assert base64.b64decode(anomaly['packet']) == want and anomaly['packet_info'] == {'linktype': 1}, anomaly


def test_anomalies_of_applications_have_the_ends_of_their_packet():
	# Off line the acknowledgement of the answer brings it on, inline the answer itself.
	frames = talk(80, [(0, b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'), (1, b'HTTP/9.1 200 OK\r\nContent-Length: 0\r\n\r\n')])
	for options, src in (([], 40000), (['--simulate-ips'], 80)):
		found = [a for a in events(frames, 'types: [anomaly]', kind='anomaly', options=options)
			if a['anomaly']['event'] == 'RESPONSE_INVALID_PROTOCOL']
		assert [a['src_port'] for a in found] == [src], found


def test_what_a_dropped_flow_left_open_is_written():
	frames = talk(80, [(0, b'GET / HTTP/1.1\r\nHost: evil\r\n\r\n'), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')])
	rules = 'drop http any any -> any any (http.host; content:"evil"; sid:1;)\n'
	for compat, want in (('native', ['http']), ('suricata7', [])):
		got = [e['event_type'] for e in events(frames, 'types: [http]', rules, options=['--simulate-ips', '--set', 'compat=' + compat])]
		assert got == want, (compat, got)


def hello(session):
	"""A ClientHello without extensions."""
	body = b'\3\3' + b'r' * 32 + b'\0' + b'\0\2\x13\1' + b'\1\0'
	session.say(0, b'\x16\3\1' + struct.pack('>H', len(body) + 4) + b'\1' + struct.pack('>I', len(body))[1:] + body)
	return session.close()


def test_transactions_are_counted():
	frames = talk(80, [(0, b'GET / HTTP/1.1\r\n\r\n' * 2), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' * 2)])
	frames += hello(packets.Session(443, sport=40001).open())
	for compat, want in (('native', 1), ('suricata7', 0)):
		counted = events(frames, 'types: [stats]', options=['--set', 'compat=' + compat])[-1]['stats']['app_layer']
		assert (counted['flow']['tls'], counted['tx']['tls'], counted['tx']['http']) == (1, want, 2), (compat, counted)


def test_a_session_taken_up_in_the_middle_is_inspected_from_its_first_packet_on():
	session = packets.Session(80)
	session.send(0, packets.PSH | packets.ACK, b'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
	rules = ''.join('alert %s any any -> any any (%s sid:%d;)\n' % (proto, options, sid) for sid, (proto, options) in enumerate((
		('tcp', 'content:"GET";'), ('http', 'http.method; bsize:3;'), ('http', 'http.uri; content:"/";'), ('http', 'dsize:>1;')), 1))
	for compat, want in (('native', [1, 2, 3, 4]), ('suricata7', [3])):
		alerts = events(session.frames, 'types: [alert]', rules, kind='alert',
			options=['--simulate-ips', '--set', 'stream.midstream=yes', '--set', 'compat=' + compat])
		got = sorted(a['alert']['signature_id'] for a in alerts if 'pcap_cnt' in a)
		assert got == want, (compat, got)


def with_macs(frame, src, dst):
	return bytes([2, 0, 0, 0, 0, dst, 2, 0, 0, 0, 0, src]) + frame[12:]


def mac(n):
	return '02:00:00:00:00:%02x' % n


def test_records_name_ethernet_addresses():
	frames = talk(80, [(0, b'GET / HTTP/1.1\r\n\r\n'), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')])
	# The server answers through another router from the sixth frame on.
	frames = [with_macs(f, 1, 2) if f[26:30] == CLIENT else with_macs(f, 2 if i < 5 else 3, 1) for i, f in enumerate(frames)]
	records = events(frames, 'ethernet: yes, types: [alert, http, flow, stats]',
		'alert tcp-pkt any any -> any any (content:"200 OK"; sid:1;)\n', options=['--simulate-ips'])
	by_type = {e['event_type']: e for e in records}
	assert by_type['alert']['ether'] == {'src_mac': mac(3), 'dest_mac': mac(1)}, by_type
	assert by_type['http']['ether'] == {'src_mac': mac(1), 'dest_mac': mac(3)}, by_type
	assert by_type['flow']['ether'] == {'src_macs': [mac(1)], 'dest_macs': [mac(2), mac(3)]}, by_type
	assert [by_type['stats']['stats']['decoder']['max_mac_addrs_' + s] for s in ('src', 'dst')] == [1, 2], by_type
	assert not any('ether' in e for e in events(frames, 'types: [http, flow]'))


def test_ethernet_addresses_of_a_flow_have_an_end():
	frames = [with_macs(ether(datagram(b'x')), i % 12, 99) for i in range(30)] + [packets.ether(datagram(b'x', 1, 2, SERVER, CLIENT))]
	flow = events(frames, 'ethernet: yes, types: [flow]', kind='flow')[0]
	assert flow['ether'] == {'src_macs': [mac(i) for i in range(10)], 'dest_macs': [mac(99)]}, flow


def test_packets_without_a_frame_of_their_own_have_no_ethernet_addresses():
	frames = [ether(f) for f in fragments(datagram(b'abcdefgh' * 8), 32)]
	alert, flow = events(frames, 'ethernet: yes, types: [alert, flow]', 'alert udp any any -> any any (content:"abc"; sid:1;)\n')
	assert 'ether' not in alert and 'ether' not in flow, (alert, flow)


def dns(ident, names, answers=None):
	head = struct.pack('>6H', ident, 0x100 if answers is None else 0x8180, len(names), len(answers or ''), 0, 0)
	text = b''.join(bytes([len(n)]) + n + b'\0' + struct.pack('>HH', kind, 1) for n, kind in names)
	return head + text + b''.join(b'\xc0\x0c' + struct.pack('>HHIH', kind, 1, 60, len(data)) + data for kind, data in answers or ())


A, MX = (1, b'\1\2\3\4'), (15, b'\0\5\1m\0')
DNS = [([(b'a', 1)], [A]), ([(b'b', 15)], [MX]), ([(b'c', 1), (b'd', 15)], [A, MX]), ([(b'e', 64000)], [])]


def dns_records(options, *more):
	"""Who is told of: "q" or "a", the name, and the forms of an answer, "d" and "g"."""
	frames = [ether(f) for i, (names, answers) in enumerate(DNS) for f in (datagram(dns(i, names), 5000 + i, 53),
		datagram(dns(i, names, answers), 53, 5000 + i, SERVER, CLIENT))]
	out = []
	for e in events(frames, 'types: [dns: {%s}]' % options, options=more, kind='dns'):
		d = e['dns']
		out.append(d['type'][0] + d['rrname'] + 'd' * ('answers' in d) + 'g' * ('grouped' in d))
	return ' '.join(out)


def test_dns_records_are_those_that_were_asked_for():
	for options, want in (('version: 2', 'qa aadg qb abdg qc qd acdg qe ae'), ('requests: no', 'aadg abdg acdg ae'),
			('responses: no', 'qa qb qc qd qe'), ('formats: [grouped]', 'qa aag qb abg qc qd acg qe ae'),
			('formats: [detailed, grouped]', 'qa aadg qb abdg qc qd acdg qe ae'), ('types: [MX]', 'qb abdg qd acdg'),
			('types: [a, nope]', 'qa aadg qc acdg'), ('types: []', '')):
		assert dns_records(options) == want, (options, dns_records(options))


def test_dns_records_of_the_peer_end_with_a_question_that_nobody_wants():
	for options, want in (('types: [mx]', 'qb abdg acdg'), ('requests: no', 'aadg abdg acdg'), ('version: 2', 'qa aadg qb abdg qc qd acdg qe ae')):
		got = dns_records(options, '--set', 'compat=suricata7')
		assert got == want, (options, got)


MAIL = b'Subject: one\r\n two\r\nReceived: b\r\nReceived: a\r\nX-Mailer: m\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' \
	b'--b\r\nContent-Type: text/plain\r\n\r\nhttp://A.test https://[::1]/ http://1.2.3.4/x.exe\r\n--b--\r\n'


def mail(message=MAIL):
	return [(1, b'220 mx.test ready\r\n'), (0, b'EHLO c\r\n'), (1, b'250 ok\r\n'), (0, b'MAIL FROM:<a>\r\n'), (1, b'250 ok\r\n'),
		(0, b'DATA\r\n'), (1, b'354 ok\r\n'), (0, message + b'.\r\n'), (1, b'250 ok\r\n')]


def test_mail_records_show_what_was_asked_for():
	mime = 'app-layer: {protocols: {smtp: {mime: {%s}}}}'
	parts = [{'path': '1', 'type': 'text/plain', 'size': 49}]
	plain = {'status': 'PARSE_DONE', 'parts': parts, 'has_ipv6_url': False, 'has_ipv4_url': True, 'has_exe_url': True, 'url': ['1.2.3.4/x.exe', 'a.test']}
	extended = {'subject': 'one two', 'x_mailer': 'm'}
	urls = {**plain, 'url': ['https://[::1', 'http://1.2.3.4/x.exe', 'http://a.test']}
	sums = {'subject_md5': hashlib.md5(b'one two').hexdigest(), 'body_md5': hashlib.md5(MAIL[MAIL.index(b'--b'):]).hexdigest()}
	for record, config, want in (('', '', {**plain, **extended}), ('extended: no', '', plain),
			('extended: no, custom: [X-Mailer, received, date]', '', {**plain, 'x_mailer': 'm', 'received': ['a', 'b']}),
			('extended: no', 'extract-urls: no', {'status': 'PARSE_DONE', 'parts': parts}),
			('extended: no', 'extract-urls-schemes: [http, https], log-url-scheme: yes', urls),
			('extended: no, md5: [body, subject]', 'body-md5: yes', {**plain, **sums}),
			('extended: no, md5: [body]', '', plain)):
		got = events(talk(25, mail()), 'types: [smtp: {%s}]' % record, more=mime % config, kind='smtp')
		assert [e.get('email') for e in got] == [want], (record, config, got)
	got = events(talk(25, mail()), 'types: [smtp]', more=mime % 'decode-mime: no', kind='smtp')
	assert [e.get('email') for e in got] == [None], got


def test_alerts_show_the_frame_that_the_rule_looked_into():
	message = struct.pack('>6H', 7, 0x100, 1, 0, 0, 0) + b'\1a\0\0\1\0\1'
	want = {'type': 'pdu', 'id': 1, 'direction': 'toserver', 'length': len(message), 'complete': True,
		'payload': base64.b64encode(message).decode(), 'payload_printable': '.............a.....'}
	rule = 'alert dns any any -> any any (frame:dns.pdu; content:"|01 00 00 01|"; sid:1;)\n'
	got = events([ether(datagram(message, dport=53))], 'types: [alert]', rule)
	assert [a['frame'] for a in got] == [want], got
	got = events(talk(53, [(0, struct.pack('>H', len(message)) + message)]), 'types: [alert]', rule)
	assert [a['frame'] for a in got] == [{**want, 'id': 2, 'stream_offset': 2}], got  # the first is all of the stream


def test_frames_over_the_cap_are_counted():
	message = struct.pack('>6H', 7, 0x100, 1, 0, 0, 0) + b'\1a\0\0\1\0\1'
	steps = [(0, (struct.pack('>H', len(message)) + message) * 1100)]
	rule = 'alert dns any any -> any any (frame:dns.pdu; content:"|01 00 00 01|"; sid:1;)\n'
	got = events(talk(53, steps, cut=60000), 'types: [stats]', rule, kind='stats')
	assert got[-1]['stats']['detect']['frames_unkept'] == 1100 - 1024, got[-1]['stats']['detect']


def test_an_alert_outlives_a_transaction_that_is_too_long_for_it():
	questions = struct.pack('>6H', 1, 0x100, 1100, 0, 0, 0) + b'\1a\0\0\1\0\1' * 1100
	got = events([ether(datagram(questions, dport=53))], 'types: [alert]', 'alert dns any any -> any any (dns.query; content:"a"; sid:1;)\n')
	assert [('dns' in a, a['flow']['pkts_toserver'], a['direction']) for a in got] == [(False, 1, 'to_server')], got


def test_no_mail_is_too_long_for_its_records():
	steps = mail(b''.join(b'X%d: %s\r\n' % (i, b'x' * 900) for i in range(50)) + b'To: ' + b'\xff' * 1900 + b'\r\n\r\nneedle\r\n'
		+ b''.join(b'http://%d.test/%s\r\n' % (i, b'u' * 950) for i in range(200)))
	steps[5:5] = [(0, b'RCPT TO:<%s%d>\r\n' % (b'r' * 500, i)) for i in range(200)]
	got = events(talk(25, steps), 'types: [alert, smtp]', 'alert smtp any any -> any any (content:"needle"; sid:1;)\n')
	assert {e['event_type'] for e in got} == {'alert', 'smtp'}, [e['event_type'] for e in got]
	assert all(len(json.dumps(e)) < 65536 for e in got)


def test_a_raw_message_is_a_file():
	got = events(talk(25, mail(b'a: b\r\n\r\nc\r\n')), 'types: [files]',
		more='app-layer: {protocols: {smtp: {raw-extraction: yes, mime: {decode-mime: no}}}}', kind='fileinfo')
	assert [(e['fileinfo']['filename'], e['fileinfo']['size'], e['fileinfo']['state']) for e in got] == [('rawmsg', 11, 'CLOSED')], got


def test_what_a_flow_told_before_it_was_dropped_is_told_once():
	got = events(talk(25, mail()), 'types: [anomaly: {types: {applayer: yes}}]', 'drop tcp any any -> any 25 (content:"EHLO"; sid:1;)\n',
		kind='anomaly', options=('--simulate-ips',))
	told = [e['anomaly']['event'] for e in got]
	assert told.count('APPLAYER_DETECT_PROTOCOL_ONLY_ONE_DIRECTION') == 1, told


if __name__ == '__main__':
	sys.exit(tap.program(__doc__, 'eve', globals()))
