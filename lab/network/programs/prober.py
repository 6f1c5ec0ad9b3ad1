"""The program in a network namespace of the lab: it answers, sends, and notes what arrives.

Node.js can open neither raw nor packet sockets, so this program is Python with its standard library only. It reads one
JSON object a line from stdin, answers with one a line on stdout, and ends when stdin ends.
"""
import errno
import json
import os
import re
import select
import socket
import struct
import subprocess
import sys
import threading
import time

TOKEN = re.compile(rb'ALAB-\d+-\d+-[0-9a-f]{6}')
VERSIONED = re.compile(r'/(?:latest|\d{4}-\d\d-\d\d)/(.*)')
ECHO_PORT = 7
# Every list and every loop is bounded, so that a defect in an attempt can't fill memory.
MAX_SEEN = 20000
MAX_PARALLEL = 48

output = threading.Lock()
slots = threading.BoundedSemaphore(MAX_PARALLEL)
seen_tokens = {}
seen_syns = {}
questions = []
machines = {}
ledger = {}


def say(message):
    with output:
        sys.stdout.write(json.dumps(message) + '\n')
        sys.stdout.flush()


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


# --- watching ---------------------------------------------------------------------------------------------------


def watch(watched):
    """Notes every arriving packet that carries a token, and every TCP SYN. For the link `watched` it notes which kinds of
    packets came from there, and when."""
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(0x0003))
    sniffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    while True:
        packet, where = sniffer.recvfrom(65535)
        if where[2] == socket.PACKET_OUTGOING or where[0] == 'lo':
            continue
        if where[0] == watched:
            enter(packet, time.time())
        note(packet)


def enter(packet, now):
    kind = struct.unpack('!H', packet[12:14])[0]
    what, source, target, port = '%04x' % kind, '', '', 0
    if kind == 0x0800 and len(packet) >= 38:
        what = {1: 'icmp', 6: 'tcp', 17: 'udp'}.get(packet[23], 'ip %d' % packet[23])
        source, target = socket.inet_ntoa(packet[26:30]), socket.inet_ntoa(packet[30:34])
        if packet[23] in (6, 17):
            port = struct.unpack('!H', packet[14 + (packet[14] & 15) * 4 + 2:][:2])[0]
    elif kind == 0x0806:
        what = 'arp'
    elif kind == 0x86DD and len(packet) >= 54:
        what = 'ipv6 %d' % packet[20]
        source, target = (socket.inet_ntop(socket.AF_INET6, packet[at:at + 16]) for at in (22, 38))
    key = (what, source, target, port)
    if key in ledger:
        ledger[key][1:] = [now, ledger[key][2] + 1]
    elif len(ledger) < MAX_SEEN:
        ledger[key] = [now, now, 1]


def note(packet):
    if packet[12:14] == b'\x08\x00' and len(packet) >= 34 and packet[23] == 6 and len(seen_syns) < MAX_SEEN:
        inner = packet[14 + (packet[14] & 15) * 4:]
        if len(inner) >= 14 and inner[13] & 0x12 == 0x02:
            source_port, port = struct.unpack('!HH', inner[:4])
            seen_syns['%d:%d' % (port, source_port)] = socket.inet_ntoa(packet[26:30])
    for token in TOKEN.findall(packet):
        if len(seen_tokens) < MAX_SEEN:
            seen_tokens[token.decode()] = True


# --- answering --------------------------------------------------------------------------------------------------


def serve_echo(name):
    for family, host in ((socket.AF_INET, '0.0.0.0'), (socket.AF_INET6, '::')):
        try:
            tcp = listener(family, host, ECHO_PORT)
            udp = socket.socket(family, socket.SOCK_DGRAM)
            if family == socket.AF_INET6:
                udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            udp.bind((host, ECHO_PORT))
        except OSError:
            continue
        thread(accept, tcp, lambda link, _: echo(link, name))
        thread(echo_datagrams, udp, name)


