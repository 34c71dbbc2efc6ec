#!/usr/bin/env python3
"""The program as a user meets it: captures made here, rules, the events and exit statuses of `hangu replay` and `check`.

usage: replay.py PROGRAM          prints TAP; no root
"""
import gzip
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
from packets import checksum  # noqa: E402

CLIENT, SERVER = bytes([10, 0, 0, 1]), bytes([192, 168, 1, 2])
SYN, ACK, PSH, FIN = 2, 16, 8, 1


def frame(proto, src, dst, segment, offset):
    """Ethernet and IPv4 round a segment whose checksum stands at offset."""
    pseudo = src + dst + struct.pack('>BBH', 0, proto, len(segment))
    segment = segment[:offset] + struct.pack('>H', checksum(pseudo + segment)) + segment[offset + 2:]
    head = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(segment), 1, 0, 64, proto, 0, src, dst)
    head = head[:10] + struct.pack('>H', checksum(head)) + head[12:]
    return b'\2' * 6 + b'\4' * 6 + b'\x08\x00' + head + segment


def udp(src, dst, sport, dport, data):
    return frame(17, src, dst, struct.pack('>HHHH', sport, dport, 8 + len(data), 0) + data, 6)


def tcp(src, dst, sport, dport, seq, ack, flags, data=b''):
    return frame(6, src, dst, struct.pack('>HHIIBBHHH', sport, dport, seq, ack, 0x50, flags, 65535, 0, 0) + data, 16)


def session(port, request, response, cut=None):
    """A whole TCP session; the request in segments of `cut` bytes, each acknowledged."""
    up = lambda seq, ack, flags, data=b'': tcp(CLIENT, SERVER, 40000, port, seq, ack, flags, data)
    down = lambda seq, ack, flags, data=b'': tcp(SERVER, CLIENT, port, 40000, seq, ack, flags, data)
    out = [up(100, 0, SYN), down(500, 101, SYN | ACK), up(101, 501, ACK)]
    cut = cut or len(request)
    for at in range(0, len(request), cut):
        part = request[at:at + cut]
        out += [up(101 + at, 501, PSH | ACK, part), down(501, 101 + at + len(part), ACK)]
    end, back = 101 + len(request), 501 + len(response)
    return out + [down(501, end, PSH | ACK, response), up(end, back, ACK), up(end, back, FIN | ACK),
                  down(back, end + 1, FIN | ACK), up(end + 1, back + 1, ACK)]


def exchanges(port, request, response, times):
    """The same request and response again and again in one session that stays open."""
    up = lambda seq, ack, flags, data=b'': tcp(CLIENT, SERVER, 40000, port, seq, ack, flags, data)
    down = lambda seq, ack, flags, data=b'': tcp(SERVER, CLIENT, port, 40000, seq, ack, flags, data)
    out = [up(100, 0, SYN), down(500, 101, SYN | ACK), up(101, 501, ACK)]
    for i in range(times):
        mine, other = 101 + i * len(request), 501 + i * len(response)
        out += [up(mine, other, PSH | ACK, request), down(other, mine + len(request), PSH | ACK, response),
                up(mine + len(request), other + len(response), ACK)]
    return out


