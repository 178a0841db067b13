#!/usr/bin/env python3
# Part of the interface facts in this folder (see README.md): an independent decoder of metadata
# and its comparison with catalog.json; kept as it came.
# ruff: noqa
# fmt: off
# mypy: ignore-errors
"""Compare a runtime metadata blob (V14, V15 or V16) with catalog.json.

Usage: check_catalog.py BLOB [--catalog catalog.json] [--pallets A,B] [--kinds calls,storage]
                        [--globals extrinsic,apis,version | none] [--types exact|shape|wire]
                        [--values prod|fast|localnet] [--forbid-extra] [-n 20] [--json OUT]

BLOB: raw metadata bytes ("meta" magic), an OpaqueMetadata-wrapped blob, or a text file with 0x hex.
Exit code: 0 only when every selected catalog item is present and equal, 1 otherwise, 2 on bad input.
Standard library only.
"""
import argparse, json, os, re, struct, sys

# ------------------------------------------------------------------ SCALE metadata decoder
PRIMS = ['bool', 'char', 'str', 'u8', 'u16', 'u32', 'u64', 'u128', 'u256', 'i8', 'i16', 'i32', 'i64', 'i128', 'i256']
HASHERS = ['Blake2_128', 'Blake2_256', 'Blake2_128Concat', 'Twox128', 'Twox256', 'Twox64Concat', 'Identity']


class Reader:
    def __init__(self, data, pos=0):
        self.data, self.pos = data, pos

    def take(self, n):
        if self.pos + n > len(self.data):
            raise EOFError(f'{n} bytes wanted at {self.pos} of {len(self.data)}')
        out = self.data[self.pos:self.pos + n]
        self.pos += n
        return out

    def u8(self):
        return self.take(1)[0]

    def u32(self):
        return struct.unpack('<I', self.take(4))[0]

    def compact(self):
        first = self.u8()
        mode = first & 3
        if mode == 0:
            return first >> 2
        if mode == 1:
            return (first | self.u8() << 8) >> 2
        if mode == 2:
            return int.from_bytes(bytes([first]) + self.take(3), 'little') >> 2
        return int.from_bytes(self.take((first >> 2) + 4), 'little')

    def text(self):
        return self.take(self.compact()).decode()

    def raw(self):
        return self.take(self.compact())

    def many(self, f):
        return [f() for _ in range(self.compact())]

    def maybe(self, f):
        flag = self.u8()
        if flag not in (0, 1):
            raise ValueError(f'bad option flag {flag} at {self.pos}')
        return f() if flag else None