def listener(family, host, port):
    tcp = socket.socket(family, socket.SOCK_STREAM)
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        tcp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    tcp.bind((host, port))
    tcp.listen(512)
    return tcp


def thread(work, *arguments):
    threading.Thread(target=work, args=arguments, daemon=True).start()


def accept(tcp, handle):
    while True:
        link, peer = tcp.accept()
        link.settimeout(3)
        thread(guarded, handle, link, peer)


def guarded(handle, link, peer):
    try:
        handle(link, peer)
    except OSError:
        pass
    finally:
        link.close()


def echo(link, name):
    link.sendall(b'lab ' + name.encode() + b' ' + link.recv(4096))


def echo_datagrams(udp, name):
    while True:
        try:
            data, peer = udp.recvfrom(65535)
            udp.sendto(b'lab ' + name.encode() + b' ' + data[:1200], peer)
        except OSError:
            continue


def serve_time(address):
    """Answers NTP requests (RFC 5905) with this machine's own clock."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((address, 123))
    while True:
        data, peer = udp.recvfrom(1024)
        received = ntp_time()
        asked = data.ljust(48, b'\0')[40:48]
        # No leap second, version 4, server; stratum 1, precision of a microsecond, no delay, reference "LOCL".
        head = struct.pack('!BBbbII4s', 0x24, 1, 4, -20, 0, 0, b'LOCL')
        udp.sendto(head + received + asked + received + ntp_time(), peer)


def ntp_time():
    """Seconds since 1900 and their fraction."""
    now = time.time() + 2208988800
    return struct.pack('!II', int(now) & 0xFFFFFFFF, int(now % 1 * (1 << 32)))


def serve_dns(address, state):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((address, 53))
    thread(dns_datagrams, udp, state)
    thread(accept, listener(socket.AF_INET, address, 53), lambda link, peer: dns_stream(link, peer, state))


def dns_datagrams(udp, state):
    while True:
        query, peer = udp.recvfrom(65535)
        answer = dns_answer(query, peer[0], state)
        if answer:
            udp.sendto(answer, peer)


def dns_stream(link, peer, state):
    head = receive(link, 2)
    query = receive(link, struct.unpack('!H', head)[0])
    answer = dns_answer(query, peer[0], state)
    if answer:
        link.sendall(struct.pack('!H', len(answer)) + answer)


def receive(link, length):
    data = b''
    while len(data) < length:
        part = link.recv(length - len(data))
        if not part:
            raise OSError('closed early')
        data += part
    return data


def dns_answer(query, source, state):
    """Answers any name, as a resolver with internet access would; behind a DNS firewall that blocks all, NXDOMAIN."""
    if len(query) < 17:
        return None
    labels, at = [], 12
    while at < len(query) and query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode('latin-1'))
        at += query[at] + 1
    kind = struct.unpack('!H', query[at + 1:at + 3])[0] if at + 3 <= len(query) else -1
    blocked = state == 'blocked'
    if len(questions) < MAX_SEEN:
        questions.append({'name': '.'.join(labels), 'type': kind, 'source': source,
                          'action': 'BLOCK' if blocked else 'ANSWERED'})
    question = query[12:at + 5]
    if blocked:
        return query[:2] + b'\x81\x83\x00\x01\0\0\0\0\0\0' + question
    data = socket.inet_aton('192.0.2.10') if kind == 1 else b'\x03lab'
    record = b'\xc0\x0c' + struct.pack('!HHIH', kind & 0xFFFF, 1, 60, len(data)) + data
    return query[:2] + b'\x81\x80\x00\x01\x00\x01\0\0\0\0' + question + record


def serve_metadata(machine):
    machines[machine['id']] = machine
    thread(accept, listener(socket.AF_INET, machine['address'], 80),
           lambda link, _: metadata(link, machine))


def metadata(link, machine):
    request = b''
    while b'\r\n\r\n' not in request and len(request) < 8192:
        part = link.recv(4096)
        if not part:
            return
        request += part
    head = request.decode('latin-1').split('\r\n')
    method, path = (head[0].split(' ') + ['', ''])[:2]
    fields = {line.split(':', 1)[0].lower(): line.split(':', 1)[1].strip() for line in head[1:] if ':' in line}
    token = 'lab-token-' + machine['id']
    if method == 'PUT' and path == '/latest/api/token':
        # The hop limit counts for the answer; the lab's router is one hop that the real link doesn't have.
        link.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, machine['hopLimit'] + 1)
        good = 'x-aws-ec2-metadata-token-ttl-seconds' in fields and 'x-forwarded-for' not in fields
        seconds = fields.get('x-aws-ec2-metadata-token-ttl-seconds', '')
        return http(link, 200 if good else 403, token if good else '',
                    {'X-Aws-Ec2-Metadata-Token-Ttl-Seconds': seconds})
    if machine['tokensRequired'] and fields.get('x-aws-ec2-metadata-token') != token:
        return http(link, 401, '')
    body = document(machine, path)
    http(link, 404 if body is None else 200, body or '')


def document(machine, path):
    """A page, or the listing of a directory; the same for every version in the path."""
    found = VERSIONED.match(path)
    if not found:
        return None
    asked = found.group(1)
    role = machine.get('role')
    pages = dict(machine['pages'])
    if role:
        base = 'meta-data/iam/security-credentials/'
        pages[base + role] = json.dumps({'Code': 'Success', 'Type': 'AWS-HMAC', 'AccessKeyId': 'NOT-A-REAL-KEY',
                                         'SecretAccessKey': 'not a real key', 'Token': 'not a real token',
                                         'LastUpdated': '2026-01-01T00:00:00Z', 'Expiration': '2099-01-01T00:00:00Z'})
    if asked in pages:
        return pages[asked]
    directory = asked if asked.endswith('/') or not asked else asked + '/'
    below = [page[len(directory):] for page in pages if page.startswith(directory)]
    names = {rest.split('/')[0] + ('/' if '/' in rest else '') for rest in below}
    return '\n'.join(sorted(names)) if names else None


def http(link, status, body, fields={}):
    data = body.encode()
    head = ['HTTP/1.1 %d Lab' % status, 'Server: EC2ws', 'Content-Length: %d' % len(data), 'Connection: close']
    head += ['%s: %s' % field for field in fields.items()]
    link.sendall('\r\n'.join(head + ['', '']).encode() + data)


# --- sending ----------------------------------------------------------------------------------------------------


def inet(to):
    return socket.AF_INET6 if ':' in to else socket.AF_INET


def open_socket(ask, kind):
    link = socket.socket(inet(ask['to']), kind)
    link.settimeout(ask.get('timeout', 0.6))
    if ask.get('source') or ask.get('sourcePort'):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        link.bind((ask.get('source', ''), ask.get('sourcePort', 0)))
    return link


def do_tcp(ask):
    with open_socket(ask, socket.SOCK_STREAM) as link:
        try:
            link.connect((ask['to'], ask['port']))
        except OSError as error:
            return {'answered': error.errno == errno.ECONNREFUSED, 'saw': reason(error)}
        try:
            link.sendall(ask['token'].encode())
            reply = link.recv(4096).decode('latin-1')
        except OSError as error:
            return {'answered': True, 'saw': 'connected, then ' + reason(error)}
        return {'answered': True, 'saw': 'connected: ' + reply[:60]}


def do_udp(ask):
    with open_socket(ask, socket.SOCK_DGRAM) as link:
        try:
            link.connect((ask['to'], ask['port']))
            link.send(ask['token'].encode().ljust(ask.get('size', 0), b'.'))
            reply = link.recv(65535).decode('latin-1')
        except OSError as error:
            return {'answered': False, 'saw': reason(error)}
        return {'answered': True, 'saw': 'answer: ' + reply[:60]}


def do_icmp(ask):
    six = ':' in ask['to']
    kind = socket.getprotobyname('ipv6-icmp') if six else socket.IPPROTO_ICMP
    with socket.socket(inet(ask['to']), socket.SOCK_RAW, kind) as link:
        head = struct.pack('!BBHHH', 128 if six else ask.get('type', 8), 0, 0, os.getpid() & 0xFFFF, 1)
        data = ask['token'].encode()
        packet = head[:2] + struct.pack('!H', 0 if six else checksum(head + data)) + head[4:] + data
        try:
            link.sendto(packet, (ask['to'], 0))
        except OSError as error:
            return {'answered': False, 'saw': reason(error)}
        end = time.monotonic() + ask.get('timeout', 0.6)
        while True:
            left = end - time.monotonic()
            if left <= 0 or not select.select([link], [], [], left)[0]:
                return {'answered': False, 'saw': 'no answer'}
            reply, peer = link.recvfrom(2048)
            start = 0 if six else (reply[0] & 15) * 4
            if peer[0] == ask['to'] and data in reply and reply[start] in (0, 129, 14):
                return {'answered': True, 'saw': 'echo reply'}


def transport(ask, source, data):
    """UDP or a bare TCP SYN with the token inside, as real stacks would send them."""
    target = ask['to']
    pseudo = socket.inet_aton(source) + socket.inet_aton(target)
    if ask.get('carries') == 'tcp':
        head = struct.pack('!HHIIBBHHH', ask.get('sourcePort', 40000), ask['port'], 1, 0, 5 << 4, 2, 8192, 0, 0)
        total = checksum(pseudo + struct.pack('!BBH', 0, 6, len(head + data)) + head + data)
        return 6, head[:16] + struct.pack('!H', total) + head[18:] + data
    if ask.get('carries') == 'udp':
        head = struct.pack('!HHHH', ask.get('sourcePort', 40000), ask['port'], 8 + len(data), 0)
        total = checksum(pseudo + struct.pack('!BBH', 0, 17, len(head + data)) + head + data)
        return 17, head[:6] + struct.pack('!H', total or 0xFFFF) + data
    return ask['protocol'], data


def ip_packet(source, target, protocol, payload, options=b'', offset=0, more=False, ident=0, ttl=64):
    options += b'\0' * (-len(options) % 4)
    words = 5 + len(options) // 4
    head = struct.pack('!BBHHHBBH', 4 << 4 | words, 0, words * 4 + len(payload), ident,
                       (0x2000 if more else 0) | offset // 8, ttl, protocol, 0)
    head += socket.inet_aton(source) + socket.inet_aton(target) + options
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + payload


def do_raw(ask):
    """A raw packet. This does not wait for an answer: the watchers note where it arrived."""
    source = ask.get('source') or own_address()
    data = ask['token'].encode() + b'.' * ask.get('size', 0)
    protocol, payload = transport(ask, source, data)
    hop = ask['to']
    options = b''
    if ask.get('option') == 'source route':
        # A loose route whose only hop is done: only the target is left.
        options = bytes([0x83, 7, 8]) + socket.inet_aton(hop)
    elif ask.get('option') == 'record':
        options = bytes([0x07, 7, 4]) + bytes(4) + bytes([0x44, 8, 5, 0]) + bytes(4)
    ident = struct.unpack('!H', os.urandom(2))[0]
    packets = []
    cuts = ask.get('cuts')
    if cuts:
        edges = [0] + cuts + [len(payload)]
        for start, end in zip(edges, edges[1:]):
            more = end < len(payload)
            packets.append(ip_packet(source, hop, protocol, payload[start:end], options, start, more, ident))
        if ask.get('twice'):
            # The first fragment again, but for port 53, which is open.
            lie = payload[:2] + struct.pack('!H', 53) + payload[4:cuts[0]]
            packets.insert(1, ip_packet(source, hop, protocol, lie, options, 0, True, ident))
        if ask.get('reversed'):
            packets.reverse()
    else:
        packets.append(ip_packet(source, hop, protocol, payload, options, 0, False, ident))
    for packet in packets:
        if ask.get('tags') is None:
            send_ip(packet, hop)
        else:
            send_frame(b''.join(struct.pack('!HH', 0x8100, tag) for tag in ask['tags']) + b'\x08\x00' + packet)
    return {'answered': False, 'saw': 'sent'}


def send_ip(packet, hop):
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as link:
        link.sendto(packet, (hop, 0))


def own_address():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.connect(('169.254.169.123', 9))
        return link.getsockname()[0]


def gateway_mac():
    """The router's hardware address, from ARP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.sendto(b'', ('169.254.169.123', 9))
    for _ in range(20):
        with open('/proc/net/arp') as table:
            for columns in map(str.split, table):
                if columns[-1] == 'eth0' and columns[3] != '00:00:00:00:00:00':
                    return bytes.fromhex(columns[3].replace(':', ''))
        time.sleep(0.02)
    raise OSError('the router does not answer ARP')


