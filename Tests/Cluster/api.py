"""Requests to the API server: what the kubelet stand-in and the scenarios need, without kubectl's start for each of them."""

import http.client
import json
import re
import ssl
import threading

MERGE = "application/merge-patch+json"
GROUPS = {
    "configmaps": "api/v1",
    "customresourcedefinitions": "apis/apiextensions.k8s.io/v1",
    "endpointslices": "apis/discovery.k8s.io/v1",
    "deployments": "apis/apps/v1",
    "namespaces": "api/v1",
    "nodes": "api/v1",
    "pods": "api/v1",
    "reports": "apis/openreports.io/v1alpha1",
    "scorepolicies": "apis/podscore.dev/v1alpha1",
    "scorewaivers": "apis/podscore.dev/v1alpha1",
    "secrets": "api/v1",
    "serviceaccounts": "api/v1",
    "validatingadmissionpolicies": "apis/admissionregistration.k8s.io/v1",
    "validatingadmissionpolicybindings": "apis/admissionregistration.k8s.io/v1",
    "validatingwebhookconfigurations": "apis/admissionregistration.k8s.io/v1",
}
# The errors of a request that gets no answer.
UNREACHABLE = (OSError, http.client.HTTPException)


class Refused(Exception):
    """The API server answered a request with an error."""

    def __init__(self, status, message, warnings=()):
        super().__init__(f"{status}: {message}")
        self.status, self.message, self.warnings = status, message, list(warnings)


def path(resource, name="", namespace=None):
    """The path of an object, or of all objects of a resource. A name can end with a subresource, as in `a/status`."""
    scope = f"/namespaces/{namespace}" if namespace else ""
    return f"/{GROUPS[resource]}{scope}/{resource}" + (f"/{name}" if name else "")


class Api:
    """A client with the administrator's certificate. Each thread has a dedicated connection."""

    def __init__(self, host, port, certs):
        self.host, self.port = host, port
        self.tls = ssl.create_default_context(cafile=f"{certs}/ca.crt")
        self.tls.load_cert_chain(f"{certs}/admin.crt", f"{certs}/admin.key")
        self.local = threading.local()

    def request(self, verb, where, body=None, content_type="application/json", user=None):
        """Sends a request, and returns the object or text of the answer and its warnings. A connection that an API server closed is replaced once.

        A body is an object, or the text of one in another format. A user is the name and the groups of somebody for whom it is sent.
        """
        headers = [("Content-Type", content_type)]
        if user:
            headers += [("Impersonate-User", user["username"]), *(("Impersonate-Group", group) for group in user["groups"])]
        content = body if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        for is_last in (False, True):
            connection = getattr(self.local, "connection", None)
            is_new = connection is None
            if is_new:
                connection = self.local.connection = http.client.HTTPSConnection(self.host, self.port, timeout=30, context=self.tls)
            try:
                send(connection, verb, where, content, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
                break
            except UNREACHABLE:
                self.local.connection = None
                connection.close()
                if is_last or is_new:
                    raise
        warnings = [match[1] for match in re.finditer(r'299 - "((?:[^"\\]|\\.)*)"', ", ".join(answer.headers.get_all("Warning", [])))]
        if answer.status >= 400:
            raise Refused(answer.status, message_of(text), warnings)
        return json.loads(text) if "json" in answer.headers["Content-Type"] else text, warnings

    def get(self, resource, name="", namespace=None, query=""):
        """An object or a list, or `None` if it does not exist."""
        try:
            return self.request("GET", path(resource, name, namespace) + query)[0]
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def create(self, resource, manifest, namespace=None, subresource=""):
        """Creates an object, and returns it with the warnings of admission."""
        return self.request("POST", path(resource, subresource, namespace), manifest)

    def patch(self, resource, name, change, namespace=None):
        """Changes fields of an object."""
        return self.request("PATCH", path(resource, name, namespace), change, MERGE)[0]

    def delete(self, resource, name, namespace=None, **options):
        """Deletes an object, if it exists and the options' preconditions hold."""
        try:
            self.request("DELETE", path(resource, name, namespace), {"kind": "DeleteOptions", "apiVersion": "v1", **options})
        except Refused as error:
            if error.status not in (404, 409):
                raise


def send(connection, verb, where, content, headers):
    """Sends a request whose headers can have the same name."""
    connection.putrequest(verb, where)
    for name, value in headers:
        connection.putheader(name, value)
    if content is not None:
        connection.putheader("Content-Length", str(len(content)))
    connection.endheaders(content)


def message_of(text):
    """The message of an API server's error."""
    try:
        return json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        return text.strip()
