"""Request bodies: an ordinary one, and large ones that are expensive in different ways."""

import functools
import itertools
import json

from server import ROOT

MIB = 1 << 20
LARGEST = 32 * MIB
SHARED = 4 * MIB - 1024  # just below the limit over which only one body at a time is received


def review(pod, uid="u"):
    """An AdmissionReview that creates a Pod, given as JSON text."""
    request = '{"uid":"%s","kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","namespace":"n","object":%s}'
    return ('{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":' + request % (uid, pod) + "}").encode()


def update(new, old, group="", kind="Pod", subresource=""):
    """An AdmissionReview that changes an object, given as JSON text before and after."""
    request = '{"uid":"u","kind":{"group":"%s","version":"v1","kind":"%s"},"subResource":"%s","operation":"UPDATE","namespace":"n","object":%s,"oldObject":%s}'
    return ('{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":' + request % (group, kind, subresource, new, old) + "}").encode()


ORDINARY = review(json.dumps({"metadata": {"name": "a"}, "spec": {"containers": [{"name": "a", "image": "b"}]}}))
REAL = (ROOT / "Tests/PodscoreTests/Acceptance/reviews/pod-create-60-containers-391kB.json").read_bytes()
CONTAINER = '{"name":"a","image":"b"}'


def repeated(pattern, part, separator, size):
    """A review whose Pod is `pattern`. Its %s is filled with as many parts as fit into the size; a part may contain its number."""
    room = size - len(review(pattern % ""))
    if "%d" not in part:
        return review(pattern % separator.join(itertools.repeat(part, room // (len(part) + len(separator)))))
    # Longer than the room, and then cut after the last part that fits.
    count = room // (len(part) - len("%d") + len(separator) + 1)
    text = separator.join([part] * count) % tuple(range(count))
    return review(pattern % text[: text.rindex(separator, 0, room)])


@functools.cache
def nasty(size=LARGEST):
    """Bodies of about the given size, by name."""
    containers = '{"spec":{"containers":[' + CONTAINER + '],"x":%s}}'
    return {
        "one huge string": repeated('{"metadata":{"annotations":{"a":"%s"}},"spec":{"containers":[' + CONTAINER + "]}}", "a", "", size),
        "one huge string of escapes": repeated('{"metadata":{"name":"%s"},"spec":{"containers":[' + CONTAINER + "]}}", "\\u00e9", "", size),
        "many containers": repeated('{"spec":{"containers":[%s]}}', '{"name":"%d"}', ",", size),
        "many empty containers": repeated('{"spec":{"containers":[%s]}}', "{}", ",", size),
        "many keys": repeated('{"metadata":{"annotations":{%s}},"spec":{"containers":[' + CONTAINER + "]}}", '"%d":""', ",", size),
        "many unknown keys": repeated('{"spec":{"containers":[' + CONTAINER + '],"x":{%s}}}', '"%d":0', ",", size),
        "many capabilities": repeated(
            '{"spec":{"containers":[{"name":"a","securityContext":{"capabilities":{"add":[%s]}}}]}}', '""', ",", size
        ),
        "deep arrays": repeated(containers % "[%s]", "[" * 200 + "]" * 200, ",", size),
        "too deep arrays": repeated(containers % "[%s]", "[", "", size),
        "many environment variables": repeated(
            '{"spec":{"containers":[{"name":"a","env":[%s]}]}}', '{"name":"","valueFrom":{"secretKeyRef":{}}}', ",", size
        ),
        "many volumes": repeated('{"spec":{"containers":[' + CONTAINER + '],"volumes":[%s]}}', '{"hostPath":{"path":"/"}}', ",", size),
        "no JSON": b"\xff" * size,
    }


def largest_sent():
    """A privileged Pod whose arguments are 4.35 million `<`, each of which Go's encoder writes as six bytes.

    An API server sends as much of an object of 3 MiB and an old one of 1.5 MiB.
    """
    return escaped(26_100_000, arguments=3)


def escaped(size, arguments=1):
    """A privileged Pod whose arguments have that many bytes: `<`, each of which Go's encoder writes as six."""
    argument = '"' + "\\u003c" * (size // 6 // arguments) + '"'
    return review('{"spec":{"containers":[{"name":"a","image":"b","args":[%s],"securityContext":{"privileged":true}}]}}' % ",".join([argument] * arguments))


def slow():
    """Short bodies that once took seconds to decide, and those that take longest now: one for an event loop and one for the other threads."""
    parts = {count: ",".join(["{}"] * count) for count in (250, 4000, 8000, 8192, 80_000)}
    sysctls = '{"spec":{"securityContext":{"sysctls":[%s]},"containers":[{"name":"a"}],"ephemeralContainers":[%s]}}'
    template = '{"spec":{"template":{"spec":{"securityContext":{"sysctls":[%s]},"containers":[%s]}}}}'
    annotated = '{"metadata":{"annotations":{%s}},"spec":{"containers":[{"name":"a","image":"%s"}]}}'
    few, many = ([annotated % (_profiles(count), image) for image in "bc"] for count in (3900, 16_384))
    return {
        "ephemeral containers and sysctls": update(sysctls % (parts[8192], parts[8192]), sysctls % (parts[8192], ""), subresource="ephemeralcontainers"),
        "containers and sysctls of a Deployment": update(template % (parts[8000], parts[250]), template % (parts[8000], ""), "apps", "Deployment"),
        "AppArmor annotations": update(*few),
        "many AppArmor annotations": update(*many),
        "containers": review('{"spec":{"containers":[%s]}}' % parts[80_000]),
        "new ephemeral containers": new_containers(1600),
        "many new ephemeral containers": new_containers(6800),
        "capabilities": review('{"spec":{"containers":[{"securityContext":{"capabilities":{"add":[%s]}}}]}}' % ",".join(['"A"'] * 60_000)),
    }


def new_containers(count):
    """A debugging session that adds that many containers, each of 150 bytes, to a Pod whose settings they inherit."""
    spec = '{"spec":{"securityContext":{"runAsNonRoot":false,"seLinuxOptions":{"user":"a"}},"hostPID":true,"ephemeralContainers":[%s]}}'
    return update(*(spec % ",".join(['{"args":["%s"]}' % ("x" * 137)] * number) for number in (count, 0)), subresource="ephemeralcontainers")


def _profiles(count):
    """Annotations with AppArmor profiles for that many containers."""
    return ",".join(f'"container.apparmor.security.beta.kubernetes.io/{number}":"x"' for number in range(count))