def own_mac():
    with open('/sys/class/net/eth0/address') as file:
        return bytes.fromhex(file.read().strip().replace(':', ''))


def send_frame(rest, target=None):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind(('eth0', 0))
        link.send((target or gateway_mac()) + own_mac() + rest)


def do_six(ask):
    """A raw IPv6 UDP packet, sent whether this machine has an IPv6 address or not."""
    source = socket.inet_pton(socket.AF_INET6, ask['source'])
    target = socket.inet_pton(socket.AF_INET6, ask['to'])
    data = ask['token'].encode()
    head = struct.pack('!HHHH', 40001, ask['port'], 8 + len(data), 0)
    total = checksum(source + target + struct.pack('!II', 8 + len(data), 17) + head + data)
    udp = head[:6] + struct.pack('!H', total or 0xFFFF) + data
    send_frame(b'\x86\xdd' + struct.pack('!IHBB', 6 << 28, len(udp), 17, 64) + source + target + udp)
    return {'answered': False, 'saw': 'sent'}


def do_arp(ask):
    """Claims these addresses by unsolicited ARP."""
    for address in ask['claims']:
        claim = socket.inet_aton(address)
        for operation in (1, 2):
            body = struct.pack('!HHBBH', 1, 0x0800, 6, 4, operation) + own_mac() + claim + b'\0' * 6 + claim
            send_frame(b'\x08\x06' + body, b'\xff' * 6)
    return {'answered': False, 'saw': 'claimed'}


