"""Install, upgrade, roll back, uninstall, as Helm does them in a cluster."""

import cluster
from harness import CHART, ENFORCING, equal, with_policy

REGISTRATION = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/podscore"
SECRET = "/api/v1/namespaces/podscore/secrets/podscore-tls"


def test_order():
    """The registration is created last and deleted first, and no object stays."""
    with cluster.Cluster() as there:
        there.helm.install(CHART, "podscore", with_policy(ENFORCING), namespace="podscore")
        equal(there.changes[-1], "create ValidatingWebhookConfiguration")
        assert "create Deployment" in there.changes[:-1], there.changes
        there.changes.clear()
        there.helm.uninstall("podscore")
        equal(there.changes[0], "delete ValidatingWebhookConfiguration")
        equal(there.kinds(), [])


def test_upgrade():
    """An upgrade keeps the certificate and makes the requested changes. A rollback reverts them."""
    with cluster.Cluster() as there:
        there.helm.install(CHART, "podscore", {}, namespace="podscore")
        before, bundle = there.objects[SECRET]["data"], registered(there)["clientConfig"]["caBundle"]
        equal((bundle, registered(there)["failurePolicy"]), (before["ca.crt"], "Ignore"))
        there.helm.upgrade(CHART, "podscore", with_policy(ENFORCING), namespace="podscore")
        equal((there.objects[SECRET]["data"], registered(there)["clientConfig"]["caBundle"]), (before, bundle))
        equal(registered(there)["failurePolicy"], "Fail")
        there.helm.rollback("podscore")
        equal((there.objects[SECRET]["data"], registered(there)["failurePolicy"]), (before, "Ignore"))


def test_switch_off():
    """Without its registration, a release can still be upgraded, which restores it, and uninstalled."""
    with cluster.Cluster() as there:
        there.helm.install(CHART, "podscore", {}, namespace="podscore")
        del there.objects[REGISTRATION]
        there.helm.upgrade(CHART, "podscore", {}, namespace="podscore")
        assert REGISTRATION in there.objects
        del there.objects[REGISTRATION]
        there.helm.uninstall("podscore")
        equal(there.kinds(), [])


def registered(there):
    """The first webhook for Pods; the one that fails closed comes first."""
    return there.objects[REGISTRATION]["webhooks"][0]
