"""Checks that policies and certificates are replaced under load and no request notices."""

import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import time

import bodies
import clients
import loads
from mount import Mount
from server import ROOT, stop

# The full number takes minutes. The number beside all other checks is enough to find a fault.
IS_LONG = os.environ.get("E2E_LONG") == "1"
POLICY_RELOADS = 200 if IS_LONG else 12
CERTIFICATE_RELOADS = 100 if IS_LONG else 10
INTERVAL = 0.25  # seconds between two looks; with the default of one second these checks only take longer
GENERATIONS = 12

POLICY = """apiVersion: podscore.dev/v1alpha1
kind: ScorePolicy
metadata: {{name: g{generation}-{namespace}}}
spec:
  match: {{namespaces: [{namespace}]}}
  enforce: {{minimumScore: {minimum}}}
  warn: {{minimumScore: {minimum}}}
"""


def policies(generation):
    """One file for each Namespace. Each has its generation in the policy's name and in its minimum."""
    texts = {name: POLICY.format(namespace=name, generation=generation, minimum=5 + generation) for name in "ab"}
    return {f"{name}.yaml": text.encode() for name, text in texts.items()}


def broken(files, kind):
    """The same files, made invalid in one of several ways."""
    text = files["b.yaml"]
    damages = [
        text[: len(text) // 2],
        text.replace(b"spec:", b"specs:"),
        b"",
        b"a: [",
        text + b"---\n" + text,
        b"#" * (1 << 20) + text,
    ]
    return {**files, "b.yaml": damages[kind % len(damages)]}


def in_namespace(namespace):
    """An ordinary review from that Namespace."""
    return bodies.ORDINARY.replace(b'"namespace":"n"', b'"namespace":"%s"' % namespace.encode())


def generation_of(answer, namespace):
    """The generation of the policies that decided. All parts of the decision must have the same generation."""
    assert answer is not None and answer[0] == 200, f"no decision: {answer}"
    response = json.loads(answer[2])["response"]
    found = re.search(r"below the minimum (\d+) of policy g(\d+)-(\w)", response["status"]["message"])
    assert found and found[3] == namespace, f"decided by another policy: {response}"
    annotated = re.fullmatch(r"g(\d+)-(\w)", response["auditAnnotations"]["policy"])
    assert annotated and annotated[2] == namespace and annotated[1] == found[2], f"mixed policies: {response}"
    assert int(found[1]) == 5 + int(found[2]), f"mixed policies: {response}"
    return int(found[2])


def ask_in_turn(server):
    """Posts for both Namespaces in turn. Between two answers of one generation there may be no answer of another."""
    connection = clients.Connection(server)
    asked = {name: in_namespace(name) for name in "ab"}
    before = generation_of(connection.post(asked["a"]), "a")
    while True:
        between = generation_of(connection.post(asked["b"]), "b")
        yield
        after = generation_of(connection.post(asked["a"]), "a")
        assert after != before or between == before, f"files of two generations at once: {before}, {between}, {after}"
        before = after
        yield


def until(what, holds, seconds=5):
    """Waits until a condition holds and returns the time. It must hold within those seconds."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.01)
    return time.monotonic() - began


def reloads(server, subject, result):
    """How often files were taken over (success) or rejected (failure)."""
    return server.metrics()[f'podscore_reloads_total{{subject="{subject}",result="{result}"}}']


def check_policy_reloads(start):
    """Policies are replaced under load, every fourth time by invalid ones. No request fails, none is decided by two generations, and memory does not grow."""
    with tempfile.TemporaryDirectory() as folder:
        mount = Mount(f"{folder}/policies", policies(0))
        with start(policy=str(mount), options=["--watch-interval", str(INTERVAL)]) as server:
            early, slowest = None, 0
            with loads.Load(ask_in_turn, ask_in_turn, port=server.port, certs=server.certs) as load:
                for number in range(1, POLICY_RELOADS + 1):
                    generation = number % GENERATIONS
                    if number % 4:
                        name, result, files = f"g{generation}-b", "success", policies(generation)
                    else:
                        name, result, files = None, "failure", broken(policies(generation), number // 4)
                    counted = reloads(server, "policy", result)
                    mount.publish(files)
                    slowest = max(slowest, until(f"{result} of reload {number}", lambda: reloads(server, "policy", result) > counted))
                    ready = server.page("/readyz?verbose").decode()
                    assert ready.endswith("\nok\n"), ready
                    assert (name in ready) if name else ("b.yaml:" in ready and "files rejected at" in ready), ready
                    if number == max(POLICY_RELOADS // 5, 4):
                        early = server.memory()
            late = server.memory()
            assert late < early + 3, f"{early:.1f} MiB after some reloads, {late:.1f} MiB after {POLICY_RELOADS}"
            stop(server)
    return [
        f"{POLICY_RELOADS} reloads, in force or refused after {slowest:.1f} s at most, {load.count} requests",
        f"{early:.1f} MiB after some reloads, {late:.1f} MiB at the end",
    ]


def check_unheard(start):
    """A standard error that nobody reads does not delay reloads. Lost lines are counted, and the others come when somebody reads."""
    dropped = "podscore_message_lines_dropped_total"
    with tempfile.TemporaryDirectory() as folder:
        with start() as server:
            pairs = [new_pair(server.certs, f"{folder}/{number}") for number in range(2)]
            stop(server)
        mount, certificates = Mount(f"{folder}/policies", policies(0)), Mount(f"{folder}/mounted", pairs[0])
        with start(policy=str(mount), tls=str(certificates), options=["--watch-interval", "0.02"], unheard=True) as server:
            refusals = 0
            while server.metrics().get(dropped, 0) == 0:
                refusals += 1
                assert refusals < 200, "no line is dropped"
                wrong = "".join(f"  wrong{number}: {refusals}\n" for number in range(60))
                mount.publish({**policies(0), "b.yaml": policies(0)["b.yaml"] + wrong.encode()})
                until(f"policies are refused, time {refusals}", lambda: reloads(server, "policy", "failure") == refusals)
            mount.publish(policies(1))
            certificates.publish(pairs[1])
            until("good policies are in force", lambda: "g1-b" in server.page("/readyz?verbose").decode())
            until("the new certificate is served", lambda: served_certificate(server) == certificate_in(pairs[1]))
            lost = server.metrics()[dropped]
            server.hear()
            until("what waited is said", lambda: "policy rejected" in server.said)
            stop(server)
            assert "drained" in server.said, server.said[-500:]
            again = server.said.count("policy rejected")
    return [f"{refusals} refusals, {again} of them said in the end, {lost:.0f} lines lost"]


def check_certificate_reloads(start):
    """Certificates are replaced under load, also by invalid ones. No request fails, valid ones are served within 5 s, and memory does not grow."""
    with tempfile.TemporaryDirectory() as folder:
        with start() as server:
            pairs = [new_pair(server.certs, f"{folder}/{number}") for number in range(6)]
            stop(server)
        mount = Mount(f"{folder}/mounted", pairs[0])
        with start(tls=str(mount), options=["--watch-interval", str(INTERVAL)]) as server:
            early, slowest = None, 0
            with loads.Load(loads.connect_anew, loads.stay_connected, port=server.port, certs=server.certs) as load:
                for number in range(1, CERTIFICATE_RELOADS + 1):
                    if number == max(CERTIFICATE_RELOADS // 5, 4):
                        early = server.memory()
                    pair = pairs[number % len(pairs)]
                    served = served_certificate(server)
                    if number % 5 < 3:
                        mount.publish(pair)
                        new = certificate_in(pair)
                        slowest = max(slowest, until(f"certificate {number} is served", lambda: served_certificate(server) == new))
                        continue
                    counted = reloads(server, "certificate", "failure")
                    other = {"tls.key": pairs[(number + 1) % len(pairs)]["tls.key"]}
                    cut = {"tls.crt": pair["tls.crt"][: len(pair["tls.crt"]) // 2]}
                    mount.publish({**pair, **(other if number % 5 == 3 else cut)})
                    until(f"certificate {number} is refused", lambda: reloads(server, "certificate", "failure") > counted)
                    assert served_certificate(server) == served, "a refused certificate is served"
                    assert "tls.crt" in server.page("/readyz?verbose").decode()
            late = server.memory()
            assert late < early + 4, f"{early:.1f} MiB after some, {late:.1f} MiB after {CERTIFICATE_RELOADS}"
            stop(server)
    return [
        f"{CERTIFICATE_RELOADS} replaced, good ones served after {slowest:.1f} s at most, {load.count} requests",
        f"{early:.1f} MiB after some, {late:.1f} MiB at the end",
    ]


def check_slow_key(start):
    """A certificate is served, and nothing is rejected, if its key is written so late that both files are read in between."""
    with tempfile.TemporaryDirectory() as folder:
        with start() as server:
            pairs = [new_pair(server.certs, f"{folder}/{number}") for number in range(3)]
            stop(server)
        # Written in place, unlike a mount.
        plain = pathlib.Path(folder, "0")
        with start(tls=str(plain), options=["--watch-interval", "1"]) as server:
            for name, text in pairs[1].items():
                (plain / name).write_bytes(text)
            first = certificate_in(pairs[1])
            until("the first one is served", lambda: served_certificate(server) == first)
            looked = time.monotonic()
            (plain / "tls.crt").write_bytes(pairs[2]["tls.crt"])
            # The next look sees the change, the second one reads both files, and the third one reads them again.
            time.sleep(max(0, looked + 2.4 - time.monotonic()))
            (plain / "tls.key").write_bytes(pairs[2]["tls.key"])
            new = certificate_in(pairs[2])
            waited = until("the certificate is served", lambda: served_certificate(server) == new)
            assert reloads(server, "certificate", "failure") == 0
            stop(server)
    return [f"served after {waited:.1f} s"]


def check_client_authorities(start):
    """With --client-ca and --client-name the server accepts only clients of the CA with that name. A changed file takes effect at once, and connections stay open."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ["first", "second"]:
            make_client(folder, name)
        make_client(folder, "third", authority="first")
        authorities = pathlib.Path(folder, "authorities.crt")
        authorities.write_bytes(pathlib.Path(folder, "first-ca.crt").read_bytes())
        names = ["--client-name", "first", "--client-name", "second"]
        with start(options=["--client-ca", str(authorities), *names, "--watch-interval", str(INTERVAL)]) as server:
            assert not is_let_in(server, folder, None), "a client without a certificate is let in"
            assert not is_let_in(server, folder, "third"), "a client of another name is let in"
            assert is_let_in(server, folder, "first") and not is_let_in(server, folder, "second")
            connected = clients.Connection(server, client_context(server, folder, "first"))
            assert connected.post()[0] == 200
            authorities.write_bytes(pathlib.Path(folder, "second-ca.crt").read_bytes())
            waited = until("the second client is let in", lambda: is_let_in(server, folder, "second"))
            assert not is_let_in(server, folder, "first")
            assert connected.post()[0] == 200, "an open connection is gone"
            connected.close()
            stop(server)
    return [f"the second client was let in after {waited:.1f} s"]


def check_drain_while_reloading(start):
    """SIGTERM during reloads loses no request and ends with 0, five times."""
    lost, answered = [], []
    for turn in range(5):
        with tempfile.TemporaryDirectory() as folder:
            # A megabyte of policies, so that reading them takes a while.
            files = {**policies(0), "z.yaml": b"---\n".join(policy_of_many(number) for number in range(2_500))}
            mount = Mount(f"{folder}/policies", files)
            with start(policy=str(mount), drain_delay=1, options=["--watch-interval", "0.01"]) as server:
                tls = clients.context(server.certs)
                threads = [threading.Thread(target=clients.post_until_gone, args=(server, tls, answered, lost)) for _ in range(4)]
                for thread in threads:
                    thread.start()
                counted = reloads(server, "policy", "success")
                mount.publish({**files, "a.yaml": policies(1)["a.yaml"]})
                until("policies are reloaded", lambda: reloads(server, "policy", "success") > counted)
                mount.publish({**files, "a.yaml": policies(2)["a.yaml"]})
                time.sleep(0.02 * turn)
                stop(server)
                for thread in threads:
                    thread.join()
        assert not lost, lost[:5]
    return [f"{len(answered)} requests, none lost"]


def policy_of_many(number):
    """A small policy with its own Namespace."""
    return POLICY.format(namespace=f"n{number}", generation=number, minimum=3).encode() + b"#" * 100 + b"\n"


def new_pair(certs, folder):
    """A certificate of the CA of the tests, with its key, as the files of a Secret."""
    path = pathlib.Path(folder)
    path.mkdir()
    for name in ["ca.crt", "ca.key"]:
        (path / name).write_bytes(pathlib.Path(certs, name).read_bytes())
    subprocess.run([str(ROOT / "Certs/generate.sh"), folder], check=True, stdout=subprocess.DEVNULL)
    return {name: (path / name).read_bytes() for name in ["tls.crt", "tls.key"]}


def certificate_in(pair):
    """The first certificate of a pair, as bytes."""
    return ssl.PEM_cert_to_DER_cert(pair["tls.crt"].decode().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n")


def served_certificate(server):
    """The certificate that a new connection gets, as bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as plain:
        with clients.context(server.certs).wrap_socket(plain, server_hostname="localhost") as connection:
            return connection.getpeercert(binary_form=True)


def make_client(folder, name, authority=None):
    """Makes a CA, unless there is one, and a client certificate of it."""
    issuer = f"{authority or name}-ca"
    made = {} if authority else {issuer: "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign"}
    made[name] = f"-CA {issuer}.crt -CAkey {issuer}.key -addext extendedKeyUsage=clientAuth"
    for part, options in made.items():
        command = f"openssl req -x509 -config /dev/null -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2 -subj /CN={part} "
        command += f"-keyout {part}.key -out {part}.crt {options}"
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)


def client_context(server, folder, name):
    """The TLS context of a client with the certificate of that name, or without one."""
    tls = clients.context(server.certs)
    if name:
        tls.load_cert_chain(f"{folder}/{name}.crt", f"{folder}/{name}.key")
    return tls


def is_let_in(server, folder, name):
    """Whether a client with the certificate of that name, or without one, gets an answer."""
    try:
        connection = clients.Connection(server, client_context(server, folder, name))
        answer = connection.post()
        connection.close()
    except OSError:
        return False
    return answer is not None and answer[0] == 200