def do_dns(ask):
    """Asks for every type at once over UDP, or over one TCP connection each; any answer counts."""
    labels = ask['name'].split('.')
    name = b''.join(bytes([len(label)]) + label.encode() for label in labels) + b'\0'
    queries = {kind: struct.pack('!H', index + 1) + b'\x01\x00\x00\x01\0\0\0\0\0\0' + name
               + struct.pack('!HH', kind, ask.get('class', 1)) for index, kind in enumerate(ask['types'])}
    replies = (dns_by_tcp if ask.get('stream') else dns_by_udp)(ask, list(queries.values()))
    codes = {kind: replies[query[:2]][3] & 15 for kind, query in queries.items() if query[:2] in replies}
    answered = sorted(kind for kind, code in codes.items() if code == 0)
    if answered:
        return {'answered': True, 'saw': '%d of %d types answered' % (len(answered), len(queries))}
    if not codes:
        return {'answered': False, 'saw': 'no answer to %d types' % len(queries)}
    return {'answered': False, 'saw': '%d of %d types refused, rcode %s' % (
        len(codes), len(queries), ', '.join(str(code) for code in sorted(set(codes.values()))))}


def dns_by_udp(ask, queries):
    replies = {}
    with open_socket(ask, socket.SOCK_DGRAM) as link:
        link.connect((ask['to'], ask.get('port', 53)))
        try:
            for query in queries:
                link.send(query)
            while len(replies) < len(queries):
                reply = link.recv(65535)
                if len(reply) >= 12:
                    replies[reply[:2]] = reply
        except OSError:
            pass
    return replies