def decode_metadata(blob):
    start = blob.find(b'meta')
    if start < 0:
        raise ValueError('no metadata magic')
    r = Reader(blob, start + 4)
    v = r.u8()
    if v not in (14, 15, 16):
        raise ValueError(f'metadata V{v} is not supported')
    docs = lambda: r.many(r.text)

    def field():
        out = dict(name=r.maybe(r.text), type=r.compact())
        r.maybe(r.text)
        docs()
        return out

    def variant():
        out = dict(name=r.text(), fields=r.many(field), index=r.u8())
        docs()
        return out

    def definition():
        k = r.u8()
        if k == 0:
            return dict(kind='composite', fields=r.many(field))
        if k == 1:
            return dict(kind='variant', variants=r.many(variant))
        if k == 2:
            return dict(kind='sequence', type=r.compact())
        if k == 3:
            return dict(kind='array', len=r.u32(), type=r.compact())
        if k == 4:
            return dict(kind='tuple', types=r.many(r.compact))
        if k == 5:
            return dict(kind='primitive', prim=PRIMS[r.u8()])
        if k == 6:
            return dict(kind='compact', type=r.compact())
        if k == 7:
            return dict(kind='bits', store=r.compact(), order=r.compact())
        raise ValueError(f'type definition kind {k}')

    def portable():
        out = dict(id=r.compact(), path=r.many(r.text), params=r.many(lambda: (r.text(), r.maybe(r.compact))), **{'def': definition()})
        docs()
        return out

    types = {t['id']: t for t in r.many(portable)}

    def item_dep():
        if v < 16:
            return
        if r.u8() == 2:
            r.text()
            r.maybe(r.text)

    def enum_ref():
        ty = r.compact()
        if v == 16:
            for _ in range(r.compact()):
                r.u8()
                if r.u8() == 2:
                    r.text()
                    r.maybe(r.text)
        return ty

    def entry():
        out = dict(name=r.text(), modifier=['Optional', 'Default', 'Required'][r.u8()])
        if r.u8() == 0:
            out.update(kind='plain', hashers=[], key=None, value=r.compact())
        else:
            out.update(kind='map', hashers=r.many(lambda: HASHERS[r.u8()]), key=r.compact(), value=r.compact())
        out['default'] = r.raw().hex()
        docs()
        item_dep()
        return out

    def constant():
        out = dict(name=r.text(), type=r.compact(), value=r.raw().hex())
        docs()
        item_dep()
        return out

    def params():
        return r.many(lambda: dict(name=r.text(), type=r.compact()))

    def pallet():
        out = dict(name=r.text(), storage=r.maybe(lambda: dict(prefix=r.text(), entries=r.many(entry))), calls=r.maybe(enum_ref), event=r.maybe(enum_ref),
                   constants=r.many(constant), error=r.maybe(enum_ref))
        if v == 16:
            r.many(lambda: (r.text(), r.compact(), docs()))
            r.many(lambda: (r.take(32), r.text(), params(), r.compact(), docs(), item_dep()))
        out['index'] = r.u8()
        if v >= 15:
            docs()
        item_dep()
        return out

    pallets = r.many(pallet)
    ext = lambda: dict(identifier=r.text(), extra=r.compact(), additional=r.compact())
    if v == 14:
        ty = r.compact()
        ver = r.u8()
        named = dict(types[ty]['params'])
        xt = dict(versions=[ver], address=named.get('Address'), call=named.get('Call'), signature=named.get('Signature'), extensions=r.many(ext))
        r.compact()
    elif v == 15:
        xt = dict(versions=[r.u8()], address=r.compact(), call=r.compact(), signature=r.compact(), extra=r.compact(), extensions=r.many(ext))
        r.compact()
    else:
        xt = dict(versions=list(r.raw()), address=r.compact(), call=r.compact(), signature=r.compact(), by_version=r.many(lambda: (r.u8(), r.many(r.compact))), extensions=r.many(ext))
    apis = None
    if v >= 15:
        def method():
            out = dict(name=r.text(), inputs=params(), output=r.compact())
            docs()
            item_dep()
            return out

        def api():
            out = dict(name=r.text(), methods=r.many(method))
            docs()
            if v == 16:
                r.compact()
                item_dep()
            return out
        apis = r.many(api)
    return dict(version=v, types=types, pallets=pallets, extrinsic=xt, apis=apis)