def capture(path, frames, cut_at=None, rate=10):
    data = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
    for i, f in enumerate(frames):
        data += struct.pack('<IIII', 1700000000 + i // rate, i % rate * (10000 // rate), len(f), len(f)) + f
    data = data[:cut_at]
    with (gzip.open if path.endswith('.gz') else open)(path, 'wb') as out:
        out.write(data)
    return path


QUERY = struct.pack('>6H', 1, 0x0100, 1, 0, 0, 0) + b'\6exmall\3evl\0' + struct.pack('>HH', 1, 1)
RULES = r'''
alert udp any any -> any 53 (msg:"query"; content:"|01 00 00 01|"; sid:1;)
alert http any any -> any any (msg:"passwd"; http.uri; content:"/etc/passwd"; sid:2;)
alert tcp any any -> any 80 (msg:"raw"; flow:established,to_server; content:"GET "; sid:3;)
alert dns any any -> any any (msg:"name"; dns.query; content:"evl"; sid:4;)
'''
REQUEST = b'GET /x/..//etc/passwd HTTP/1.1\r\nHost: a.test\r\nUser-Agent: t\r\n\r\n'
RESPONSE = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok'


class Suite:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.rules = self.file('t.rules', RULES)

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w') as f:
            f.write(text)
        return path

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *args):
        env = dict(os.environ, XDG_CACHE_HOME=self.folder, TZ='UTC')
        r = subprocess.run([self.program, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, timeout=60)
        return r.returncode, r.stdout.decode(), r.stderr.decode()

    def events(self, *args, kind=None):
        status, out, err = self.run('replay', *args)
        assert status == 0, (status, err)
        records = [json.loads(line) for line in out.splitlines()]
        return [r for r in records if kind is None or r['event_type'] == kind]

    def alerts(self, *args):
        return [(r['alert']['signature_id'], r.get('pcap_cnt')) for r in self.events(*args, kind='alert')]

    def test_a_datagram_alerts_by_content_and_by_buffer(self):
        cap = capture(self.path('dns.pcap'), [udp(CLIENT, SERVER, 5000, 53, QUERY)])
        assert self.alerts('-S', self.rules, cap) == [(1, 1), (4, 1)], self.alerts('-S', self.rules, cap)

    def test_records_name_their_capture_when_asked(self):
        caps = [capture(self.path(name), [udp(CLIENT, SERVER, port, 53, QUERY)]) for name, port in (('a.pcap', 5000), ('b.pcap', 5001))]
        config = self.file('named.yaml', '%YAML 1.1\n---\noutputs:\n  - eve-log: {pcap-file: yes, types: [alert]}\n')
        for workers in '1', '2':
            named = [r.get('pcap_filename') for r in self.events('-c', config, '-S', self.rules, '--workers', workers, *caps)]
            assert named == [caps[0]] * 2 + [caps[1]] * 2, named
        assert not [r for r in self.events('-S', self.rules, *caps) if 'pcap_filename' in r]

    def test_a_request_alerts_on_the_clients_packet_behind_the_acknowledgement(self):
        cap = capture(self.path('http.pcap'), session(80, REQUEST, RESPONSE))
        assert self.alerts('-S', self.rules, cap) == [(2, 7), (3, 7)], self.alerts('-S', self.rules, cap)

    def test_a_direction_beyond_its_depth_does_not_end_the_other(self):
        for name, request, response in (('down', REQUEST, RESPONSE[:-2].replace(b': 2', b': 900') + b'x' * 900),
                                        ('up', REQUEST[:-2] + b'Content-Length: 900\r\n\r\n' + b'x' * 900, RESPONSE)):
            cap = capture(self.path(name + '.pcap'), exchanges(80, request, response, 700), rate=1000)
            for inline in ([], ['--simulate-ips']):
                seen = self.events(*inline, '-S', self.rules, '--set', 'stream.reassembly.depth=70000', cap)
                stats = seen[-1]['stats']
                assert stats['tcp']['stream_depth_reached'] >= 1, stats['tcp']
                assert stats['app_layer']['error']['http']['parser'] == 0, (name, inline, stats['app_layer']['error']['http'])
                assert not [r for r in seen if r['event_type'] == 'drop'], (name, inline)
                if name == 'down':
                    assert len([r for r in seen if r['event_type'] == 'http']) == 700
                    assert len([r for r in seen if r['event_type'] == 'alert' and r['alert']['signature_id'] == 2]) == 700

    def test_the_cut_of_a_stream_changes_no_transaction(self):
        want = None
        for cut in (len(REQUEST), 1, 2, 7, 20):
            cap = capture(self.path('cut%d.pcap' % cut), session(80, REQUEST, RESPONSE, cut))
            http = [r['http'] for r in self.events('-S', self.rules, cap, kind='http')]
            sids = sorted(a[0] for a in self.alerts('-S', self.rules, cap))
            assert sids == [2, 3], (cut, sids)
            for record in http:
                del record['latency_ms']  # a time: more packets take longer
            want = want or http
            assert http == want and len(http) == 1, (cut, http)

    def test_rules_hold_on_requests_in_front_of_a_change_of_protocol(self):
        connect = b'CONNECT b.test:443 HTTP/1.1\r\nHost: b.test\r\n\r\n'
        rules = self.file('connect.rules', RULES + 'alert http any any -> any any (msg:"c"; http.method; content:"CONNECT"; sid:9;)')
        cap = capture(self.path('connect.pcap'), session(80, REQUEST + connect, RESPONSE + b'HTTP/1.1 200 OK\r\n\r\n'))
        assert {2, 9} <= {a[0] for a in self.alerts('-S', rules, cap)}, self.alerts('-S', rules, cap)

    def test_bursts_give_the_same_events(self):
        cap = capture(self.path('burst.pcap'), session(80, REQUEST, RESPONSE) + [udp(CLIENT, SERVER, 5000, 53, QUERY)])
        events = lambda *more: [r for r in self.events('-S', self.rules, *more, cap) if r['event_type'] != 'stats']
        want = events()
        for burst in (1, 2, 7, 64):
            assert events('--set', 'replay.burst=%d' % burst) == want, burst

    def same_with_workers(self, cap, *options):
        """The records of one worker; those of several are the same but for the order of flows."""
        run = lambda n: sorted(json.dumps(r) for r in self.events('--workers', str(n), *options, cap)
                               if r['event_type'] != 'stats')
        want = run(1)
        for n in (2, 3, 16):
            assert run(n) == want, (n, len(want))
        return [json.loads(r) for r in want]

    def test_workers_share_what_rules_count_by_address(self):
        rules = self.file('shared.rules', r'''
alert udp any any -> any 53 (msg:"limit"; content:"evl"; threshold:type limit,track by_src,count 5,seconds 2; sid:1;)
alert udp any any -> any 53 (msg:"filter"; content:"evl"; detection_filter:track by_dst,count 20,seconds 9; sid:2;)
alert udp any any -> any 53 (msg:"both"; content:"evl"; threshold:type both,track by_rule,count 30,seconds 3; sid:3;)
alert udp any any -> any 54 (msg:"mark"; content:"evl"; xbits:toggle,seen,track ip_src,expire 60; sid:4;)
alert udp any any -> any 53 (msg:"marked"; content:"evl"; xbits:isset,seen,track ip_src; sid:5;)
alert udp any any -> any 53 (msg:"new"; ip.src; dataset:set,hosts,type ipv4,ttl 2s; sid:6;)
alert udp any any -> any 54 (msg:"known"; ip.src; dataset:isset,hosts; content:!"|ff|"; ip.dst; dataset:isnotset,hosts; sid:7;)
alert udp any any -> any 54 (msg:"forgotten"; ip.src; dataset:unset,hosts; sid:8;)
''')
        host = lambda i: bytes([10, 0, i % 3, i % 5])
        frames = [udp(host(i), bytes([192, 168, i % 7, 1]), 2000 + i % 11, 54 if i % 13 == 0 else 53, QUERY)
                  for i in range(600)]
        alerts = [r['alert']['signature_id'] for r in self.same_with_workers(
            capture(self.path('shared.pcap'), frames, rate=100), '-S', rules) if r['event_type'] == 'alert']
        assert {s: alerts.count(s) > 0 for s in range(1, 9)} == dict.fromkeys(range(1, 9), True), alerts

    def test_sets_of_values_are_kept_in_files(self):
        data = self.path('data')
        os.mkdir(data)
        cap = capture(self.path('set.pcap'), [udp(bytes([10, 0, 0, i]), SERVER, 5000, 53, QUERY) for i in (1, 2, 1, 3)])
        rules = self.file('set.rules', 'alert udp any any -> any any (ip.src; dataset:set,seen,type ipv4,state seen.lst; sid:1;)\n')
        alerts = lambda: len(self.events('-S', rules, '--set', 'default-data-dir=' + data, cap, kind='alert'))
        assert [alerts(), alerts()] == [3, 0]
        with open(os.path.join(data, 'seen.lst')) as f:
            assert sorted(f) == ['10.0.0.1\n', '10.0.0.2\n', '10.0.0.3\n']
        self.file('data/seen.lst', '10.0.0.1\n')
        assert alerts() == 2

    def test_digests_of_files_are_looked_up(self):
        cap = capture(self.path('file.pcap'), session(80, REQUEST, RESPONSE))
        record = self.events('--set', 'outputs.eve-log.types.files.force-hash.0=md5', cap, kind='fileinfo')[0]
        body = RESPONSE.split(b'\r\n\r\n', 1)[1]
        assert record['fileinfo']['md5'] == hashlib.md5(body).hexdigest(), record
        for name in ('md5', 'sha1', 'sha256'):
            digest = hashlib.new(name, body).hexdigest()
            self.file('digests.' + name, '# files\n%s  a name\n' % digest)
            rules = self.file(name + '.rules', 'alert http any any -> any any (file%s:digests.%s; sid:1;)\n'
                'alert http any any -> any any (file%s:!digests.%s; sid:2;)\n'
                'alert http any any -> any any (file.%s; content:"|%s|"; sid:3;)\n' % (name, name, name, name, name, digest[:8]))
            assert [r['alert']['signature_id'] for r in self.events('-S', rules, cap, kind='alert')] == [1, 3], name

    def test_sets_of_values_are_checked(self):
        self.file('bad.lst', '10.0.0.1\nhost\n')
        self.file('good.lst', '10.0.0.1\n')
        wrong = [('dataset:isset,a,type ipv4;', 'needs a buffer'), ('ip.src; dataset:isset,a;', 'of what type set "a" is'),
                 ('ip.src; dataset:has,a,type ipv4;', 'isset and isnotset'), ('ip.src; dataset:isset,a,type text;', 'is of type string'),
                 ('ip.src; dataset:isset,a,type ipv4,load bad.lst;', 'bad.lst:2: no value of type ipv4'),
                 ('ip.src; dataset:isset,a,type ipv4,load none.lst;', 'cannot read'),
                 ('ip.src; dataset:isset,a,type ipv4,load /etc/passwd;', 'paths that are relative'),
                 ('ip.src; dataset:set,a,type ipv4,save ../a.lst;', 'paths that are relative'),
                 ('ip.src; dataset:isset,a,type ipv4,colour red;', "not 'colour'"),
                 ('ip.src; dataset:isset,%s,type ipv4;' % ('n' * 64), '1 to 63 characters'),
                 ('ip.src; datarep:a,=,5,type ipv4;', '<, > or =='), ('ip.src; datarep:a,>,99999,type ipv4;', '0..65535'),
                 ('iprep:any,Bad,>,1;', 'reputation-files are not set'), ('iprep:left,Bad,>,1;', 'src, dst, any or both'),
                 ('ip.src; dataset:isset,a,type ipv4,load good.lst; ip.dst; dataset:isset,a,type string;', 'is of type ipv4 in another')]
        rules = self.file('wrong.rules', ''.join('alert udp any any -> any any (%s sid:%d;)\n' % (text, i + 1) for i, (text, _) in enumerate(wrong)))
        _, _, err = self.run('check', '-S', rules)
        said = [line for line in err.splitlines() if line.startswith(rules)]
        assert len(said) == len(wrong), err
        for line, (text, sentence) in zip(said, wrong):
            assert sentence in line, (text, line)
        _, _, err = self.run('check', '--set', 'datasets.rules.allow-write=no', '-S',
            self.file('write.rules', 'alert udp any any -> any any (ip.src; dataset:set,a,type ipv4,save a.lst; sid:1;)\n'))
        assert 'allow-write is off' in err, err

    def test_workers_end_flows_at_the_same_time_also_when_the_table_is_full(self):
        one_pair = [udp(CLIENT, SERVER, 1024 + i, 53, QUERY) for i in range(5000)]
        others = [udp(bytes([10, 1, i % 40, 9]), SERVER, 7, 53, QUERY) for i in range(900)]
        mixed = [f for pair in zip(one_pair, others) for f in pair] + one_pair[len(others):]
        flows = [r['flow'] for r in self.same_with_workers(
            capture(self.path('full.pcap'), mixed, rate=500), '--set', 'flow.max=65536') if r['event_type'] == 'flow']
        reasons = {f['reason'] for f in flows}
        assert reasons == {'forced', 'shutdown'} and any('emergency' in f for f in flows), reasons

    def test_separate_captures_start_fresh(self):
        one = capture(self.path('one.pcap'), session(80, REQUEST, RESPONSE))
        two = capture(self.path('two.pcap.gz'), [udp(CLIENT, SERVER, 5000, 53, QUERY)])
        out = self.path('out')
        status, _, err = self.run('replay', '-S', self.rules, '-l', out, '--separate', one, two)
        assert status == 0, err
        for name, count in (('one.pcap', 2), ('two.pcap.gz', 2)):
            with open(os.path.join(out, name, 'eve.json')) as f:
                assert sum('"event_type":"alert"' in line for line in f) == count, name

    def test_the_last_record_counts_what_was_seen(self):
        cap = capture(self.path('stats.pcap'), session(80, REQUEST, RESPONSE) + [udp(CLIENT, SERVER, 5000, 53, QUERY)])
        records = self.events('-S', self.rules, cap)
        assert [r['event_type'] == 'stats' for r in records] == [False] * (len(records) - 1) + [True], records
        stats = records[-1]['stats']
        got = [stats['decoder'][k] for k in ('pkts', 'ipv4', 'tcp', 'udp', 'invalid')]
        assert got == [11, 11, 10, 1, 0], stats['decoder']
        assert stats['flow']['total'] == 2 and stats['app_layer']['flow']['http'] == 1, stats
        assert stats['app_layer']['tx']['dns_udp'] == 1 and stats['detect']['alert'] == 4, stats
        assert stats['detect']['engines'][0]['rules_loaded'] == 4 and 'ips' not in stats, stats
        inline = self.events('--simulate-ips', '-S', self.rules, cap, kind='stats')[0]['stats']
        assert inline['ips']['accepted'] == 11 and inline['ips']['blocked'] == 0, inline['ips']

    def test_counters_are_written_by_interval_of_packet_time(self):
        cap = capture(self.path('long.pcap'), [udp(CLIENT, SERVER, 5000, 53, QUERY)] * 300)
        for workers in ('1', '2'):
            stats = self.events('--workers', workers, '--set', 'stats.interval=10', '--set', 'replay.burst=1', cap, kind='stats')
            pkts = [r['stats']['decoder']['pkts'] for r in stats]
            assert pkts == [101, 201, 300], (workers, pkts)
            assert [r['stats']['detect']['alert'] for r in stats] == [0] * 3, stats
        assert not self.events('--set', 'stats.enabled=no', cap, kind='stats')

    def test_wrong_checksums_are_not_trusted_unless_told(self):
        bad = [f[:-1] + bytes([f[-1] ^ 1]) if len(f) > 80 else f for f in session(80, REQUEST, RESPONSE)]
        cap = capture(self.path('bad.pcap'), bad)
        assert not self.events('-S', self.rules, cap, kind='http')
        assert len(self.events('-S', self.rules, '-k', 'none', cap, kind='http')) == 1

    def test_exit_statuses(self):
        good = capture(self.path('good.pcap'), [udp(CLIENT, SERVER, 5000, 53, QUERY)])
        half = capture(self.path('half.pcap'), [udp(CLIENT, SERVER, 5000, 53, QUERY)] * 2, -5)
        text = self.file('text.pcap', 'this is no capture')
        for status, args in ((0, ('replay', good)), (0, ('replay', half)), (1, ('replay',)), (1, ('rplay', good)),
                             (1, ('replay', '-S', self.path('none.rules'), good)), (2, ('replay', text)),
                             (2, ('replay', self.path('none.pcap'))), (1, ('replay', '--set', 'packet-alert-max=x', good)),
                             (0, ('--help',)), (0, ('check', '-S', self.rules))):
            assert self.run(*args)[0] == status, (args, self.run(*args))

    def test_dropped_packets_have_records_and_verdicts(self):
        rules = self.file('drop.rules', 'drop udp any any -> any 53 (msg:"d"; content:"evl"; sid:1;)\n'
                          'alert udp any any -> any 53 (msg:"a"; content:"evl"; sid:2;)\n'
                          'reject tcp any any -> any 80 (msg:"r"; flags:S; sid:3;)\n')
        cap = capture(self.path('drop.pcap'), session(80, REQUEST, RESPONSE)[:3] + [udp(CLIENT, SERVER, 5000, 53, QUERY)] * 2)
        seen = lambda *more: [(r['event_type'], r.get('pcap_cnt'), r.get('alert', {}).get('signature_id'), r['verdict']['action'])
                              for r in self.events('-S', rules, *more, cap) if 'verdict' in r]
        alerts = [('alert', n, sid, 'alert') for n, sid in ((1, 3), (4, 1), (4, 2), (5, 1), (5, 2))]
        assert seen() == alerts, seen()
        inline = self.events('-S', rules, '--simulate-ips', cap)
        want = [(kind, n, sid, 'drop') for kind, n, sid in (
            ('alert', 1, 3), ('drop', 1, 3), ('alert', 4, 1), ('alert', 4, 2), ('drop', 4, 1),
            ('alert', 5, 1), ('alert', 5, 2), ('drop', 5, 1))]
        assert seen('--simulate-ips') == want, seen('--simulate-ips')
        drops = {r['pcap_cnt']: r for r in inline if r['event_type'] == 'drop'}
        assert drops[1]['verdict'] == {'action': 'drop', 'reject-target': 'to_client', 'reject': ['tcp-reset']}, drops[1]
        assert drops[1]['drop'] == {
            'len': 40, 'tos': 0, 'ttl': 64, 'ipid': 1, 'tcpseq': 100, 'tcpack': 0, 'tcpwin': 65535, 'syn': True, 'ack': False,
            'psh': False, 'rst': False, 'urg': False, 'fin': False, 'tcpres': 0, 'tcpurgp': 0, 'reason': 'rules'}, drops[1]
        assert drops[4]['drop'] == {'len': 28 + len(QUERY), 'tos': 0, 'ttl': 64, 'ipid': 1, 'udplen': 8 + len(QUERY),
                                    'reason': 'rules'}, drops[4]
        ips = [r for r in inline if r['event_type'] == 'stats'][0]['stats']['ips']
        assert ips['blocked'] == len(drops) and ips['drop_reason']['rules'] + ips['drop_reason']['flow_drop'] == len(drops), ips
        once = self.events('-S', rules, '--simulate-ips', '-c', self.file('start.yaml', '%YAML 1.1\n---\noutputs:\n'
                           '  - eve-log: {types: [drop]}\n'), cap)
        assert [r['pcap_cnt'] for r in once if r['event_type'] == 'drop'] == [1, 4], once

    def test_a_rate_filter_makes_a_drop_rule_alert_only(self):
        rules = self.file('rate.rules', 'drop udp any any -> any 53 (msg:"d"; content:"evl"; sid:1;)\n')
        limits = self.file('threshold.config', 'rate_filter gen_id 1, sig_id 1, track by_src, count 2, seconds 60, '
                           'new_action alert, timeout 60\n')
        cap = capture(self.path('rate.pcap'), [udp(CLIENT, SERVER, 5000, 53, QUERY)] * 5)
        seen = [(r['event_type'], r['pcap_cnt']) for r in self.events('--simulate-ips', '-S', rules, '--set',
                'threshold-file=' + limits, cap) if r['event_type'] in ('alert', 'drop')]
        assert seen == [('alert', 1), ('drop', 1), ('alert', 2), ('drop', 2), ('alert', 3), ('alert', 4), ('alert', 5)], seen

    def test_flowbits_named_traffic_have_an_object_of_their_own(self):
        rules = self.file('traffic.rules', 'alert udp any any -> any 53 (msg:"t"; content:"evl"; flowbits:set,traffic/id/x; '
                          'flowbits:set,traffic/label/y; flowbits:set,z; sid:1;)\n')
        cap = capture(self.path('traffic.pcap'), [udp(CLIENT, SERVER, 5000, 53, QUERY)])
        r = self.events('-S', rules, cap, kind='alert')[0]
        assert r['traffic'] == {'id': ['x'], 'label': ['y']} and r['metadata'] == {'flowbits': ['z']}, r

    def test_the_summary_is_a_table_in_the_readers_language(self):
        cap = capture(self.path('sum.pcap'), session(80, REQUEST, RESPONSE) + [udp(CLIENT, SERVER, 5000, 53, QUERY)] * 2)
        os.environ['LC_ALL'] = 'C'
        status, _, err = self.run('replay', '--summary', '-l', self.path('out'), '-S', self.rules, cap)
        lines = [' '.join(line.split()) for line in err.splitlines()]
        assert status == 0 and lines[0] == 'time span 2023-11-14 22:13:20 … 2023-11-14 22:13:21 (1.001 s)', lines
        for want in ('flows 2 (TCP 1, UDP 1)', 'protocols (flows) http 1, dns_udp 1', 'alerts 6 (4 rules)', '2 1 query',
                     '1 2 passwd'):
            assert want in lines, (want, lines)
        os.environ['LC_ALL'] = 'zh_CN.UTF-8'
        err = self.run('replay', '--summary', '-l', self.path('out'), '-S', self.rules, cap)[2]
        helps = [self.run(verb, '--help')[1] for verb in ('replay', 'check')] + [self.run('--help')[1]]
        del os.environ['LC_ALL']
        assert err.startswith('时间范围') and '告警' in err, err
        foreign = [line for text in helps for line in text.splitlines() if line.startswith('  -') and line.isascii()]
        assert not foreign and all(not text.isascii() for text in helps), foreign

    def test_analysis_says_what_each_rule_looks_at(self):
        rules = self.file('analyze.rules', RULES + 'alert udp any any -> any 53 (msg:"l"; content:"evl"; '
                          'threshold:type limit,track by_src,count 2,seconds 60; sid:5;)\n'
                          'drop ip 10.0.0.1 any -> any any (msg:"i"; sid:6;)\n')
        status, out, err = self.run('check', '--analyze', '-S', rules)
        rows = sorted(tuple(line.split('\t')[1:7]) for line in out.splitlines()[1:])
        assert status == 0 and '6 rules loaded' in err, (status, err)
        assert rows == [('1', '0', 'alert', 'packet-and-stream', 'payload', '-'), ('2', '0', 'alert', 'transaction', 'http.uri', '-'),
                        ('3', '0', 'alert', 'stream', 'payload', '-'),
                        ('4', '0', 'alert', 'transaction', 'dns.query', '-'),
                        ('5', '0', 'alert', 'packet-and-stream', 'payload', 'state-by-address'),
                        ('6', '0', 'drop', 'ip-only', '-', '-')], rows
        assert out.splitlines()[1].split('\t')[7].startswith(rules + ':'), out

    def test_refused_rules_are_named_with_their_place(self):
        rules = self.file('bad.rules', '# two rules\nalert tcp any any -> any any (msg:"a"; contnt:"x"; sid:9;)\n' + RULES)
        status, out, err = self.run('check', '-S', rules)
        assert status == 1 and 'bad.rules:2:' in err and 'content' in err and '4 rules loaded, 1 refused' in out, (out, err)

    def test_rules_for_other_engines_are_left_out(self):
        rules = self.file('later.rules', ''.join('%s (requires:%s; sid:%d;)\n' % (head, asked, sid) for sid, (head, asked) in enumerate([
            ('alert tcp any any -> any any', 'version >= 7'),
            ('alert tcp any any -> any any', 'version >= 8'),
            ('alert later any any -> any any', 'feature later'),
            ('alert tcp any any => any any', 'version >= 9'),
            ('later tcp any any -> any any', 'version >= 9, keyword later'),
            ('alert tcp any any -> any any', 'keyword later'),
            ('alert later any any -> any any', 'version >= 7'),
            ('alert tcp any any -> any any', 'version >= 9, version = 7')], 1)))
        status, out, err = self.run('check', '-S', rules)
        assert status == 1 and '1 rules loaded, 2 refused, 5 left out' in out and len(err.splitlines()) == 8, (status, out, err)
        status, out, err = self.run('check', '-S', rules, '--set', 'ignore-unknown-requirements=yes')
        assert '2 rules loaded, 2 refused, 4 left out' in out, out
        later = self.file('only.rules', 'alert tcp any any => any any (requires:version >= 9; sid:1;)\n')
        assert self.run('check', '-S', later)[0] == 0
        cap = capture(self.path('one.pcap'), [udp(CLIENT, SERVER, 5000, 53, QUERY)])
        engine = [e for e in self.events('-S', rules, cap) if e['event_type'] == 'stats'][-1]['stats']['detect']['engines'][0]
        assert [engine['rules_' + n] for n in ('loaded', 'failed', 'skipped')] == [1, 2, 5], engine

    def test_thresholds_limit_what_is_written(self):
        rules = self.file('th.rules', 'alert udp any any -> any 53 (msg:"l"; content:"evl"; '
                          'threshold:type limit,track by_src,count 2,seconds 60; sid:5;)\n')
        cap = capture(self.path('many.pcap'), [udp(CLIENT, SERVER, 5000 + i, 53, QUERY) for i in range(5)])
        assert self.alerts('-S', rules, cap) == [(5, 1), (5, 2)], self.alerts('-S', rules, cap)


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    tests = [n for n in dir(Suite) if n.startswith('test_')]
    print('TAP version 13\n1..%d' % len(tests))
    failed = 0
    for i, name in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(prefix='hg-replay-') as folder:
            try:
                getattr(Suite(os.path.abspath(sys.argv[1]), folder), name)()
                print('ok %d - replay: %s' % (i, name))
            except Exception as e:
                failed += 1
                print('# %s: %s' % (type(e).__name__, str(e).replace('\n', ' ')))
                print('not ok %d - replay: %s' % (i, name))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