def dns_by_tcp(ask, queries):
    replies = {}
    try:
        for query in queries:
            with open_socket(ask, socket.SOCK_STREAM) as link:
                link.connect((ask['to'], ask.get('port', 53)))
                link.sendall(struct.pack('!H', len(query)) + query)
                reply = receive(link, struct.unpack('!H', receive(link, 2))[0])
                if len(reply) >= 12:
                    replies[reply[:2]] = reply
    except OSError:
        pass
    return replies


def do_http(ask):
    """Requests to instance metadata, one after another; `{token}` is replaced by the first answer."""
    token, status, body = '', 0, ''
    for step in ask['requests']:
        try:
            with open_socket(ask, socket.SOCK_STREAM) as link:
                link.connect((ask['to'], 80))
                fields = ''.join('%s: %s\r\n' % (key, value.replace('{token}', token))
                                 for key, value in step.get('headers', {}).items())
                link.sendall(('%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n' % (step['method'], step['path'], ask['to'],
                                                                        fields)).encode())
                reply = b''
                while len(reply) < 65536:
                    part = link.recv(4096)
                    if not part:
                        break
                    reply += part
        except OSError as error:
            return {'answered': False, 'saw': '%s %s: %s' % (step['method'], step['path'], reason(error))}
        head, _, content = reply.partition(b'\r\n\r\n')
        status, body = int(head.split(b' ')[1]), content.decode('latin-1')
        if status != 200:
            return {'answered': False, 'saw': '%s %s: HTTP %d' % (step['method'], step['path'], status)}
        if step['method'] == 'PUT':
            token = body
    return {'answered': True, 'saw': 'HTTP %d, %d bytes' % (status, len(body))}