# ------------------------------------------------------------------ type notation (see README.md)
class Blob:
    """The decoded blob, seen in the catalog's notation."""

    def __init__(self, meta):
        self.meta, self.types, self._names = meta, meta['types'], {}
        self.defs = {}

    def number(self, i):
        t = self.types[i]
        path = t['path']
        if not path or not re.match(r'(substrate_)?typenum$', path[0]):
            return None
        if path[-1] == 'UTerm':
            return 0
        if path[-1] != 'UInt':
            return None
        high = self.number(t['params'][0][1])
        return high * 2 + (1 if self.types[t['params'][1][1]]['path'][-1] == 'B1' else 0)

    def name(self, i):
        if i in self._names:
            return self._names[i]
        t = self.types[i]
        d = t['def']
        k = d['kind']
        if t['path'] and k in ('composite', 'variant'):
            n = self.number(i)
            if n is not None:
                out = f'U{n}'
            else:
                out = '::'.join(t['path'])
                ps = [self.name(p) if p is not None else '_' for _, p in t['params']]
                if any(p != '_' for p in ps):
                    out += '<' + ', '.join(ps) + '>'
        elif k == 'primitive':
            out = d['prim']
        elif k == 'sequence':
            out = f"Vec<{self.name(d['type'])}>"
        elif k == 'array':
            out = f"[{self.name(d['type'])}; {d['len']}]"
        elif k == 'tuple':
            x = [self.name(y) for y in d['types']]
            out = '(' + ', '.join(x) + (',' if len(x) == 1 else '') + ')'
        elif k == 'compact':
            out = f"Compact<{self.name(d['type'])}>"
        elif k == 'bits':
            out = f"BitSequence<{self.name(d['store'])}, {self.name(d['order'])}>"
        else:                                        # unnamed composite / variant
            out = f'anonymous#{i}'
        self._names[i] = out
        return out

    def fields(self, fs):
        return [(f['name'], self.name(f['type'])) for f in fs]

    def definitions(self):
        if not self.defs:
            for i, t in self.types.items():
                d = t['def']
                if d['kind'] == 'composite':
                    self.defs.setdefault(self.name(i), ('composite', self.fields(d['fields'])))
                elif d['kind'] == 'variant':
                    self.defs.setdefault(self.name(i), ('variant', sorted((v['index'], v['name'], tuple(self.fields(v['fields']))) for v in d['variants'])))
        return self.defs

    def variants(self, i):
        return [] if i is None else self.types[i]['def']['variants']


def split_args(s):
    out, depth, cur = [], 0, ''
    for ch in s:
        if ch in '<([':
            depth += 1
        elif ch in '>)]':
            depth -= 1
        if ch == ',' and depth == 0:
            out.append(cur.strip())
            cur = ''
        else:
            cur += ch
    if cur.strip():
        out.append(cur.strip())
    return out


def parse(s):
    """('tuple', [..]) | ('array', t, n) | ('path', name, [args])"""
    s = s.strip()
    if s.startswith('('):
        return ('tuple', split_args(s[1:-1]))
    m = re.match(r'^\[(.*); (\d+)\]$', s, re.S)
    if m:
        return ('array', m.group(1), int(m.group(2)))
    m = re.match(r'^([\w:#]+)(?:<(.*)>)?$', s, re.S)
    if not m:
        raise ValueError(f'type notation: {s!r}')
    return ('path', m.group(1), split_args(m.group(2)) if m.group(2) else [])


class Shapes:
    """Structural comparison of a catalog type with a blob type (paths ignored)."""

    def __init__(self, cat, blob, mode):
        self.c, self.b, self.mode = cat, blob, mode
        self.memo = {}
        self.opaque_c = set(cat.get('outer_enums', {}).values()) | {'node_subtensor_runtime::OriginCaller'}

    def unwrap(self, s, defs):
        if self.mode != 'wire':
            return s
        seen = set()
        while s not in seen:
            seen.add(s)
            d = defs.get(s)
            if d and d[0] == 'composite' and len(d[1]) == 1:
                s = d[1][0][1]
            elif s.startswith('(') and s.endswith(',)'):
                s = split_args(s[1:-1])[0]
            else:
                break
        return s

    def eq(self, x, y):
        x, y = self.unwrap(x, self.cdefs()), self.unwrap(y, self.b.definitions())
        if x == y and self.mode == 'shape' and x not in self.cdefs():
            return True
        if x in self.opaque_c:
            return y.split('::')[-1] == x.split('::')[-1]
        key = (x, y)
        if key in self.memo:
            return self.memo[key]
        self.memo[key] = True                        # coinductive: recursive types
        self.memo[key] = out = self._eq(x, y)
        return out

    def cdefs(self):
        if not hasattr(self, '_cd'):
            self._cd = {k: cat_def(v) for k, v in self.c['types'].items()}
        return self._cd

    def _eq(self, x, y):
        dx, dy = self.cdefs().get(x), self.b.definitions().get(y)
        if (dx is None) != (dy is None):
            return False
        if dx:
            if dx[0] != dy[0] or len(dx[1]) != len(dy[1]):
                return False
            if dx[0] == 'composite':
                return all((self.mode == 'wire' or p[0] == q[0]) and self.eq(p[1], q[1]) for p, q in zip(dx[1], dy[1]))
            return all(p[:2] == q[:2] and len(p[2]) == len(q[2]) and all((self.mode == 'wire' or f[0] == g[0]) and self.eq(f[1], g[1]) for f, g in zip(p[2], q[2])) for p, q in zip(dx[1], dy[1]))
        px, py = parse(x), parse(y)
        if px[0] != py[0]:
            return False
        if px[0] == 'tuple':
            return len(px[1]) == len(py[1]) and all(self.eq(p, q) for p, q in zip(px[1], py[1]))
        if px[0] == 'array':
            return px[2] == py[2] and self.eq(px[1], py[1])
        if px[1] != py[1] or len(px[2]) != len(py[2]):
            return False
        return all(self.eq(p, q) for p, q in zip(px[2], py[2]))


