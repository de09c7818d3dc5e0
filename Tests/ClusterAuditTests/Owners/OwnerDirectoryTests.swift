import KubernetesAPI
import Testing

@testable import ClusterAudit

@Suite struct OwnerDirectoryTests {
    private static func owner(_ kind: WorkloadKind, _ name: String, uid: String, in namespace: String = "shop") -> OwnerIdentity {
        OwnerIdentity(namespace: namespace, group: kind.group, version: "v1", kind: kind.rawValue, name: name, uid: uid)
    }

    private static func claim(_ apiVersion: String, _ kind: String, _ name: String, uid: String) -> ControllerReference {
        var reference = ControllerReference()
        (reference.apiVersion, reference.kind, reference.name, reference.uid) = (apiVersion, kind, name, uid)
        return reference
    }

    private static let deployment = owner(.deployment, "web", uid: "d1")
    private static let replicaSet = owner(.replicaSet, "web-5d4f", uid: "r1")
    private static let ofReplicaSet = claim("apps/v1", "ReplicaSet", "web-5d4f", uid: "r1")
    private static let ofDeployment = claim("apps/v1", "Deployment", "web", uid: "d1")

    /// A complete directory with a Deployment and its ReplicaSet.
    private static var complete: OwnerDirectory {
        var directory = OwnerDirectory()
        directory.add(deployment, controller: nil)
        directory.add(replicaSet, controller: ofDeployment)
        for kind in WorkloadKind.allCases { directory.complete(kind) }
        return directory
    }

    @Test func `A Pod belongs to the Deployment of its ReplicaSet`() {
        #expect(Self.complete.topOwner(claimedBy: Self.ofReplicaSet, in: "shop", isFinal: false) == .owner(Self.deployment))
    }

    @Test func `The Pod of a Job belongs to the CronJob`() {
        var directory = OwnerDirectory()
        let cronJob = Self.owner(.cronJob, "backup", uid: "c1")
        directory.add(Self.owner(.job, "backup-29", uid: "j1"), controller: Self.claim("batch/v1", "CronJob", "backup", uid: "c1"))
        directory.add(cronJob, controller: nil)
        let claim = Self.claim("batch/v1", "Job", "backup-29", uid: "j1")
        #expect(directory.topOwner(claimedBy: claim, in: "shop", isFinal: false) == .owner(cronJob))
    }

    @Test func `A Pod without a controller belongs to itself`() {
        #expect(Self.complete.topOwner(claimedBy: nil, in: "shop", isFinal: true) == .itself)
    }

    @Test(arguments: [
        claim("apps/v1", "ReplicaSet", "web-5d4f", uid: "other"), claim("apps/v1", "ReplicaSet", "other", uid: "r1"),
        claim("apps/v1", "Deployment", "web-5d4f", uid: "r1"), claim("apps/v1", "DaemonSet", "agent", uid: "r1"),
    ])
    func `A claim that differs from what exists in UID, name or kind is false`(claim: ControllerReference) {
        #expect(Self.complete.topOwner(claimedBy: claim, in: "shop", isFinal: false) == .unseen)
        #expect(Self.complete.topOwner(claimedBy: claim, in: "shop", isFinal: true) == .itself)
    }

    @Test func `An owner in another Namespace is no owner`() {
        #expect(Self.complete.topOwner(claimedBy: Self.ofReplicaSet, in: "other", isFinal: true) == .itself)
    }

    @Test func `A ReplicaSet that claims a Deployment that does not exist stands for its Pods`() {
        var directory = OwnerDirectory()
        directory.add(Self.replicaSet, controller: Self.ofDeployment)
        directory.complete(.deployment)
        #expect(directory.topOwner(claimedBy: Self.ofReplicaSet, in: "shop", isFinal: true) == .owner(Self.replicaSet))
    }

    @Test func `Owners of other kinds are taken as the reference names them`() {
        let rollout = Self.claim("argoproj.io/v1alpha1", "Rollout", "web", uid: "o1")
        var directory = OwnerDirectory()
        directory.add(Self.replicaSet, controller: rollout)
        for claim in [Self.ofReplicaSet, rollout] {
            let expected = OwnerDirectory.Answer.owner(OwnerIdentity(rollout, inNamespace: "shop"))
            #expect(directory.topOwner(claimedBy: claim, in: "shop", isFinal: false) == expected)
        }
    }

    @Test func `A workload of another project with the name of Kubernetes' own is another kind`() {
        let job = Self.claim("batch.volcano.sh/v1alpha1", "Job", "train", uid: "v1")
        let expected = OwnerDirectory.Answer.owner(OwnerIdentity(job, inNamespace: "shop"))
        #expect(Self.complete.topOwner(claimedBy: job, in: "shop", isFinal: true) == expected)
    }

    @Test func `A Deployment stands for its Pods even if an operator controls it`() {
        var directory = OwnerDirectory()
        directory.add(Self.deployment, controller: Self.claim("example.com/v1", "Shop", "web", uid: "s1"))
        directory.add(Self.replicaSet, controller: Self.ofDeployment)
        #expect(directory.topOwner(claimedBy: Self.ofReplicaSet, in: "shop", isFinal: true) == .owner(Self.deployment))
    }

    @Test func `A static Pod belongs to itself and not to its node`() {
        let node = Self.claim("v1", "Node", "n1", uid: "n1")
        #expect(Self.complete.topOwner(claimedBy: node, in: "kube-system", isFinal: false) == .itself)
    }

    @Test func `ReplicaSets that own each other in a circle end`() {
        var directory = OwnerDirectory()
        directory.add(Self.owner(.replicaSet, "a", uid: "a"), controller: Self.claim("apps/v1", "ReplicaSet", "b", uid: "b"))
        directory.add(Self.owner(.replicaSet, "b", uid: "b"), controller: Self.claim("apps/v1", "ReplicaSet", "a", uid: "a"))
        let claim = Self.claim("apps/v1", "ReplicaSet", "a", uid: "a")
        #expect(directory.topOwner(claimedBy: claim, in: "shop", isFinal: true) == .owner(Self.owner(.replicaSet, "a", uid: "a")))
    }

    @Test func `Without a list of ReplicaSets a claim is believed, and the Deployment is guessed from the name`() {
        var directory = OwnerDirectory()
        #expect(directory.topOwner(claimedBy: Self.ofReplicaSet, in: "shop", isFinal: false) == .unseen)
        #expect(directory.topOwner(claimedBy: Self.ofReplicaSet, in: "shop", isFinal: true) == .owner(Self.replicaSet))
        directory.add(Self.deployment, controller: nil)
        #expect(directory.topOwner(claimedBy: Self.ofReplicaSet, in: "shop", isFinal: true) == .owner(Self.deployment))
        #expect(directory.topOwner(claimedBy: Self.ofReplicaSet, in: "other", isFinal: true) != .owner(Self.deployment))
    }
}