def do_scan(ask):
    """Raw SYNs to every target and port, in bounded bursts; any TCP answer counts as getting through."""
    source = own_address()
    expected = {(target, port) for target in ask['targets'] for port in ask['ports']}
    except_for = {(target, port) for target, port in ask.get('except', [])}
    answers = set()
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(0x0800))
    sniffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    sniffer.setblocking(False)

    def drain(seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not select.select([sniffer], [], [], 0.02)[0]:
                continue
            packet, where = sniffer.recvfrom(2048)
            if where[2] == socket.PACKET_OUTGOING or len(packet) < 54 or packet[23] != 6:
                continue
            start = 14 + (packet[14] & 15) * 4
            port, back = struct.unpack('!HH', packet[start:start + 4])
            peer = socket.inet_ntoa(packet[26:30])
            if back == ask['sourcePort'] and (peer, port) in expected:
                answers.add((peer, port))

    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        for target in ask['targets']:
            pseudo = socket.inet_aton(source) + socket.inet_aton(target) + struct.pack('!BBH', 0, 6, 20)
            for index, port in enumerate(ask['ports']):
                syn = struct.pack('!HHIIBBHHH', ask['sourcePort'], port, port, 0, 5 << 4, 2, 8192, 0, 0)
                syn = syn[:16] + struct.pack('!H', checksum(pseudo + syn)) + syn[18:]
                try:
                    link.sendto(ip_packet(source, target, 6, syn), (target, 0))
                except OSError:
                    pass
                if index % 256 == 255:
                    drain(0.002)
    drain(ask.get('timeout', 0.6))
    sniffer.close()
    found = sorted(answers - except_for)
    saw = '%d ports on %d addresses: %d answered' % (len(expected), len(ask['targets']), len(found))
    if found:
        saw += ', first %s:%d' % found[0]
    return {'answered': bool(found), 'saw': saw}


def do_run(ask):
    """Runs a command as the attacker's root: addresses, routes, neighbours."""
    done = subprocess.run(ask['command'], capture_output=True, timeout=3)
    return {'answered': False, 'saw': 'exit code %d %s' % (done.returncode, done.stderr.decode()[:80].strip())}


def launch(ask):
    """Starts a tool of the attacker's, with processes, /tmp and /run of its own. It ends with its time, or with this program,
    and everything that it started ends with it."""
    script = 'mount -t tmpfs lab /tmp && mount -t tmpfs lab /run && exec timeout -s KILL %d sh -c "$0"' % ask['seconds']
    return subprocess.Popen(
        ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script,
         ask['script']], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def do_start(ask):
    """Starts a tool, and goes on."""
    thread(drain, launch(ask))
    return {'answered': False, 'saw': 'started'}


def drain(child):
    for _ in child.stdout:
        pass
    child.wait()


def do_sees(ask):
    """Runs a tool until it says the words that mean success."""
    words, last = re.compile(ask['words'].encode()), b'nothing'
    child = launch(ask)
    for line in child.stdout:
        last = line.strip() or last
        if words.search(line):
            child.kill()
            break
    child.wait()
    found = words.search(last)
    return {'answered': found is not None, 'saw': 'it says: ' + last.decode('latin-1')[:80]}


def do_through(ask):
    """Sends the token through the near end of a tunnel until the echo at its far end returns it."""
    end, saw = time.monotonic() + ask['seconds'], 'no answer'
    while time.monotonic() < end:
        try:
            with socket.create_connection((ask['to'], ask['port']), 2) as link:
                link.settimeout(2)
                link.sendall(ask['token'].encode())
                reply = link.recv(4096)
                if ask['token'].encode() in reply:
                    return {'answered': True, 'saw': 'through the tunnel: ' + reply.decode('latin-1')[:60]}
                saw = 'the tunnel closes' if not reply else 'the tunnel answers, and nothing is behind it'
        except OSError as error:
            saw = reason(error)
        time.sleep(0.2)
    return {'answered': False, 'saw': saw}


def do_publish(ask):
    """Changes the pages of a machine's metadata."""
    machine = machines[ask['machine']]
    machine['pages'] = {**machine['pages'], **ask['pages']}
    return {'answered': True, 'saw': 'published'}


def do_ledger(ask):
    """What came from the watched link, one entry for each kind of packet, in the order of arrival; then forgets it."""
    entries = [{'what': what, 'from': source, 'to': target, 'port': port, 'first': first, 'last': last,
                'packets': packets}
               for (what, source, target, port), (first, last, packets) in list(ledger.items())]
    if ask.get('forget'):
        ledger.clear()
    return {'answered': True, 'saw': '%d kinds' % len(entries), 'entries': entries}


def do_seen(_):
    """Everything that arrived here since the lab began."""
    return {'tokens': seen_tokens.copy(), 'syns': seen_syns.copy(), 'questions': questions[:]}


def reason(error):
    if isinstance(error, TimeoutError):
        return 'no answer'
    return error.strerror.lower() if error.strerror else str(error)


ACTIONS = {'tcp': do_tcp, 'udp': do_udp, 'icmp': do_icmp, 'raw': do_raw, 'six': do_six, 'arp': do_arp, 'dns': do_dns,
           'http': do_http, 'scan': do_scan, 'run': do_run, 'start': do_start, 'sees': do_sees,
           'through': do_through, 'publish': do_publish, 'ledger': do_ledger, 'seen': do_seen}


def handle(ask):
    with slots:
        try:
            result = ACTIONS[ask['do']](ask)
        except Exception as error:  # one broken probe is reported as broken, and the others go on
            result = {'answered': False, 'broken': '%s: %s' % (type(error).__name__, error)}
    say({'id': ask['id'], **result})


def main():
    role = json.loads(sys.stdin.readline())
    thread(watch, role.get('watched'))
    if role['echo']:
        serve_echo(role['name'])
    for address in role.get('resolvers', []):
        serve_dns(address, role['resolverState'])
    for machine in role.get('metadata', []):
        serve_metadata(machine)
    if role.get('time'):
        thread(serve_time, role['time'])
    say({'ready': role['name']})
    for line in sys.stdin:
        ask = json.loads(line)
        # What is started ends with the thread that started it, and the main thread lives as long as this program.
        if ask['do'] == 'start':
            handle(ask)
        else:
            thread(handle, ask)


main()