def cat_def(d):
    if d['kind'] == 'composite':
        return ('composite', [(f['name'], f['type']) for f in d['fields']])
    return ('variant', sorted((v['index'], v['name'], tuple((f['name'], f['type']) for f in v['fields'])) for v in d['variants']))


# ------------------------------------------------------------------ comparison
KINDS = ['pallet', 'calls', 'storage', 'events', 'errors', 'constants', 'types']
GLOBALS = ['version', 'extrinsic', 'apis']


class Check:
    def __init__(self, cat, blob, args, fast):
        self.cat, self.blob, self.args, self.fast = cat, blob, args, fast
        self.shapes = Shapes(cat, blob, args.types)
        self.counts = {}
        self.bad = []
        self.extra = []

    def ty(self, x, y):
        return x == y if self.args.types == 'exact' else self.shapes.eq(x, y)

    def note(self, group, kind, name, problem):
        c = self.counts.setdefault(group, {}).setdefault(kind, [0, 0])
        c[1] += 1
        if problem is None:
            c[0] += 1
        else:
            self.bad.append((group, kind, name, problem))

    def args_problem(self, want, got):
        if [n for n, _ in want] != [n for n, _ in got]:
            return f'names {[n for n, _ in want]} != {[n for n, _ in got]}'
        for (n, t), (_, u) in zip(want, got):
            if not self.ty(t, u):
                return f'{n}: {t} != {u}'

    def enum(self, group, kind, items, variants, key):
        got = {v['name']: v for v in variants}
        for it in items:
            v = got.get(it['name'])
            if v is None:
                self.note(group, kind, it['name'], 'missing')
            elif v['index'] != it['index']:
                self.note(group, kind, it['name'], f"index {it['index']} != {v['index']}")
            else:
                self.note(group, kind, it['name'], self.args_problem([(f['name'], f['type']) for f in it.get(key, [])], self.blob.fields(v['fields'])))
        for n in got.keys() - {i['name'] for i in items}:
            self.extra.append((group, kind, n))

    def closure(self, roots):
        """catalog type keys reachable from roots, not entering the outer enums"""
        stop = set(self.cat.get('outer_enums', {}).values())
        seen, todo = set(), list(roots)
        while todo:
            s = todo.pop()
            p = parse(s)
            if s in self.cat['types']:
                if s in seen or s in stop:
                    continue
                seen.add(s)
                d = self.cat['types'][s]
                todo += [f['type'] for f in (d['fields'] if d['kind'] == 'composite' else [f for v in d['variants'] for f in v['fields']])]
            elif p[0] == 'tuple':
                todo += p[1]
            elif p[0] == 'array':
                todo.append(p[1])
            else:
                todo += [a for a in p[2] if a != '_']
        return seen

    def types(self, group, roots, skip=()):
        defs = self.blob.definitions()
        for k in sorted(self.closure(roots) - set(skip)):
            if self.args.types != 'exact':
                continue                             # already compared structurally at each item
            want, got = cat_def(self.cat['types'][k]), defs.get(k)
            self.note(group, 'types', k, None if want == got else 'missing' if got is None else f'definition differs: {first_diff(want, got)}')

    def pallet(self, p, kinds):
        g = p['name']
        got = next((q for q in self.blob.meta['pallets'] if q['name'] == g), None)
        b = self.blob
        if 'pallet' in kinds:
            if got is None:
                self.note(g, 'pallet', g, 'missing')
            else:
                prefix = got['storage']['prefix'] if got['storage'] else None
                self.note(g, 'pallet', g, None if (got['index'], prefix) == (p['index'], p['storage_prefix']) else f"index/prefix {p['index']}/{p['storage_prefix']} != {got['index']}/{prefix}")
        got = got or dict(storage=None, calls=None, event=None, error=None, constants=[])
        for kind, key, ref in (('calls', 'args', got['calls']), ('events', 'fields', got['event']), ('errors', 'fields', got['error'])):
            if kind in kinds:
                self.enum(g, kind, p[kind], b.variants(ref), key)
        roots = [a['type'] for c in p['calls'] for a in c['args']] + [f['type'] for e in p['events'] + p['errors'] for f in e.get('fields', [])]
        if 'storage' in kinds:
            have = {e['name']: e for e in (got['storage']['entries'] if got['storage'] else [])}
            for s in p['storage']:
                e = have.get(s['name'])
                problem = None
                if e is None:
                    problem = 'missing'
                else:
                    keys = []
                    if e['kind'] == 'map':
                        d = b.types[e['key']]['def']
                        keys = [b.name(e['key'])] if len(e['hashers']) == 1 else [b.name(x) for x in d.get('types', [])]
                    for what, x, y in (('modifier', s['modifier'], e['modifier']), ('kind', s['kind'], e['kind']), ('hashers', s['hashers'], e['hashers'])):
                        if x != y:
                            problem = problem or f'{what} {x} != {y}'
                    if problem is None and len(keys) != len(s['keys']):
                        problem = f"keys {s['keys']} != {keys}"
                    for x, y in zip(s['keys'] + [s['value']], keys + [b.name(e['value'])]):
                        if problem is None and not self.ty(x, y):
                            problem = f'{x} != {y}'
                    if problem is None and self.args.values:
                        want = self.value(g, 'storage', s['name'], s['default_hex'])
                        if want and want != '0x' + e['default']:
                            problem = f"default {want} != 0x{e['default']}"
                self.note(g, 'storage', s['name'], problem)
            self.extra += [(g, 'storage', n) for n in have.keys() - {s['name'] for s in p['storage']}]
        roots += [t for s in p['storage'] for t in s['keys'] + [s['value']]]
        if 'constants' in kinds:
            have = {c['name']: c for c in got['constants']}
            for k in p['constants']:
                c = have.get(k['name'])
                problem = 'missing' if c is None else None if self.ty(k['type'], b.name(c['type'])) else f"{k['type']} != {b.name(c['type'])}"
                if c and problem is None and self.args.values:
                    want = self.value(g, 'constants', k['name'], k['value'])
                    if want and want != '0x' + c['value']:
                        problem = f"value {want} != 0x{c['value']}"
                self.note(g, 'constants', k['name'], problem)
            self.extra += [(g, 'constants', n) for n in have.keys() - {k['name'] for k in p['constants']}]
        roots += [k['type'] for k in p['constants']]
        if 'types' in kinds:
            self.types(g, roots)

    def value(self, pallet, kind, name, prod):
        if self.args.values == 'prod':
            return prod
        v = self.fast.get('pallets', {}).get(pallet, {}).get(kind, {}).get(name, {})
        if self.args.values == 'localnet' and 'pow_faucet_hex' in v:
            return v['pow_faucet_hex']
        return v.get('fast_hex', prod)

    def version(self):
        cat = self.cat
        system = next((p for p in self.blob.meta['pallets'] if p['name'] == 'System'), None)
        consts = {c['name']: bytes.fromhex(c['value']) for c in (system or dict(constants=[]))['constants']}
        got = {}
        if 'Version' in consts:
            r = Reader(consts['Version'])
            got['spec_name'] = r.text()
            r.text()
            r.u32()
            got['spec_version'] = r.u32()
            r.u32()
            r.many(lambda: r.take(12))
            got['transaction_version'] = r.u32()
        if 'SS58Prefix' in consts:
            got['ss58_prefix'] = int.from_bytes(consts['SS58Prefix'], 'little')
        for k in ('spec_name', 'spec_version', 'transaction_version', 'ss58_prefix'):
            self.note('@version', 'version', k, None if got.get(k) == cat[k] else f'{cat[k]} != {got.get(k)}')

    def extrinsic(self):
        w, g, b = self.cat['extrinsic'], self.blob.meta['extrinsic'], self.blob
        name = lambda i: None if i is None else b.name(i)
        self.note('@extrinsic', 'extrinsic', 'version', None if w['version'] in g['versions'] else f"{w['version']} not in {g['versions']}")
        for k, i in (('address_type', g['address']), ('signature_type', g['signature']), ('call_type', g['call'])):
            self.note('@extrinsic', 'extrinsic', k, None if i is not None and self.ty(w[k], name(i)) else f'{w[k]} != {name(i)}')
        for n, x in enumerate(w['extensions']):
            y = g['extensions'][n] if n < len(g['extensions']) else None
            if y is None:
                problem = 'missing'
            elif x['identifier'] != y['identifier']:
                problem = f"position {n}: {x['identifier']} != {y['identifier']}"
            elif not self.ty(x['extra_type'], b.name(y['extra'])):
                problem = f"extra {x['extra_type']} != {b.name(y['extra'])}"
            elif not self.ty(x['additional_signed_type'], b.name(y['additional'])):
                problem = f"additional {x['additional_signed_type']} != {b.name(y['additional'])}"
            else:
                problem = None
            self.note('@extrinsic', 'extensions', x['identifier'], problem)
        self.types('@extrinsic', [w['address_type'], w['signature_type']] + [t for x in w['extensions'] for t in (x['extra_type'], x['additional_signed_type'])])

    def apis(self):
        if self.blob.meta['apis'] is None:
            return                                   # V14 carries none
        have = {a['name']: {m['name']: m for m in a['methods']} for a in self.blob.meta['apis']}
        roots = []
        for a in self.cat['runtime_apis']:
            for m in a['methods']:
                roots += [i['type'] for i in m['inputs']] + [m['output']]
                got = have.get(a['name'], {}).get(m['name'])
                problem = 'missing'
                if got:
                    problem = self.args_problem([(i['name'], i['type']) for i in m['inputs']], [(i['name'], self.blob.name(i['type'])) for i in got['inputs']])
                    if problem is None and not self.ty(m['output'], self.blob.name(got['output'])):
                        problem = f"output {m['output']} != {self.blob.name(got['output'])}"
                self.note('@apis', 'methods', f"{a['name']}.{m['name']}", problem)
            self.extra += [('@apis', a['name'], n) for n in have.get(a['name'], {}).keys() - {m['name'] for m in a['methods']}]
        self.types('@apis', roots)


def first_diff(want, got):
    if want[0] != got[0]:
        return f'{want[0]} != {got[0]}'
    for x, y in zip(want[1], got[1]):
        if x != y:
            return f'{x} != {y}'
    return f'{len(want[1])} != {len(got[1])} members'


def read_blob(path):
    data = open(path, 'rb').read()
    if b'meta' not in data[:64]:
        text = data.strip()
        m = re.search(rb'(?:0x)?([0-9a-fA-F]{100,})', text)
        if m:
            data = bytes.fromhex(m.group(1)[:len(m.group(1)) & ~1].decode())
    return data


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('blob')
    ap.add_argument('--catalog', default=os.path.join(here, 'catalog.json'))
    ap.add_argument('--defaults', default=os.path.join(here, 'defaults.json'), help='used by --values fast and localnet')
    ap.add_argument('--pallets', default='all', help='comma separated pallet names (default all)')
    ap.add_argument('--kinds', default=','.join(KINDS), help='of ' + ','.join(KINDS))
    ap.add_argument('--globals', default=None, help='of version,extrinsic,apis, or none (default: all three with --pallets all, otherwise none)')
    ap.add_argument('--types', choices=['exact', 'shape', 'wire'], default='exact',
                    help='exact: type paths and definitions equal; shape: same structure and names, paths free; wire: same encoding, newtypes unwrapped')
    ap.add_argument('--values', nargs='?', const='prod', choices=['prod', 'fast', 'localnet'], help='also compare constant values and storage defaults (localnet: fast-runtime and pow-faucet)')
    ap.add_argument('--forbid-extra', action='store_true', help='items of the blob that the catalog lacks count as failures')
    ap.add_argument('-n', type=int, default=20, help='mismatches to print (0: all)')
    ap.add_argument('--json', help='write counts and mismatches to this file')
    args = ap.parse_args()
    cat = json.load(open(args.catalog))
    fast = json.load(open(args.defaults)) if args.values in ('fast', 'localnet') else {}
    try:
        meta = decode_metadata(read_blob(args.blob))
    except (ValueError, EOFError, IndexError, OSError) as e:
        print(f'cannot decode {args.blob}: {e}', file=sys.stderr)
        return 2
    names = [p['name'] for p in cat['pallets']]
    chosen = names if args.pallets == 'all' else [x for x in args.pallets.split(',') if x]
    unknown = [x for x in chosen if x not in names]
    kinds = [k for k in args.kinds.split(',') if k]
    if unknown or [k for k in kinds if k not in KINDS]:
        print(f'unknown pallets {unknown} or kinds in {kinds}', file=sys.stderr)
        return 2
    glob = args.globals if args.globals is not None else (','.join(GLOBALS) if args.pallets == 'all' else 'none')
    glob = [] if glob == 'none' else [g for g in glob.split(',') if g]
    c = Check(cat, Blob(meta), args, fast)
    for p in cat['pallets']:
        if p['name'] in chosen:
            c.pallet(p, kinds)
    for g in glob:
        getattr(c, g)()
    pct = lambda a, b: f'{100 * a / b:5.1f}%' if b else '    - '
    print(f"metadata V{meta['version']}, catalog spec {cat['spec_version']}, types={args.types}, values={args.values or 'not compared'}")
    cols = KINDS + ['version', 'extrinsic', 'extensions', 'methods']
    used = [k for k in cols if any(k in v for v in c.counts.values())]
    print('group'.ljust(26) + ''.join(k.rjust(18) for k in used) + 'total'.rjust(18))
    tot = {}
    for g, ks in c.counts.items():
        a = b = 0
        line = g.ljust(26)
        for k in used:
            x, y = ks.get(k, (0, 0))
            a += x
            b += y
            t = tot.setdefault(k, [0, 0])
            t[0] += x
            t[1] += y
            line += (f'{x}/{y} {pct(x, y)}' if y else '-').rjust(18)
        print(line + f'{a}/{b} {pct(a, b)}'.rjust(18))
    A, B = sum(x for x, _ in tot.values()), sum(y for _, y in tot.values())
    print('TOTAL'.ljust(26) + ''.join((f'{tot[k][0]}/{tot[k][1]} {pct(*tot[k])}').rjust(18) for k in used) + f'{A}/{B} {pct(A, B)}'.rjust(18))
    extra = [e for e in c.extra if e[0] in chosen or e[0].startswith('@')]
    print(f'mismatches {len(c.bad)}; items only in the blob {len(extra)}')
    for g, k, n, why in (c.bad if args.n == 0 else c.bad[:args.n]):
        print(f'  {g}.{k} {n}: {why}')
    if len(c.bad) > args.n > 0:
        print(f'  ... {len(c.bad) - args.n} more (-n 0 prints all)')
    if args.json:
        json.dump(dict(counts=c.counts, mismatches=[dict(group=g, kind=k, name=n, problem=w) for g, k, n, w in c.bad], extra=extra, matched=A, total=B), open(args.json, 'w'), indent=1)
    return 0 if A == B and not (args.forbid_extra and extra) else 1


if __name__ == '__main__':
    sys.exit(main())
